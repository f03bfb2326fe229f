"""Kubernetes' quantities: ``250m``, ``1Gi``, ``12e6``.

A quantity has one canonical text: no fraction, and the largest unit that allows it, in
the family of units (decimal, binary, exponent) in which it was written.
"""

import re
from fractions import Fraction

_QUANTITY = re.compile(
    r"([+-]?)(?=\.?[0-9])([0-9]*)\.?([0-9]*)"
    r"([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,9})?"
)
_MAX_LENGTH = 4000

_DECIMAL = ("n", "u", "m", "", "k", "M", "G", "T", "P", "E")
_ONE = _DECIMAL.index("")
_LAST = len(_DECIMAL) - 1
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_KIBI = 1024
_KILO = 1000
_LARGEST_BINARY = 2**63 - 1
_SMALLEST_SCALE = -9
# Numbers of so many digits keep their spelling; each binary unit takes three.
_SPELLED_DIGITS = 18
_SPELLED_BINARY_DIGITS = 14


def canonical(value: object) -> str:
    """Return the canonical text of a quantity, given as JSON: a string or a number.

    What cannot be shortened keeps its spelling: ``+5``, ``1.250``, ``1e+3``.

    Raises:
        ValueError: it is no quantity.

    """
    match = _match(value)
    if match is None:
        raise ValueError(f"{value!r} is no quantity, want one such as '250m' or '1Gi'")
    sign, whole, fraction, suffix = match.groups(default="")
    digits, scale = int(whole + fraction), -len(fraction)
    if digits == 0:
        return "0"
    if suffix in _BINARY[1:]:
        spelled = _spelled_binary(digits, scale, suffix)
        canonical = _binary(digits << 10 * _BINARY.index(suffix), scale)
    else:
        scale += _scale(suffix)
        spelled = whole.strip("0") != "" and _spelled(digits, scale)
        write = _exponent if suffix[:1] in ("e", "E") and suffix != "E" else _decimal
        canonical = write(digits, scale)
    return match[0] if spelled else sign.strip("+") + canonical


def amount(value: object) -> Fraction:
    """Return a quantity as a number; nothing for what is none."""
    match = _match(value)
    if match is None:
        return Fraction(0)
    sign, whole, fraction, suffix = match.groups(default="")
    digits, scale = int(whole + fraction), -len(fraction)
    if suffix in _BINARY[1:]:
        digits <<= 10 * _BINARY.index(suffix)
    else:
        scale += _scale(suffix)
    # Powers beyond all amounts that Kubernetes can hold would only take time.
    power = Fraction(10) ** max(min(scale, _MAX_LENGTH), -_MAX_LENGTH)
    number = min(digits * power, Fraction(_LARGEST_BINARY))
    return -number if sign == "-" else number


def is_quantity(value: object) -> bool:
    """Tell whether JSON, a string or a number, is a quantity."""
    return _match(value) is not None


def _match(value: object) -> re.Match[str] | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = repr(value)
    if not isinstance(value, str) or len(value) > _MAX_LENGTH:
        return None
    return _QUANTITY.fullmatch(value.strip(" "))


def _spelled(digits: int, scale: int) -> bool:
    """Tell whether a decimal number keeps its spelling."""
    return (
        len(str(digits)) <= _SPELLED_DIGITS
        and scale >= _SMALLEST_SCALE
        and scale % 3 == 0
        and digits % _KILO != 0
    )


def _spelled_binary(digits: int, scale: int, suffix: str) -> bool:
    index = _BINARY.index(suffix)
    return (
        len(str(digits)) + 3 * index <= _SPELLED_BINARY_DIGITS
        and scale == 0
        and digits % 8 != 0
    )


def _scale(suffix: str) -> int:
    if suffix in _DECIMAL:
        return 3 * (_DECIMAL.index(suffix) - _ONE)
    return int(suffix[1:])


def _decimal(digits: int, scale: int) -> str:
    digits, scale = _rounded(digits, scale)
    index = min(scale // 3 + _ONE, _LAST)
    return f"{digits * 10 ** (scale - 3 * (index - _ONE))}{_DECIMAL[index]}"


def _exponent(digits: int, scale: int) -> str:
    digits, scale = _rounded(digits, scale)
    power = scale // 3 * 3
    return f"{digits * 10 ** (scale - power)}" + (f"e{power}" if power else "")


def _binary(digits: int, scale: int) -> str:
    if digits > _LARGEST_BINARY * 10**-scale:
        return str(_LARGEST_BINARY)
    # Below 1024, and with a fraction, binary units say nothing.
    whole, rest = divmod(digits, 10**-scale)
    if rest or whole < _KIBI:
        return _decimal(digits, scale)
    index = 0
    while whole % _KIBI == 0:
        whole //= _KIBI
        index += 1
    return f"{whole}{_BINARY[index]}"


def _rounded(digits: int, scale: int) -> tuple[int, int]:
    """Return the same number, away from zero to 10**-9, without zeros at its end."""
    if scale < _SMALLEST_SCALE:
        # A longer power would change nothing and cost time.
        power = min(_SMALLEST_SCALE - scale, len(str(digits)))
        digits, scale = -(-digits // 10**power), _SMALLEST_SCALE
    text = str(digits)
    kept = text.rstrip("0")
    return int(kept), scale + len(text) - len(kept)
