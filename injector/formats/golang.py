"""Booleans, numbers and JSON as Go reads and writes them."""

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
"""The white space that Go's ``strings.TrimSpace`` trims."""

MOST = 2**63 - 1
"""The largest signed number of 64 bits."""

SHORTEST = (-4, 6)
"""The exponents outside of which Go writes a number as 1e+06."""

# The escapes of encoding/json for texts inside HTML and JavaScript.
ESCAPES = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
)

# One encoder for all calls: templates print tens of thousands of small values.
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
    """Return the boolean that Go's ``strconv.ParseBool`` reads; None for others."""
    if not isinstance(text, str):
        return None
    return True if text in TRUE else False if text in FALSE else None


def unsigned(text: str, most: int = MOST) -> int | None:
    """Return the number in the decimal digits *text*; None for others and over *most*.

    Unlike ``int`` it reads any number of digits, in linear time.
    """
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(most)):
        return None
    number = int(digits)
    return number if number <= most else None


def integer(text: str, most: int = MOST) -> int | None:
    """Return a number with an optional sign; None for others and out of bounds.

    The bounds are ``-most - 1`` and *most*.
    """
    negative = text[:1] == "-"
    number = unsigned(text[text[:1] in ("-", "+") :], most + negative)
    return -number if number is not None and negative else number


def single(number: float) -> float:
    """Return *number* rounded to a float of 32 bits; infinite out of its range."""
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded


def decimal(number: float, low: int, high: int) -> str:
    """Return *number* in the fewest digits that identify it.

    An exponent is printed if it is less than *low* or not less than *high*.
    """
    exact = Decimal(repr(number)).normalize()
    exponent = exact.adjusted()
    if low <= exponent < high:
        return f"{exact:f}"
    digits = "".join(map(str, exact.as_tuple().digits))
    sign = "-" if exact.is_signed() else ""
    mantissa = f"{digits[0]}.{digits[1:]}" if digits[1:] else digits
    return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
