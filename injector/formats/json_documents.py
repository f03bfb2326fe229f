"""JSON documents, one after the other, as Go's decoder reads them."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from injector.formats import yaml_scalars
from injector.formats.yaml_documents import DEPTH, Double, YAMLFault

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_HALF: Final = re.compile("[\ud800-\udfff]")


def _refuse(constant: str) -> None:
    raise json.JSONDecodeError(f"{constant} is no JSON", constant, 0)


NUMBERS: Final[Mapping[str, Any]] = {
    "parse_float": yaml_scalars.number,
    "parse_int": yaml_scalars.number,
    "parse_constant": _refuse,
}
"""How ``json.loads`` reads numbers as Go does: those beyond 64 bits are floats."""


def leading(
    text: str, note: Callable[[Double], None] | None = None
) -> tuple[list[Any], int]:
    """Return the JSON documents that *text* begins with, and where they end.

    That is the end of the text, or where something begins that is no JSON or nests too
    deeply. Half a surrogate pair is U+FFFD, as in Go. *note* is told of each key that
    an object has twice; the later one counts.

    Raises:
        YAMLFault: a document has a number that no float can hold.
    """
    decoder = json.JSONDecoder(**NUMBERS, object_pairs_hook=note and _pairs(note))
    documents: list[Any] = []
    at = 0
    while (start := _end(_SPACE, text, at)) < len(text):
        try:
            document, end = decoder.raw_decode(text, start)
            documents.append(_whole(document, 0))
        except (json.JSONDecodeError, RecursionError):
            # What is too deep is so in YAML as well, whose reader says where.
            return documents, at
        except ValueError as e:
            raise YAMLFault(str(e)) from e
        at = end
    return documents, len(text)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _pairs(note: Callable[[Double], None]) -> Callable[[list[Any]], dict[str, Any]]:
    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                note(Double((), f"key {key!r} is in an object twice"))
            found[key] = value
        return found

    return made


def _whole(value: Any, depth: int) -> Any:
    """Return *value* without halves of surrogate pairs."""
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if not isinstance(value, dict | list):
        return value
    if depth >= DEPTH:
        raise RecursionError
    if isinstance(value, list):
        return [_whole(item, depth + 1) for item in value]
    return {_whole(key, depth): _whole(item, depth + 1) for key, item in value.items()}
