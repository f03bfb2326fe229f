"""Reads and prints Kubernetes' quantities: ``250m``, ``1Gi``, ``12e6``.

A quantity has one canonical text: no fraction, and the largest unit that allows it, in
the family of units (decimal, binary, exponent) in which it was written. The rules are
those of Go's ``resource.Quantity``, oddities included: no digits are zero, an exponent
has 32 bits, a thousand ``E`` has no unit. The time is linear in the length of the text.
"""

import re
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from injector.formats import golang

_QUANTITY = re.compile(
    r"([+-]?)([0-9]*)(?:\.([0-9]*))?([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?"
)
# The white space that Go trims and JSON does not escape.
_SPACES = "".join(space for space in golang.SPACES if space not in "\t\n\v\f\r")

_DECIMAL = ("n", "u", "m", "", "k", "M", "G", "T", "P", "E")
_ONE = _DECIMAL.index("")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_KIBI = 1024
_LARGEST = 2**63 - 1
_LARGEST_DIGITS = len(str(_LARGEST))
_SMALLEST_SCALE = -9
# A number is rounded up to 10**-9, after 60 doublings at most. Of further decimals it
# matters only whether one is not zero.
_COUNTED_DECIMALS = 69
# Numbers of so many digits keep their spelling; a binary unit counts as three.
_SPELLED_DIGITS = 18
_SPELLED_BINARY_DIGITS = 14
_PLAIN = (1e-6, 1e21)
"""The range in which Go's JSON writes a float without an exponent."""


class _Written(NamedTuple):
    """A quantity as written; ``whole`` has no leading zeros."""

    text: str
    negative: bool
    whole: str
    fraction: str
    binary: int
    """The index of the binary unit in `_BINARY`; 0 without one."""
    exponent: int
    """The power of ten."""
    scientific: bool


class _Number(NamedTuple):
    """``digits``, without zeros at either end, times a power of ten; "" is zero."""

    digits: str
    scale: int


def canonical(value: object) -> str:
    """Return the canonical text of a quantity, given as JSON: a string or a number.

    A quantity that cannot be shortened keeps its spelling: ``+5``, ``1.250``, ``1e+3``.

    Raises:
        ValueError: *value* is no quantity.
    """
    written = _read(value)
    if written is None:
        raise ValueError(f"{value!r} is no quantity, want one such as '250m' or '1Gi'")
    number = _number(written)
    if not number.digits:
        return "0"
    if _keeps_spelling(written):
        return written.text
    sign = "-" if written.negative else ""
    return sign + _printed(number, written)


def amount(value: object) -> Fraction:
    """Return a quantity as a number within 64 bits; 0 for other values."""
    written = _read(value)
    number = _Number("", 0) if written is None else _number(written)
    if written is None or not number.digits:
        return Fraction(0)
    if len(number.digits) + number.scale > _LARGEST_DIGITS:
        size = Fraction(_LARGEST)
    else:
        size = int(number.digits) * Fraction(10) ** number.scale
    size = min(size, Fraction(_LARGEST))
    return -size if written.negative else size


def is_quantity(value: object) -> bool:
    """Return whether the JSON *value*, a string or a number, is a quantity."""
    return _read(value) is not None


def _read(value: object) -> _Written | None:
    text = _text(value)
    match = _QUANTITY.fullmatch(text)
    if match is None or not text:
        return None
    sign, digits, decimals, suffix = match.groups(default="")
    binary = _BINARY.index(suffix) if suffix in _BINARY else 0
    scientific = suffix[:1] in ("e", "E") and suffix != "E" and not binary
    if scientific:
        exponent = golang.integer(suffix[1:])
        if exponent is None:
            return None
        exponent = _int32(exponent)
    else:
        exponent = 0 if binary else 3 * (_DECIMAL.index(suffix) - _ONE)
    # Only the slower of Go's two parsers needs digits.
    if not digits + decimals and (
        exponent < _SMALLEST_SCALE or 1 + 3 * binary > _SPELLED_BINARY_DIGITS
    ):
        return None
    return _Written(
        text=text,
        negative=sign == "-",
        whole=digits.lstrip("0"),
        fraction=decimals,
        binary=binary,
        exponent=exponent,
        scientific=scientific,
    )


def _text(value: object) -> str:
    """Return the text that Go reads of a JSON value; empty for other types."""
    if isinstance(value, str):
        return value.strip(_SPACES)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    text = repr(value)
    least, most = _PLAIN
    if "e" in text and least <= abs(value) < most:
        return f"{Decimal(text):f}"
    return text.replace("e-0", "e-")


def _int32(number: int) -> int:
    """Return *number* wrapped to 32 bits."""
    return (number + 2**31) % 2**32 - 2**31


def _keeps_spelling(written: _Written) -> bool:
    whole, fraction = written.whole, written.fraction
    if written.binary:
        fits = len(whole) + 3 * written.binary <= _SPELLED_BINARY_DIGITS
        return fits and not fraction and int(whole) % 8 != 0
    scale = _int32(written.exponent - len(fraction))
    return (
        whole != ""
        and len(whole) + len(fraction) <= _SPELLED_DIGITS
        and scale >= _SMALLEST_SCALE
        and scale % 3 == 0
        and not (whole + fraction).endswith("000")
    )


def _number(written: _Written) -> _Number:
    """Return the number, rounded away from zero to 10**-9."""
    if written.binary:
        digits, scale = _multiplied(written)
    else:
        digits = written.whole + written.fraction
        scale = _int32(written.exponent - len(written.fraction))
    cut = _SMALLEST_SCALE - scale
    if cut > 0:
        kept, lost = digits[:-cut], digits[-cut:].strip("0")
        digits, scale = _next(kept) if lost else kept, _SMALLEST_SCALE
    stripped = digits.rstrip("0")
    scale = _int32(scale + len(digits) - len(stripped))
    return _Number(stripped.lstrip("0"), scale)


def _multiplied(written: _Written) -> tuple[str, int]:
    """Return digits and scale of a number in a binary unit, within 64 bits."""
    if len(written.whole) > _LARGEST_DIGITS:
        return str(_LARGEST), 0
    decimals = written.fraction[:_COUNTED_DECIMALS]
    if written.fraction[_COUNTED_DECIMALS:].strip("0"):
        decimals += "1"
    number = int(written.whole + decimals or "0") << 10 * written.binary
    return str(min(number, _LARGEST * 10 ** len(decimals))), -len(decimals)


def _next(digits: str) -> str:
    """Return the decimal digits of the next number."""
    kept = digits.rstrip("9")
    last = chr(ord(kept[-1]) + 1) if kept else "1"
    return kept[:-1] + last + "0" * (len(digits) - len(kept))


def _printed(number: _Number, written: _Written) -> str:
    digits, scale = number
    if written.binary and scale >= 0 and int(digits) * 10**scale >= _KIBI:
        return _in_binary(int(digits) * 10**scale)
    power = scale // 3 * 3
    digits += "0" * (scale - power)
    if written.scientific:
        return f"{digits}e{_int32(power)}" if power else digits
    index = power // 3 + _ONE
    # Go has no unit for a thousand E, and drops the zeros.
    return digits + (_DECIMAL[index] if index < len(_DECIMAL) else "")


def _in_binary(whole: int) -> str:
    index = 0
    while whole % _KIBI == 0:
        whole //= _KIBI
        index += 1
    return f"{whole}{_BINARY[index]}"
