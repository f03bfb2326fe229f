"""Sprig's functions of durations, and of times given in seconds."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from injector.templates.go.functions import Function, FunctionError, function
from injector.templates.go.sprig.casts import LEAST, wrapped
from injector.templates.go.sprig.layouts import formatted
from injector.templates.go.values import raw, type_of

_SECOND: Final = 10**9
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_UNITS = {
    "ns": 1,
    "us": 1000,
    "\u00b5s": 1000,
    "\u03bcs": 1000,
    "ms": 10**6,
    "s": _SECOND,
    "m": _MINUTE,
    "h": _HOUR,
}
_ROUNDED = {
    "y": 365 * 24 * _HOUR,
    "mo": 30 * 24 * _HOUR,
    "d": 24 * _HOUR,
    "h": _HOUR,
    "m": _MINUTE,
    "s": _SECOND,
}
_PART = r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)"
_DURATION = re.compile(rf"[+-]?(?:0|(?:{_PART})+)")
_DECIMAL = re.compile("[+-]?[0-9]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _duration(value: Any) -> str:
    """Return a number of seconds, int64 or text, as a duration; of others 0s."""
    seconds = 0
    if isinstance(value, str):
        seconds = int(value) if _DECIMAL.fullmatch(value) else 0
        seconds = seconds if wrapped(seconds) == seconds else 0
    elif _name(value) == "int64":
        seconds = raw(value)
    return _written(wrapped(seconds * _SECOND))


def _name(value: Any) -> str:
    type_ = type_of(value)
    return type_.name if type_ is not None else ""


def _written(nanoseconds: int) -> str:
    """Return whole seconds as Go writes a duration."""
    sign = "-" if nanoseconds < 0 else ""
    seconds = Fraction(abs(nanoseconds), _SECOND)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{float(seconds):.9f}".rstrip("0").rstrip(".") + "s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{sign}{hours}h{text}" if hours else f"{sign}{text}"


def _duration_round(value: Any) -> str:
    """Return a duration in its greatest unit: a text, or an int64 of nanoseconds."""
    length = 0
    if isinstance(value, str):
        length = _nanoseconds(value)
    elif _name(value) == "int64":
        length = raw(value)
    for unit, size in _ROUNDED.items():
        if abs(length) > size:
            return f"{abs(length) // size}{unit}"
    return "0s"


def _nanoseconds(text: str) -> int:
    if not _DURATION.fullmatch(text):
        return 0
    parts = re.findall(_PART, text)
    total = sum(int(Fraction(number) * _UNITS[unit]) for number, unit in parts)
    return total if total < -LEAST else 0


def _date_in_zone(layout: str, date: Any, zone: str) -> str:
    if _name(date) not in {"int", "int32", "int64"}:
        raise FunctionError("the time must be in seconds: templates do not know it")
    try:
        time = (_EPOCH + timedelta(seconds=raw(date))).astimezone(_zone(zone))
    except OverflowError:
        raise FunctionError("only the years 1 to 9999 can be formatted") from None
    return formatted(time, layout)


def _zone(name: str) -> tzinfo:
    if name in {"", "UTC"}:
        return UTC
    if name == "Local":
        raise FunctionError("the local time zone is not for templates")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Go takes UTC for a zone that it does not know.
        return UTC


TIMES: Mapping[str, Function] = {
    "dateInZone": function("func(string, any, string) string", _date_in_zone),
    "duration": function("func(any) string", _duration),
    "durationRound": function("func(any) string", _duration_round),
    "htmlDateInZone": function(
        "func(any, string) string",
        lambda date, zone: _date_in_zone("2006-01-02", date, zone),
    ),
}
