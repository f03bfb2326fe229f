"""Values of any kind as integers, floats and texts, as sprig takes them."""

import re
from typing import Any

from injector.formats import golang
from injector.templates.go.parse.numbers import floating, integer
from injector.templates.go.values.printing import show
from injector.templates.go.values.quoting import decode
from injector.templates.go.values.types import FLOATS, INTS, STRINGS, UINTS, Type
from injector.templates.go.values.values import (
    Typed,
    deref,
    items,
    kind_of,
    raw,
    type_of,
)

_ZERO_DECIMALS = re.compile(r"\.0+")
_DECIMAL = re.compile("[+-]?[0-9]+")
_BITS = 64
_SPECIAL = re.compile(r"[+-]?inf(inity)?|nan", re.IGNORECASE)
LEAST = -(1 << 63)


def wrapped(number: int) -> int:
    """Return *number* wrapped to an int64."""
    return (number - LEAST) % (1 << _BITS) + LEAST


def nearest(text: str) -> int:
    """Return the int64 nearest to a decimal number; 0 for other texts."""
    number = golang.integer(text)
    if number is None and _DECIMAL.fullmatch(text):
        number = LEAST if text[0] == "-" else golang.MOST
    return number or 0


def truncated(number: float) -> int:
    """Return the int64 that Go converts the float to."""
    if abs(number) < -LEAST:
        return int(number)
    # The processor's result out of range and for NaN.
    return LEAST


def _basic(type_: Type | None) -> str:
    """Return the kind of a basic type of Go; empty for named types."""
    return type_.kind if type_ is not None and type_.name == type_.kind else ""


def to_int(value: Any) -> int:
    """Return *value* as an int64; 0 if it does not read as a number."""
    value = deref(value)
    kind, held = _basic(type_of(value)), raw(value)
    if kind in INTS or kind in UINTS:
        return wrapped(held)
    if kind in FLOATS:
        return truncated(held)
    if kind == "bool":
        return int(held)
    return _parsed(held) if kind == "string" else 0


def _parsed(text: str) -> int:
    whole, dot, _ = text.rpartition(".")
    if dot and _ZERO_DECIMALS.fullmatch(text[len(whole) :]):
        text = whole
    number = integer(text) or 0
    return number if wrapped(number) == number else 0


def to_float(value: Any) -> float:
    """Return *value* as a float64; 0 if it does not read as a number."""
    value = deref(value)
    kind, held = _basic(type_of(value)), raw(value)
    if kind == "string":
        if _SPECIAL.fullmatch(held):
            return float(held) if held.lower() != "nan" else float("nan")
        return floating(held) or 0.0
    return float(held) if kind in INTS | UINTS | FLOATS | {"bool"} else 0.0


def to_text(value: Any) -> str:
    """Return *value* as a text: a string unchanged, other values as printed."""
    if isinstance(value, str):
        return value
    if isinstance(value, Typed) and value.type.name == "[]uint8":
        return decode(bytes(value.value or ()))
    return show(value)


def to_texts(value: Any) -> list[str]:
    """Return the elements of a list as texts, without nils, or another value as one."""
    if kind_of(value) == "slice":
        return [to_text(each) for each in items(value) if each is not None]
    return [] if value is None else [to_text(value)]


def as_texts(value: Any) -> list[str] | None:
    """Return the texts as ``to_texts``; a ``[]string`` is unchanged and may be nil."""
    if isinstance(value, Typed) and value.type is STRINGS:
        return value.value  # type: ignore[no-any-return]
    return to_texts(value)
