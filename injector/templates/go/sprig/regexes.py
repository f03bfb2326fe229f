"""Sprig's functions for regular expressions."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from injector.formats import golang
from injector.templates.go.sprig.limits import check_text
from injector.templates.go.sprig.patterns import Pattern, compiled
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.quoting import quote

_PLAIN = re.compile("[^`\\x00-\\x08\\x0a-\\x1f\\x7f\\ufeff\\ud800-\\udfff]*")
_META = re.compile(r"[\\.+*?()|\[\]{}^$]")
_REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def _matches(pattern: Pattern, text: str) -> Iterator[re.Match[str]]:
    """Yield the matches in order, without an empty one directly after another."""
    at, end = 0, -1
    while at <= len(text):
        match = pattern.regex.search(text, at)
        if match is None:
            return
        if match.end() > match.start() or match.start() != end:
            yield match
        end = match.end()
        at = match.end() + (match.end() == match.start())


def _found(regex: str, text: str, count: int) -> list[re.Match[str]] | None:
    """Return *count* matches at most, all if it is negative; None without a match."""
    pattern = compiled(regex)
    found: list[re.Match[str]] = []
    for match in _matches(pattern, text):
        if len(found) == count:
            break
        found.append(match)
    return found or None


def _match(regex: str, text: str) -> bool:
    return compiled(regex).regex.search(text) is not None


def _match_quietly(regex: str, text: str) -> bool:
    try:
        return _match(regex, text)
    except FunctionError:
        return False


def _find(regex: str, text: str) -> str:
    match = compiled(regex).regex.search(text)
    return match[0] if match is not None else ""


def _find_all(regex: str, text: str, count: int) -> list[str] | None:
    found = _found(regex, text, count)
    return [match[0] for match in found] if found is not None else None


def _replaced(
    regex: str, text: str, replace: Callable[[Pattern, re.Match[str]], str]
) -> str:
    pattern = compiled(regex)
    parts, end, size = [], 0, 0
    for match in _matches(pattern, text):
        parts += [text[end : match.start()], replace(pattern, match)]
        size += len(parts[-1])
        check_text(size + len(text))
        end = match.end()
    return "".join([*parts, text[end:]])


def _replace(regex: str, text: str, replacement: str) -> str:
    return _replaced(
        regex, text, lambda pattern, match: _expanded(pattern, match, replacement)
    )


def _replace_literally(regex: str, text: str, replacement: str) -> str:
    return _replaced(regex, text, lambda _pattern, _match: replacement)


def _expanded(pattern: Pattern, match: re.Match[str], replacement: str) -> str:
    """Return *replacement* with the groups of ``$1`` and ``${name}``."""

    def group(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2]
        if name is None:
            return "$"
        number = golang.unsigned(name, pattern.regex.groups)
        if number is None or str(number) != name:
            number = pattern.names.get(name)
        return match[number] or "" if number is not None else ""

    return _REFERENCE.sub(group, replacement)


def _split(regex: str, text: str, count: int) -> list[str] | None:
    compiled(regex)
    if count == 0:
        return None
    if regex and not text:
        return [""]
    parts: list[str] = []
    begin = end = 0
    for match in _found(regex, text, count) or ():
        if len(parts) == count - 1:
            break
        end = match.start()
        if match.end():
            parts.append(text[begin:end])
        begin = match.end()
    return [*parts, text[begin:]] if end != len(text) else parts


def _compiled_first(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return *call* with the errors of Go's ``regexp.MustCompile``."""

    def called(regex: str, *rest: Any) -> Any:
        try:
            compiled(regex)
        except FunctionError as e:
            quoted = f"`{regex}`" if _PLAIN.fullmatch(regex) else quote(regex)
            raise FunctionError(f"regexp: Compile({quoted}): {e}") from None
        return call(regex, *rest)

    return called


_FUNCTIONS: Mapping[str, tuple[str, str, Callable[..., Any]]] = {
    "Find": ("string, string", "string", _find),
    "FindAll": ("string, string, int", "[]string", _find_all),
    "ReplaceAll": ("string, string, string", "string", _replace),
    "ReplaceAllLiteral": ("string, string, string", "string", _replace_literally),
    "Split": ("string, string, int", "[]string", _split),
}
REGEXES: Mapping[str, Function] = {
    **{
        f"regex{name}": function(f"func({params}) {result}", _compiled_first(call))
        for name, (params, result, call) in _FUNCTIONS.items()
    },
    **{
        f"mustRegex{name}": function(f"func({params}) ({result}, error)", call)
        for name, (params, result, call) in _FUNCTIONS.items()
    },
    "regexMatch": function("func(string, string) bool", _match_quietly),
    "mustRegexMatch": function("func(string, string) (bool, error)", _match),
    "regexQuoteMeta": function(
        "func(string) string", lambda text: _META.sub(r"\\\g<0>", text)
    ),
}
