"""Probe rewriting of releases 1.1 to 1.8: the template or an annotation asks for it."""

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
    """Lead the probes of *pod* to the agent in the sidecar of *new*."""
    release = around.config.release
    proxy = pods.named(new.lists[CONTAINERS], names.PROXY)
    if proxy is None or not _is_wanted(pod, new, around):
        return
    kinds = probes.rewritten_kinds(around.config.features, release)
    found = list(probes.find(pod, kinds, release))
    listed = probes.listed(found, None)
    if rule(release, "prober_form") == "http_get":
        listed = {path: entry[probes.HTTP] for path, entry in listed.items()}
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
    """Tell whether probes are rewritten: by the annotation, else by the template."""
    annotation = None
    if rule(around.config.release, "rewrite_annotation"):
        annotation = golang.boolean(pods.annotations(pod).get(names.REWRITE_PROBES))
    return new.rewrite_probes if annotation is None else annotation


def _agent_port(
    pod: dict[str, Any], proxy: dict[str, Any], around: Surroundings
) -> int | None:
    """Return the agent's port; None if the sidecar's arguments name none."""
    if rule(around.config.release, "probe_port") == "args":
        return rendered.number(proxy, rendered.STATUS_PORT)
    return probes.agent_port(pod, status_port(around.mesh))
