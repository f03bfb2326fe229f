"""JSON documents, one after the other, as Go's decoder reads them."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from injector.formats import yaml_scalars
from injector.formats.yaml_documents import DEPTH, DuplicateKey
from injector.formats.yaml_events import YAMLFault

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _refuse(constant: str) -> None:
    raise json.JSONDecodeError(f"{constant} is no JSON", constant, 0)


NUMBERS: Final[Mapping[str, Any]] = {
    "parse_float": yaml_scalars.number,
    "parse_int": yaml_scalars.number,
    "parse_constant": _refuse,
}
"""Hooks by which ``json.loads`` reads numbers beyond 64 bits as floats, as Go does."""


def leading(
    text: str, note: Callable[[DuplicateKey], None] | None = None
) -> tuple[list[Any], int]:
    """Return the JSON documents at the beginning of *text*, and their end.

    They end with the text, or before a part that is no JSON or nests too deeply. A lone
    surrogate becomes U+FFFD, as in Go. The later of equal keys counts, and *note* is
    called.

    Raises:
        YAMLFault: a document has a number that no float can hold.
    """
    decoder = json.JSONDecoder(**NUMBERS, object_pairs_hook=note and _pairs(note))
    documents: list[Any] = []
    at = 0
    while (start := _end(_SPACE, text, at)) < len(text):
        try:
            document, end = decoder.raw_decode(text, start)
            documents.append(_without_surrogates(document, 0))
        except (json.JSONDecodeError, RecursionError):
            # YAML's reader also refuses deep nesting, and names the line.
            return documents, at
        except ValueError as e:
            raise YAMLFault(str(e)) from e
        at = end
    return documents, len(text)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _pairs(
    note: Callable[[DuplicateKey], None],
) -> Callable[[list[Any]], dict[str, Any]]:
    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                note(DuplicateKey((), f"key {key!r} is in an object twice"))
            found[key] = value
        return found

    return made


def _without_surrogates(value: Any, depth: int) -> Any:
    """Return *value* with U+FFFD for each lone surrogate."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if not isinstance(value, dict | list):
        return value
    if depth >= DEPTH:
        raise RecursionError
    if isinstance(value, list):
        return [_without_surrogates(item, depth + 1) for item in value]
    return {
        _without_surrogates(key, depth): _without_surrogates(item, depth + 1)
        for key, item in value.items()
    }
