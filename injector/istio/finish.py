"""What Istio does to a pod before its templates are rendered, and after the merge."""

from collections.abc import Mapping
from typing import Any

from injector import annotations, pods, status
from injector.istio import metrics, names, order, probes
from injector.istio.context import Surroundings
from injector.istio.identity import adopt_ids, drop_shared_ids, is_openshift
from injector.istio.sidecar import replace_variables, sidecar
from injector.pods import CONTAINERS, INIT_CONTAINERS
from injector.releases import rule


def prepare(pod: dict[str, Any], around: Surroundings) -> None:
    """Remove from *pod* what Istio takes for nobody's will, before all else."""
    config = around.config
    if is_openshift(config.features, config.release):
        drop_shared_ids(pod, around.ids, config.release)


def hide_metrics(
    seen: dict[str, Any], before: status.Status | None, around: Surroundings
) -> None:
    """Hide from templates the metrics' annotations that an earlier injection set.

    *before* is what that injection says it did.
    """
    release = around.config.release
    found = pods.annotations(seen)
    if before is not None and metrics.is_merged(found, around.mesh, release):
        metrics.clear(found, release)


def finish(
    pod: dict[str, Any],
    original: Mapping[str, Any],
    template_pod: Mapping[str, Any],
    around: Surroundings,
) -> None:
    """Do to the merged *pod* what Istio does whatever its templates say.

    *original* is the pod before the merge; *template_pod* what the templates make of
    an empty one.

    Raises:
        PodError: the pod asks for something that cannot be had.

    """
    config, release = around.config, around.config.release
    if rule(release, "moves_native_override") and around.native:
        _move_native(pod, original, template_pod)
    if rule(release, "user_ids") == "adopted":
        adopt_ids(pod, original, around.proxy.get("interceptionMode"), release)
    variables = path_variables(around)
    proxy = sidecar(pod, release)
    if proxy is not None and variables:
        replace_variables(proxy, variables)
    metrics.merge_metrics(pod, around.mesh, release)
    if probes.is_wanted(pod, config.values):
        kinds = probes.rewritten_kinds(config.features, release)
        again = status.is_stamped(original)
        probes.rewrite_probes(pod, around.mesh, kinds, release, again=again)
    if names.NETWORK_VARIABLE in variables:
        pods.label(pod, annotations.NETWORK, variables[names.NETWORK_VARIABLE])
    _stamp(pod, template_pod, around)
    hold = order.holds_application(config.values, around.proxy, release)
    order.arrange(pod, release, hold=hold)


def _move_native(
    pod: dict[str, Any],
    original: Mapping[str, Any],
    template_pod: Mapping[str, Any],
) -> None:
    """Remove the author's sidecar from the containers where the template's is native.

    What the author wrote is in the init container by now. A template that has the
    sidecar in both places gets it in both.
    """
    native = pods.named(pods.containers(template_pod, INIT_CONTAINERS), names.PROXY)
    usual = pods.named(pods.containers(template_pod), names.PROXY)
    theirs = pods.named(pods.containers(original), names.PROXY)
    if native is None or usual is not None or theirs is None:
        return
    containers = pods.own(pod, "spec")[CONTAINERS]
    containers[:] = [c for c in containers if not pods.is_named(c, names.PROXY)]


def path_variables(around: Surroundings) -> dict[str, str]:
    """Return the variables that a request's path and the values give to the sidecar."""
    variables = dict(around.situation.variables)
    if around.cluster:
        variables[names.CLUSTER_VARIABLE] = around.cluster
    network = around.network or around.situation.network
    if network:
        variables[names.NETWORK_VARIABLE] = network
    return variables


def _stamp(
    pod: dict[str, Any], template_pod: Mapping[str, Any], around: Surroundings
) -> None:
    """Say on the pod what was injected, and what the operator wants said."""
    config = around.config
    revision = {}
    if rule(config.release, "status_revision"):
        revision = {"revision": config.revision}
    text = status.Status.from_template_pod(template_pod).text(**revision)
    pods.annotate(pod, annotations.STATUS, text)
    for name, value in config.injected_annotations.items():
        pods.annotate(pod, name, value)
