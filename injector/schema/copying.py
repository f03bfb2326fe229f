"""Copies of JSON, and when two of them are the same."""

import json
from collections.abc import Hashable
from typing import Any


def copy_json(value: Any) -> Any:
    """Return a deep copy of JSON; strings and numbers are shared."""
    if isinstance(value, dict):
        # Most values are strings: spare them the call.
        return {
            key: item if isinstance(item, str) else copy_json(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [item if isinstance(item, str) else copy_json(item) for item in value]
    return value


def same_json(one: Any, other: Any) -> bool:
    """Tell whether both are the same JSON, so that 1, 1.0 and true differ."""
    if one is other:
        return True
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same_json(value, other[key]) for key, value in one.items())
        )
    if isinstance(one, list):
        return (
            isinstance(other, list)
            and len(one) == len(other)
            and all(map(same_json, one, other))
        )
    if isinstance(one, str):
        return isinstance(other, str) and one == other
    # Text tells -0.0 from 0.0, and NaN is itself.
    return type(one) is type(other) and (one == other or repr(one) == repr(other))


def identity(value: Any) -> Hashable:
    """Return what the same JSON, and no other, has in common; it can be hashed."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict | list):
        return list, json.dumps(value, sort_keys=True)
    return type(value), repr(value)
