"""Equality, emptiness and kinds of values, as in Go's package reflect."""

from collections.abc import Mapping
from typing import Any

from injector.templates.go.values.functions import Function, function
from injector.templates.go.values.types import Type
from injector.templates.go.values.values import (
    Typed,
    deref,
    entries,
    field,
    items,
    kind_of,
    raw,
    type_of,
)


def empty(value: Any) -> bool:
    """Return whether *value* is nil, false, 0 or has no elements; structs never are."""
    if isinstance(value, Typed):
        held, kind = value.value, value.type.kind
        return (
            held is None if kind in {"ptr", "func"} else kind != "struct" and not held
        )
    return not value and not callable(value)


def deep_equal(left: Any, right: Any) -> bool:
    """Return whether two values have the same type and are deeply equal."""
    type_ = type_of(left)
    if type_ is not type_of(right):
        return False
    if type_ is None:
        return True
    if raw(left) is None or raw(right) is None:
        return raw(left) is raw(right)
    return _held_equal(type_, left, right)


def _held_equal(type_: Type, left: Any, right: Any) -> bool:
    if type_.kind == "slice":
        ones, others = items(left), items(right)
        return len(ones) == len(others) and all(map(deep_equal, ones, others))
    if type_.kind == "map":
        mine, yours = entries(left), entries(right)
        return mine.keys() == yours.keys() and all(
            deep_equal(mine[key], yours[key]) for key in mine
        )
    if type_.kind == "ptr":
        return deep_equal(deref(left), deref(right))
    if type_.kind == "struct":
        return all(
            deep_equal(field(left, name), field(right, name)) for name in type_.fields
        )
    # Functions are equal only if both are nil.
    return type_.kind != "func" and bool(raw(left) == raw(right))


def _type_name(value: Any) -> str:
    type_ = type_of(value)
    return type_.name if type_ is not None else "<nil>"


REFLECTION: Mapping[str, Function] = {
    "deepEqual": function("func(any, any) bool", deep_equal),
    "kindIs": function(
        "func(string, any) bool", lambda kind, value: kind_of(value) == kind
    ),
    "kindOf": function("func(any) string", kind_of),
    "typeIs": function(
        "func(string, any) bool", lambda name, value: _type_name(value) == name
    ),
    "typeIsLike": function(
        "func(string, any) bool",
        lambda name, value: _type_name(value) in {name, f"*{name}"},
    ),
    "typeOf": function("func(any) string", _type_name),
}
