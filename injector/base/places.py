"""Readers of untrusted JSON: a value at a path, and the problems found there."""

import json
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from injector.base.errors import ConfigError, Problem

PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
QUOTED_LENGTH = 80
TEXT_SHOWN = 60
PROBLEM_SHOWN = 300
PROBLEMS_SHOWN = 5


def shown(value: Any) -> str:
    """Return *value* as problems quote it: short, and in one line."""
    match value:
        case str():
            return quoted(value, TEXT_SHOWN)
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return shortened(_number(value))


def _number(value: Any) -> str:
    try:
        return json.dumps(value)
    except ValueError:
        # Python prints no integer of more than 4300 digits.
        return f"a number of {value.bit_length()} bits"


def quoted(text: str, most: int = QUOTED_LENGTH) -> str:
    """Return *text* in quotes, cut after *most* characters."""
    return repr(text) if len(text) <= most else f"{text[:most]!r}..."


def cut(text: str, most: int) -> str:
    """Return *text*, cut after *most* characters."""
    return text if len(text) <= most else f"{text[:most]}..."


def shortened(text: str, most: int = TEXT_SHOWN) -> str:
    """Return *text*, without its middle if it has more than *most* characters.

    A sentence names the fault at its beginning or end.
    """
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 3]}...{text[-end:]}"


def listed(problems: Sequence[str]) -> str:
    """Return the first of several problems in one line, each of them short."""
    parts = [shortened(each, PROBLEM_SHOWN) for each in problems[:PROBLEMS_SHOWN]]
    if len(problems) > len(parts):
        parts.append(f"and {len(problems) - len(parts)} more")
    return "; ".join(parts)


def step(path: str, key: str | int, plain: re.Pattern[str] = PLAIN_KEY) -> str:
    """Return the path of an entry or item of the value at *path*.

    It is ``a.b``, ``a[0]``, or ``a['b.c']`` for a key that is not *plain*.
    """
    if isinstance(key, int):
        return f"{path}[{key}]"
    if plain.fullmatch(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{key!r}]"


class Place(NamedTuple):
    """A value in a document, its path, and the list of the document's problems.

    A reader always returns a value of its type, and adds a problem if there was none:
    so one pass finds every problem. Null is read like a missing value.
    """

    value: Any
    path: str
    problems: list[Problem]

    def refuse(self, message: str) -> None:
        """Add a problem here."""
        self.problems.append(Problem(self.path, message))

    def want(self, wanted: str) -> None:
        """Add the problem that the value is not *wanted*."""
        self.refuse(f"is {shown(self.value)}, want {wanted}")

    def adopt(self, error: ConfigError) -> None:
        """Add the problems of *error*, with their paths below this one."""
        for problem in error.problems:
            dot = "." if problem.path[:1] not in ("", "[") else ""
            path = f"{self.path}{dot}{problem.path}"
            self.problems.append(Problem(path, problem.message))

    def at(self, key: str | int) -> "Place":
        """Return the value's item at *key*; null if it has none."""
        value = self.value[key] if isinstance(key, int) else self.value.get(key)
        return Place(value, step(self.path, key), self.problems)

    def entries(self, wanted: str = "a mapping") -> dict[str, "Place"]:
        """Return the entries of a mapping, whatever their names."""
        if self.value is None:
            return {}
        if not isinstance(self.value, Mapping):
            self.want(wanted)
            return {}
        for key in self.value:
            if not isinstance(key, str):
                self.refuse(f"key {shown(key)} is no text, want it in quotes")
        return {key: self.at(key) for key in self.value if isinstance(key, str)}

    def fields(self, *known: str) -> dict[str, "Place"]:
        """Return the entry of each *known* name; any other name is a problem."""
        names = ", ".join(known)
        entries = self.entries(f"a mapping with {names}")
        for name, place in entries.items():
            if name not in known:
                place.refuse(f"unknown key, want one of {names}")
        nothing = Place({}, self.path, self.problems)
        return {name: entries.get(name) or nothing.at(name) for name in known}

    def items(self, wanted: str = "a list") -> list["Place"]:
        """Return the items of a list."""
        if self.value is None:
            return []
        if not isinstance(self.value, list | tuple):
            self.want(wanted)
            return []
        return [self.at(index) for index in range(len(self.value))]

    def text(self, wanted: str = "a text", *, null: bool = True) -> str:
        """Return a text; null, where allowed, is the empty one."""
        if self.value is None and null:
            return ""
        if not isinstance(self.value, str):
            self.want(wanted)
            return ""
        return self.value

    def texts(self) -> Mapping[str, str]:
        """Return a mapping of texts, read-only."""
        texts = {key: place.text() for key, place in self.entries().items()}
        return MappingProxyType(texts)
