"""Pods in manifests: made as a controller makes them, and put back as pod templates.

A controller gives a pod a generated name and an owner, from which templates read the
workload. The pod has both while it is injected; the manifest gets neither.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from injector.base.errors import ManifestError, Problem
from injector.base.front import Front
from injector.base.places import Place
from injector.formats import kubeyaml
from injector.kubernetes import pods
from injector.kubernetes.kinds import KINDS, Kind, group, name_of

HASH = "0000000000"
"""The generated part of a name: ten digits have the form of a ReplicaSet's hash and of
the time in a Job's name."""

_BY_CONTROLLER = ("name", "generateName", "namespace", "ownerReferences")
"""The metadata of a pod that its controller sets, not the pod template."""


class Workload(NamedTuple):
    """A workload in a manifest. ``pod`` is None if it has no pod template."""

    kind: str
    name: str
    namespace: str
    pod: dict[str, Any] | None
    around: Mapping[str, Mapping[str, Any]]
    """The metadata of the workload by path: a controller does not copy them to pods."""

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


Change = Callable[[Workload], Mapping[str, Any] | None]


def rewrite(
    document: Any, namespace: str, change: Change, front: Front = Front.WEBHOOK
) -> Any:
    """Return *document* with each pod replaced by the result of *change*.

    *change* may keep or modify its argument; None leaves the workload unchanged, as are
    objects of other kinds. *namespace* is that of manifests without one. With
    `Front.KUBE_INJECT` the workload owns the pod, at the webhook a ReplicaSet may.

    Raises:
        ManifestError: a part of a workload has a wrong type.
    """
    if not isinstance(document, dict):
        return document
    if items := kubeyaml.items(document):
        changed = [rewrite(item, namespace, change, front) for item in items]
        return {**document, "items": changed}
    kind = KINDS.get((group(document), str(document.get("kind"))))
    if kind is None:
        return document
    if front is Front.KUBE_INJECT:
        kind = Kind(path=kind.path)
    workload = _workload(document, kind, namespace)
    pod = change(workload)
    if pod is None or workload.pod is None:
        return document
    claims = _claims(document)
    return _put(
        document, kind.path, lambda before: _restored(before, pod, kind, claims)
    )


def find(document: Any, namespace: str) -> list[Workload]:
    """Return the workloads in *document*, in their order.

    Raises:
        ManifestError: a part of a workload has a wrong type.
    """
    found: list[Workload] = []
    # list.append returns None, which changes nothing.
    rewrite(document, namespace, found.append)
    return found


def _workload(document: dict[str, Any], kind: Kind, namespace: str) -> Workload:
    _check(document, kind)
    metadata = document.get("metadata") or {}
    template: Any = document
    around = {}
    path = ""
    for step in kind.path:
        if template.get("metadata"):
            around[f"{path}metadata"] = template["metadata"]
        template = template.get(step) or {}
        path += f"{step}."
    namespace = metadata.get("namespace") or namespace
    pod = copy.deepcopy(template)
    if kind.path and pod:
        pod = _created(pod, document, kind, namespace)
    return Workload(
        kind=document["kind"],
        name=name_of(document),
        namespace=namespace,
        pod=pod or None,
        around=around,
    )


def _created(
    template: dict[str, Any], document: Mapping[str, Any], kind: Kind, namespace: str
) -> dict[str, Any]:
    """Return the pod that the workload's controller creates from the pod template."""
    was = template.pop("metadata", None) or {}
    metadata = {key: value for key, value in was.items() if key not in _BY_CONTROLLER}
    name = name_of(document)
    api_version, owner = document["apiVersion"], document["kind"]
    if kind.owner:
        api_version, owner = kind.owner
        name = f"{name}-{HASH}"
    if kind.label:
        metadata["labels"] = {**(metadata.get("labels") or {}), kind.label: HASH}
    metadata["generateName"] = f"{name}-"
    if namespace:
        metadata["namespace"] = namespace
    metadata["ownerReferences"] = [
        {"apiVersion": api_version, "kind": owner, "name": name, "controller": True}
    ]
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, **template}
    if claims := _claims(document):
        spec = pods.mapping_at(made, "spec")
        theirs = [
            v for v in pods.elements(spec.get("volumes")) if v.get("name") not in claims
        ]
        spec["volumes"] = [*theirs, *claims.values()]
    return made


def _claims(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the volumes that a StatefulSet's claim templates give its pods, by name.

    They replace volumes of the same name, as in Kubernetes' controller.
    """
    templates = pods.elements(pods.spec(document).get("volumeClaimTemplates"))
    names = [pods.mapping(each.get("metadata")).get("name") for each in templates]
    return {
        name: {"name": name, "persistentVolumeClaim": {"claimName": name}}
        for name in names
        if isinstance(name, str)
    }


def _without_claims(
    spec: dict[str, Any], before: Mapping[str, Any], claims: Mapping[str, Any]
) -> dict[str, Any]:
    """Return *spec* with the volumes of claims as they were in *before*."""
    theirs = pods.elements(before.get("volumes"))
    made = [
        v for v in pods.elements(spec.get("volumes")) if v.get("name") not in claims
    ]
    volumes = made + [v for v in theirs if v.get("name") in claims]
    rest = {key: value for key, value in spec.items() if key != "volumes"}
    return {**rest, "volumes": volumes} if volumes or "volumes" in before else rest


def _restored(
    before: dict[str, Any],
    pod: Mapping[str, Any],
    kind: Kind,
    claims: Mapping[str, Any],
) -> Any:
    """Return the pod template *before* with the changes of the injected *pod*."""
    if not kind.path:
        return pod
    was, now = before.get("metadata") or {}, pod.get("metadata") or {}
    metadata = {
        key: was[key] if key in _BY_CONTROLLER else now[key]
        for key in dict.fromkeys([*was, *now])
        if key in (was if key in _BY_CONTROLLER else now)
    }
    if kind.label:
        old = was.get("labels") or {}
        labels = pods.mapping(metadata.get("labels"))
        labels = {k: old.get(k) if k == kind.label else v for k, v in labels.items()}
        if kind.label not in old:
            labels.pop(kind.label, None)
        metadata["labels"] = labels
        if not labels and "labels" not in was:
            del metadata["labels"]
    rest = {k: v for k, v in pod.items() if k not in ("apiVersion", "kind", "metadata")}
    if claims:
        rest["spec"] = _without_claims(rest["spec"], pods.spec(before), claims)
    return {"metadata": metadata, **rest} if metadata or "metadata" in before else rest


def _put(parent: Any, path: tuple[str, ...], change: Callable[[Any], Any]) -> Any:
    """Return a copy of *parent* with *change* applied at *path*."""
    if not path:
        return change(parent)
    return {**parent, path[0]: _put(parent[path[0]], path[1:], change)}


def _check(document: dict[str, Any], kind: Kind) -> None:
    """Raise ManifestError with every part of the workload that has a wrong type."""
    problems: list[Problem] = []
    whole = Place(document, "", problems)
    _check_metadata(whole)
    place: Place | None = whole
    for step in kind.path:
        place = place.entries().get(step) if place else None
    if place:
        fields = place.entries()
        _check_metadata(place)
        if "spec" in fields:
            fields["spec"].entries()
    if problems:
        text = "; ".join(str(problem) for problem in dict.fromkeys(problems))
        raise ManifestError(f"{document['kind']}/{name_of(document)}: {text}")


def _check_metadata(place: Place) -> None:
    entries = place.entries()
    metadata = entries["metadata"].entries() if "metadata" in entries else {}
    for key in ("name", "generateName", "namespace"):
        if key in metadata:
            metadata[key].text("a text in quotes")
    for key in ("labels", "annotations"):
        for entry in metadata[key].entries().values() if key in metadata else ():
            entry.text("a text in quotes")
