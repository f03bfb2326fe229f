"""Which values parameters take, and the raw values that functions get of them."""

from typing import Any

from injector.templates.go.nodes import Bool, Constant, Nil, String
from injector.templates.go.typed import (
    BASIC,
    COMPLEX,
    FLOATS,
    INTS,
    STATIC,
    UINTS,
    VALUE,
    Type,
)
from injector.templates.go.values import MISSING, Typed, raw, type_of

_WANTED = {
    **dict.fromkeys(INTS, "integer"),
    **dict.fromkeys(UINTS, "unsigned integer"),
    **dict.fromkeys(FLOATS, "float"),
    **dict.fromkeys(COMPLEX, "complex"),
    "bool": "bool",
    "string": "string",
}
_LITERAL_KINDS = frozenset({"slice", "map", "ptr"})
"""Types of these kinds can be without a name."""
_BITS = {"8": 8, "16": 16, "32": 32}


class ArgumentError(Exception):
    """A value is none for a parameter."""


class Boxed:
    """A value out of something that holds anything: Go knows it as an interface."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def unboxed(value: Any) -> Any:
    """Return the value itself; ``MISSING`` of nil."""
    inner = value.value if isinstance(value, Boxed) else value
    return MISSING if inner is None else inner


def assigned(value: Any, wanted: Type) -> Any:
    """Return the raw value that a parameter of type *wanted* gets of *value*.

    Raises:
        ArgumentError: the types do not go together.
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
    """Tell whether a value of type *found* is one for a slot of type *wanted*."""
    if found is wanted or wanted.kind == "interface":
        return True
    literal_type = next((one for one in (found, wanted) if one.under is None), None)
    if literal_type is None or literal_type.kind not in _LITERAL_KINDS:
        return False
    return (found.under or found) is (wanted.under or wanted)


def literal(node: Bool | Constant | Nil | String, wanted: Type) -> Any:
    """Return the raw value that a parameter of type *wanted* gets of a literal.

    Raises:
        ArgumentError: the literal is none for it.
    """
    if isinstance(node, Nil):
        if wanted.nilable:
            return MISSING if wanted.kind == "value" else None
        raise ArgumentError(f"cannot assign nil to {wanted.name}")
    if wanted.kind in {"interface", "value"}:
        return constant(node)
    if wanted.kind not in _WANTED:
        raise ArgumentError(f"can't handle {node} for arg of type {wanted.name}")
    value = _fitting(node, wanted.kind)
    if value is None:
        raise ArgumentError(f"expected {_WANTED[wanted.kind]}; found {node}")
    return value


def _fitting(node: Bool | Constant | String, kind: str) -> Any:
    """Return the value of a literal as a value of *kind*; None if it is none."""
    if isinstance(node, Bool | String):
        return (
            node.value
            if kind == ("bool" if isinstance(node, Bool) else "string")
            else None
        )
    number = node.number
    if kind in INTS and number.whole is not None:
        return _cut(number.whole, kind[3:], signed=True)
    if kind in UINTS and number.unsigned is not None:
        return _cut(number.unsigned, kind[4:], signed=False)
    if kind in FLOATS:
        return number.real
    return number.imaginary if kind in COMPLEX else None


def _cut(number: int, bits: str, *, signed: bool) -> int:
    """Return what is left of *number* in so many bits."""
    width = _BITS.get(bits, 64)
    number &= (1 << width) - 1
    return number - (1 << width) if signed and number >> (width - 1) else number


def constant(node: Bool | Constant | String) -> Any:
    """Return the value of a literal that nothing is known about.

    Raises:
        ArgumentError: it is larger than all integers.
    """
    if isinstance(node, Bool | String):
        return node.value
    number = node.number
    if number.imaginary is not None:
        return Typed(BASIC["complex128"], number.imaginary)
    if number.decimal:
        return number.real
    if number.whole is None:
        raise ArgumentError(f"{node} overflows int")
    return number.whole
