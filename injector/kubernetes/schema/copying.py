"""Copies and comparison of JSON values."""

import json
from collections.abc import Hashable
from typing import Any, Final

from injector.kubernetes.schema.table import Type

_SCALARS: Final = frozenset((str, int, float, bool, type(None)))


def copy_json(value: Any) -> Any:
    """Return a deep copy of JSON; strings and numbers are shared."""
    # Most values are scalars: spare them the call.
    if isinstance(value, dict):
        return {
            key: item if item.__class__ in _SCALARS else copy_json(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [
            item if item.__class__ in _SCALARS else copy_json(item) for item in value
        ]
    return value


def ordered(value: Any, kind: Type) -> Any:
    """Return *value* with the known fields of structs in Go's order, sorted maps."""
    if isinstance(value, dict):
        struct, elem = kind.struct, kind.elem or kind
        if struct is None:
            return {key: ordered(value[key], elem) for key in sorted(value)}
        return {
            name: ordered(value[name], field.type)
            for name, field in struct.fields.items()
            if name in value
        }
    if isinstance(value, list) and kind.elem is not None:
        return [ordered(item, kind.elem) for item in value]
    return value


def same_json(one: Any, other: Any) -> bool:
    """Return whether both are the same JSON, so that 1, 1.0 and true differ."""
    # Python's comparison is fast, and is wrong for numbers and booleans only.
    return one is other or (one == other and _same_numbers(one, other))


def _same_numbers(one: Any, other: Any) -> bool:
    """Return whether the numbers in two equal values are of the same kinds."""
    if isinstance(one, dict):
        for key, item in one.items():
            # Most values are strings: spare them the call.
            if item.__class__ is not str:
                counterpart = other[key]
                if item is not counterpart and not _same_numbers(item, counterpart):
                    return False
        return True
    if isinstance(one, list):
        return all(map(_same_numbers, one, other))
    # The texts of -0.0 and 0.0 differ.
    return one.__class__ is other.__class__ and (
        not isinstance(one, float) or repr(one) == repr(other)
    )


def identity(value: Any) -> Hashable:
    """Return a key that is equal for the same JSON and for no other."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and _SCALARS.issuperset(map(type, value.values())):
        # Most items of long lists hold scalars only: repr is faster than an encoder.
        return dict, repr(sorted(value.items()))
    if isinstance(value, dict | list):
        return list, json.dumps(value, sort_keys=True)
    return type(value), repr(value)
