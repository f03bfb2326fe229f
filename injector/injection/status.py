"""The status annotation: what an injection says that it put into a pod."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from injector.base import annotations
from injector.formats import depth, golang
from injector.kubernetes import pods, schema

# Field of the status, and where the pod's spec has the names.
INIT_CONTAINERS = "initContainers"
CONTAINERS = "containers"
VOLUMES = "volumes"
PULL_SECRETS = "imagePullSecrets"
KINDS = (INIT_CONTAINERS, CONTAINERS, VOLUMES, PULL_SECRETS)
_TYPES = dict.fromkeys(KINDS, schema.type_of("[]string"))


class Added(NamedTuple):
    """What was added to containers of the pod's author: the paths, and to which."""

    names: tuple[str, ...]
    paths: tuple[str, ...]


class Status(NamedTuple):
    """What was injected, by kind: the names, in the order in which they stand."""

    names: Mapping[str, tuple[str, ...]]
    added: Mapping[str, tuple[Added, ...]] = MappingProxyType({})
    """By kind of container."""

    @classmethod
    def from_template_pod(
        cls,
        template_pod: Mapping[str, Any],
        author: Mapping[str, Any] = MappingProxyType({}),
        added: Mapping[str, tuple[Added, ...]] = MappingProxyType({}),
    ) -> "Status":
        """Return the status of a pod that gets what *template_pod* is made of.

        Containers that the pod has from its *author* were not injected.
        """
        names = {}
        for kind in KINDS:
            made = names_in(pods.spec(template_pod).get(kind))
            theirs = kind in (CONTAINERS, INIT_CONTAINERS) and frozenset(
                names_in(pods.spec(author).get(kind))
            )
            names[kind] = tuple(name for name in made if name not in (theirs or ()))
        return cls(names=names, added=added)

    def of(self, kind: str) -> frozenset[str]:
        """Return the names of a kind, to look many of them up."""
        return frozenset(self.names[kind])

    def with_names_of(self, other: "Status | None") -> "Status":
        """Return this status, followed by the names that only *other* has."""
        if other is None:
            return self
        return self._replace(
            names={
                kind: tuple(dict.fromkeys((*self.names[kind], *other.names[kind])))
                for kind in KINDS
            }
        )

    def text(self, **more: str) -> str:
        """Return the annotation's text, with *more* fields at its end."""
        lists = {kind: list(self.names[kind]) or None for kind in KINDS}
        added = {
            kind: [{"names": each.names, "paths": each.paths} for each in groups]
            for kind, groups in self.added.items()
        }
        tail = {"added": added} if added else {}
        return golang.compact({**lists, **more, **tail})


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
        if not _is_texts(names):
            return None
    added = _added(document.get("added"))
    if added is None:
        return None
    return Status({kind: tuple(names) for kind, names in lists.items()}, added)


def _added(value: Any) -> dict[str, tuple[Added, ...]] | None:
    """Return what was added to containers; None if it cannot be read."""
    added = {}
    for kind, groups in pods.mapping(value).items():
        if not isinstance(groups, list):
            return None
        read = []
        for group in groups:
            found = pods.mapping(group)
            lists = found.get("names"), found.get("paths")
            if not all(map(_is_texts, lists)):
                return None
            read.append(Added(*map(tuple, lists)))  # type: ignore[arg-type]
        added[kind] = tuple(read)
    return added


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
