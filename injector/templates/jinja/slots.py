"""Slots: the values of expressions, kept apart from template text.

An expression puts a token into the text and its value into a slot. Only template text
and tokens are read as YAML, so that no value can become structure. A token consists of
characters that template text may not contain, so that none can be forged.
"""

import json
import math
import re
from collections.abc import Callable, ItemsView, Iterable, KeysView, Mapping, ValuesView
from contextvars import ContextVar
from functools import total_ordering
from types import GeneratorType
from typing import Any

from jinja2 import Undefined

from injector.base import tracing

OPEN, CLOSE = "\ue000", "\ue001"
MARK, MARKED = "\ue002", "\ue003"
RESERVED = frozenset((OPEN, CLOSE, MARK, MARKED))
"""Characters of Unicode's private use area that template text may not contain."""

TOKEN = re.compile(f"{OPEN}([0-9]+){CLOSE}")
MARKS = re.compile(f"{MARK}[0-9]+{MARKED}")

MAX_OUTPUT = 1 << 20
"""Characters of the output: 1 MiB, a third of an API server's limit."""

MAX_MADE = 16 * MAX_OUTPUT
"""Characters in the results of all expressions of one render."""

MAX_STEPS = 100_000
"""Iterations, calls, filters and list items of one render: about half a second."""

SCALARS = frozenset((str, int, bool, type(None)))
"""Immutable types whose values are JSON without a check."""

_LISTS = (list, tuple, range, GeneratorType, KeysView, ValuesView, ItemsView)
_TOKENS = tuple(f"{OPEN}{index}{CLOSE}" for index in range(512))


class Refused(Exception):
    """An expression does something that templates may not do."""


class Key(str):
    """Text that may be a key: the result of the filter ``key``."""

    __slots__ = ()


class Slots:
    """The values of one render, and the work that it may still do."""

    __slots__ = ("allowed", "made", "origins", "steps", "values")

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.allowed: set[int] = set()
        self.origins: dict[int, int] = {}
        self.made = MAX_MADE
        self.steps = MAX_STEPS

    def spend(self, steps: int, made: int = 0) -> None:
        """Count steps and characters made; raise Refused beyond the limits."""
        self.steps -= steps
        self.made -= made
        if self.steps < 0:
            raise Refused(f"the template takes more than {MAX_STEPS:,} steps")
        if self.made < 0:
            raise Refused(f"the template makes more than {MAX_MADE:,} characters")

    def put(self, value: Any) -> str:
        """Put *value* into a new slot and return its token."""
        index = len(self.values)
        if value.__class__ not in SCALARS:
            if isinstance(value, Key):
                self.allowed.add(index)
            value = json_value(value)
        self.values.append(value)
        self.steps -= 1
        if index < len(_TOKENS):
            return _TOKENS[index]
        self.spend(0)
        return f"{OPEN}{index}{CLOSE}"

    def read(self, raw: str) -> Any:
        """Return the value of block text: that of its only token, else a string."""
        raw = MARKS.sub("", raw)
        alone = TOKEN.fullmatch(raw)
        if alone:
            return self.values[int(alone[1])]
        pieces: list[Any] = TOKEN.split(raw)
        pieces[1::2] = [written(self.values[int(index)]) for index in pieces[1::2]]
        return tracing.joined(pieces)


CURRENT: ContextVar[Slots] = ContextVar("slots")
"""The slots of this thread's render."""


def slots() -> Slots:
    """Return the slots of this thread's render."""
    return CURRENT.get()


@total_ordering
class Text:
    """Block text: template text with tokens, the result of a macro or a block.

    Printed, it stays template text; all other uses see its value as a scalar. It is no
    ``str``, so that no function reads its tokens as text.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: str) -> None:
        self.raw = raw

    def value(self) -> Any:
        """Return the value of the text as a scalar."""
        return slots().read(self.raw)

    def __str__(self) -> str:
        return as_text(self.value())

    def __bool__(self) -> bool:
        return bool(self.value())

    def __getitem__(self, item: Any) -> Any:
        return self.value()[item]

    def __hash__(self) -> int:
        return hash(self.value())

    def __eq__(self, other: object) -> bool:
        return bool(self.value() == settle(other))

    def __lt__(self, other: Any) -> bool:
        return bool(self.value() < settle(other))


def settle(value: Any) -> Any:
    """Return *value*; of block text, its value as a scalar."""
    return value.value() if value.__class__ is Text else value


def join(parts: Iterable[Any]) -> str:
    """Return *parts*, strings and block texts, as one template text."""
    raw = [part if part.__class__ is str else part.raw for part in parts]
    size = sum(map(len, raw))
    if size > MAX_OUTPUT:
        raise Refused(f"the text is longer than {MAX_OUTPUT:,} characters")
    slots().spend(1, size)
    return "".join(raw)


def concat(parts: Iterable[Any]) -> Text:
    """Return the text of a block."""
    return Text(join(parts))


def json_value(value: Any) -> Any:
    """Return a copy of *value* as plain JSON types; raise Refused for other types."""
    if isinstance(value, Text):
        return json_value(value.value())
    if value is None or tracing.is_sealed(value):
        return value
    for kind, plain in _PLAIN:
        if isinstance(value, kind):
            return plain(value)
    if isinstance(value, Mapping):
        return {_name(key): json_value(item) for key, item in _counted(value.items())}
    if isinstance(value, _LISTS):
        return [json_value(item) for item in _counted(value)]
    raise Refused(f"JSON has no values of type {type(value).__name__}")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise Refused(f"{value} is no number that JSON has")
    return float(value)


_PLAIN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (bool, bool),
    (str, str.__str__),
    (int, int),
    (float, _finite),
    # The text of a strict undefined value is an error.
    (Undefined, str),
)


def _name(key: Any) -> str:
    key = settle(key)
    if not isinstance(key, str):
        raise Refused(f"the key {key!r} is no string")
    return str.__str__(key)


def _counted(items: Iterable[Any]) -> Iterable[Any]:
    spend = slots().spend
    for item in items:
        spend(1)
        yield item


def copy(value: Any) -> Any:
    """Return a copy of the JSON *value* that shares nothing mutable with it."""
    kind = value.__class__
    if kind is dict:
        return {key: copy(item) for key, item in value.items()}
    if kind is list:
        return [copy(item) for item in value]
    return value


def written(value: Any) -> str:
    """Return the text of the JSON *value*: a string itself, other values as JSON."""
    if value.__class__ is str:
        text: str = value
        return text
    return as_json(value)


def as_json(value: Any) -> str:
    """Return the JSON *value* as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_text(value: Any) -> str:
    """Return the text of any *value*; raise Refused if it is no JSON."""
    return written(json_value(value))


def size(value: Any) -> int:
    """Return the approximate number of characters of *value* as JSON."""
    kind = value.__class__
    if kind is str:
        return tracing.extent(value)
    if kind is dict:
        return sum(len(key) + size(item) + 4 for key, item in value.items()) + 2
    if kind is list:
        return sum(size(item) + 1 for item in value) + 2
    return 8
