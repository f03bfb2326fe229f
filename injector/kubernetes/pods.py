"""Readers of pods: absent values, nulls and values of a wrong type are empty."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from injector.base.errors import PodError

T = TypeVar("T", bound=Mapping[str, Any])

CONTAINERS = "containers"
INIT_CONTAINERS = "initContainers"

_SYSTEM_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")
_WINDOWS = "windows"

PLAIN_POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "generateName": "app-7d69d8b8d9-",
        "labels": {"app": "app", "pod-template-hash": "7d69d8b8d9"},
        "ownerReferences": [
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "name": "app-7d69d8b8d9",
                "uid": "74352584-c182-4fef-8620-2a1ea24c2615",
                "controller": True,
            }
        ],
    },
    "spec": {"containers": [{"name": "app", "image": "registry.example.com/app:1"}]},
}
"""A correct pod of a Deployment: if its injection fails, the author of a pod is not at
fault. Do not change it."""

VALUES_LIMIT = 150_000
"""Values of a pod. A meaningful body of 3 MiB has fewer."""

ANNOTATIONS_LIMIT = 256 << 10
"""Bytes of all annotations with their names: the limit of API servers."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]*")


def mapping(value: Any) -> dict[str, Any]:
    """Return *value* if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """Return *value* if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def elements(value: Any) -> list[dict[str, Any]]:
    """Return the mappings in the list *value*; none for other types."""
    if not isinstance(value, list):
        return []
    return [element for element in value if isinstance(element, dict)]


def annotations(pod: Mapping[str, Any]) -> dict[str, Any]:
    """Return the annotations of *pod*."""
    return mapping(mapping(pod.get("metadata")).get("annotations"))


def values(value: Any) -> int:
    """Return the number of values in *value*, at any depth."""
    count = 0
    rest = [value]
    while rest:
        held = rest.pop()
        count += len(held)
        items = held.values() if type(held) is dict else held
        rest += [item for item in items if type(item) is dict or type(item) is list]
    return count


def check_values(pod: Mapping[str, Any]) -> None:
    """Check the number of values in *pod*.

    Raises:
        PodError: *pod* has more than `VALUES_LIMIT` values.
    """
    if (count := values(pod)) > VALUES_LIMIT:
        raise PodError(f"the pod has {count:,} values, want at most {VALUES_LIMIT:,}")


def check_annotations(pod: Mapping[str, Any]) -> None:
    """Check the size of the annotations of *pod*.

    Raises:
        PodError: they have more than `ANNOTATIONS_LIMIT` bytes.
    """
    size = sum(_size(key) + _size(text) for key, text in annotations(pod).items())
    if size > ANNOTATIONS_LIMIT:
        raise PodError(
            f"the annotations have {size:,} bytes with their names, "
            f"want at most {ANNOTATIONS_LIMIT:,}"
        )


def _size(value: Any) -> int:
    # A sealed text is no str by its type, and was measured before.
    if type(value) is not str:
        return 0
    size = len(value)
    return size if value.isascii() else len(value.encode("utf-8", "surrogatepass"))


def labels(pod: Mapping[str, Any]) -> dict[str, Any]:
    """Return the labels of *pod*."""
    return mapping(mapping(pod.get("metadata")).get("labels"))


def spec(pod: Mapping[str, Any]) -> dict[str, Any]:
    """Return the spec of *pod*."""
    return mapping(pod.get("spec"))


def containers(pod: Mapping[str, Any], kind: str = CONTAINERS) -> list[dict[str, Any]]:
    """Return the containers, or the init containers, of *pod*."""
    return elements(spec(pod).get(kind))


def all_containers(pod: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the containers of *pod*, then its init containers."""
    return [*containers(pod), *containers(pod, INIT_CONTAINERS)]


def name(element: Mapping[str, Any]) -> str | None:
    """Return the name of an element; None if it is no text."""
    found = element.get("name")
    return found if isinstance(found, str) else None


def by_name(elements: Iterable[T]) -> dict[str | None, T]:
    """Return the first element of each name, by name."""
    found: dict[str | None, T] = {}
    for element in elements:
        found.setdefault(name(element), element)
    return found


def named(elements: list[dict[str, Any]], name: Any) -> dict[str, Any] | None:
    """Return the first element of that *name*, or None."""
    for element in elements:
        if element.get("name") == name:
            return element
    return None


def is_named(element: Any, name: str) -> bool:
    """Return whether *element* is a mapping of that *name*."""
    return isinstance(element, dict) and element.get("name") == name


def mapping_at(parent: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the mapping at *key* of *parent*; a new one is put there if needed."""
    if not isinstance(parent.get(key), dict):
        parent[key] = {}
    found: dict[str, Any] = parent[key]
    return found


def annotate(pod: dict[str, Any], name: str, value: str) -> None:
    """Set an annotation of *pod*."""
    mapping_at(mapping_at(pod, "metadata"), "annotations")[name] = value


def label(pod: dict[str, Any], name: str, value: str) -> None:
    """Set a label of *pod*."""
    mapping_at(mapping_at(pod, "metadata"), "labels")[name] = value


def runs_on_windows(spec: Mapping[str, Any]) -> bool:
    """Return whether a pod of that *spec* can run on Windows only."""
    selector = mapping(spec.get("nodeSelector"))
    systems = [mapping(spec.get("os")).get("name"), *map(selector.get, _SYSTEM_LABELS)]
    if _WINDOWS in systems:
        return True
    affinity = mapping(mapping(spec.get("affinity")).get("nodeAffinity"))
    required = mapping(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"))
    # A node has to match one of the terms. An empty one matches no node.
    terms = [
        term
        for term in elements(required.get("nodeSelectorTerms"))
        if term.get("matchExpressions") or term.get("matchFields")
    ]
    return bool(terms) and all(map(_wants_windows, terms))


def _wants_windows(term: Mapping[str, Any]) -> bool:
    """Return whether all nodes that match the *term* run Windows."""
    return any(
        expression.get("key") in _SYSTEM_LABELS
        and expression.get("operator") == "In"
        and expression.get("values") == [_WINDOWS]
        for expression in elements(term.get("matchExpressions"))
    )


def with_possible_names(pod: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of *pod* with ``pod`` in place of impossible names.

    The names are those of the pod, its namespace, its service account and its owners.
    """
    metadata = _possible(
        mapping(pod.get("metadata")), "name", "generateName", "namespace"
    )
    owners = elements(metadata.get("ownerReferences"))
    metadata["ownerReferences"] = [
        _possible(owner, "apiVersion", "kind", "name") for owner in owners
    ]
    return {
        **pod,
        "metadata": metadata,
        "spec": _possible(spec(pod), "serviceAccountName"),
    }


def _possible(value: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    replaced = {
        key: "pod" for key in keys if not _NAME.fullmatch(text(value.get(key)) or "pod")
    }
    return {**value, **replaced}
