"""Names of fields in upper and lower case, as Go's JSON reads them.

Go finds a field by its exact name, or by one that differs in case. A field with several
spellings is read several times into one variable: structs merge by field, and null
resets a value that can be nil.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

from injector.kubernetes.schema.table import Type, struct

Order = Callable[[Iterable[str]], Iterable[str]]
"""The order in which spellings are read: that of a text, or of sorted keys."""

_NULLABLE: Final = frozenset(("list", "map", "bytes", "any", "time", "quantity"))
_LONG_S: Final = "\u017f"


def spelled(value: Any, kind: Type, *, order: Order = sorted) -> Any:
    """Return *value* with the exact names of its type's fields, at any depth.

    Unknown fields keep their names. The result shares parts with *value*.
    """
    if isinstance(value, dict) and kind.struct is not None:
        types = types_of(kind)
        return {
            key: spelled(item, types[key], order=order) if key in types else item
            for key, item in respelled(value, types, order=order).items()
        }
    if isinstance(value, dict) and kind.elem is not None:
        elem = kind.elem
        return {key: spelled(item, elem, order=order) for key, item in value.items()}
    if isinstance(value, list) and kind.elem is not None:
        return [spelled(item, kind.elem, order=order) for item in value]
    return value


def respelled(
    value: dict[str, Any], types: Mapping[str, Type], *, order: Order = sorted
) -> dict[str, Any]:
    """Return *value* with the exact names of the fields in *types*.

    Names at a greater depth stay, unless several values of a field become one.
    """
    return value if value.keys() <= types.keys() else _merged([value], types, order)


def types_of(kind: Type) -> Mapping[str, Type]:
    """Return the types of a struct's fields by their names."""
    return {} if kind.struct is None else _types(kind.name)


@cache
def _types(name: str) -> Mapping[str, Type]:
    return {key: field.type for key, field in struct(name).fields.items()}


def _folded(name: str) -> str:
    """Return *name* in the form that all its spellings share.

    Two letters of Unicode fold to ``k`` and ``s``: the Kelvin sign, which ``lower``
    converts too, and the long s.
    """
    return name.lower().replace(_LONG_S, "s")


def _merged(
    values: Iterable[dict[str, Any]], types: Mapping[str, Type], order: Order
) -> dict[str, Any]:
    """Return the fields of a struct after Go has read the values one by one."""
    names = {_folded(name): name for name in types}
    found: dict[str, list[Any]] = {}
    for value in values:
        for key in order(value):
            name = key if key in types else names.get(_folded(key), key)
            found.setdefault(name, []).append(value[key])
    return {
        name: _read(read, types[name], order) if name in types else read[-1]
        for name, read in found.items()
    }


def _read(values: list[Any], kind: Type, order: Order) -> Any:
    """Return the value of a field after Go has read the values one by one."""
    if len(values) == 1:
        return values[0]
    if kind.pointer or kind.kind in _NULLABLE:
        ends = [place for place, value in enumerate(values, 1) if value is None]
        values = values[max(ends, default=0) :]
    values = [value for value in values if value is not None]
    last: Any = values[-1] if values else None
    alike: list[Any] = [value for value in values if type(value) is type(last)]
    if isinstance(last, dict) and kind.struct is not None:
        return _merged(alike, types_of(kind), order)
    if isinstance(last, dict):
        return {key: item for value in alike for key, item in value.items()}
    if isinstance(last, list) and kind.elem is not None:
        elem = kind.elem
        items: list[list[Any]] = [[] for _ in last]
        for value in alike:
            for place, item in zip(items, value, strict=False):
                place.append(item)
        return [_read(place, elem, order) for place in items]
    return last
