"""Numbers as templates write them, and what of Go's number types they can be."""

import re
from dataclasses import dataclass

from injector.formats import golang
from injector.templates.go.values.quoting import BadLiteral, character, quote

MAX_INT = (1 << 63) - 1
MAX_UINT = (1 << 64) - 1

_DIGITS = r"[0-9](?:_?[0-9])*"
_HEX = r"[0-9a-fA-F](?:_?[0-9a-fA-F])*"
_INT = re.compile(
    r"""[+-]?(?:0(?:_?[0-7])* | [1-9](?:_?[0-9])*
    | 0[xX](?:_?[0-9a-fA-F])+ | 0[oO](?:_?[0-7])+ | 0[bB](?:_?[01])+ )""",
    re.VERBOSE,
)
_FLOAT = re.compile(
    rf"""[+-]?(?:(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?
    | 0[xX](?P<hex>_?{_HEX}(?:\.(?:{_HEX})?)?|\.{_HEX})[pP][+-]?{_DIGITS} )""",
    re.VERBOSE,
)
_SUM = re.compile(r"(.+(?<![eEpP]))([+-].*)i")
_BASES = {"x": 16, "o": 8, "b": 2}
_FRACTION = re.compile("[.eEpP]")


@dataclass(slots=True, kw_only=True, eq=False)
class Number:
    """A constant number as each kind of Go's numbers; None for a kind it does not fit.

    ``decimal`` tells that it looks like a float.
    """

    whole: int | None = None
    unsigned: int | None = None
    real: float | None = None
    imaginary: complex | None = None
    decimal: bool = False


def read(text: str) -> Number:
    """Return the number that *text* is.

    Raises:
        BadLiteral: it is none.
    """
    if text[0] == "'":
        code = character(text)
        return Number(whole=code, unsigned=code, real=float(code))
    if text[-1] == "i":
        return _imaginary(text)
    whole = integer(text)
    number = Number()
    if whole is not None:
        # Go reads -0 as signed, and accepts it where it wants an unsigned number.
        number.unsigned = whole if text[0] not in "+-" and whole <= MAX_UINT else None
        if -MAX_INT - 1 <= whole <= MAX_INT:
            number.whole = whole
            number.unsigned = whole if whole == 0 else number.unsigned
        if number.whole is not None or number.unsigned is not None:
            number.real = float(whole)
            return number
    fraction = floating(text)
    if fraction is None:
        raise BadLiteral(f"illegal number syntax: {quote(text)}")
    if not _FRACTION.search(text):
        raise BadLiteral(f"integer overflow: {quote(text)}")
    _fit(number, fraction)
    number.decimal = True
    return number


def _fit(number: Number, fraction: float) -> None:
    """Tell *number* that it is *fraction*, and a whole number if that is one."""
    number.real = fraction
    if fraction.is_integer():
        whole = int(fraction)
        number.whole = whole if -MAX_INT - 1 <= whole <= MAX_INT else None
        number.unsigned = whole if 0 <= whole <= MAX_UINT else None


def _imaginary(text: str) -> Number:
    """Return the number of ``2i`` or ``1+2i``."""
    real, imaginary = (floating(part) for part in _parts(text[:-1]))
    if real is None or imaginary is None:
        problem = f"illegal number syntax: {quote(text)}"
        if _SUM.fullmatch(text):
            problem = "syntax error scanning complex number"
        raise BadLiteral(problem)
    number = Number(imaginary=complex(real, imaginary))
    if imaginary == 0:
        _fit(number, real)
    return number


def _parts(text: str) -> tuple[str, str]:
    """Return the two parts of a sum; of a single number, a zero and it."""
    match = _SUM.fullmatch(f"{text}i")
    return (match[1], match[2]) if match is not None else ("0", text)


def integer(text: str) -> int | None:
    """Return the integer that *text* is in Go's notation; None for another text."""
    if not _INT.fullmatch(text):
        return None
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-").replace("_", "").lower()
    if digits[:1] == "0" and len(digits) > 1:
        base = _BASES.get(digits[1], 0)
        return sign * (int(digits[2:], base) if base else int(digits, 8))
    # Beyond 64 bits one number is as good as another.
    number = golang.unsigned(digits, MAX_UINT)
    return sign * (MAX_UINT + 1 if number is None else number)


def floating(text: str) -> float | None:
    """Return the float that *text* is in Go's notation; None for another text."""
    match = _FLOAT.fullmatch(text)
    if match is None:
        return None
    try:
        digits = text.replace("_", "")
        value = float.fromhex(digits) if match["hex"] else float(digits)
    except (ValueError, OverflowError):
        return None
    return value if abs(value) != float("inf") else None
