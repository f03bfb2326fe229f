"""Values as Go's package fmt writes them, by any verb."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from injector.templates.go.values import numerals
from injector.templates.go.values.numerals import Spec, shortest
from injector.templates.go.values.quoting import printable, quote
from injector.templates.go.values.texts import string
from injector.templates.go.values.types import ANY, COMPLEX, FLOATS, INTS, UINTS, Type
from injector.templates.go.values.values import MISSING, deref, raw, type_of, view

_NIL = "<nil>"
_TEXTUAL = frozenset("vsxXq")
_MAX_RUNE = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_POINTER = 0xC000000000
"""Where all pointers point, as far as templates can tell."""
_BITS = {"float32": 32, "complex64": 64, "complex128": 128}
_LARGE = 1e6
"""From here on floats have an exponent."""
_POINTED = frozenset({"slice", "struct", "map"})


def shown(value: Any) -> str:
    """Return *value* as ``{{value}}`` writes it."""
    if value is None or value is MISSING:
        return "<no value>"
    return show(deref(value))


def show(value: Any) -> str:
    """Return *value* by the verb v, without flags."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    if kind is float:
        if 0 < value < _LARGE and value.is_integer():
            return str(int(value))
        return shortest(value)
    return verbed(value, "v", Spec())


def verbed(value: Any, verb: str, spec: Spec) -> str:
    """Return *value* by *verb* and its flags."""
    type_, held = type_of(value), raw(value)
    if type_ is None:
        return spec.pad(_NIL) if verb in "vT" else f"%!{verb}({_NIL})"
    if verb == "T":
        return string(type_.name, "s", spec) or ""
    return _Printer(spec).text(type_, held, verb, 0)


def sprint(values: Sequence[Any]) -> str:
    """Return *values*, a space between two that are both no strings."""
    text, before = "", True
    for index, value in enumerate(values):
        type_ = type_of(value)
        string = type_ is not None and type_.kind == "string"
        if index and not string and not before:
            text += " "
        text += _NIL if type_ is None else show(value)
        before = string
    return text


def sprintln(values: Sequence[Any]) -> str:
    """Return *values* with spaces between them and a line break at the end."""
    return (
        " ".join(_NIL if type_of(value) is None else show(value) for value in values)
        + "\n"
    )


class _Printer:
    """Prints a value and what it holds by one verb."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.erring = False

    def text(self, type_: Type, held: Any, verb: str, depth: int) -> str:
        """Return the raw value *held* of *type_*."""
        if type_.kind == "interface":
            return self._interface(type_, held, verb, depth)
        if self._speaks(type_, held, verb):
            spoken = str(type_.text(held)) if type_.text is not None else ""
            return string(spoken, verb, self.spec) or ""
        text = self._by_kind(type_, held, verb, depth)
        return self._bad(type_, held, verb) if text is None else text

    def _speaks(self, type_: Type, held: Any, verb: str) -> bool:
        """Tell whether the value prints itself."""
        return (
            type_.text is not None
            and verb in _TEXTUAL
            and not (self.erring or self.spec.sharp_v)
            and not (type_.kind == "ptr" and held is None)
        )

    def _bad(self, type_: Type, held: Any, verb: str) -> str:
        self.erring = True
        text = self.text(type_, held, "v", 0)
        self.erring = False
        return f"%!{verb}({type_.name}={text})"

    def _interface(self, type_: Type, held: Any, verb: str, depth: int) -> str:
        dynamic = type_of(held)
        if dynamic is not None:
            return self.text(dynamic, raw(held), verb, depth)
        return f"{type_.name}(nil)" if self.spec.sharp_v else _NIL

    def _by_kind(  # noqa: PLR0911 - one for each kind
        self, type_: Type, held: Any, verb: str, depth: int
    ) -> str | None:
        kind, spec = type_.kind, self.spec
        if verb == "p" and kind in {"map", "slice"}:
            return spec.pad(f"{_POINTER if held is not None else 0:#x}")
        if kind == "string":
            return string(held, verb, spec)
        if kind == "bool":
            word = "true" if held else "false"
            return spec.pad(word) if verb in "tv" else None
        if kind in INTS or kind in UINTS:
            return self._integer(held, verb, unsigned=kind in UINTS)
        if kind in FLOATS or kind in COMPLEX:
            return self._real(kind, held, verb)
        if kind == "map":
            return self._map(type_, held, verb, depth)
        if kind == "struct":
            return self._struct(type_, held, verb, depth)
        if kind == "slice":
            return self._slice(type_, held, verb, depth)
        return self._pointer(type_, held, verb, depth)

    def _real(self, kind: str, held: Any, verb: str) -> str | None:
        if verb not in "vbgGxXfFeE":
            return None
        if kind in COMPLEX:
            return numerals.imaginary(held, verb, self.spec, _BITS[kind])
        return numerals.floating(held, verb, self.spec, _BITS.get(kind, 64))

    def _integer(self, number: int, verb: str, *, unsigned: bool) -> str | None:
        spec = self.spec
        if verb == "v" and spec.sharp_v and unsigned:
            return numerals.integer(number, "x", replace(spec, sharp=True))
        if verb in "vdboOxX":
            return numerals.integer(number, verb, spec)
        if verb == "U":
            return self._unicode(number)
        if verb not in "cq":
            return None
        valid = 0 <= number <= _MAX_RUNE and number not in _SURROGATES
        char = chr(number) if valid else "\N{REPLACEMENT CHARACTER}"
        if verb == "q":
            char = quote(char, "'", ascii_only=spec.plus)
        return spec.pad(char)

    def _unicode(self, number: int) -> str:
        number %= 1 << 64
        text = f"U+{number:0{max(4, self.spec.precision or 0)}X}"
        if self.spec.sharp and number <= _MAX_RUNE and printable(chr(number)):
            text += f" '{chr(number)}'"
        return self.spec.pad(text, zeros=False)

    def _map(self, type_: Type, held: Any, verb: str, depth: int) -> str:
        sharp = self.spec.sharp_v
        if sharp and held is None:
            return f"{type_.name}(nil)"
        key_type, elem = type_.key or ANY, type_.elem or ANY
        parts = [
            f"{self.text(key_type, key, verb, depth + 1)}:"
            f"{self._element(elem, held[key], verb, depth)}"
            for key in ordered(held or {})
        ]
        if sharp:
            return f"{type_.name}{{{', '.join(parts)}}}"
        return f"map[{' '.join(parts)}]"

    def _element(self, elem: Type, held: Any, verb: str, depth: int) -> str:
        """Return what a container holds, in the form that the data has."""
        return self.text(elem, raw_of(elem, held), verb, depth + 1)

    def _struct(self, type_: Type, held: Any, verb: str, depth: int) -> str:
        spec = self.spec
        parts = []
        for name, field in type_.fields.items():
            if field.promoted:
                continue
            part = held
            for key in field.path:
                part = part.get(key) if part is not None else None
            text = self._element(field.type, part, verb, depth)
            parts.append(f"{name}:{text}" if spec.plus_v or spec.sharp_v else text)
        if spec.sharp_v:
            return f"{type_.name}{{{', '.join(parts)}}}"
        return f"{{{' '.join(parts)}}}"

    def _slice(self, type_: Type, held: Any, verb: str, depth: int) -> str | None:
        elem = type_.elem or ANY
        if elem.kind == "uint8" and verb in "sqxX":
            return string(
                bytes(held or ()).decode("utf-8", "surrogateescape"), verb, self.spec
            )
        if self.spec.sharp_v and held is None:
            return f"{type_.name}(nil)"
        parts = [self._element(elem, item, verb, depth) for item in held or ()]
        if self.spec.sharp_v:
            name = "[]byte" if elem.kind == "uint8" and depth == 0 else type_.name
            return f"{name}{{{', '.join(parts)}}}"
        return f"[{' '.join(parts)}]"

    def _pointer(self, type_: Type, held: Any, verb: str, depth: int) -> str | None:
        elem, spec = type_.elem, self.spec
        if depth == 0 and held is not None and elem and elem.kind in _POINTED:
            return f"&{self.text(elem, raw_of(elem, held), verb, depth + 1)}"
        if verb not in "vpbodxX":
            return None
        number = 0 if held is None else _POINTER
        if verb == "v" and spec.sharp_v:
            return f"({type_.name})({f'{number:#x}' if number else 'nil'})"
        if verb == "v" and held is None:
            return spec.pad(_NIL)
        if verb in "vp":
            return spec.pad(f"{number:#x}")
        return numerals.integer(number, verb, spec)


def raw_of(type_: Type, held: Any) -> Any:
    """Return the raw value of what a slot of *type_* holds."""
    return held if type_.kind == "interface" else raw(view(type_, held))


def ordered(keys: Any) -> list[Any]:
    """Return the keys of a map in Go's order."""
    return sorted(keys)
