"""Texts as Go reads and writes them, where a Go program is on the other side."""

import json
import math
import struct
from decimal import Decimal
from typing import Any

from injector.base.tracing import pure

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})

SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""White space as Go trims it."""

MOST = 2**63 - 1
"""The largest number of 64 bits."""

SHORTEST = (-4, 6)
"""The exponents outside of which Go writes a number as 1e+06."""

# What encoding/json escapes so that the text can stand inside HTML and JavaScript.
ESCAPES = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
)

# Made once: templates print tens of thousands of small values.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quote = json.encoder.encode_basestring


@pure
def compact(value: Any) -> str:
    """Return *value* as compact JSON; mappings keep their order."""
    if value.__class__ is str:
        return _quote(value).translate(ESCAPES)
    if value.__class__ is int:
        return str(value)
    return _encode(value).translate(ESCAPES)


def boolean(text: Any) -> bool | None:
    """Return what *text* says; None if it is no boolean."""
    if not isinstance(text, str):
        return None
    return True if text in TRUE else False if text in FALSE else None


def unsigned(text: str, most: int = MOST) -> int | None:
    """Return the number of decimal digits; None if it is none, or over *most*.

    Unlike ``int`` it takes any number of digits, in linear time.
    """
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(most)):
        return None
    number = int(digits)
    return number if number <= most else None


def integer(text: str, most: int = MOST) -> int | None:
    """Return the same with a sign that may stand before; the least is ``-most - 1``."""
    negative = text[:1] == "-"
    number = unsigned(text[text[:1] in ("-", "+") :], most + negative)
    return -number if number is not None and negative else number


def single(number: float) -> float:
    """Return *number* in 32 bits; infinite if it is beyond them."""
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded


def decimal(number: float, low: int, high: int) -> str:
    """Return *number* in as few digits as tell it from all others.

    It has an exponent if that is below *low*, or *high* and above.
    """
    exact = Decimal(repr(number)).normalize()
    exponent = exact.adjusted()
    if low <= exponent < high:
        return f"{exact:f}"
    digits = "".join(map(str, exact.as_tuple().digits))
    sign = "-" if exact.is_signed() else ""
    mantissa = f"{digits[0]}.{digits[1:]}" if digits[1:] else digits
    return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
