"""Shapes: documents of template text, with slots into which values are filled.

A shape is immutable: each ``fill`` makes a new value that shares nothing with others.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from injector.base.tracing import joined, opened
from injector.templates.jinja.slots import SCALARS, copy, written


class OutputError(Exception):
    """The rendered text is wrong.

    ``line`` (from 0) is the faulty line, ``slot`` has the faulty value; both may be
    unknown.
    """

    def __init__(
        self, message: str, line: int | None = None, *, slot: int | None = None
    ) -> None:
        self.line = line
        self.slot = slot
        super().__init__(message)


class Shape(Protocol):
    """A document or a part of it, into which values can be filled."""

    def fill(self, values: Sequence[Any]) -> Any:
        """Return a new value of this shape with *values*, by slot."""
        ...


class Constant:
    """A scalar of template text."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def fill(self, _values: Sequence[Any]) -> Any:
        """Return the scalar."""
        return self.value


class Slot:
    """A plain scalar that is one token: the value of the slot, with its type."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index

    def fill(self, values: Sequence[Any]) -> Any:
        """Return a copy of the value."""
        return copy(values[self.index])


class MixedText:
    """A scalar with tokens between text, or in quotes: a string."""

    __slots__ = ("parts",)

    def __init__(self, parts: Iterable[str | int]) -> None:
        self.parts = tuple(parts)

    def fill(self, values: Sequence[Any]) -> str:
        """Return the string."""
        text: str = joined(
            [
                part if part.__class__ is str else written(values[part])  # type: ignore[index]
                for part in self.parts
            ]
        )
        return text


class Items:
    """A list."""

    __slots__ = ("blank", "filled")

    def __init__(self, items: Sequence[Shape]) -> None:
        self.blank = [
            item.value if isinstance(item, Constant) else None for item in items
        ]
        self.filled = tuple(
            (index, item)
            for index, item in enumerate(items)
            if not isinstance(item, Constant)
        )

    def fill(self, values: Sequence[Any]) -> list[Any]:
        """Return the list."""
        made = self.blank.copy()
        for index, item in self.filled:
            made[index] = item.fill(values)
        return made


class Entries:
    """A mapping whose keys are all template text."""

    __slots__ = ("blank", "filled", "slots")

    def __init__(self, entries: dict[str, Shape]) -> None:
        self.blank = {
            key: item.value if isinstance(item, Constant) else None
            for key, item in entries.items()
        }
        self.slots = tuple(
            (key, item.index) for key, item in entries.items() if isinstance(item, Slot)
        )
        self.filled = tuple(
            (key, item)
            for key, item in entries.items()
            if not isinstance(item, Constant | Slot)
        )

    def fill(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return the mapping."""
        made = self.blank.copy()
        for key, index in self.slots:
            value = values[index]
            made[key] = value if value.__class__ in SCALARS else copy(value)
        for key, item in self.filled:
            made[key] = item.fill(values)
        return made


class OpenEntries:
    """A mapping with merged mappings, or with tokens in keys."""

    __slots__ = ("entries", "merged")

    def __init__(
        self,
        entries: Sequence[tuple[str | MixedText, Shape, int]],
        merged: Sequence[tuple[Shape, int]],
    ) -> None:
        self.entries = tuple(entries)
        self.merged = tuple(merged)

    def fill(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return the mapping. Its own keys win over merged ones.

        Raises:
            OutputError: a key comes twice, or a merged value is no mapping.
        """
        made: dict[str, Any] = {}
        for key, item, line in self.entries:
            name = key if isinstance(key, str) else opened(key.fill(values))
            if name in made:
                raise OutputError(f"the key {name!r} comes twice", line)
            made[name] = item.fill(values)
        for item, line in self.merged:
            for mapping in _mappings(item.fill(values), line):
                for name, value in mapping.items():
                    made.setdefault(name, value)
        return made


def _mappings(value: Any, line: int) -> list[dict[str, Any]]:
    """Return the mappings that ``<<: value`` merges, in order of precedence."""
    mappings = value if isinstance(value, list) else [value]
    if not all(isinstance(mapping, dict) for mapping in mappings):
        raise OutputError("'<<' merges a mapping or a list of mappings", line)
    return mappings
