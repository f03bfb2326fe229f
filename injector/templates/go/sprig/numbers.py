"""Sprig's arithmetic: int64 that wrap, and exact decimals."""

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

from injector.templates.go.sprig.casts import nearest, to_float, to_int, wrapped
from injector.templates.go.sprig.limits import check_list
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.numerals import shortest
from injector.templates.go.values.printing import show

_OCTAL = re.compile(r"[+-]?[0-7]+")
_HALF = 0.5
_MOST_BOUNDS = 3
_PLACES = 10**16
"""Quotients have 16 decimal places."""


def _add(*values: Any) -> int:
    return wrapped(sum(map(to_int, values)))


def _mul(first: Any, *others: Any) -> int:
    return wrapped(math.prod(map(to_int, (first, *others))))


def _quotient(dividend: Any, divisor: Any) -> tuple[int, int]:
    """Return quotient and remainder, truncated towards zero as in Go."""
    left, right = to_int(dividend), to_int(divisor)
    if right == 0:
        raise FunctionError("runtime error: integer divide by zero")
    whole = abs(left) // abs(right)
    whole = whole if (left < 0) == (right < 0) else -whole
    return wrapped(whole), left - whole * right


def _to_decimal(value: Any) -> int:
    text = show(value)
    number = int(text, 8) if _OCTAL.fullmatch(text) else 0
    return number if wrapped(number) == number else 0


def _exact(value: Any) -> Fraction:
    number = to_float(value)
    if math.isfinite(number):
        # The shortest decimal of the float, not its exact binary fraction.
        return Fraction(repr(number))
    raise FunctionError(f"Cannot create a Decimal from {shortest(number)}")


def _float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _divided(left: Fraction, right: Fraction) -> Fraction:
    if right == 0:
        raise FunctionError("decimal division by 0")
    scaled = abs(left / right) * _PLACES
    # Halves are rounded away from zero.
    whole = math.floor(scaled + Fraction(1, 2))
    return Fraction(whole if (left < 0) == (right < 0) else -whole, _PLACES)


def _decimal(
    operate: Callable[[Fraction, Fraction], Fraction],
) -> Callable[..., float]:
    return lambda *values: _float(reduce(operate, map(_exact, values)))


def _addf(*values: Any) -> float:
    return _float(sum(map(_exact, values), Fraction(0)))


def _extreme(choose: Callable[..., float]) -> Callable[..., float]:
    def extreme(*values: Any) -> float:
        numbers = [to_float(value) for value in values]
        return (
            math.nan if any(map(math.isnan, numbers)) else choose(numbers, key=_signed)
        )

    return extreme


def _signed(number: float) -> tuple[float, float]:
    # -0 is less than 0.
    return number, math.copysign(1, number)


def _whole(towards: Callable[[float], int]) -> Callable[[Any], float]:
    def whole(value: Any) -> float:
        number = to_float(value)
        if not math.isfinite(number):
            return number
        return math.copysign(towards(number), number)

    return whole


_floor, _ceil = _whole(math.floor), _whole(math.ceil)


def _round(value: Any, places: int, *half: float) -> float:
    """Round half up by default; negative numbers always away from zero."""
    try:
        power = math.pow(10, places)
    except OverflowError:
        power = math.inf
    number = power * to_float(value)
    part = math.fmod(number, 1) if math.isfinite(number) else math.nan
    up = part >= (half[0] if half else _HALF)
    number = _ceil(number) if up else _floor(number)
    if power == 0:
        return math.nan if number == 0 else math.copysign(math.inf, number)
    return number / power


def _until(count: int) -> list[int]:
    return _until_step(0, count, -1 if count < 0 else 1)


def _until_step(start: int, stop: int, step: int) -> list[int]:
    if step == 0 or (stop < start) != (step < 0):
        return []
    numbers = range(start, stop, step)
    check_list(len(numbers))
    return list(numbers)


def _seq(*bounds: int) -> str:
    if not 1 <= len(bounds) <= _MOST_BOUNDS:
        return ""
    start, end = bounds[0] if bounds[1:] else 1, bounds[-1]
    towards = -1 if end < start else 1
    step = bounds[1] if bounds[2:] else towards
    if towards < 0 < step:
        return ""
    return " ".join(map(str, _until_step(start, end + towards, step)))


_INTS: Mapping[str, Function] = {
    "add": function("func(...any) int64", _add),
    "add1": function("func(any) int64", lambda value: wrapped(to_int(value) + 1)),
    "atoi": function("func(string) int", nearest),
    "div": function("func(any, any) int64", lambda a, b: _quotient(a, b)[0]),
    "int": function("func(any) int", to_int),
    "int64": function("func(any) int64", to_int),
    "max": function("func(any, ...any) int64", lambda *all_: max(map(to_int, all_))),
    "min": function("func(any, ...any) int64", lambda *all_: min(map(to_int, all_))),
    "mod": function("func(any, any) int64", lambda a, b: _quotient(a, b)[1]),
    "mul": function("func(any, ...any) int64", _mul),
    "seq": function("func(...int) string", _seq),
    "sub": function(
        "func(any, any) int64", lambda a, b: wrapped(to_int(a) - to_int(b))
    ),
    "toDecimal": function("func(any) int64", _to_decimal),
    "until": function("func(int) []int", _until),
    "untilStep": function("func(int, int, int) []int", _until_step),
}
NUMBERS: Mapping[str, Function] = {
    **_INTS,
    "add1f": function("func(any) float64", lambda value: _addf(value, 1)),
    "addf": function("func(...any) float64", _addf),
    "biggest": _INTS["max"],
    "ceil": function("func(any) float64", _ceil),
    "divf": function("func(any, ...any) float64", _decimal(_divided)),
    "float64": function("func(any) float64", to_float),
    "floor": function("func(any) float64", _floor),
    "maxf": function("func(any, ...any) float64", _extreme(max)),
    "minf": function("func(any, ...any) float64", _extreme(min)),
    "mulf": function("func(any, ...any) float64", _decimal(Fraction.__mul__)),
    "round": function("func(any, int, ...float64) float64", _round),
    "subf": function("func(any, ...any) float64", _decimal(Fraction.__sub__)),
}
