"""Sprig's functions for strings. Sizes and positions are in bytes, as in Go."""

from collections.abc import Callable, Mapping
from typing import Any

from injector.formats.golang import SPACES
from injector.templates.go.sprig.casts import as_texts, to_text
from injector.templates.go.sprig.limits import check_text
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.printing import show
from injector.templates.go.values.quoting import decode, encode, quote

_MARKER = "..."
_SHORTEST = 4
_SHORTEST_BOTH = 7


def _on_bytes(
    change: Callable[..., bytes],
) -> Callable[..., str]:
    """Return *change*, whose last argument and result are bytes, for strings."""
    return lambda *args: decode(change(*args[:-1], encode(args[-1])))


def _repeat(count: int, text: str) -> str:
    if count < 0:
        raise FunctionError("strings: negative Repeat count")
    check_text(count * len(text))
    return text * count


def _indent(count: int, text: str) -> str:
    pad = _repeat(count, " ")
    check_text(count * (text.count("\n") + 1))
    return pad + text.replace("\n", f"\n{pad}")


def _substr(start: int, end: int, text: bytes) -> bytes:
    size = len(text)
    if start < 0:
        if end < 0:
            raise FunctionError(_out_of_range(f":{end}"))
        if end > size:
            raise FunctionError(f"{_out_of_range(f':{end}')} with length {size}")
        return text[:end]
    if end < 0 or end > size:
        end = size
    if start > end:
        raise FunctionError(_out_of_range(f"{start}:{end}"))
    return text[start:end]


def _out_of_range(bounds: str) -> str:
    return f"runtime error: slice bounds out of range [{bounds}]"


def _trunc(count: int, text: bytes) -> bytes:
    if count < 0:
        return text[count:]
    return text[:count]


def _abbrev(width: int, text: bytes) -> bytes:
    return _abbrevboth(0, width, text)


def _abbrevboth(left: int, width: int, text: bytes) -> bytes:
    if width < _SHORTEST or (left > 0 and width < _SHORTEST_BOTH):
        return text
    if len(text) <= width:
        return text
    kept, marker = width - len(_MARKER), _MARKER.encode()
    start = min(left, len(text))
    # Near the end, the end itself is shown.
    start = min(start, len(text) - kept)
    if start <= _SHORTEST:
        return text[:kept] + marker
    if start + kept < len(text):
        return marker + _abbrev(kept, text[start:])
    return marker + text[len(text) - kept :]


def _cat(*values: Any) -> str:
    return " ".join(show(value) for value in values if value is not None)


def _quote(*values: Any) -> str:
    return " ".join(quote(to_text(value)) for value in values if value is not None)


def _squote(*values: Any) -> str:
    return " ".join(f"'{show(value)}'" for value in values if value is not None)


def _replace(old: str, new: str, text: str) -> str:
    found = text.count(old)
    check_text(len(text) + found * len(new))
    return text.replace(old, new)


def _trim_suffix(suffix: str, text: str) -> str:
    return text.removesuffix(suffix)


def _wrap(width: int, text: str) -> str:
    return _wrapped(width, "\n", text, long_words=False)


def _wrap_with(width: int, end: str, text: str) -> str:
    return _wrapped(width, end or "\n", text, long_words=True)


def _wrapped(width: int, end: str, text: str, *, long_words: bool) -> str:
    """Return *text* in lines of *width*; longer words are broken if *long_words*."""
    width = max(1, width)
    lines, rest = [], encode(text)
    while len(rest) > width:
        if rest.startswith(b" "):
            rest = rest[1:]
            continue
        at = rest.rfind(b" ", 0, width + 1)
        if at < 0 and long_words:
            lines.append(rest[:width])
            rest = rest[width:]
            continue
        at = at if at >= 0 else rest.find(b" ", width)
        if at < 0:
            break
        lines.append(rest[:at])
        rest = rest[at + 1 :]
    lines.append(rest)
    check_text(len(text) + len(lines) * len(end))
    return end.join(map(decode, lines))


def _plural(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


STRINGS: Mapping[str, Function] = {
    "abbrev": function("func(int, string) string", _on_bytes(_abbrev)),
    "abbrevboth": function("func(int, int, string) string", _on_bytes(_abbrevboth)),
    "cat": function("func(...any) string", _cat),
    "contains": function("func(string, string) bool", lambda part, text: part in text),
    "hasPrefix": function(
        "func(string, string) bool", lambda part, text: text.startswith(part)
    ),
    "hasSuffix": function(
        "func(string, string) bool", lambda part, text: text.endswith(part)
    ),
    "hello": function("func() string", lambda: "Hello!"),
    "indent": function("func(int, string) string", _indent),
    "nindent": function(
        "func(int, string) string", lambda count, text: f"\n{_indent(count, text)}"
    ),
    "plural": function("func(string, string, int) string", _plural),
    "quote": function("func(...any) string", _quote),
    "repeat": function("func(int, string) string", _repeat),
    "replace": function("func(string, string, string) string", _replace),
    "squote": function("func(...any) string", _squote),
    "substr": function("func(int, int, string) string", _on_bytes(_substr)),
    "toString": function("func(any) string", to_text),
    "toStrings": function("func(any) []string", as_texts),
    "trim": function("func(string) string", lambda text: text.strip(SPACES)),
    "trimAll": function(
        "func(string, string) string",
        lambda cut, text: text.strip(cut) if cut else text,
    ),
    "trimPrefix": function(
        "func(string, string) string", lambda part, text: text.removeprefix(part)
    ),
    "trimSuffix": function("func(string, string) string", _trim_suffix),
    "trunc": function("func(int, string) string", _on_bytes(_trunc)),
    "wrap": function("func(int, string) string", _wrap),
    "wrapWith": function("func(int, string, string) string", _wrap_with),
}
