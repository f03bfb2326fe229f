"""The reader of template output: one YAML document becomes a shape.

It reads as Kubernetes does, but duplicate keys, tags, more documents, aliases within
their own anchor and deep nesting are errors.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml

from injector.formats.yaml_events import YAMLFault, events
from injector.formats.yaml_scalars import json_value, resolved
from injector.templates.jinja.shapes import (
    Constant,
    Entries,
    Items,
    MixedText,
    OpenEntries,
    OutputError,
    Shape,
    Slot,
)
from injector.templates.jinja.slots import MAX_OUTPUT, OPEN, TOKEN, size

MAX_DEPTH = 64
"""Nesting levels of a document. A Pod has about fifteen."""

MAX_EVENTS = 50_000
"""Scalars, starts and ends in a document. A large Pod has about two thousand."""

_MERGE: Any = object()
_STRINGS = (None, "!", "tag:yaml.org,2002:str")


class Document(NamedTuple):
    """A shape, and the facts to check before values are filled in."""

    shape: Shape
    uses: tuple[int, ...] = ()
    """The slots in the shape, each as often as it occurs."""
    keys: tuple[tuple[int, int], ...] = ()
    """Slot and line of each token in a key."""
    size: int = 0
    """The approximate number of characters without the values."""


class _Node(NamedTuple):
    # A document has hundreds of nodes: tuples are the fastest to make.
    shape: Shape
    line: int
    size: int
    uses: tuple[int, ...] = ()
    key: Any = None
    """The resolved scalar, used as a key; ``_MERGE`` for ``<<``."""
    depth: int = 1


class _Open(NamedTuple):
    """A list or a mapping that is being read."""

    build: Callable[[list[_Node]], Shape]
    line: int
    anchor: str | None
    nodes: list[_Node]


def read(text: str, *, tokens: bool = True) -> Document:
    """Return the document in *text*, with *tokens* read as slots.

    Raises:
        OutputError: *text* is no YAML, or YAML that a template may not make.
    """
    reader = _Reader(text, tokens=tokens)
    try:
        with events(text) as next_event:
            while type(event := next_event()) is not yaml.StreamEndEvent:
                reader.take(event)
    except YAMLFault as e:
        line = None if e.line is None else e.line - 1
        raise OutputError(f"no YAML: {e.problem}", line) from e
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
        self.anchors: dict[str, _Node | _Open] = {}
        self.keys: list[tuple[int, int]] = []
        self.events = 0
        self.documents = 0

    def document(self) -> Document:
        """Return the document after the last event."""
        root = self.root
        return Document(
            shape=root.shape, uses=root.uses, keys=tuple(self.keys), size=root.size
        )

    def take(self, event: yaml.Event) -> None:
        """Read one event."""
        self.events += 1
        if self.events > MAX_EVENTS:
            raise OutputError(f"more than {MAX_EVENTS:,} values")
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
        begun = _Open(build, _line(event), event.anchor, [])
        self.open.append(begun)
        if event.anchor is not None:
            self.anchors[event.anchor] = begun

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
        # A value inside of the collection may have the same anchor.
        named = ended.anchor if self.anchors.get(str(ended.anchor)) is ended else None
        self._add(node, named)

    def _add(self, node: _Node, anchor: str | None) -> None:
        if node.size + 8 * len(node.uses) > MAX_OUTPUT:
            raise OutputError(f"longer than {MAX_OUTPUT:,} characters", node.line)
        # An alias adds the depth of its value.
        if len(self.open) + node.depth > MAX_DEPTH + 1:
            raise OutputError(f"more than {MAX_DEPTH} levels", node.line)
        if anchor is not None:
            self.anchors[anchor] = node
        if self.open:
            self.open[-1].nodes.append(node)
        else:
            self.root = node

    def _alias(self, event: yaml.AliasEvent) -> _Node:
        found = self.anchors.get(str(event.anchor))
        if not isinstance(found, _Node):
            message = f"'*{event.anchor}' has no finished anchor"
            raise OutputError(message, _line(event))
        return found

    def _scalar(self, event: yaml.ScalarEvent) -> _Node:
        line, plain = _line(event), event.implicit[0] and event.tag is None
        if event.tag not in _STRINGS:
            raise OutputError(f"the tag {event.tag!r} is not supported", line)
        if self.tokens and OPEN in event.value:
            return self._tokens(event, line, plain=plain)
        try:
            known = resolved(event.value) if plain else event.value
            value = json_value(known)
        except ValueError as e:
            raise OutputError(str(e), line) from e
        key = _MERGE if plain and known == "<<" else known
        return _Node(Constant(value), line, size(value) + 2, key=key)

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
            shape=Slot(uses[0]) if alone else MixedText(parts),
            line=line,
            uses=uses,
            size=sum(map(len, pieces[::2])) + 2,
        )

    def _mapping(self, nodes: list[_Node]) -> Shape:
        entries: list[tuple[str | MixedText, Shape, int]] = []
        merged: list[tuple[Shape, int]] = []
        names: set[str] = set()
        for key, value in _pairs(nodes):
            if key.key is _MERGE:
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

    def _key(self, node: _Node) -> str | MixedText:
        self.keys.extend((use, node.line) for use in node.uses)
        shape = node.shape
        if isinstance(shape, Slot):
            return MixedText([shape.index])
        if isinstance(shape, MixedText):
            return shape
        if isinstance(node.key, bool):
            raise OutputError("a key that is a boolean in YAML: quote it", node.line)
        if not isinstance(node.key, str | int):
            raise OutputError("a key that is no string", node.line)
        return str(node.key)


def _index(mark: Any) -> int:
    index: int = mark.index
    return index


def _list(nodes: list[_Node]) -> Shape:
    return Items([node.shape for node in nodes])


def _pairs(nodes: list[_Node]) -> Iterator[tuple[_Node, _Node]]:
    return zip(nodes[::2], nodes[1::2], strict=True)
