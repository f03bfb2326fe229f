"""User and group ids of the sidecar: only traffic of its user is not redirected."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from injector.istio.pod import names
from injector.istio.pod.sidecar import sidecar
from injector.kubernetes import pods
from injector.kubernetes.pods import INIT_CONTAINERS
from injector.releases.history import rule
from injector.releases.release import Release

DEFAULT_ID = 1337
OPENSHIFT = "openshift"
TPROXY = "TPROXY"


class Ids(NamedTuple):
    """User and group that the sidecar runs as."""

    uid: int = DEFAULT_ID
    gid: int = DEFAULT_ID


def is_openshift(features: Mapping[str, str], release: Release) -> bool:
    """Tell whether the cluster chooses the ids, as OpenShift does."""
    return features.get("PLATFORM") == OPENSHIFT and bool(rule(release, "openshift"))


def ids_of(annotations: Mapping[str, Any]) -> Ids:
    """Return the ids for a namespace: the last ones of the ranges that it annotates."""
    users = str(annotations.get(names.UID_RANGE, ""))
    groups = str(annotations.get(names.GROUPS, "")).split(",")[0]
    return Ids(uid=_last(users), gid=_last(groups or users))


def _last(block: str) -> int:
    """Return the last id of ``START/SIZE`` or ``START-END``, else ``DEFAULT_ID``."""
    match = re.fullmatch(r"([0-9]{1,18})([/-])([0-9]{1,18})", block)
    if match is None:
        return DEFAULT_ID
    start, form, end = match.groups()
    return int(start) + int(end) - 1 if form == "/" else int(end)


def drop_shared_ids(pod: dict[str, Any], ids: Ids, release: Release) -> None:
    """Remove ids from the author's sidecar that OpenShift gave to all containers.

    If both run as one user, the redirection cannot exclude the sidecar's traffic alone.
    Some releases remove all ids; *ids* are the template's.
    """
    if rule(release, "user_ids") == "dropped" and ids.uid != DEFAULT_ID:
        _drop_ids(sidecar(pod, release) or {})
    if not rule(release, "openshift_drops_ids"):
        return
    containers = pods.containers(pod)
    if rule(release, "openshift_init_containers"):
        containers = pods.all_containers(pod)
    proxy = pods.named(containers, names.PROXY)
    if proxy is None:
        return
    context = _security_context(proxy)
    application = 0
    for container in containers:
        user = _security_context(container).get("runAsUser")
        if container.get("name") != names.PROXY and user is not None:
            application = user
    if (context.get("runAsUser") or 0) == application:
        _drop_ids(proxy)


def _drop_ids(container: Mapping[str, Any]) -> None:
    """Remove user and group from *container*."""
    context = _security_context(container)
    context.pop("runAsUser", None)
    context.pop("runAsGroup", None)


def _security_context(container: Mapping[str, Any]) -> dict[str, Any]:
    """Return the security context of *container*."""
    return pods.mapping(container.get("securityContext"))


def adopt_ids(
    pod: dict[str, Any], original: Mapping[str, Any], mode: Any, release: Release
) -> None:
    """Exclude the user that the author's sidecar runs as from the redirection.

    *mode* is the mesh's interception mode for this pod.
    """
    context = _security_context(sidecar(original, release) or {})
    user, group = context.get("runAsUser"), context.get("runAsGroup")
    init = pods.containers(pod, INIT_CONTAINERS)
    redirection = pods.named(init, names.INIT) or pods.named(init, names.VALIDATION)
    if redirection is None or (user is None and group is None):
        return
    if pods.annotations(pod).get(names.INTERCEPTION_MODE, mode) == TPROXY:
        proxy = sidecar(pod, release)
        if proxy is not None and user is not None:
            # Transparent proxying needs a capability that only root has.
            pods.mapping_at(proxy, "securityContext")["runAsUser"] = 0
    elif redirection.get("name") == names.VALIDATION:
        for key, value in (("runAsUser", user), ("runAsGroup", group)):
            if value is not None:
                pods.mapping_at(redirection, "securityContext")[key] = value
    if user:
        _replace_argument(redirection, "-u", str(user))


def _replace_argument(container: dict[str, Any], flag: str, value: str) -> None:
    """Replace the argument after *flag* in the arguments of *container*."""
    arguments = container.get("args")
    if isinstance(arguments, list) and flag in arguments[:-1]:
        arguments[arguments.index(flag) + 1] = value
