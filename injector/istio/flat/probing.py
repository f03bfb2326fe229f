"""Probe rewriting of releases 1.1 to 1.8, where the template may ask for it."""

from typing import Any

from injector.formats import golang
from injector.injection.status import CONTAINERS
from injector.istio.flat import sidecar as rendered
from injector.istio.flat.flat_spec import FlatSpec
from injector.istio.pod import names, probes
from injector.istio.pod.context import Surroundings
from injector.istio.pod.sidecar import add_variable, status_port
from injector.kubernetes import pods, schema
from injector.releases.history import rule

PROBE = schema.struct("Probe")


def rewrite(pod: dict[str, Any], new: FlatSpec, around: Surroundings) -> None:
    """Lead the probes of *pod* to the agent of the sidecar that it got of *new*."""
    release = around.config.release
    proxy = pods.named(new.lists[CONTAINERS], names.PROXY)
    if proxy is None or not _is_wanted(pod, new, around):
        return
    kinds = probes.rewritten_kinds(around.config.features, release)
    found = list(probes.find(pod, kinds, release))
    told = {probe.path: probe.listed(None) for probe in found}
    listed = {path: told[path] for path in sorted(told) if told[path] is not None}
    if rule(release, "prober_form") == "http_get":
        listed = {path: one[probes.HTTP] for path, one in listed.items() if one}
    if listed or rule(release, "empty_prober_env"):
        add_variable(proxy, names.PROBERS_VARIABLE, golang.compact(listed))
    port = _agent_port(pod, proxy, around)
    if port is None:
        return
    for probe in found:
        probe.lead_to(port, keep_scheme=not rule(release, "rewrites_scheme"))
        printed = schema.typed(probe.handler, PROBE)
        probe.handler.clear()
        probe.handler.update(printed)


def _is_wanted(pod: dict[str, Any], new: FlatSpec, around: Surroundings) -> bool:
    """Tell whether probes are to be rewritten: the pod's word, else the template's."""
    word = None
    if rule(around.config.release, "rewrite_annotation"):
        word = golang.boolean(pods.annotations(pod).get(names.REWRITE_PROBES))
    return new.rewrite_probes if word is None else word


def _agent_port(
    pod: dict[str, Any], proxy: dict[str, Any], around: Surroundings
) -> int | None:
    """Return where the agent answers; None if nobody can tell."""
    if rule(around.config.release, "probe_port") == "args":
        return rendered.number(proxy, rendered.STATUS_PORT)
    return probes.agent_port(pod, status_port(around.mesh))
