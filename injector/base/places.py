"""Readers of untrusted JSON: a value at a path, and the problems found there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from injector.base.errors import ConfigError, Problem
from injector.base.messages import shown, step


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
