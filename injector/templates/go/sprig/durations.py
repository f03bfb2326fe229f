"""Sprig's functions for durations, and for times in seconds."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from injector.formats import durations
from injector.templates.go.sprig.casts import nearest, wrapped
from injector.templates.go.sprig.layouts import formatted
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.values import raw, type_of

_ROUNDED = {
    "y": 365 * 24 * durations.HOUR,
    "mo": 30 * 24 * durations.HOUR,
    "d": 24 * durations.HOUR,
    "h": durations.HOUR,
    "m": durations.MINUTE,
    "s": durations.SECOND,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _duration(value: Any) -> str:
    """Return seconds, an int64 or a text, as a duration; 0s for other types."""
    seconds = 0
    if isinstance(value, str):
        seconds = nearest(value)
    elif _name(value) == "int64":
        seconds = raw(value)
    return durations.go(wrapped(seconds * durations.SECOND))


def _name(value: Any) -> str:
    type_ = type_of(value)
    return type_.name if type_ is not None else ""


def _duration_round(value: Any) -> str:
    """Return a duration, a text or int64 of nanoseconds, in its largest unit."""
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
    try:
        return durations.parse(text)
    except ValueError:
        return 0


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
        # Sprig uses UTC for an unknown zone.
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
