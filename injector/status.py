"""The status annotation: what an injection says that it put into a pod."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from injector import annotations, depth, golang, pods, schema

# Field of the status, and where the pod's spec has the names.
INIT_CONTAINERS = "initContainers"
CONTAINERS = "containers"
VOLUMES = "volumes"
PULL_SECRETS = "imagePullSecrets"
KINDS = (INIT_CONTAINERS, CONTAINERS, VOLUMES, PULL_SECRETS)
_TYPES = dict.fromkeys(KINDS, schema.type_of("[]string"))


class Status(NamedTuple):
    """What was injected, by kind: the names, in the order in which they stand."""

    names: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_template_pod(cls, template_pod: Mapping[str, Any]) -> "Status":
        """Return the status of a pod that gets what *template_pod* is made of."""
        spec = pods.spec(template_pod)
        return cls(names={kind: names_in(spec.get(kind)) for kind in KINDS})

    def of(self, kind: str) -> frozenset[str]:
        """Return the names of a kind, to look many of them up."""
        return frozenset(self.names[kind])

    def with_names_of(self, other: "Status | None") -> "Status":
        """Return this status, followed by the names that only *other* has."""
        if other is None:
            return self
        return Status(
            names={
                kind: tuple(dict.fromkeys((*self.names[kind], *other.names[kind])))
                for kind in KINDS
            }
        )

    def text(self, **more: str) -> str:
        """Return the annotation's text, with *more* fields at its end."""
        lists = {kind: list(self.names[kind]) or None for kind in KINDS}
        return golang.compact({**lists, **more})


def names_in(elements: Any) -> tuple[str, ...]:
    """Return the names of the elements of a list."""
    return tuple(pods.text(element.get("name")) for element in pods.elements(elements))


def is_stamped(pod: Mapping[str, Any]) -> bool:
    """Tell whether *pod* has a status annotation, whatever it says."""
    return annotations.STATUS in pods.annotations(pod)


def parse(pod: Mapping[str, Any]) -> Status | None:
    """Return the status of *pod*; None if it has none that can be read."""
    try:
        document = depth.loads(pods.annotations(pod)[annotations.STATUS])
    except (KeyError, TypeError, ValueError):
        return None
    if not isinstance(document, dict):
        return None
    said = schema.respelled(document, _TYPES, order=list)
    lists = {kind: said.get(kind) or [] for kind in KINDS}
    for names in lists.values():
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            return None
    return Status(names={kind: tuple(names) for kind, names in lists.items()})
