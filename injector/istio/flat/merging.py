"""Merging a flat spec: what an earlier injection added is removed, the new appended."""

from typing import Any

from injector.base.front import Front
from injector.formats import golang
from injector.injection import status
from injector.injection.status import (
    CONTAINERS,
    INIT_CONTAINERS,
    PULL_SECRETS,
    VOLUMES,
    Status,
)
from injector.istio.flat.flat_spec import DNS, LISTS, FlatSpec
from injector.istio.pod import names, order
from injector.istio.pod.context import Surroundings
from injector.kubernetes import pods
from injector.releases.history import rule

FIRST_INJECTED = Status(
    names={
        INIT_CONTAINERS: (names.INIT, names.CORE_DUMP),
        CONTAINERS: (names.PROXY,),
        VOLUMES: ("istio-certs", "istio-envoy"),
        PULL_SECRETS: (),
    }
)
"""The names that are removed from a pod without a status annotation."""

GROUP = 1337
"""The group that the sidecar runs as."""


def remove(pod: dict[str, Any]) -> None:
    """Remove the elements of *pod* that its status annotation names."""
    before = status.parse(pod) or FIRST_INJECTED
    spec = pods.spec(pod)
    for kind in LISTS:
        elements = spec.get(kind)
        if isinstance(elements, list):
            injected = before.of(kind)
            elements[:] = [
                element
                for element in elements
                if pods.name(pods.mapping(element)) not in injected
            ]


def append(pod: dict[str, Any], new: FlatSpec, around: Surroundings) -> None:
    """Append the elements of *new* to the lists of *pod*.

    The validation container, and a sidecar that the application waits for, go first.
    """
    release = around.config.release
    first = set()
    if rule(release, "validation_first"):
        first.add((INIT_CONTAINERS, names.VALIDATION))
    if order.holds_application(around.config.values, around.proxy, release):
        first.add((CONTAINERS, names.PROXY))
    spec = pods.mapping_at(pod, "spec")
    for kind, elements in new.lists.items():
        if elements and not isinstance(spec.get(kind), list):
            spec[kind] = []
        for element in elements:
            at = 0 if (kind, element.get("name")) in first else len(spec[kind])
            spec[kind].insert(at, element)


def set_dns(pod: dict[str, Any], new: FlatSpec, front: Front) -> None:
    """Set the ``dnsConfig`` of *pod* to the rendered one.

    Without one, the webhook keeps the pod's, and kube-inject removes it.
    """
    spec = pods.mapping_at(pod, "spec")
    if new.dns is not None:
        spec[DNS] = new.dns
    elif front is Front.KUBE_INJECT:
        spec.pop(DNS, None)


def set_group(pod: dict[str, Any], around: Surroundings) -> None:
    """Set ``fsGroup``, so that the sidecar, which is not root, can read volumes."""
    if not _wants_group(around):
        return
    spec = pods.mapping_at(pod, "spec")
    if rule(around.config.release, "fs_group_replaces_context"):
        spec["securityContext"] = {}
    pods.mapping_at(spec, "securityContext")["fsGroup"] = GROUP


def _wants_group(around: Surroundings) -> bool:
    mesh, features = around.mesh, around.config.features
    match rule(around.config.release, "fs_group"):
        case "token mount and path":
            return bool(mesh.get("enableSdsTokenMount") and mesh.get("sdsUdsPath"))
        case "path":
            return bool(mesh.get("sdsUdsPath"))
        case "unless switched off":
            switch = golang.boolean(features.get("ENABLE_LEGACY_FSGROUP_INJECTION"))
            first_party = features.get("JWT_POLICY") == "first-party-jwt"
            return not first_party if switch is None else switch
    return False


def status_text(new: FlatSpec, version: str) -> str:
    """Return the status annotation: the injected names, the template's *version*."""
    names_by_kind = {
        kind: list(status.names_in(elements)) or None
        for kind, elements in new.lists.items()
    }
    return golang.compact({"version": version, **names_by_kind})
