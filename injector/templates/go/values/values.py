"""The values that templates see, and how Python holds them.

=======================  ==========================================================
Go                       Python
=======================  ==========================================================
string                   str (bytes that are no UTF-8 as surrogate escapes)
bool                     bool
int                      int
float64                  float
nil                      None
[]any                    list of values
map[string]any           dict of values
anything else            Typed(type, raw)
func                     Function
=======================  ==========================================================

``Typed`` names the Go type of a *raw* value: what JSON has, or what the type's ``read``
makes of it. An int64 is ``Typed(INT64, 30)``; a ``map[string]string`` is
``Typed(STRING_MAP, {"a": "b"})``; a slice of structs is ``Typed(slice, [{...}, ...])``,
whose elements are raw as well, and become values by ``view`` when they are reached; a
pointer has its target's raw value, or None if it is nil. So a pod stays one JSON
document, and templates see of it what they touch. A nil slice or map of any type has
None as its raw value.

A missing map entry is ``MISSING``, Go's invalid value: it prints ``<no value>``, has
all fields (missing ones) and becomes None where a function takes anything. None, a nil
that is really there, has no fields. Pipelines turn None into ``MISSING``.
"""

from collections.abc import Mapping
from typing import Any, Final

from injector.templates.go.values.functions import Function
from injector.templates.go.values.types import (
    ANYS,
    BOOL,
    FLOAT64,
    INT,
    MAP,
    STRING,
    Type,
)


class _Missing:
    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""The value of a map entry or an argument that does not exist."""


class Typed:
    """A raw value with its Go type."""

    __slots__ = ("type", "value")

    def __init__(self, type_: Type, value: Any) -> None:
        self.type = type_
        self.value = value

    def __bool__(self) -> bool:
        kind = self.type.kind
        if kind == "ptr":
            return self.value is not None
        return kind == "struct" or bool(self.value)

    def __repr__(self) -> str:
        return f"Typed({self.type!r}, {self.value!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Typed):
            return NotImplemented
        return self.type is other.type and bool(self.value == other.value)

    __hash__ = None  # type: ignore[assignment]


_ANYTHING = frozenset({"interface", "value"})
_OF: dict[type, Type] = {
    str: STRING,
    bool: BOOL,
    int: INT,
    float: FLOAT64,
    list: ANYS,
    dict: MAP,
}


def type_of(value: Any) -> Type | None:
    """Return the Go type of *value*; None for nil and what is missing."""
    if isinstance(value, Typed | Function):
        return value.type
    known = _OF.get(type(value))
    if known is None and value is not None and value is not MISSING:
        # Subclasses of Python's types are what those are.
        return next(_OF[base] for base in value.__class__.__mro__ if base in _OF)
    return known


def kind_of(value: Any) -> str:
    """Return the kind of *value*'s type; ``invalid`` for nil."""
    found = type_of(value)
    return found.kind if found is not None else "invalid"


def raw(value: Any) -> Any:
    """Return the raw value of *value*; None for a missing one."""
    if isinstance(value, Typed):
        return value.value
    return None if value is MISSING else value


def view(type_: Type, held: Any) -> Any:
    """Return the value that a slot of *type_* has which holds *held*.

    None and ``MISSING`` stand for the zero value.
    """
    if held is None or held is MISSING:
        if type_.kind in _ANYTHING:
            return None
        held = type_.zero
    elif type_.read is not None:
        held = type_.read(held)
    return held if type_.plain and held is not None else Typed(type_, held)


def typed(type_: Type, held: Any) -> Any:
    """Return the value of *type_* whose raw value is *held*."""
    if type_.kind in _ANYTHING or (type_.plain and held is not None):
        return held
    return Typed(type_, held)


def deref(value: Any) -> Any:
    """Return the target of a pointer; *value* itself if it is nil or not a pointer."""
    while isinstance(value, Typed) and value.type.kind == "ptr":
        if value.value is None or value.type.elem is None:
            return value
        value = view(value.type.elem, value.value)
    return value


def is_nil(value: Any) -> bool:
    """Return whether *value* is nil: no value, or a nil pointer, slice or map."""
    if isinstance(value, Typed):
        return value.value is None
    return value is None or value is MISSING


def items(value: Any) -> list[Any]:
    """Return the elements of a slice as values."""
    if isinstance(value, Typed):
        elem = value.type.elem
        return [view(elem, held) for held in value.value or ()] if elem else []
    return list(value)


def entries(value: Any) -> dict[Any, Any]:
    """Return the entries of a map, in the order of the keys, elements as values."""
    if isinstance(value, Typed):
        elem, held = value.type.elem, value.value or {}
        return {key: view(elem, held[key]) for key in sorted(held)} if elem else {}
    return {key: value[key] for key in sorted(value)}


def field(struct: Typed, name: str) -> Any:
    """Return the field *name* of a struct, zero if its mapping lacks it.

    Raises:
        KeyError: the struct has no such field.
    """
    member = struct.type.fields[name]
    held = struct.value
    for key in member.path:
        held = held.get(key) if isinstance(held, Mapping) else None
    return view(member.type, held)


def truth(value: Any) -> bool:
    """Return whether *value* is true: not false, zero, nil or empty."""
    return bool(value)
