"""Conversions of texts to numbers and booleans, rounding and sums."""

import math
import re
from collections.abc import Iterable
from typing import Any

from jinja2 import Undefined

from injector.base.messages import shown
from injector.templates.jinja.slots import Refused, json_value

_MISSING: Any = object()
_WIDE = 15
_INT64 = 1 << 63
_INTEGER = re.compile(r"[-+]?[0-9]{1,19}")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")


def described(value: Any) -> str:
    """Return *value* as messages quote it."""
    return shown(json_value(value))


def to_int(value: Any, default: Any = _MISSING) -> Any:
    """Return *value* as an integer, else *default*; raise Refused without one."""
    if isinstance(value, bool):
        pass
    elif isinstance(value, int):
        return value
    elif isinstance(value, float) and value.is_integer() and abs(value) < _INT64:
        return int(value)
    elif isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        number = int(value)
        if -_INT64 <= number < _INT64:
            return number
    return _default_or_fail(default, value, "an integer")


def to_float(value: Any, default: Any = _MISSING) -> Any:
    """Return *value* as a number, else *default*; raise Refused without one."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = float(value)
        if math.isfinite(number):
            return number
    return _default_or_fail(default, value, "a number")


def to_bool(value: Any, default: Any = _MISSING) -> Any:
    """Return *value* as a boolean, else *default*; raise Refused without one."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip() in ("true", "false"):
        return value.strip() == "true"
    return _default_or_fail(default, value, "true or false")


def _default_or_fail(default: Any, value: Any, wanted: str) -> Any:
    if isinstance(value, Undefined):
        str(value)
    if default is _MISSING:
        raise Refused(f"{described(value)} is not {wanted}")
    return default


def rounded(value: Any, precision: int = 0) -> Any:
    """Return *value* with *precision* digits after the point."""
    if not -_WIDE <= precision <= _WIDE:
        raise Refused(f"the precision {precision} is not from -{_WIDE} to {_WIDE}")
    return round(value, precision) if precision else round(value)


def total(items: Iterable[Any], start: float = 0) -> Any:
    """Return the sum of numbers."""
    made = start
    for item in items:
        if not isinstance(item, int | float):
            raise Refused(f"{described(item)} is not a number")
        made += item
    return made
