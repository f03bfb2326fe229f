"""The kinds of workloads, and the path of the pod template in each."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from injector.base.messages import shown
from injector.formats import kubeyaml
from injector.kubernetes import pods

POD_TEMPLATE_HASH = "pod-template-hash"
ROLLOUTS_HASH = "rollouts-pod-template-hash"


class Kind(NamedTuple):
    """The path of a workload's pod template, and the owner of its pods."""

    path: tuple[str, ...] = ("spec", "template")
    owner: tuple[str, str] | None = None
    """The apiVersion and kind of the pods' owner; None for the workload itself."""
    label: str = ""
    """The label by which that owner selects its pods."""


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
    """Return the API group of a manifest; empty for the core group, ``v1``."""
    return str(document.get("apiVersion") or "").rpartition("/")[0]


def name_of(document: Mapping[str, Any]) -> str:
    """Return the name of an object, else its ``generateName`` without the hyphen."""
    metadata = pods.mapping(document.get("metadata"))
    return str(metadata.get("name") or metadata.get("generateName") or "").rstrip("-")


def overlooked(document: Any) -> Iterator[str]:
    """Yield a sentence for each object that is no workload but may be meant as one.

    Objects of other kinds, such as services, give no sentence.
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
        found = shown(kind) if kind else "missing"
        yield f"object {shown(name_of(document))}: passed over: kind is {found}"
        return
    groups = [known for known, name in KINDS if name == kind]
    if groups and group(document) not in groups:
        wanted = " or ".join(known or "the core group" for known in groups)
        found = shown(version) if version else "missing"
        yield (
            f"{kind}/{name_of(document)}: passed over: apiVersion is {found}, "
            f"want a version of {wanted}"
        )
