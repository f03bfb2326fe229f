"""YAML text to a shape: one document, as Kubernetes reads it, but stricter.

Duplicate keys, tags, further documents, aliases of what is not finished and endless
nesting are errors.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml

from injector.templates.scalars import scalar
from injector.templates.shapes import (
    Constant,
    Entries,
    Items,
    OpenEntries,
    OutputError,
    Shape,
    Slot,
    Words,
)
from injector.templates.slots import MAX_OUTPUT, OPEN, TOKEN, size

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_DEPTH = 64
"""Levels of a document. A Pod has about fifteen."""

MAX_EVENTS = 50_000
"""Scalars, beginnings and ends in a document. A large Pod has about two thousand."""

_STRINGS = (None, "!", "tag:yaml.org,2002:str")


class Document(NamedTuple):
    """A shape and what has to be checked before values are filled into it."""

    shape: Shape
    uses: tuple[int, ...] = ()
    """The slots that it uses, as often as it does."""
    keys: tuple[tuple[int, int], ...] = ()
    """Slot and line of each token in a key."""
    size: int = 0
    """About how many characters it has without its values."""


class _Node(NamedTuple):
    # Hundreds of them are made for a document: tuples are the quickest to make.
    shape: Shape
    line: int
    size: int
    uses: tuple[int, ...] = ()
    plain: bool = False
    depth: int = 1


class _Open(NamedTuple):
    """A list or a mapping that is being read."""

    build: Callable[[list[_Node]], Shape]
    line: int
    anchor: str | None
    nodes: list[_Node]


def read(text: str, *, tokens: bool = True) -> Document:
    """Read *text*. Without *tokens* it is anybody's text, in which nothing is a token.

    Raises:
        OutputError: it is no YAML, or none that a template may make.
    """
    reader = _Reader(text, tokens=tokens)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            reader.take(event)
    except yaml.MarkedYAMLError as e:
        told = ", ".join(part for part in (e.context, e.problem) if part)
        mark = e.problem_mark or e.context_mark
        raise OutputError(f"no YAML: {told}", mark.line if mark else None) from e
    except (yaml.YAMLError, UnicodeError) as e:
        told = str(e).partition("\n")[0]
        raise OutputError(f"no YAML: {told}", None) from e
    return reader.document()


def _line(event: yaml.Event) -> int:
    mark: Any = event.start_mark
    line: int = mark.line
    return line


class _Reader:
    """Builds the shape of one document from YAML's events, without recursion."""

    def __init__(self, text: str, *, tokens: bool) -> None:
        self.text = text
        self.tokens = tokens
        self.open: list[_Open] = []
        self.root = _Node(Constant(None), 0, 0)
        self.anchors: dict[str, _Node] = {}
        self.keys: list[tuple[int, int]] = []
        self.events = 0
        self.documents = 0

    def document(self) -> Document:
        """Return what was read."""
        root = self.root
        return Document(
            shape=root.shape, uses=root.uses, keys=tuple(self.keys), size=root.size
        )

    def take(self, event: yaml.Event) -> None:
        """Read one event."""
        self.events += 1
        if self.events > MAX_EVENTS:
            raise OutputError(f"more than {MAX_EVENTS:,} values", _line(event))
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event), event.anchor)
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(event, self._mapping)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(event, _list)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._alias(event), None)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise OutputError("more than one YAML document", _line(event))

    def _start(
        self, event: yaml.CollectionStartEvent, build: Callable[[list[_Node]], Shape]
    ) -> None:
        if event.tag is not None:
            raise OutputError(f"the tag {event.tag!r} is not supported", _line(event))
        if len(self.open) >= MAX_DEPTH:
            raise OutputError(f"more than {MAX_DEPTH} levels", _line(event))
        self.open.append(_Open(build, _line(event), event.anchor, []))

    def _end(self) -> None:
        ended = self.open.pop()
        nodes = ended.nodes
        node = _Node(
            shape=ended.build(nodes),
            line=ended.line,
            uses=tuple(use for child in nodes for use in child.uses),
            size=sum(child.size for child in nodes) + 2,
            depth=max((child.depth for child in nodes), default=0) + 1,
        )
        self._add(node, ended.anchor)

    def _add(self, node: _Node, anchor: str | None) -> None:
        if node.size + 8 * len(node.uses) > MAX_OUTPUT:
            raise OutputError(f"longer than {MAX_OUTPUT:,} characters", node.line)
        # Aliases may repeat what is deep already.
        if len(self.open) + node.depth > MAX_DEPTH + 1:
            raise OutputError(f"more than {MAX_DEPTH} levels", node.line)
        if anchor is not None:
            self.anchors[anchor] = node
        if self.open:
            self.open[-1].nodes.append(node)
        else:
            self.root = node

    def _alias(self, event: yaml.AliasEvent) -> _Node:
        anchor = str(event.anchor)
        if anchor not in self.anchors:
            raise OutputError(f"'*{anchor}' has no finished anchor", _line(event))
        return self.anchors[anchor]

    def _scalar(self, event: yaml.ScalarEvent) -> _Node:
        line, plain = _line(event), event.implicit[0] and event.tag is None
        if event.tag not in _STRINGS:
            raise OutputError(f"the tag {event.tag!r} is not supported", line)
        if self.tokens and OPEN in event.value:
            return self._tokens(event, line, plain=plain)
        try:
            value = scalar(event.value) if plain else event.value
        except ValueError as e:
            raise OutputError(str(e), line) from e
        return _Node(Constant(value), line, size(value) + 2, plain=plain)

    def _tokens(self, event: yaml.ScalarEvent, line: int, *, plain: bool) -> _Node:
        raw = self.text[_index(event.start_mark) : _index(event.end_mark)]
        # "\ue000" in double quotes is no token: only a render makes tokens.
        if raw.count(OPEN) != event.value.count(OPEN):
            raise OutputError("an escape stands for a reserved character", line)
        pieces = TOKEN.split(event.value)
        parts = [int(piece) if at % 2 else piece for at, piece in enumerate(pieces)]
        parts = [part for part in parts if part != ""]
        uses = tuple(part for part in parts if isinstance(part, int))
        alone = plain and len(parts) == 1
        return _Node(
            shape=Slot(uses[0]) if alone else Words(parts),
            line=line,
            uses=uses,
            size=sum(map(len, pieces[::2])) + 2,
        )

    def _mapping(self, nodes: list[_Node]) -> Shape:
        entries: list[tuple[str | Words, Shape, int]] = []
        merged: list[tuple[Shape, int]] = []
        names: set[str] = set()
        for key, value in _pairs(nodes):
            if _merges(key):
                merged.append((value.shape, key.line))
                continue
            name = self._key(key)
            if isinstance(name, str):
                if name in names:
                    raise OutputError(f"the key {name!r} comes twice", key.line)
                names.add(name)
            entries.append((name, value.shape, key.line))
        if merged or len(names) < len(entries):
            return OpenEntries(entries, merged)
        return Entries({str(name): shape for name, shape, _ in entries})

    def _key(self, node: _Node) -> str | Words:
        self.keys.extend((use, node.line) for use in node.uses)
        shape = node.shape
        if isinstance(shape, Slot):
            return Words([shape.index])
        if isinstance(shape, Words):
            return shape
        value = shape.value if isinstance(shape, Constant) else None
        if isinstance(value, bool):
            raise OutputError("a key that is a boolean in YAML: quote it", node.line)
        if isinstance(value, int):
            return str(value)
        if not isinstance(value, str):
            raise OutputError("a key that is no string", node.line)
        return value


def _index(mark: Any) -> int:
    index: int = mark.index
    return index


def _merges(key: _Node) -> bool:
    shape = key.shape
    return key.plain and isinstance(shape, Constant) and shape.value == "<<"


def _list(nodes: list[_Node]) -> Shape:
    return Items([node.shape for node in nodes])


def _pairs(nodes: list[_Node]) -> Iterator[tuple[_Node, _Node]]:
    return zip(nodes[::2], nodes[1::2], strict=True)
