"""Values held aside: what an expression prints never becomes template text.

An expression puts a token into the text and its value into a slot. Only template text
and tokens are ever read as YAML, so no value can be mistaken for structure. A token
consists of characters that template text may not contain, and values are never part of
the text: nobody can forge one.
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
"""Characters that a template may make: 1 MiB, a third of what an API server takes."""

MAX_MADE = 16 * MAX_OUTPUT
"""Characters that all expressions of one render may make on the way."""

MAX_STEPS = 100_000
"""Iterations, calls, filters and list items of one render: about half a second."""

SCALARS = frozenset((str, int, bool, type(None)))
"""Types that JSON has and nobody can change."""

_LISTS = (list, tuple, range, GeneratorType, KeysView, ValuesView, ItemsView)
_TOKENS = tuple(f"{OPEN}{index}{CLOSE}" for index in range(512))


class Refused(Exception):
    """An expression asks for something that templates may not have."""


class Key(str):
    """Text that the template allows to be a key."""

    __slots__ = ()


class Slots:
    """What one render has put aside, and how much it may still do."""

    __slots__ = ("allowed", "made", "origins", "steps", "values")

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.allowed: set[int] = set()
        self.origins: dict[int, int] = {}
        self.made = MAX_MADE
        self.steps = MAX_STEPS

    def spend(self, steps: int, made: int = 0) -> None:
        """Count work; raise Refused where it is more than a render may do."""
        self.steps -= steps
        self.made -= made
        if self.steps < 0:
            raise Refused(f"the template takes more than {MAX_STEPS:,} steps")
        if self.made < 0:
            raise Refused(f"the template makes more than {MAX_MADE:,} characters")

    def put(self, value: Any) -> str:
        """Put *value* aside and return its token."""
        index = len(self.values)
        if value.__class__ not in SCALARS:
            if isinstance(value, Key):
                self.allowed.add(index)
            value = own(value)
        self.values.append(value)
        self.steps -= 1
        return _TOKENS[index] if index < len(_TOKENS) else self._late(index)

    def _late(self, index: int) -> str:
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
"""The slots of the render that runs in this thread."""


def slots() -> Slots:
    """Return the slots of the render that runs."""
    return CURRENT.get()


@total_ordering
class Text:
    """Template text with tokens in it: what a macro or a block has made.

    Printed, it is template text. To everything else it is the value that it would give
    as a scalar. It is no ``str``, so that nothing takes its tokens for text by mistake.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: str) -> None:
        self.raw = raw

    def value(self) -> Any:
        """Return what the text stands for."""
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
    """Return *value*, or what it stands for if it is block text."""
    return value.value() if value.__class__ is Text else value


def join(parts: Iterable[Any]) -> str:
    """Return the template text that *parts* make: strings and block texts."""
    raw = [part if part.__class__ is str else part.raw for part in parts]
    size = sum(map(len, raw))
    if size > MAX_OUTPUT:
        raise Refused(f"the text is longer than {MAX_OUTPUT:,} characters")
    slots().spend(1, size)
    return "".join(raw)


def concat(parts: Iterable[Any]) -> Text:
    """Return the text of a block."""
    return Text(join(parts))


def own(value: Any) -> Any:
    """Return *value* as JSON that shares nothing with it; raise Refused if it is none.

    Strings of any kind become plain ones, generators and tuples lists.
    """
    if isinstance(value, Text):
        return own(value.value())
    if value is None or tracing.is_sealed(value):
        return value
    for kind, plain in _PLAIN:
        if isinstance(value, kind):
            return plain(value)
    if isinstance(value, Mapping):
        return {_name(key): own(item) for key, item in _counted(value.items())}
    if isinstance(value, _LISTS):
        return [own(item) for item in _counted(value)]
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
    # A strict one raises what is undefined.
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
    """Return the text of the JSON *value*: a string is itself, all else is its JSON."""
    if value.__class__ is str:
        text: str = value
        return text
    return as_json(value)


def as_json(value: Any) -> str:
    """Return the JSON *value* as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_text(value: Any) -> str:
    """Return the text of any *value*; raise Refused where JSON has no such value."""
    return written(own(value))


def size(value: Any) -> int:
    """Return about how many characters *value* has as JSON."""
    kind = value.__class__
    if kind is str:
        return tracing.extent(value)
    if kind is dict:
        return sum(len(key) + size(item) + 4 for key, item in value.items()) + 2
    if kind is list:
        return sum(size(item) + 1 for item in value) + 2
    return 8
