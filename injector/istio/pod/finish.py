"""Istio's changes of a pod before its templates are rendered, and after the merge."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from injector.base import annotations
from injector.injection import status
from injector.istio.pod import metrics, names, order, probes
from injector.istio.pod.context import Surroundings
from injector.istio.pod.identity import adopt_ids, drop_shared_ids, is_openshift
from injector.istio.pod.sidecar import replace_variables, sidecar
from injector.kubernetes import pods
from injector.kubernetes.pods import CONTAINERS, INIT_CONTAINERS
from injector.releases.history import rule

Pod = Mapping[str, Any]
Merge = Callable[[Pod, Pod], dict[str, Any]]


def prepare(pod: dict[str, Any], around: Surroundings) -> None:
    """Remove the user ids from *pod* that OpenShift set, before all other steps."""
    config = around.config
    if is_openshift(config.features, config.release):
        drop_shared_ids(pod, around.ids, config.release)


def merged(
    pod: Pod, overlays: Sequence[Pod], around: Surroundings, merge: Merge
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return *pod* with the overlays merged onto it, and the pod of the overlays alone.

    The author's sidecar moves to the init containers where the templates have a native
    one.

    Raises:
        MergeError: an overlay cannot be merged.
    """
    moves = rule(around.config.release, "moves_native_override") and around.native
    result: dict[str, Any] = dict(pod)
    template_pod: dict[str, Any] = {}
    for overlay in overlays:
        template_pod = merge(template_pod, overlay)
        if moves and pods.named(
            pods.containers(template_pod, INIT_CONTAINERS), names.PROXY
        ):
            result = _moved(result)
        result = merge(result, overlay)
    return result, template_pod


def _moved(pod: dict[str, Any]) -> dict[str, Any]:
    """Return *pod* with its sidecar moved to the init containers."""
    spec = pods.spec(pod)
    init = spec.get(INIT_CONTAINERS)
    proxy = pods.named(pods.containers(pod), names.PROXY)
    if proxy is None or not isinstance(init, list | None):
        return pod
    others = [container for container in spec[CONTAINERS] if container is not proxy]
    moved = {CONTAINERS: others, INIT_CONTAINERS: [*(init or ()), proxy]}
    return {**pod, "spec": {**spec, **moved}}


def hide_metrics(
    seen: dict[str, Any], before: status.Status | None, around: Surroundings
) -> None:
    """Hide the metrics annotations of an earlier injection from templates.

    *before* is the status of that injection.
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
    """Change the merged *pod* as Istio does after every template.

    *original* is the pod before the merge; *template_pod* is the pod of the overlays
    alone.

    Raises:
        PodError: the pod asks for something impossible.
    """
    config, release = around.config, around.config.release
    if rule(release, "user_ids") == "adopted":
        adopt_ids(pod, original, around.proxy.get("interceptionMode"), release)
    variables = path_variables(around)
    proxy = sidecar(pod, release)
    if proxy is not None and variables:
        replace_variables(proxy, variables)
    metrics.merge_metrics(pod, around.mesh, release)
    if probes.is_wanted(pod, config.values):
        kinds = probes.rewritten_kinds(config.features, release)
        again = status.has_status(original)
        probes.rewrite_probes(pod, around.mesh, kinds, release, again=again)
    if names.NETWORK_VARIABLE in variables:
        pods.label(pod, annotations.NETWORK, variables[names.NETWORK_VARIABLE])
    _stamp(pod, template_pod, around)
    hold = order.holds_application(config.values, around.proxy, release)
    order.arrange(pod, release, hold=hold)


def path_variables(around: Surroundings) -> dict[str, str]:
    """Return the sidecar's variables that the request's path and the values set."""
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
    """Set the status annotation of *pod*, and those of the operator."""
    config = around.config
    revision = {}
    if rule(config.release, "status_revision"):
        revision = {"revision": config.revision}
    text = status.Status.from_template_pod(template_pod).text(**revision)
    status.write_status(pod, text, config.injected_annotations)
