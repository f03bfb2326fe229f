"""Go's layouts of times, which show the reference time 2006-01-02 15:04:05 -0700."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_DAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)
_ELEMENT = re.compile(
    r"""January | Jan(?![a-z]) | Monday | Mon(?![a-z]) | MST | 002 | 0[1-6] | 15 | 1
    | 2006 | __2 | _2(?!006) | 2 | 3 | 4 | 5 | PM | pm
    | [Z-]07(?: 0000 | :00:00 | 00 | :00 )?
    | [.,](?: 0+ | 9+ )(?![0-9])""",
    re.VERBOSE,
)


def _year_day(time: datetime) -> int:
    return time.timetuple().tm_yday


def _hour(time: datetime) -> int:
    return time.hour % 12 or 12


_ELEMENTS: Mapping[str, Callable[[datetime], str]] = {
    "January": lambda time: _MONTHS[time.month - 1],
    "Jan": lambda time: _MONTHS[time.month - 1][:3],
    "Monday": lambda time: _DAYS[time.weekday()],
    "Mon": lambda time: _DAYS[time.weekday()][:3],
    "MST": lambda time: time.tzname() or "",
    "002": lambda time: f"{_year_day(time):03}",
    "01": lambda time: f"{time.month:02}",
    "02": lambda time: f"{time.day:02}",
    "03": lambda time: f"{_hour(time):02}",
    "04": lambda time: f"{time.minute:02}",
    "05": lambda time: f"{time.second:02}",
    "06": lambda time: f"{time.year % 100:02}",
    "15": lambda time: f"{time.hour:02}",
    "1": lambda time: f"{time.month}",
    "2006": lambda time: f"{time.year:04}",
    "__2": lambda time: f"{_year_day(time):3}",
    "_2": lambda time: f"{time.day:2}",
    "2": lambda time: f"{time.day}",
    "3": lambda time: f"{_hour(time)}",
    "4": lambda time: f"{time.minute}",
    "5": lambda time: f"{time.second}",
    "PM": lambda time: f"{time:%p}".upper(),
    "pm": lambda time: f"{time:%p}".lower(),
}


def formatted(time: datetime, layout: str) -> str:
    """Return *time*, of whole seconds, in *layout*."""
    return _ELEMENT.sub(lambda match: _element(time, match[0]), layout)


def _element(time: datetime, element: str) -> str:
    if element in _ELEMENTS:
        return _ELEMENTS[element](time)
    if element[0] in ".,":
        return "" if element[1] == "9" else element
    return _offset(time, element)


def _offset(time: datetime, element: str) -> str:
    offset = time.utcoffset() or timedelta()
    if element[0] == "Z" and not offset:
        return "Z"
    seconds = int(offset.total_seconds())
    sign = "-" if seconds < 0 else "+"
    minutes, second = divmod(abs(seconds), 60)
    parts = [f"{minutes // 60:02}", f"{minutes % 60:02}", f"{second:02}"]
    shown = len(re.findall("0[07]", element))
    return sign + (":" if ":" in element else "").join(parts[:shown])
