"""Sprig's functions for dictionaries. Some change their first argument."""

from collections.abc import Mapping
from typing import Any

from injector.templates.go.sprig.casts import to_text
from injector.templates.go.sprig.merging import merge, merge_overwrite
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.types import MAP, STRING, Type
from injector.templates.go.values.values import Typed, is_nil, kind_of, raw, type_of

_Map = dict[str, Any]
_LEAST_PATH = 3


def _dict(*values: Any) -> _Map:
    # A last key without a value gets an empty one.
    padded = [*values, ""]
    return {to_text(padded[at]): padded[at + 1] for at in range(0, len(values), 2)}


def _get(map_: _Map | None, key: str) -> Any:
    return (map_ or {}).get(key, "")


def _set(map_: _Map | None, key: str, value: Any) -> _Map:
    if map_ is None:
        raise FunctionError("assignment to entry in nil map")
    map_[key] = value
    return map_


def _unset(map_: _Map | None, key: str) -> _Map | None:
    if map_ is not None:
        map_.pop(key, None)
    return map_


def _pluck(key: str, *maps: _Map | None) -> list[Any]:
    return [map_[key] for map_ in maps if map_ and key in map_]


def _keys(*maps: _Map | None) -> list[str]:
    # Go's order is random.
    return [key for map_ in maps for key in sorted(map_ or ())]


def _values(map_: _Map | None) -> list[Any]:
    return [(map_ or {})[key] for key in sorted(map_ or ())]


def _pick(map_: _Map | None, *keys: str) -> _Map:
    return {key: map_[key] for key in keys if map_ and key in map_}


def _omit(map_: _Map | None, *keys: str) -> _Map:
    return {key: value for key, value in (map_ or {}).items() if key not in keys}


def _dig(*arguments: Any) -> Any:
    if len(arguments) < _LEAST_PATH:
        raise FunctionError("dig needs at least three arguments")
    *path, fallback, found = arguments
    _assert(found, MAP)
    for key in path:
        _assert(key, STRING)
    for index, key in enumerate(path):
        if index:
            _assert(found, MAP)
        if key not in (raw(found) or {}):
            return fallback
        found = raw(found)[key]
    return found


def _assert(value: Any, wanted: Type) -> None:
    """Raise Go's error unless *value* has the type *wanted*."""
    type_ = type_of(value)
    if type_ is not wanted:
        name = type_.name if type_ is not None else "nil"
        raise FunctionError(
            f"interface conversion: interface {{}} is {name}, not {wanted.name}"
        )


def _copied(value: Any) -> Any:
    """Return a copy that shares nothing with *value*."""
    if isinstance(value, dict):
        return {key: _held(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_held(each) for each in value]
    return (
        Typed(value.type, _copied(value.value)) if isinstance(value, Typed) else value
    )


def _held(value: Any) -> Any:
    # A nil pointer in a list or dictionary becomes an untyped nil.
    lost = kind_of(value) == "ptr" and is_nil(value)
    return None if lost else _copied(value)


def _deep_copy(value: Any) -> Any:
    if value is None:
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    return _copied(value)


_DICT_AND_KEYS = "func(map[string]any, ...string) map[string]any"
_MERGE = "func(map[string]any, ...map[string]any) any"
DICTS: Mapping[str, Function] = {
    "deepCopy": function("func(any) any", _deep_copy),
    "dict": function("func(...any) map[string]any", _dict),
    "dig": function("func(...any) (any, error)", _dig),
    "get": function("func(map[string]any, string) any", _get),
    "hasKey": function(
        "func(map[string]any, string) bool", lambda map_, key: key in (map_ or ())
    ),
    "keys": function("func(...map[string]any) []string", _keys),
    "merge": function(_MERGE, merge),
    "mergeOverwrite": function(_MERGE, merge_overwrite),
    "omit": function(_DICT_AND_KEYS, _omit),
    "pick": function(_DICT_AND_KEYS, _pick),
    "pluck": function("func(string, ...map[string]any) []any", _pluck),
    "set": function("func(map[string]any, string, any) map[string]any", _set),
    "unset": function("func(map[string]any, string) map[string]any", _unset),
    "values": function("func(map[string]any) []any", _values),
}
