"""Sprig's functions that split and join texts."""

from collections.abc import Mapping
from typing import Any

from injector.templates.go.sprig.casts import to_texts
from injector.templates.go.sprig.limits import check_text
from injector.templates.go.values.functions import Function, function


def _split(separator: str, count: int, text: str) -> list[str]:
    """Return *text* in at most *count* parts, in all if it is negative."""
    if count == 0:
        return []
    if separator:
        return text.split(separator, count - 1 if count > 0 else -1)
    if 0 < count < len(text):
        return [*text[: count - 1], text[count - 1 :]]
    return [*text]


def _numbered(parts: list[str]) -> dict[str, str]:
    return {f"_{index}": part for index, part in enumerate(parts)}


def _join(separator: str, value: Any) -> str:
    texts = to_texts(value)
    check_text(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


SPLITTING: Mapping[str, Function] = {
    "join": function("func(string, any) string", _join),
    "split": function(
        "func(string, string) map[string]string",
        lambda separator, text: _numbered(_split(separator, -1, text)),
    ),
    "splitList": function(
        "func(string, string) []string",
        lambda separator, text: _split(separator, -1, text),
    ),
    "splitn": function(
        "func(string, int, string) map[string]string",
        lambda separator, count, text: _numbered(_split(separator, count, text)),
    ),
}
