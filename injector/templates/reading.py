"""YAML text to a shape: one document, as Kubernetes reads it, but stricter.

Duplicate keys, aliases of what is not finished, tags, further documents and endless
nesting are errors.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

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
from injector.templates.slots import OPEN, TOKEN

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_DEPTH = 64
"""Levels of a document. A Pod has about fifteen."""

MAX_NODES = 100_000
"""Values in a document, those of repeated aliases counted each time."""

_STRING = "tag:yaml.org,2002:str"
_KEYS = {True: "true", False: "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A shape, the slots it uses (as often as it does), and those used in keys."""

    shape: Shape | None = None
    uses: tuple[int, ...] = ()
    keys: tuple[tuple[int, int], ...] = ()
    """Slot and line of each token in a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    shape: Shape
    line: int
    plain: bool = False
    uses: tuple[int, ...] = ()
    size: int = 1
    depth: int = 1


@dataclass(slots=True, kw_only=True)
class _Open:
    """A list or a mapping that is being read."""

    build: Callable[[list[_Node]], Shape]
    line: int
    anchor: str | None
    nodes: list[_Node] = field(default_factory=list)


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
        mark = e.problem_mark or e.context_mark
        raise OutputError(_told(e), mark.line if mark else 0) from e
    except (yaml.YAMLError, UnicodeError) as e:
        raise OutputError(f"no YAML: {str(e).splitlines()[0]}", 0) from e
    return reader.document()


def _told(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return f"no YAML: {', '.join(parts)}"


class _Reader:
    """Builds the shape of one document from YAML's events, without recursion."""

    def __init__(self, text: str, *, tokens: bool) -> None:
        self.text = text
        self.tokens = tokens
        self.open: list[_Open] = []
        self.root: _Node | None = None
        self.anchors: dict[str, _Node] = {}
        self.keys: list[tuple[int, int]] = []
        self.documents = 0

    def document(self) -> Document:
        """Return what was read."""
        if self.root is None:
            return Document()
        return Document(
            shape=self.root.shape, uses=self.root.uses, keys=tuple(self.keys)
        )

    def take(self, event: yaml.Event) -> None:
        """Read one event."""
        line = event.start_mark.line
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._alias(event.anchor, line), None)
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(event, self._mapping)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(event, _list)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise OutputError("more than one YAML document", line)

    def _start(
        self, event: yaml.CollectionStartEvent, build: Callable[[list[_Node]], Shape]
    ) -> None:
        line = event.start_mark.line
        if event.tag is not None:
            raise OutputError(f"the YAML tag {event.tag!r} is not supported", line)
        if len(self.open) >= MAX_DEPTH:
            raise OutputError(f"more than {MAX_DEPTH} levels", line)
        self.open.append(_Open(build=build, line=line, anchor=event.anchor))

    def _end(self) -> None:
        ended = self.open.pop()
        nodes = ended.nodes
        node = _Node(
            shape=ended.build(nodes),
            line=ended.line,
            uses=tuple(use for child in nodes for use in child.uses),
            size=sum(child.size for child in nodes) + 1,
            depth=max((child.depth for child in nodes), default=0) + 1,
        )
        self._add(node, ended.anchor)

    def _add(self, node: _Node, anchor: str | None) -> None:
        if node.size > MAX_NODES:
            raise OutputError(f"more than {MAX_NODES:,} values", node.line)
        if len(self.open) + node.depth > MAX_DEPTH + 1:
            raise OutputError(f"more than {MAX_DEPTH} levels", node.line)
        if anchor is not None:
            self.anchors[anchor] = node
        if self.open:
            self.open[-1].nodes.append(node)
        else:
            self.root = node

    def _alias(self, anchor: str, line: int) -> _Node:
        if anchor not in self.anchors:
            raise OutputError(f"the alias '*{anchor}' has no finished anchor", line)
        return self.anchors[anchor]

    def _scalar(self, event: yaml.ScalarEvent) -> _Node:
        line = event.start_mark.line
        if event.tag not in (None, "!", _STRING):
            raise OutputError(f"the YAML tag {event.tag!r} is not supported", line)
        plain = event.implicit[0]
        if self.tokens and OPEN in event.value:
            return self._tokens(event, plain=plain)
        try:
            value = scalar(event.value) if plain else event.value
        except ValueError as e:
            raise OutputError(str(e), line) from e
        return _Node(shape=Constant(value), line=line, plain=plain)

    def _tokens(self, event: yaml.ScalarEvent, *, plain: bool) -> _Node:
        line = event.start_mark.line
        raw = self.text[event.start_mark.index : event.end_mark.index]
        # "\ue000" in double quotes is no token: only a render makes tokens.
        if raw.count(OPEN) != event.value.count(OPEN):
            raise OutputError("an escaped character that is reserved", line)
        pieces = TOKEN.split(event.value)
        parts = [int(piece) if at % 2 else piece for at, piece in enumerate(pieces)]
        parts = [part for part in parts if part != ""]
        uses = tuple(part for part in parts if isinstance(part, int))
        alone = plain and len(parts) == 1
        shape = Slot(uses[0]) if alone else Words(parts)
        return _Node(shape=shape, line=line, plain=plain, uses=uses)

    def _mapping(self, nodes: list[_Node]) -> Shape:
        entries: list[tuple[str | Words, Shape, int]] = []
        merged: list[tuple[Shape, int]] = []
        names: set[str] = set()
        for key, value in _pairs(nodes):
            if key.plain and isinstance(key.shape, Constant) and key.shape.value == "<<":
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
        if node.uses:
            self.keys.extend((use, node.line) for use in node.uses)
        shape = node.shape
        if isinstance(shape, Slot):
            return Words([shape.index])
        if isinstance(shape, Words):
            return shape
        value = shape.value if isinstance(shape, Constant) else None
        if isinstance(value, bool):
            return _KEYS[value]
        if isinstance(value, int):
            return str(value)
        if not isinstance(value, str):
            raise OutputError("a key that is no string", node.line)
        return value


def _list(nodes: list[_Node]) -> Shape:
    return Items([node.shape for node in nodes])


def _pairs(nodes: list[_Node]) -> Iterator[tuple[_Node, _Node]]:
    return zip(nodes[::2], nodes[1::2], strict=True)
