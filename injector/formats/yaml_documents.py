"""YAML documents as JSON values: read in one pass over the parser's events.

Aliases and merge keys are read as Go's ``sigs.k8s.io/yaml`` reads them: of two anchors
of one name the later one counts, and what ``<<`` merges replaces the keys before it.
What they repeat is counted first and made afterwards.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import yaml

from injector.formats import yaml_scalars
from injector.formats.yaml_scalars import json_value, resolved

PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEPTH: Final = 100
"""The deepest nesting that is read; a manifest has some twenty levels."""

REPEATED: Final = 100_000
"""The most values that aliases may repeat in a document."""

DIRECTIVES: Final = 100
"""The most %TAG directives."""

_DIRECTIVE: Final = re.compile("[\n\r\x85\u2028\u2029]%TAG")

# From these counts on Go refuses a document that consists of repetitions.
_FEW, _SMALL, _RATIO = 100, 1000, 0.99

_MERGE: Final = object()
"""The key under which a mapping is merged."""

TOO_DEEP: Final = f"nested deeper than {DEPTH} levels"
_NO_KEY: Final = "a list or a mapping cannot be a key"


class YAMLFault(Exception):
    """A text is no YAML, or no JSON can say what it says.

    Args:
        problem: what is wrong.
        line: where, from 1; None if it is not known.
        character: the one that YAML cannot hold, if that is the problem.
    """

    def __init__(
        self, problem: str, line: int | None = None, *, character: str = ""
    ) -> None:
        self.problem = problem
        self.line = line
        self.character = character
        super().__init__(problem if line is None else f"line {line}: {problem}")


class Double(NamedTuple):
    """A key that a mapping has twice."""

    path: tuple[str | int, ...]
    message: str


def first(text: str) -> Any:
    """Return the first document of *text*; None if there is none.

    Raises:
        YAMLFault: it cannot be read. What follows the document is not looked at.
    """
    with events(text) as next_event:
        return next(_documents(next_event), None)


def every(text: str, note: Callable[[Double], None] | None = None) -> list[Any]:
    """Return the documents of *text*, empty ones as None.

    Args:
        text: the text.
        note: is told of each key that a mapping has twice; the later one counts.

    Raises:
        YAMLFault: one of them cannot be read.
    """
    with events(text) as next_event:
        return list(_documents(next_event, note))


@contextmanager
def events(text: str) -> Iterator[Callable[[], Any]]:
    """Give the function that returns the next event of *text*.

    Raises:
        YAMLFault: inside of it too, for all that the parser refuses.
    """
    # The parser compares each of them with all others.
    if "%TAG" in text and len(_DIRECTIVE.findall(text)) > DIRECTIVES:
        raise YAMLFault(f"more than {DIRECTIVES} directives")
    try:
        parser = PARSER(text)
        try:
            yield parser.get_event
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as e:
        mark: Any = e.problem_mark
        raise YAMLFault(str(e.problem), mark.line + 1) from e
    except yaml.reader.ReaderError as e:
        character = chr(e.character)
        raise YAMLFault(str(e).partition("\n")[0], character=character) from e
    except UnicodeEncodeError as e:
        character = e.object[e.start]
        raise YAMLFault(f"it holds {character!r}", character=character) from e


def _documents(
    next_event: Callable[[], Any], note: Callable[[Double], None] | None = None
) -> Iterator[Any]:
    while type(event := next_event()) is not yaml.StreamEndEvent:
        if type(event) is yaml.DocumentStartEvent:
            yield _Builder(next_event, note).document()


class _Anchor:
    """A value that has a name, and how many values an alias of it repeats."""

    __slots__ = ("before", "value", "values")

    def __init__(self, value: Any, before: int, values: int | None) -> None:
        self.value = value
        self.before = before
        # Not known before its end is read.
        self.values = values


class _Builder:
    """Makes values of the events of a document, without recursion."""

    def __init__(
        self, next_event: Callable[[], Any], note: Callable[[Double], None] | None
    ) -> None:
        self.next_event = next_event
        self.note = note
        # Where a value goes: the key of a mapping is None while it is awaited.
        self.holder: Any = []
        self.key: Any = None
        # What is around the holder: its own holder, the key in that, and its anchor.
        self.around: list[tuple[Any, Any, _Anchor | None]] = []
        self.anchors: dict[str, _Anchor] = {}
        # Counted about as Go does: keys and aliases are values too.
        self.values = 0
        self.repeated = 0
        # The lines of keys by mappings, which are kept so that no other has the id.
        self.lines: dict[int, tuple[Any, dict[str, int]]] = {}

    def document(self) -> Any:
        """Return the value of the document whose events come next."""
        root = self.holder
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
        """Return a scalar, resolved."""
        text: str = event.value
        if event.tag is not None:
            value = yaml_scalars.tagged(text, event.tag)
        else:
            value = resolved(text) if event.implicit[0] else text
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchor(value, 0, 1)
        return value

    def _alias(self, name: str) -> Any:
        """Return a copy of what the alias *name* stands for."""
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
        return _copied(anchor.value, len(self.around))

    def _put(self, value: Any, event: Any) -> None:
        """Put a scalar, or what an alias stands for, into its place."""
        self.values += 1
        if type(self.holder) is list:
            self.holder.append(json_value(value))
        elif self.key is None:
            self.key = _key(value, event)
            if self.note is not None and self.key is not _MERGE:
                self._look(self.note, event.start_mark.line + 1)
        else:
            if self.key is _MERGE:
                _merge(self.holder, [value])
            else:
                self.holder[self.key] = json_value(value)
            self.key = None

    def _start(self, made: Any, name: str | None) -> None:
        """Put a collection into its place, and go on inside of it."""
        if len(self.around) >= DEPTH:
            raise ValueError(TOO_DEEP)
        if type(self.holder) is list:
            self.holder.append(made)
        elif self.key is None:
            raise ValueError(_NO_KEY)
        elif self.key is not _MERGE:
            self.holder[self.key] = made
        anchor = None
        if name is not None:
            anchor = self.anchors[name] = _Anchor(made, self.values, None)
        self.values += 1
        self.around.append((self.holder, self.key, anchor))
        self.holder = made
        self.key = None

    def _end(self) -> None:
        """Go on after a collection."""
        ended = self.holder
        self.holder, key, anchor = self.around.pop()
        if anchor is not None:
            anchor.values = self.values - anchor.before
        if key is _MERGE:
            _merge(self.holder, ended if type(ended) is list else [ended])
        self.key = None

    def _look(self, note: Callable[[Double], None], line: int) -> None:
        """Note the line of the key, and the key if the mapping had it before."""
        _, lines = self.lines.setdefault(id(self.holder), (self.holder, {}))
        if self.key in lines:
            path = tuple(_step(holder, key) for holder, key, _ in self.around[1:])
            first = lines[self.key]
            message = f"key {self.key!r} is in line {first} and in {line}"
            note(Double(path, message))
        lines.setdefault(self.key, line)


def _step(holder: Any, key: Any) -> str | int:
    """Return where in *holder* the value is that is being read."""
    if type(holder) is list:
        return len(holder) - 1
    merged: str = "<<" if key is _MERGE else key
    return merged


def _copied(value: Any, depth: int) -> Any:
    """Return *value*, which shares nothing with any other."""
    if not isinstance(value, dict | list):
        return value
    if depth >= DEPTH:
        raise ValueError(TOO_DEEP)
    if isinstance(value, list):
        return [_copied(item, depth + 1) for item in value]
    return {key: _copied(item, depth + 1) for key, item in value.items()}


def _key(value: Any, event: Any) -> Any:
    """Return the key that a resolved scalar is; _MERGE if it merges."""
    if isinstance(value, dict | list):
        raise ValueError(_NO_KEY)  # noqa: TRY004 - the text is wrong, no argument
    if value == "<<" and type(event) is yaml.ScalarEvent and _merges(event):
        return _MERGE
    return yaml_scalars.key(value)


def _merges(event: Any) -> bool:
    return bool(event.implicit[0]) or event.tag == f"{yaml_scalars.CORE}merge"


def _merge(mapping: dict[str, Any], sources: list[Any]) -> None:
    """Put the *sources* into *mapping*; of several the first wins."""
    if not all(type(source) is dict for source in sources):
        raise ValueError("'<<' merges a mapping or a list of mappings")
    for source in reversed(sources):
        mapping.update(source)
