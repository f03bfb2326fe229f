"""Which parts of its sidecars a pod lacks.

Additions to a sidecar are allowed: API servers and others add mounts, limits, defaults.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple, TypeVar

from injector.kubernetes import pods, schema
from injector.kubernetes.schema import identity

NAMESAKES = 3
"""The most elements with one key that may be in any order: three protocols a port."""

T = TypeVar("T")


def lacking(
    rendered: Mapping[str, Any], wanted: Mapping[str, Any], pod: Mapping[str, Any]
) -> list[str]:
    """Return the path of each part that *pod* lacks, or has with another value.

    Args:
        rendered: the overlays, merged onto an empty pod: the parts to compare.
        wanted: *pod*, injected again: their values, after the author's overrides and
            the product's last rules.
        pod: the pod as an API server is about to store it.
    """
    # As an API server prints them: no empty values, canonical quantities.
    views = _Views(*(schema.typed(view) for view in (rendered, wanted, pod)))
    return list(_struct(schema.POD, "", views))


class _Views(NamedTuple):
    """The same part of the three pods."""

    rendered: Any
    wanted: Any
    found: Any

    def at(self, key: str) -> "_Views":
        """Return the parts under *key*."""
        return _Views(
            rendered=pods.mapping(self.rendered).get(key),
            wanted=pods.mapping(self.wanted).get(key),
            found=pods.mapping(self.found).get(key),
        )

    def differs(self) -> bool:
        """Return whether the pod has another value than wanted."""
        return not schema.same_json(self.wanted, self.found)


def _struct(struct: schema.Struct, path: str, views: _Views) -> Iterator[str]:
    for key in pods.mapping(views.rendered):
        part = views.at(key)
        # API servers drop unknown fields; the product's last rules may remove a part.
        if key in struct.fields and None not in (part.rendered, part.wanted):
            place = schema.join(path, key)
            yield from _field(struct.fields[key], place, part)


def _field(field: schema.Field, path: str, views: _Views) -> Iterator[str]:
    if field.kind == "map":
        yield from _map(path, views)
    elif field.kind == "struct" and field.type.struct and views.found is not None:
        yield from _struct(field.type.struct, path, views)
    elif field.elem and field.elem.struct and field.merge_key:
        yield from _named(field.elem.struct, field.merge_key, path, views)
    elif field.elem and field.elem.struct:
        yield from _listed(field.elem.struct, path, views)
    elif views.differs():
        yield path


def _map(path: str, views: _Views) -> Iterator[str]:
    for key in pods.mapping(views.rendered):
        part = views.at(key)
        if part.wanted is not None and part.differs():
            yield f"{path}[{key}]"


def _named(
    struct: schema.Struct, merge_key: str, path: str, views: _Views
) -> Iterator[str]:
    """Compare the elements that have the same key, in any order."""
    by_key = [_grouped(view, merge_key) for view in (views.wanted, views.found)]
    for element in pods.elements(views.rendered):
        key = element.get(merge_key)
        place = f"{path}[{key}]"
        wanted, found = (groups.get(identity(key), ()) for groups in by_key)
        if wanted and not found:
            yield place
            continue
        least: list[str] = []
        for one, other in _pairs(wanted, found):
            faults = list(_struct(struct, place, _Views(element, one, other)))
            if not faults:
                break
            least = min(least or faults, faults, key=len)
        else:
            yield from least


def _pairs(wanted: Sequence[T], found: Sequence[T]) -> Iterable[tuple[T, T]]:
    """Return the pairs of elements to compare: few in any order, many as they are."""
    if max(len(wanted), len(found)) <= NAMESAKES:
        return product(wanted, found)
    return zip(wanted, found, strict=False)


def _grouped(elements: Any, merge_key: str) -> dict[Hashable, list[dict[str, Any]]]:
    """Return the elements by their key."""
    groups: dict[Hashable, list[dict[str, Any]]] = {}
    for element in pods.elements(elements):
        groups.setdefault(identity(element.get(merge_key)), []).append(element)
    return groups


def _listed(struct: schema.Struct, path: str, views: _Views) -> Iterator[str]:
    """Compare the elements one by one: such a list is replaced as a whole."""
    lists = [
        pods.elements(view) for view in (views.rendered, views.wanted, views.found)
    ]
    if len({len(each) for each in lists}) == 1:
        for index, elements in enumerate(zip(*lists, strict=True)):
            yield from _struct(struct, schema.join(path, index), _Views(*elements))
    elif views.differs():
        yield path
