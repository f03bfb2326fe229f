"""Sprig's merge of dictionaries into the first one: deep, for maps of any type.

``merge`` replaces only empty values of the first one, ``mergeOverwrite`` all values.
"""

from collections.abc import Callable
from typing import Any

from injector.templates.go.sprig.equality import empty
from injector.templates.go.values.functions import FunctionError
from injector.templates.go.values.types import ANY, MAP, STRING, Type
from injector.templates.go.values.values import (
    Typed,
    deref,
    kind_of,
    raw,
    type_of,
    view,
)

_Map = dict[str, Any]
_Take = Callable[[Any, Any], bool]


def merge(into: _Map | None, *sources: _Map | None) -> Any:
    """Merge *sources* into a map, whose values win unless empty; return the map."""
    return _merge(into, sources, _fill)


def merge_overwrite(into: _Map | None, *sources: _Map | None) -> Any:
    """Merge *sources* into a map, the last one wins; return the map."""
    return _merge(into, sources, lambda _there, _given: True)


def _fill(there: Any, given: Any) -> bool:
    return given is not None and empty(deref(there))


def _merge(into: _Map | None, sources: tuple[_Map | None, ...], take: _Take) -> Any:
    if into is None:
        if all(raw(source) is None for source in sources):
            return Typed(MAP, None)
        into = {}
    for source in sources:
        _merge_into(into, source, take)
    return into


def _merge_into(into: Any, source: Any, take: _Take) -> None:
    """Merge the map *source* into *into*, neither nil, as far as *take* says."""
    source = {} if source is None else source
    target, origin = raw(into), raw(source)
    for key, held in (origin or {}).items():
        _check_keys(_types(into)[0], _types(source)[0])
        given = view(_types(source)[1], held) if isinstance(source, Typed) else held
        there = _there(into, target, key)
        both = kind_of(there) == kind_of(given) == "map" and raw(there) is not None
        if both:
            _merge_into(there, given, take)
        # A map that is still empty is replaced by the other map.
        if empty(there) if both else take(there, given):
            target[key] = _assigned(_types(into)[1], _types(source)[1], given)


def _there(into: Any, target: _Map, key: Any) -> Any:
    if isinstance(into, Typed):
        return view(_types(into)[1], target[key]) if key in target else None
    return target.get(key)


def _types(map_: Any) -> tuple[Type, Type]:
    type_ = type_of(map_)
    return (type_ and type_.key) or STRING, (type_ and type_.elem) or ANY


def _check_keys(wanted: Type, given: Type) -> None:
    if wanted is not given:
        raise FunctionError(
            f"reflect.Value.MapIndex: value of type {given.name}"
            f" is not assignable to type {wanted.name}"
        )


def _assigned(wanted: Type, static: Type, given: Any) -> Any:
    """Return *given*, an element of type *static*, as an element of type *wanted*."""
    if wanted.kind == "interface":
        return given
    if wanted is not static:
        raise FunctionError(
            f"reflect.Value.SetMapIndex: value of type {static.name}"
            f" is not assignable to type {wanted.name}"
        )
    return raw(given)
