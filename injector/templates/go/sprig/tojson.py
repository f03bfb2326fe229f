"""Values as JSON, as Go writes them: toJson and its variants."""

import base64
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from injector.formats.golang import ESCAPES
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.numerals import shortest
from injector.templates.go.values.types import ANY, BASIC, FLOATS, INTS, UINTS, Type
from injector.templates.go.values.values import raw, type_of, view

_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACED = "\\ufffd"
_RAW_ESCAPES = {code: ESCAPES[code] for code in (0x2028, 0x2029)}
_BYTE = BASIC["byte"]
_PLAIN_LEAST = 1e-6
_PLAIN_MOST = 1e21


class _Writer:
    """Writes values as JSON, with *escapes* in texts."""

    def __init__(self, escapes: Mapping[int, str]) -> None:
        self.escapes = escapes

    def value(self, value: Any, margin: str | None) -> str:
        """Return *value* as JSON; in several lines if there is a *margin*."""
        type_ = type_of(value)
        if type_ is None or raw(value) is None:
            return "null"
        kind, held = type_.kind, raw(value)
        if kind == "ptr":
            return self.value(view(type_.elem or ANY, held), margin)
        if kind == "slice" and type_.elem is _BYTE:
            return self.text(base64.b64encode(bytes(held)).decode())
        if kind in {"slice", "map", "struct"}:
            return self._container(type_, held, margin)
        return self._scalar(type_, held)

    def _scalar(self, type_: Type, held: Any) -> str:
        if type_.kind == "string":
            return self.text(held)
        if type_.kind == "bool":
            return "true" if held else "false"
        if type_.kind in FLOATS:
            return _float(held, type_.kind)
        if type_.kind in INTS | UINTS:
            return str(held)
        raise FunctionError(f"json: unsupported type: {type_.name}")

    def text(self, text: str) -> str:
        """Return *text* as JSON."""
        quoted = json.dumps(text, ensure_ascii=False).translate(self.escapes)
        return _SURROGATE.sub(lambda _: _REPLACED, quoted)

    def _container(self, type_: Type, held: Any, margin: str | None) -> str:
        inner = None if margin is None else f"{margin}  "
        if type_.kind == "slice":
            elem = type_.elem or ANY
            parts = [self.value(_element(elem, each), inner) for each in held]
            return _joined("[", parts, "]", margin)
        colon = ":" if margin is None else ": "
        members = (
            _members(type_, held) if type_.kind == "struct" else _pairs(type_, held)
        )
        parts = [
            f"{self.text(key)}{colon}{self.value(value, inner)}"
            for key, value in members
        ]
        return _joined("{", parts, "}", margin)


def _joined(opening: str, parts: list[str], closing: str, margin: str | None) -> str:
    if margin is None or not parts:
        return f"{opening}{','.join(parts)}{closing}"
    lines = f",\n{margin}  ".join(parts)
    return f"{opening}\n{margin}  {lines}\n{margin}{closing}"


def _element(type_: Type, held: Any) -> Any:
    return held if type_.kind == "interface" else view(type_, held)


def _pairs(type_: Type, held: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    elem = type_.elem or ANY
    texts = {str(key): key for key in held}
    for text in sorted(texts, key=_bytes):
        yield text, _element(elem, held[texts[text]])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _members(type_: Type, held: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a struct that the data has, in the order of the struct."""
    for field in type_.fields.values():
        if field.promoted:
            continue
        if not field.path:
            yield from _members(field.type, held)
        elif field.path[0] in held:
            yield field.path[0], view(field.type, held[field.path[0]])


def _float(number: float, kind: str) -> str:
    if not math.isfinite(number):
        raise FunctionError(f"json: unsupported value: {shortest(number)}")
    text = shortest(number, int(kind.removeprefix("float")))
    if "e" in text and _PLAIN_LEAST <= abs(number) < _PLAIN_MOST:
        return f"{Decimal(text):f}"
    return text.replace("e-0", "e-")


_COMPACT, _RAW = _Writer(ESCAPES), _Writer(_RAW_ESCAPES)


def _empty_on_error(write: Callable[[Any], str]) -> Callable[[Any], str]:
    def written(value: Any) -> str:
        try:
            return write(value)
        except FunctionError:
            return ""

    return written


_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "Json": lambda value: _COMPACT.value(value, None),
    "PrettyJson": lambda value: _COMPACT.value(value, ""),
    "RawJson": lambda value: _RAW.value(value, None),
}
WRITING: Mapping[str, Function] = {
    **{
        f"to{name}": function("func(any) string", _empty_on_error(write))
        for name, write in _WRITERS.items()
    },
    **{
        f"mustTo{name}": function("func(any) (string, error)", write)
        for name, write in _WRITERS.items()
    },
}
