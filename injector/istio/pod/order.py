"""The order of Istio's containers among the author's."""

from collections.abc import Mapping
from typing import Any

from injector.istio.pod import names
from injector.kubernetes import pods
from injector.kubernetes.pods import CONTAINERS, INIT_CONTAINERS
from injector.releases.history import rule
from injector.releases.release import Release


def holds_application(
    values: Mapping[str, Any], proxy: Mapping[str, Any], release: Release
) -> bool:
    """Tell whether the application waits until the sidecar is ready."""
    proxy_values = pods.mapping(pods.mapping(values.get("global")).get("proxy"))
    found = {"values": proxy_values, "mesh": proxy}
    sources = rule(release, "hold_from")
    return any(found[s].get("holdApplicationUntilProxyStarts") is True for s in sources)


def arrange(pod: dict[str, Any], release: Release, *, hold: bool) -> None:
    """Put Istio's containers into their places.

    ``kubectl exec`` takes the first container, so the sidecar is last unless the
    application has to wait for it. The init container that redirects traffic comes
    after the author's, which need the network; with a native sidecar it is first.
    """
    _move(pod, CONTAINERS, names.PROXY, first=hold)
    init = [
        container.get("name") for container in pods.containers(pod, INIT_CONTAINERS)
    ]
    if names.PROXY in init and rule(release, "sidecar_among_init_containers"):
        # Each goes before the ones moved so far.
        for name in (names.CORE_DUMP, names.PROXY, names.VALIDATION, names.INIT):
            _move(pod, INIT_CONTAINERS, name, first=True)
    else:
        _move(pod, INIT_CONTAINERS, names.VALIDATION, first=True)
        _move(pod, INIT_CONTAINERS, names.INIT, first=False)
        _move(pod, INIT_CONTAINERS, names.CORE_DUMP, first=False)


def _move(pod: dict[str, Any], kind: str, name: str, *, first: bool) -> None:
    """Move the containers named *name* to the beginning or the end."""
    containers = pods.spec(pod).get(kind)
    if isinstance(containers, list):
        # Sorting is stable: the other containers keep their order.
        containers.sort(key=lambda container: pods.is_named(container, name) != first)
