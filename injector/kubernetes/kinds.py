"""The kinds of workloads: where each has its pod template, and what looks like one."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from injector.base.places import shown
from injector.formats import kubeyaml
from injector.kubernetes import pods

POD_TEMPLATE_HASH = "pod-template-hash"
ROLLOUTS_HASH = "rollouts-pod-template-hash"


class Kind(NamedTuple):
    """Where a workload keeps its pod template, and what stands between it and pods."""

    path: tuple[str, ...] = ("spec", "template")
    owner: tuple[str, str] | None = None
    """The apiVersion and kind of what it makes to make pods; None if it makes them."""
    label: str = ""
    """The label by which such an owner tells its pods from others'."""


_DIRECT = Kind()
_REPLICA_SET = ("apps/v1", "ReplicaSet")

KINDS: Mapping[tuple[str, str], Kind] = {
    ("", "Pod"): Kind(path=()),
    ("", "ReplicationController"): _DIRECT,
    ("", "DeploymentConfig"): _DIRECT,
    ("apps.openshift.io", "DeploymentConfig"): _DIRECT,
    **{
        (group, kind): _DIRECT
        for group in ("apps", "extensions")
        for kind in ("ReplicaSet", "StatefulSet", "DaemonSet")
    },
    **{
        (group, "Deployment"): Kind(owner=_REPLICA_SET, label=POD_TEMPLATE_HASH)
        for group in ("apps", "extensions")
    },
    ("argoproj.io", "Rollout"): Kind(owner=_REPLICA_SET, label=ROLLOUTS_HASH),
    ("batch", "Job"): _DIRECT,
    ("batch", "CronJob"): Kind(
        path=("spec", "jobTemplate", "spec", "template"), owner=("batch/v1", "Job")
    ),
}
"""The workloads that are known, by API group and kind."""


def group(document: Mapping[str, Any]) -> str:
    """Return the API group of a manifest; it is empty for the first one, ``v1``."""
    return str(document.get("apiVersion") or "").rpartition("/")[0]


def name_of(document: Mapping[str, Any]) -> str:
    """Return the name; of one that is yet to be made up, what is known."""
    metadata = pods.mapping(document.get("metadata"))
    return str(metadata.get("name") or metadata.get("generateName") or "").rstrip("-")


def overlooked(document: Any) -> Iterator[str]:
    """Yield a sentence for each object that may be meant as a workload and is none.

    Objects of other kinds, such as services, are as they should be.
    """
    if document is None:
        return
    if not isinstance(document, dict):
        yield f"{shown(document)}: passed over: it is no object"
        return
    items = kubeyaml.items(document)
    if items is not None:
        for item in items:
            yield from overlooked(item)
        return
    kind, version = document.get("kind"), document.get("apiVersion")
    if not isinstance(kind, str) or not kind:
        told = shown(kind) if kind else "missing"
        yield f"object {shown(name_of(document))}: passed over: kind is {told}"
        return
    groups = [known for known, name in KINDS if name == kind]
    if groups and group(document) not in groups:
        wanted = " or ".join(known or "the core group" for known in groups)
        told = shown(version) if version else "missing"
        yield (
            f"{kind}/{name_of(document)}: passed over: apiVersion is {told}, "
            f"want a version of {wanted}"
        )
