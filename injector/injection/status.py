"""The status annotation, read and written: the names of what an injection added."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from injector.base import annotations
from injector.formats import depth, golang
from injector.kubernetes import pods, schema

# Fields of the status, and of the pod's spec.
INIT_CONTAINERS = "initContainers"
CONTAINERS = "containers"
VOLUMES = "volumes"
PULL_SECRETS = "imagePullSecrets"
KINDS = (INIT_CONTAINERS, CONTAINERS, VOLUMES, PULL_SECRETS)
_TYPES = dict.fromkeys(KINDS, schema.type_of("[]string"))


class Added(NamedTuple):
    """Additions to the author's containers: their names, and the same paths in each."""

    names: tuple[str, ...]
    paths: tuple[str, ...]


class Status(NamedTuple):
    """The names of injected elements by kind, in their order in the pod."""

    names: Mapping[str, tuple[str, ...]]
    added: Mapping[str, tuple[Added, ...]] = MappingProxyType({})
    """Additions to the author's containers, by kind of container."""

    @classmethod
    def from_template_pod(
        cls,
        template_pod: Mapping[str, Any],
        author: Mapping[str, Any] = MappingProxyType({}),
        added: Mapping[str, tuple[Added, ...]] = MappingProxyType({}),
    ) -> "Status":
        """Return the status of a pod that *template_pod* is merged onto.

        Containers of the *author*, the pod before the merge, were not injected.
        """
        names = {}
        for kind in KINDS:
            found = names_in(pods.spec(template_pod).get(kind))
            is_container = kind in (CONTAINERS, INIT_CONTAINERS)
            authors = names_in(pods.spec(author).get(kind)) if is_container else ()
            known = frozenset(authors)
            names[kind] = tuple(name for name in found if name not in known)
        return cls(names=names, added=added)

    def of(self, kind: str) -> frozenset[str]:
        """Return the names of a kind."""
        return frozenset(self.names[kind])

    def with_names_of(self, other: "Status | None") -> "Status":
        """Return this status with the names that only *other* has appended."""
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
    """Return the names of the elements of a list; empty if it is no list."""
    return tuple(pods.text(element.get("name")) for element in pods.elements(elements))


def has_status(pod: Mapping[str, Any]) -> bool:
    """Tell whether *pod* has a status annotation, readable or not."""
    return annotations.STATUS in pods.annotations(pod)


def write_status(pod: dict[str, Any], text: str, others: Mapping[str, str]) -> None:
    """Write the status annotation of *pod*, and *others* that the operator wants."""
    pods.annotate(pod, annotations.STATUS, text)
    for name, value in others.items():
        pods.annotate(pod, name, value)


def parse(pod: Mapping[str, Any]) -> Status | None:
    """Return the status of *pod*; None without one, or if it cannot be read."""
    try:
        document = depth.loads(pods.annotations(pod)[annotations.STATUS])
    except (KeyError, TypeError, ValueError):
        return None
    if not isinstance(document, dict):
        return None
    fields = schema.respelled(document, _TYPES, order=list)
    lists = {kind: fields.get(kind) or [] for kind in KINDS}
    for names in lists.values():
        if not _is_texts(names):
            return None
    added = _added(document.get("added"))
    if added is None:
        return None
    return Status({kind: tuple(names) for kind, names in lists.items()}, added)


def _added(value: Any) -> dict[str, tuple[Added, ...]] | None:
    """Return the additions in the field ``added``; None if it cannot be read."""
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
