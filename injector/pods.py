"""Reading pods as an API server may send them: absent, null and odd are empty."""

import re
from collections.abc import Mapping
from typing import Any

CONTAINERS = "containers"
INIT_CONTAINERS = "initContainers"

_SYSTEM_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")
_WINDOWS = "windows"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]*")


def mapping(value: Any) -> dict[str, Any]:
    """Return *value* if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """Return *value* if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def elements(value: Any) -> list[dict[str, Any]]:
    """Return the mappings in the list *value*; anything else has none."""
    if not isinstance(value, list):
        return []
    return [element for element in value if isinstance(element, dict)]


def annotations(pod: Mapping[str, Any]) -> dict[str, Any]:
    """Return the annotations of *pod*."""
    return mapping(mapping(pod.get("metadata")).get("annotations"))


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


def named(elements: list[dict[str, Any]], name: Any) -> dict[str, Any] | None:
    """Return the first element of that *name*, or None."""
    for element in elements:
        if element.get("name") == name:
            return element
    return None


def is_named(element: Any, name: str) -> bool:
    """Tell whether *element* is a mapping of that *name*."""
    return isinstance(element, dict) and element.get("name") == name


def own(parent: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the mapping at *key* of *parent*, put there if there is none."""
    if not isinstance(parent.get(key), dict):
        parent[key] = {}
    found: dict[str, Any] = parent[key]
    return found


def annotate(pod: dict[str, Any], name: str, value: str) -> None:
    """Set an annotation of *pod*."""
    own(own(pod, "metadata"), "annotations")[name] = value


def label(pod: dict[str, Any], name: str, value: str) -> None:
    """Set a label of *pod*."""
    own(own(pod, "metadata"), "labels")[name] = value


def runs_on_windows(spec: Mapping[str, Any]) -> bool:
    """Tell whether a pod of that *spec* can run on Windows only."""
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
    """Tell whether all nodes that match the *term* run Windows."""
    return any(
        expression.get("key") in _SYSTEM_LABELS
        and expression.get("operator") == "In"
        and expression.get("values") == [_WINDOWS]
        for expression in elements(term.get("matchExpressions"))
    )


def with_possible_names(pod: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of *pod* with ``pod`` in place of names that nothing can have.

    Looked at are its own, its namespace's, its service account's and its owners'.
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
