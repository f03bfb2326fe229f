"""YAML documents as JSON values, built in one pass over the parser's events.

Aliases and merge keys follow Go's ``sigs.k8s.io/yaml``: the later of two anchors of one
name counts, and a mapping merged by ``<<`` replaces earlier keys. Repeated values are
counted before they are copied.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import yaml

from injector.formats import yaml_scalars
from injector.formats.yaml_events import YAMLFault, events
from injector.formats.yaml_scalars import json_value, resolved

DEPTH: Final = 100
"""Nesting levels of a document; a manifest has some twenty."""

REPEATED: Final = 100_000
"""Values that the aliases of a document may repeat."""

# Above these counts Go refuses a document in which nearly all values are repeated.
_FEW, _SMALL, _RATIO = 100, 1000, 0.99

_MERGE: Final = object()
"""The key ``<<``, by which a mapping is merged."""

TOO_DEEP: Final = f"nested deeper than {DEPTH} levels"
_NO_KEY: Final = "a list or a mapping cannot be a key"


class DuplicateKey(NamedTuple):
    """A key that a mapping has twice."""

    path: tuple[str | int, ...]
    message: str


def first(text: str) -> Any:
    """Return the first document of *text*; None if there is none.

    Raises:
        YAMLFault: the document cannot be read. Later documents are not read.
    """
    with events(text) as next_event:
        return next(_documents(next_event), None)


def every(text: str, note: Callable[[DuplicateKey], None] | None = None) -> list[Any]:
    """Return the documents of *text*, empty ones as None.

    The later of equal keys counts, and *note* is called.

    Raises:
        YAMLFault: a document cannot be read.
    """
    with events(text) as next_event:
        return list(_documents(next_event, note))


def _documents(
    next_event: Callable[[], Any], note: Callable[[DuplicateKey], None] | None = None
) -> Iterator[Any]:
    while type(event := next_event()) is not yaml.StreamEndEvent:
        if type(event) is yaml.DocumentStartEvent:
            yield _Builder(next_event, note).document()


class _Anchor:
    """A value with a name, and the number of values that an alias repeats."""

    __slots__ = ("before", "value", "values")

    def __init__(self, value: Any, before: int, values: int | None) -> None:
        self.value = value
        self.before = before
        # None until the end of the value is read.
        self.values = values


class _Builder:
    """Builds the value of a document from its events, without recursion."""

    def __init__(
        self, next_event: Callable[[], Any], note: Callable[[DuplicateKey], None] | None
    ) -> None:
        self.next_event = next_event
        self.note = note
        # The open collection; in a mapping the key, None where the key comes next.
        self.collection: Any = []
        self.key: Any = None
        # The collections around it, each with its key and the anchor of the inner one.
        self.enclosing: list[tuple[Any, Any, _Anchor | None]] = []
        self.anchors: dict[str, _Anchor] = {}
        # As Go counts, nearly: keys and aliases are values too.
        self.values = 0
        self.repeated = 0
        # Lines of keys by the mapping's id. The mapping is kept: ids are used again.
        self.lines: dict[int, tuple[Any, dict[str, int]]] = {}

    def document(self) -> Any:
        """Return the value of the document that begins with the next event."""
        root = self.collection
        event: Any = None
        try:
            while type(event := self.next_event()) is not yaml.DocumentEndEvent:
                kind = type(event)
                if kind is yaml.ScalarEvent:
                    self._put(self._scalar(event), event)
                elif kind is yaml.AliasEvent:
                    self._put(self._alias(event.anchor), event)
                elif kind is yaml.MappingStartEvent:
                    self._start({}, event.anchor)
                elif kind is yaml.SequenceStartEvent:
                    self._start([], event.anchor)
                else:
                    self._end()
        except ValueError as e:
            raise YAMLFault(str(e), event.start_mark.line + 1) from e
        return root[0]

    def _scalar(self, event: Any) -> Any:
        """Return the resolved value of a scalar."""
        text: str = event.value
        if event.tag is not None:
            value = yaml_scalars.tagged(text, event.tag)
        else:
            value = resolved(text) if event.implicit[0] else text
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchor(value, 0, 1)
        return value

    def _alias(self, name: str) -> Any:
        """Return a copy of the value that the alias *name* repeats."""
        anchor = self.anchors.get(name)
        if anchor is None:
            raise ValueError(f"no anchor has the name {name!r}")
        if anchor.values is None:
            raise ValueError(f"the value of the anchor {name!r} contains itself")
        self.values += anchor.values
        self.repeated += anchor.values
        if self.repeated > REPEATED:
            raise ValueError(f"aliases repeat more than {REPEATED:,} values")
        many = self.repeated > _FEW and self.values > _SMALL
        if many and self.repeated / self.values > _RATIO:
            raise ValueError(f"aliases repeat {self.repeated:,} values, nearly all")
        return _copied(anchor.value, len(self.enclosing))

    def _put(self, value: Any, event: Any) -> None:
        """Put a scalar or an alias's value into the open collection."""
        self.values += 1
        if type(self.collection) is list:
            self.collection.append(json_value(value))
        elif self.key is None:
            self.key = _key(value, event)
            if self.note is not None and self.key is not _MERGE:
                self._note_key(self.note, event.start_mark.line + 1)
        else:
            if self.key is _MERGE:
                _merge(self.collection, [value])
            else:
                self.collection[self.key] = json_value(value)
            self.key = None

    def _start(self, made: Any, name: str | None) -> None:
        """Put a new collection into the open one, and open it."""
        if len(self.enclosing) >= DEPTH:
            raise ValueError(TOO_DEEP)
        if type(self.collection) is list:
            self.collection.append(made)
        elif self.key is None:
            raise ValueError(_NO_KEY)
        elif self.key is not _MERGE:
            self.collection[self.key] = made
        anchor = None
        if name is not None:
            anchor = self.anchors[name] = _Anchor(made, self.values, None)
        self.values += 1
        self.enclosing.append((self.collection, self.key, anchor))
        self.collection = made
        self.key = None

    def _end(self) -> None:
        """Close the open collection."""
        ended = self.collection
        self.collection, key, anchor = self.enclosing.pop()
        if anchor is not None:
            anchor.values = self.values - anchor.before
        if key is _MERGE:
            _merge(self.collection, ended if type(ended) is list else [ended])
        self.key = None

    def _note_key(self, note: Callable[[DuplicateKey], None], line: int) -> None:
        """Remember the line of the key; note the key if the mapping has it already."""
        _, lines = self.lines.setdefault(id(self.collection), (self.collection, {}))
        if self.key in lines:
            path = tuple(
                _position(holder, key) for holder, key, _ in self.enclosing[1:]
            )
            first = lines[self.key]
            message = f"key {self.key!r} is in line {first} and in {line}"
            note(DuplicateKey(path, message))
        lines.setdefault(self.key, line)


def _position(holder: Any, key: Any) -> str | int:
    """Return the index or key in *holder* of the value that is being read."""
    if type(holder) is list:
        return len(holder) - 1
    merged: str = "<<" if key is _MERGE else key
    return merged


def _copied(value: Any, depth: int) -> Any:
    """Return a deep copy of *value*."""
    if not isinstance(value, dict | list):
        return value
    if depth >= DEPTH:
        raise ValueError(TOO_DEEP)
    if isinstance(value, list):
        return [_copied(item, depth + 1) for item in value]
    return {key: _copied(item, depth + 1) for key, item in value.items()}


def _key(value: Any, event: Any) -> Any:
    """Return the key of a resolved scalar; `_MERGE` for ``<<``."""
    if isinstance(value, dict | list):
        raise ValueError(_NO_KEY)  # noqa: TRY004 - the text is wrong, no argument
    if value == "<<" and type(event) is yaml.ScalarEvent and _merges(event):
        return _MERGE
    return yaml_scalars.key(value)


def _merges(event: Any) -> bool:
    return bool(event.implicit[0]) or event.tag == f"{yaml_scalars.CORE}merge"


def _merge(mapping: dict[str, Any], sources: list[Any]) -> None:
    """Merge the *sources* into *mapping*; the first of equal keys wins."""
    if not all(type(source) is dict for source in sources):
        raise ValueError("'<<' merges a mapping or a list of mappings")
    for source in reversed(sources):
        mapping.update(source)
