"""The assignment of values to parameters: which fit, and as which raw values."""

from typing import Any

from injector.templates.go.values.types import STATIC, VALUE, Type
from injector.templates.go.values.values import MISSING, Typed, raw, type_of

_LITERAL_KINDS = frozenset({"slice", "map", "ptr"})
"""Kinds of types that can be without a name."""


class ArgumentError(Exception):
    """A value does not fit a parameter, or an operand cannot be evaluated."""


class Boxed:
    """A value from a slot of type ``any``: Go knows it as an interface."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def assigned(value: Any, wanted: Type) -> Any:
    """Return the raw value that a parameter of type *wanted* gets of *value*.

    Raises:
        ArgumentError: the types do not fit.
    """
    if type(value) is Typed and value.type is wanted:
        return value.value
    if wanted is STATIC:
        return value
    inner = value.value if isinstance(value, Boxed) else value
    if wanted is VALUE:
        return inner
    if inner is not MISSING:
        return inner if wanted.kind == "interface" else _typed(inner, wanted)
    if wanted.nilable:
        return None
    raise ArgumentError(f"invalid value; expected {wanted.name}")


def _typed(value: Any, wanted: Type) -> Any:
    """Return the raw value that a slot of type *wanted* gets of *value*."""
    found = type_of(value)
    if found is not None and assignable(found, wanted):
        return raw(value)
    target = found.elem if found is not None and found.kind == "ptr" else None
    if target is not None and assignable(target, wanted):
        if raw(value) is None:
            raise ArgumentError(f"dereference of nil pointer of type {target.name}")
        return raw(value)
    name = found.name if found is not None else "interface {}"
    raise ArgumentError(f"wrong type for value; expected {wanted.name}; got {name}")


def assignable(found: Type, wanted: Type) -> bool:
    """Return whether a value of type *found* fits a slot of type *wanted*."""
    if found is wanted or wanted.kind == "interface":
        return True
    literal_type = next((one for one in (found, wanted) if one.under is None), None)
    if literal_type is None or literal_type.kind not in _LITERAL_KINDS:
        return False
    return (found.under or found) is (wanted.under or wanted)
