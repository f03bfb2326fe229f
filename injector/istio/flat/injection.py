"""The injection of a flat spec, in the order of Istio's steps.

The webhook and kube-inject are two programs in these releases: kube-inject removes
nothing, and sets less.
"""

from collections.abc import Mapping
from typing import Any

from injector.base.front import Front
from injector.injection.status import VOLUMES
from injector.istio.flat import defaults, flat_spec, merging, metadata, probes, sidecar
from injector.istio.pod.context import Surroundings
from injector.kubernetes.pods import CONTAINERS, INIT_CONTAINERS
from injector.releases.history import rule


def inject(
    pod: dict[str, Any],
    rendered: Mapping[str, Any],
    around: Surroundings,
) -> dict[str, Any]:
    """Put the flat spec that the template *rendered* into *pod*, which is changed.

    Returns:
        The pod that the template alone makes.

    Raises:
        MergeError: a rendered value has an impossible type.
        PodError: the pod asks for something impossible.
    """
    release = around.config.release
    new = flat_spec.read(rendered, release)
    front = around.situation.front
    by_webhook = front is Front.WEBHOOK
    if not by_webhook and not rule(release, "kube_inject_pull_secrets"):
        new = new.without_pull_secrets()
    sidecar.complete(new, pod, around)
    if by_webhook:
        merging.remove(pod)
    if by_webhook and rule(release, "fills_api_defaults"):
        _set_defaults(new)
    merging.append(pod, new, around)
    if rule(release, "rendered_dns_config"):
        merging.set_dns(pod, new, front)
    merging.set_group(pod, around)
    if rule(release, "rewrites_probes"):
        probes.rewrite(pod, new, around)
    metadata.annotate(pod, new, around)
    metadata.set_labels(pod, new, around)
    return new.template_pod


def _set_defaults(new: flat_spec.FlatSpec) -> None:
    """Set the API server's defaults in the containers and volumes of *new*."""
    for kind in (INIT_CONTAINERS, CONTAINERS):
        for container in new.lists[kind]:
            defaults.fill_container(container)
    for volume in new.lists[VOLUMES]:
        defaults.fill_volume(volume)
