"""Durations: as Go reads and prints them, and as protobuf's JSON prints them."""

import re

from injector.formats import golang

NANO = 1
MICRO = 1000 * NANO
MILLI = 1000 * MICRO
SECOND = 1000 * MILLI
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

UNITS = {
    "ns": NANO,
    "us": MICRO,
    "µs": MICRO,
    "μs": MICRO,
    "ms": MILLI,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
LONGEST = golang.MOST
"""The longest duration in 64 bits: about 292 years."""

_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_COUNTED_DECIMALS = 19
_MOST_ZEROS = 400
"""With so many zeros after the point, every number rounds to zero."""


def parse(text: str) -> int:
    """Return the nanoseconds of a duration such as ``45s``, ``1.5s``, ``1h30m``.

    The time is linear in the length of *text*.

    Raises:
        ValueError: Go's ``time.ParseDuration`` refuses the text.
    """
    unsigned = text[1:] if text[:1] in {"-", "+"} else text
    total = 0
    position = 0
    while position < len(unsigned) and unsigned != "0":
        part = _PART.match(unsigned, position)
        if part is None or not (part[1] or part[2]):
            raise ValueError("it is no duration")
        total += _part(part[1] or "0", part[2] or "", UNITS[part[3]])
        position = part.end()
    if not unsigned or total > LONGEST + text.startswith("-"):
        raise ValueError("it is no duration of 64 bits")
    return -total if text.startswith("-") else total


def _part(whole: str, decimals: str, unit: int) -> int:
    """Return the nanoseconds of one number and its unit."""
    number = golang.unsigned(whole, (LONGEST + 1) // unit)
    if number is None:
        raise ValueError("it is no duration of 64 bits")
    return number * unit + _fraction(decimals, unit)


def _fraction(decimals: str, unit: int) -> int:
    """Return the nanoseconds of the decimals, with the rounding of Go's floats."""
    digits = decimals.lstrip("0")[:_COUNTED_DECIMALS]
    if len(digits) == _COUNTED_DECIMALS and int(digits) > LONGEST + 1:
        digits = digits[:-1]
    zeros = min(len(decimals) - len(decimals.lstrip("0")), _MOST_ZEROS)
    scale = 1.0
    for _ in range(zeros + len(digits)):
        scale *= 10
    return int(float(digits or "0") * (unit / scale))


def protobuf(nanoseconds: int) -> str:
    """Return the duration as protobuf's JSON prints it: ``45s``, ``0.020s``."""
    sign = "-" if nanoseconds < 0 else ""
    seconds, rest = divmod(abs(nanoseconds), SECOND)
    if not rest:
        return f"{sign}{seconds}s"
    fraction = f"{rest:09}"
    while fraction.endswith("000"):
        fraction = fraction[:-3]
    return f"{sign}{seconds}.{fraction}s"


def go(nanoseconds: int) -> str:
    """Return the duration as Go prints it: ``1m1s``, ``20ms``."""
    sign = "-" if nanoseconds < 0 else ""
    rest = abs(nanoseconds)
    if rest >= SECOND:
        hours, rest = divmod(rest, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        text = f"{hours}h" if hours else ""
        text += f"{minutes}m" if text or minutes else ""
        return f"{sign}{text}{_decimal(rest, SECOND)}s"
    for unit in ("ms", "µs"):
        if rest >= UNITS[unit]:
            return f"{sign}{_decimal(rest, UNITS[unit])}{unit}"
    return f"{sign}{rest}ns" if rest else "0s"


def _decimal(amount: int, unit: int) -> str:
    """Return *amount* in *unit*, with as many decimals as needed."""
    whole, rest = divmod(amount, unit)
    if not rest:
        return str(whole)
    return f"{whole}.{rest:0{len(str(unit)) - 1}}".rstrip("0")
