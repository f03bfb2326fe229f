"""The overlay that a template's text is: YAML, of which the first document counts."""

from typing import Any

import yaml

from injector import kubeyaml
from injector.errors import ManifestError

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE = "<<"


class OverlayError(Exception):
    """The text is no overlay; the message says why."""


class Unreadable(OverlayError):
    """The text holds a character that YAML cannot hold."""

    def __init__(self, character: str) -> None:
        self.character = character
        super().__init__(f"the output is no YAML: it holds {character!r}")


class _Unusual(Exception):
    """The text has anchors, tags or merges, which are read elsewhere."""


def overlay(text: str) -> dict[str, Any]:
    """Return the overlay in *text*; an empty one if there is nothing.

    Raises:
        OverlayError: the text is no YAML, or no mapping.
    """
    found = read(text)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise OverlayError("the output is no mapping")
    return found


def read(text: str) -> Any:
    """Return the first document of *text* as JSON; None if it is empty.

    Raises:
        OverlayError: the text is no YAML, or no JSON can say what it says.
    """
    try:
        return _built(text)
    except _Unusual:
        return _loaded(text)
    except yaml.MarkedYAMLError as e:
        line = e.problem_mark.line + 1 if e.problem_mark else 1
        raise OverlayError(f"the output is no YAML: line {line}: {e.problem}") from e
    except yaml.reader.ReaderError as e:
        raise Unreadable(chr(e.character)) from e
    except (yaml.YAMLError, ValueError) as e:
        raise OverlayError(f"the output is no YAML: {e}") from e


def _loaded(text: str) -> Any:
    try:
        documents = kubeyaml.parse(_first(text).encode(), "")
    except ManifestError as e:
        told = str(e).removeprefix(": ")
        raise OverlayError(f"the output is no YAML: {told}") from e
    return documents[0] if documents else None


def _first(text: str) -> str:
    """Return the text of the first document."""
    events = yaml.parse(text, Loader=_PARSER)
    end: Any = next(one for one in events if isinstance(one, yaml.DocumentEndEvent))
    return text[: end.start_mark.index]


def _built(text: str) -> Any:
    """Return the first document, made of the parser's events.

    Twice as fast as by a loader's nodes.
    """
    parser = _PARSER(text)
    try:
        next_event = parser.get_event
        while not isinstance(event := next_event(), yaml.DocumentStartEvent):
            if isinstance(event, yaml.StreamEndEvent):
                return None
        return _Builder(next_event).document()
    finally:
        parser.dispose()


class _Builder:
    """Makes values of events, without a call for each level."""

    def __init__(self, next_event: Any) -> None:
        self.next_event = next_event

    def document(self) -> Any:
        """Return the value of the document whose events come next."""
        stack: list[tuple[Any, Any]] = []
        # Where a value goes: the key of a mapping, which is None while it is awaited.
        holder: Any = []
        key: Any = None
        root = holder
        while True:
            event = self.next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                value = _scalar(event)
                if type(holder) is list:
                    holder.append(value)
                elif key is None:
                    key = kubeyaml.key(value)
                else:
                    holder[key] = value
                    key = None
                continue
            if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                holder, key = stack.pop()
                continue
            if kind is yaml.DocumentEndEvent:
                return root[0]
            made = _opened(event, kind, len(stack))
            if type(holder) is list:
                holder.append(made)
            elif key is None:
                raise ValueError("a list or a mapping cannot be a key")
            else:
                holder[key] = made
            stack.append((holder, None))
            holder, key = made, None


def _opened(event: Any, kind: type, depth: int) -> Any:
    """Return the empty collection that *event* begins."""
    if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
        raise _Unusual
    if depth > kubeyaml.DEPTH:
        raise ValueError(f"nested deeper than {kubeyaml.DEPTH} levels")
    return {} if kind is yaml.MappingStartEvent else []


def _scalar(event: Any) -> Any:
    """Return what a scalar means."""
    if event.anchor is not None or event.tag is not None:
        raise _Unusual
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text == _MERGE:
        raise _Unusual
    return kubeyaml.scalar(text)
