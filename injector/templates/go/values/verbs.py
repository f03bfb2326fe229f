"""Go's Sprintf: a format and its arguments."""

import re
from collections.abc import Sequence
from typing import Any

from injector.formats import golang
from injector.templates.go.values.numerals import Spec
from injector.templates.go.values.printing import show, verbed
from injector.templates.go.values.types import INTS, UINTS
from injector.templates.go.values.values import kind_of, raw, type_of

MAX_WIDTH = 1_000_000
"""As wide and as precise as a verb may be."""

_FLAGS = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}
_INTEGER = INTS | UINTS
_DIGITS = re.compile(r"[0-9]+")


def sprintf(text: str, args: Sequence[Any]) -> str:
    """Return the format *text* with *args*; what is wrong with them stands in it."""
    return _Format(text, args).result()


class _Format:
    def __init__(self, text: str, args: Sequence[Any]) -> None:
        self._text = text
        self._args = args
        self._pos = 0
        self._arg = 0
        self._reordered = False
        self._good = True

    def result(self) -> str:
        """Return the whole."""
        text, parts = self._text, []
        while True:
            found = text.find("%", self._pos)
            if found < 0:
                parts.append(text[self._pos :])
                break
            parts.append(text[self._pos : found])
            self._pos = found + 1
            parts.append(self._verb())
        if not self._reordered and self._arg < len(self._args):
            extra = [_extra(arg) for arg in self._args[self._arg :]]
            parts.append(f"%!(EXTRA {', '.join(extra)})")
        return "".join(parts)

    def _verb(self) -> str:
        """Return what stands for the verb at the position."""
        text, spec = self._text, Spec()
        self._good = True
        while (flag := text[self._pos : self._pos + 1]) in _FLAGS and flag:
            setattr(spec, _FLAGS[flag], True)
            self._pos += 1
        after_index, warnings = self._width(spec)
        warnings += self._precision(spec, after_index=after_index)
        if self._pos >= len(text):
            return f"{warnings}%!(NOVERB)"
        verb = text[self._pos]
        self._pos += 1
        return warnings + self._formatted(verb, spec)

    def _formatted(self, verb: str, spec: Spec) -> str:
        if verb == "%":
            return "%"
        if not self._good:
            return f"%!{verb}(BADINDEX)"
        if self._arg >= len(self._args):
            return f"%!{verb}(MISSING)"
        if verb == "v":
            spec.sharp_v, spec.sharp = spec.sharp, False
            spec.plus_v, spec.plus = spec.plus, False
        value = self._args[self._arg]
        self._arg += 1
        return verbed(value, verb, spec)

    def _width(self, spec: Spec) -> tuple[bool, str]:
        """Read the width; return whether an index is still to be used, and warnings."""
        after_index = self._index()
        if self._text.startswith("*", self._pos):
            self._pos += 1
            width = self._number_of_arg()
            if width is None:
                return False, "%!(BADWIDTH)"
            if width < 0:
                width, spec.minus, spec.zero = -width, True, False
            spec.width = width
            return False, ""
        number = self._number()
        if number is not None:
            spec.width = number
            if after_index:
                self._good = False
        return after_index, ""

    def _precision(self, spec: Spec, *, after_index: bool) -> str:
        """Read the precision; return warnings."""
        warning = ""
        last = self._pos + 1 >= len(self._text)
        if self._text.startswith(".", self._pos) and not last:
            self._pos += 1
            if after_index:
                self._good = False
            after_index = self._index()
            if self._text.startswith("*", self._pos):
                self._pos += 1
                precision = self._number_of_arg()
                if precision is None or precision < 0:
                    precision, warning = None, "%!(BADPREC)"
                spec.precision = precision
                after_index = False
            else:
                spec.precision = self._number() or 0
        if not after_index:
            self._index()
        return warning

    def _number(self) -> int | None:
        match = _DIGITS.match(self._text, self._pos)
        if match is None:
            return None
        number = golang.unsigned(match[0], 10 * MAX_WIDTH + 9)
        # Go gives up the whole format.
        self._pos = len(self._text) if number is None else match.end()
        return number

    def _number_of_arg(self) -> int | None:
        """Return the number that the next argument is; None for another argument."""
        if self._arg >= len(self._args):
            return None
        value = self._args[self._arg]
        self._arg += 1
        if kind_of(value) not in _INTEGER or abs(raw(value)) > MAX_WIDTH:
            return None
        return int(raw(value))

    def _index(self) -> bool:
        """Read an index like ``[2]``; tell whether there is a good one."""
        text = self._text
        if not text.startswith("[", self._pos):
            return False
        self._reordered = True
        end = text.find("]", self._pos)
        if end < 0:
            self._good = False
            self._pos += 1
            return False
        inner, self._pos = text[self._pos + 1 : end], end + 1
        number = golang.unsigned(inner, len(self._args))
        if number:
            self._arg = number - 1
            return True
        self._good = False
        return inner.isascii() and inner.isdigit()


def _extra(value: Any) -> str:
    type_ = type_of(value)
    return "<nil>" if type_ is None else f"{type_.name}={show(value)}"
