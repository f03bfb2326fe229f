"""The values of literals, as parameters of every type get them."""

from typing import Any

from injector.templates.go.parse.nodes import Bool, Constant, Nil, String
from injector.templates.go.values.arguments import ArgumentError
from injector.templates.go.values.types import BASIC, COMPLEX, FLOATS, INTS, UINTS, Type
from injector.templates.go.values.values import MISSING, Typed

_WANTED = {
    **dict.fromkeys(INTS, "integer"),
    **dict.fromkeys(UINTS, "unsigned integer"),
    **dict.fromkeys(FLOATS, "float"),
    **dict.fromkeys(COMPLEX, "complex"),
    "bool": "bool",
    "string": "string",
}
_BITS = {"8": 8, "16": 16, "32": 32}


def literal(node: Bool | Constant | Nil | String, wanted: Type) -> Any:
    """Return the raw value that a parameter of type *wanted* gets of a literal.

    Raises:
        ArgumentError: the literal does not fit the type.
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
    """Return the value of a literal as one of *kind*; None if it does not fit."""
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
    """Return *number* cut to so many bits."""
    width = _BITS.get(bits, 64)
    number &= (1 << width) - 1
    return number - (1 << width) if signed and number >> (width - 1) else number


def constant(node: Bool | Constant | String) -> Any:
    """Return the value of a literal where no type is asked for.

    Raises:
        ArgumentError: the literal is larger than all integers.
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
