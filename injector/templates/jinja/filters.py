"""The filters and tests of templates: some are Jinja2's, some are new.

Filters get the value of block text, except the few that return block text again. Their
results are bounded, and generators become lists.
"""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from types import FunctionType
from typing import Any, NoReturn

from jinja2 import Undefined
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.tests import TESTS as JINJA_TESTS

from injector.base import tracing
from injector.templates.jinja.conversions import (
    described,
    rounded,
    to_bool,
    to_float,
    to_int,
    total,
)
from injector.templates.jinja.operators import (
    bounded,
    counted,
    formatted,
    joined,
    replaced,
    searched,
)
from injector.templates.jinja.reading import read
from injector.templates.jinja.rewriting import CONCAT, LOOP, PRINT, SEARCHED, VALUE
from injector.templates.jinja.shapes import OutputError
from injector.templates.jinja.slots import (
    MARK,
    MARKED,
    MARKS,
    Key,
    Refused,
    Text,
    as_json,
    as_text,
    join,
    json_value,
    settle,
    slots,
)

_WIDEST = 64
_MANY = (list, tuple, range, dict)
_BLANK = re.compile(rf"\s*(?:{MARKS.pattern}\s*)*")
_BLANK_BACKWARDS = re.compile(rf"\s*(?:{MARKED}[0-9]+{MARK}\s*)*")


def fail(message: Any) -> NoReturn:
    """Raise Refused with *message*."""
    raise Refused(as_text(settle(message)))


def _loop(items: Any) -> Any:
    """Return *items* for a loop, after counting them as steps."""
    items = settle(items)
    if isinstance(items, list | tuple | str | range | Mapping):
        slots().spend(len(items))
        return items
    return counted(items)


def _print(value: Any) -> Text:
    return value if isinstance(value, Text) else Text(slots().put(value))


def _concatenated(values: list[Any]) -> Any:
    """Return *values* concatenated: block text if one of them is, else a string."""
    if any(isinstance(value, Text) for value in values):
        return Text(join(_print(value) for value in values))
    return bounded(tracing.joined([_printable(value) for value in values]))


def _printable(value: Any) -> str:
    return value if value.__class__ is str else as_text(value)


def _default(value: Any, default: Any = "", boolean: Any = False) -> Any:  # noqa: FBT002 - Jinja's signature
    absent = isinstance(value, Undefined) or (boolean and not value)
    return default if absent else value


def _indent(
    value: Any,
    width: int = 4,
    first: Any = False,  # noqa: FBT002 - Jinja's signature
    blank: Any = False,  # noqa: FBT002 - Jinja's signature
) -> Any:
    if isinstance(value, Text):
        return Text(_indented(value.raw, width, first=first, blank=blank))
    return _indented(as_text(value), width, first=first, blank=blank)


def _indented(text: str, width: Any, *, first: Any, blank: Any) -> str:
    if not isinstance(width, int) or not 0 <= width <= _WIDEST:
        raise Refused(f"the width {described(width)} is no integer from 0 to {_WIDEST}")
    space = " " * width
    lines = [
        f"{space}{line}" if (at or first) and (line or blank) else line
        for at, line in enumerate(text.split("\n"))
    ]
    return str(bounded("\n".join(lines)))


def _trim(value: Any, characters: str | None = None) -> Any:
    if isinstance(value, Text) and characters is None:
        return Text(_trimmed(value.raw))
    return as_text(settle(value)).strip(settle(characters))


def _trimmed(raw: str) -> str:
    """Return *raw* without white space at its ends, but with the last mark of each.

    The text is reversed, since a search at its end would be quadratic.
    """
    start = _length(_BLANK, raw)
    if start == len(raw):
        return _last_mark(raw)
    end = len(raw) - _length(_BLANK_BACKWARDS, raw[::-1])
    return _last_mark(raw[:start]) + raw[start:end] + _last_mark(raw[end:])


def _length(blank: re.Pattern[str], text: str) -> int:
    found = blank.match(text)
    return found.end() if found else 0


def _last_mark(blank: str) -> str:
    return "".join(MARKS.findall(blank)[-1:])


def _yaml(text: Any) -> Any:
    """Return the value of the YAML *text*."""
    try:
        document = read(as_text(text), tokens=False)
        return document.shape.fill(())
    except OutputError as e:
        where = "" if e.line is None else f"line {e.line + 1} of "
        raise Refused(f"{where}the value: {e}") from e


def _key(value: Any) -> Key:
    if not isinstance(value, str) or not value:
        raise Refused(f"{described(value)} is no key, want a string that is not empty")
    return Key(value)


_JINJA: Mapping[str, Any] = JINJA_FILTERS
_JINJA_TESTS: Mapping[str, Any] = JINJA_TESTS
_KEPT = (
    *("abs", "dictsort", "first", "groupby", "last", "length", "list", "map", "max"),
    *("min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort"),
    *("unique", "urlencode"),
)

_OWN: dict[str, Callable[..., Any]] = {
    "bool": to_bool,
    "capitalize": lambda value: as_text(value).capitalize(),
    "float": to_float,
    "format": lambda text, *values, **named: formatted(text, values or named),
    "int": to_int,
    "items": lambda mapping: list(mapping.items()),
    "join": lambda items, separator="": joined(as_text(separator), items),
    "key": _key,
    "lower": lambda value: as_text(value).lower(),
    "replace": lambda value, old, new, count=-1: replaced(
        as_text(value), old, new, count
    ),
    "round": rounded,
    "sum": total,
    "title": lambda value: as_text(value).title(),
    "tojson": lambda value: as_json(json_value(value)),
    "upper": lambda value: as_text(value).upper(),
    "yaml": _yaml,
}


def _settled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return *function* with values in place of block texts, and a bounded result."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        values = [settle(value) for value in args]
        named = {name: settle(value) for name, value in kwargs.items()}
        slots().spend(
            1 + sum(len(value) for value in values if isinstance(value, _MANY))
        )
        return bounded(function(*values, **named))

    return call


def _renamed(name: str, function: Any) -> Callable[..., Any]:
    """Return a copy of *function* with the *name* that Python's messages show."""
    code, closed = function.__code__, function.__closure__
    made = FunctionType(code, function.__globals__, name, function.__defaults__, closed)
    made.__qualname__ = name
    return made


FILTERS: dict[str, Callable[..., Any]] = {
    **{name: _settled(_JINJA[name]) for name in _KEPT},
    **{name: _settled(_renamed(name, made)) for name, made in _OWN.items()},
    "count": _settled(len),
    "d": _default,
    "default": _default,
    "indent": _indent,
    "string": _settled(as_text),
    "trim": _trim,
    LOOP: _loop,
    PRINT: _print,
    CONCAT: _concatenated,
    SEARCHED: lambda value: searched(settle(value)),
    VALUE: settle,
}

TESTS: dict[str, Callable[..., Any]] = {
    name: _settled(test) for name, test in _JINJA_TESTS.items()
}
