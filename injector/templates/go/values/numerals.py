"""Numbers as Go's formatting verbs write them, and the padding of all that is written.

``Spec`` is what stands between the percent sign and the verb.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from injector.formats import golang

EXPONENT = 6
"""From this exponent on the shortest form of a float has one."""

LEAST = -4
"""Below this exponent too."""

_BASES = {"b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}
_PREFIXES = {"b": "0b", "x": "0x", "X": "0X"}
_MANTISSA = {32: 23, 64: 52}


@dataclass(slots=True, eq=False)
class Spec:
    """Flags, width and precision of a verb."""

    width: int | None = None
    precision: int | None = None
    minus: bool = False
    plus: bool = False
    sharp: bool = False
    space: bool = False
    zero: bool = False
    plus_v: bool = False
    sharp_v: bool = False

    def pad(self, text: str, *, zeros: bool | None = None) -> str:
        """Return *text*, filled up to the width."""
        width = self.width or 0
        if len(text) >= width:
            return text
        if self.minus:
            return text.ljust(width)
        zeros = self.zero if zeros is None else zeros
        return text.rjust(width, "0" if zeros else " ")


def integer(number: int, verb: str, spec: Spec) -> str:
    """Return *number* by the verb d, b, o, O, x or X."""
    digits = format(abs(number), _BASES.get(verb, "d"))
    signed = number < 0 or spec.plus or spec.space
    if spec.precision is not None:
        if spec.precision == 0 and number == 0:
            return " " * (spec.width or 0)
        digits = digits.rjust(spec.precision, "0")
    elif spec.zero and not spec.minus and spec.width is not None:
        digits = digits.rjust(spec.width - signed, "0")
    if spec.sharp and verb in _PREFIXES:
        digits = _PREFIXES[verb] + digits
    elif spec.sharp and verb in "oO" and digits[0] != "0":
        digits = f"0{digits}"
    if verb == "O":
        digits = f"0o{digits}"
    return spec.pad(_sign(number < 0, spec) + digits, zeros=False)


def _sign(negative: bool, spec: Spec) -> str:  # noqa: FBT001 - a sign is one
    if negative:
        return "-"
    return "+" if spec.plus else " " if spec.space else ""


def shortest(number: float, bits: int = 64) -> str:
    """Return *number* in as few digits as tell it from all others, as %v does."""
    if number != number or number in (math.inf, -math.inf):  # noqa: PLR0124 - NaN
        return _endless(number)
    sign, digits, exponent = _digits(number, bits)
    if LEAST <= exponent < EXPONENT:
        return sign + _plain(digits, exponent)
    return sign + _scientific(digits, exponent)


def _endless(number: float) -> str:
    if number != number:  # noqa: PLR0124 - NaN
        return "NaN"
    return "+Inf" if number > 0 else "-Inf"


def _digits(number: float, bits: int) -> tuple[str, str, int]:
    """Return the sign, the fewest digits and the exponent of the first one."""
    text = repr(number)
    if bits == 32:  # noqa: PLR2004 - a float32
        rounded = golang.single(number)
        text = next(
            short
            for precision in range(1, 10)
            if golang.single(float(short := f"{number:.{precision}g}")) == rounded
        )
    exact = Decimal(text)
    sign, places, _ = exact.as_tuple()
    digits = "".join(map(str, places)).rstrip("0") or "0"
    return "-" if sign else "", digits, exact.adjusted() if exact else 0


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return f"0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return f"{whole}.{rest}" if rest else whole


def _scientific(digits: str, exponent: int) -> str:
    mantissa = f"{digits[0]}.{digits[1:]}" if digits[1:] else digits
    return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"


def floating(number: float, verb: str, spec: Spec, bits: int = 64) -> str:
    """Return *number* by the verb v, e, E, f, F, g, G, b, x or X."""
    if math.isnan(number) or math.isinf(number):
        text = _endless(number)
        if text == "NaN" and (spec.plus or spec.space):
            text = "+NaN"
        if spec.space and not spec.plus:
            text = text.replace("+", " ")
        return spec.pad(text, zeros=False)
    body = _unsigned(abs(number), verb, spec, bits)
    sign = _sign(math.copysign(1, number) < 0, spec)
    if spec.zero and not spec.minus and spec.width is not None:
        return sign + body.rjust(spec.width - len(sign), "0")
    return spec.pad(sign + body)


def _unsigned(number: float, verb: str, spec: Spec, bits: int) -> str:
    precision = spec.precision
    if verb in "bxX":
        text = _binary(number, verb, precision, bits)
        fill = 4 if verb == "x" and precision is None else 0
        return _pointed(text, fill) if spec.sharp and verb != "b" else text
    if verb in "eEfF":
        places = EXPONENT if precision is None else precision
        sharp = "#" if spec.sharp else ""
        return format(number, f"{sharp}.{places}{verb}")
    if spec.sharp and not spec.sharp_v:
        places = EXPONENT if precision is None else precision
        if precision is None:
            return _sharp(number, bits, verb)
        return format(number, f"#.{places}{'G' if verb == 'G' else 'g'}")
    if precision is None:
        text = shortest(number, bits)
    else:
        text = format(number, f".{precision}g")
    return text.upper() if verb == "G" else text


def _sharp(number: float, bits: int, verb: str) -> str:
    """Return the shortest form with a point and at least six digits."""
    text = shortest(number, bits)
    mantissa, mark, exponent = text.partition("e")
    if "." not in mantissa:
        mantissa += "."
    count = len(mantissa.replace(".", "").lstrip("0"))
    count = max(count, 1) if float(mantissa) == 0 else count
    text = mantissa + "0" * (EXPONENT - count) + mark + exponent
    return text.upper() if verb == "G" else text


def _pointed(text: str, fill: int) -> str:
    """Return a hexadecimal float with a point and as many digits after it."""
    at = text.lower().index("p")
    mantissa = text[:at] if "." in text else f"{text[:at]}."
    whole, _, fraction = mantissa.partition(".")
    return f"{whole}.{fraction.ljust(fill, '0')}{text[at:]}"


def _binary(number: float, verb: str, precision: int | None, bits: int) -> str:
    """Return *number* with an exponent of two."""
    places = _MANTISSA[bits]
    fraction, exponent = math.frexp(number)
    if verb == "b":
        mantissa = int(math.ldexp(fraction, places + 1))
        power = exponent - places - 1 if number else -1074 if places > 23 else -149  # noqa: PLR2004 - the least powers of two
        return f"{mantissa}p{power:+d}"
    mantissa = int(math.ldexp(fraction, 53))
    power = exponent - 1 if number else 0
    text = _hexadecimal(mantissa, power, precision)
    return text.upper() if verb == "X" else text


def _hexadecimal(mantissa: int, power: int, precision: int | None) -> str:
    if precision is not None and precision < 13:  # noqa: PLR2004 - of 13 digits
        drop = 4 * (13 - precision)
        half, rest = 1 << (drop - 1), mantissa & ((1 << drop) - 1)
        kept = mantissa >> drop
        kept += rest > half or (rest == half and bool(kept & 1))
        mantissa = kept << drop
        if mantissa >> 53:
            mantissa, power = mantissa >> 1, power + 1
    digits = f"{mantissa & ((1 << 52) - 1):013x}"
    digits = digits.rstrip("0") if precision is None else digits.ljust(precision, "0")
    digits = digits if precision is None else digits[:precision]
    point = f".{digits}" if digits else ""
    return f"0x{mantissa >> 52}{point}p{'-' if power < 0 else '+'}{abs(power):02}"


def imaginary(number: complex, verb: str, spec: Spec, bits: int = 128) -> str:
    """Return a complex number by a verb of floats."""
    plus = spec.plus
    real = floating(number.real, verb, spec, bits // 2)
    spec.plus = True
    second = floating(number.imag, verb, spec, bits // 2)
    spec.plus = plus
    return f"({real}{second}i)"
