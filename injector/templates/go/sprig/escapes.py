"""The source of Go's regular expressions: its escapes and classes of characters."""

import re
from typing import NoReturn

from injector.templates.go.sprig import classes
from injector.templates.go.sprig.classes import Ranges
from injector.templates.go.values.functions import FunctionError

_POSIX = re.compile(r"\[:(\^?)(.*?):\]", re.DOTALL)
_PROPERTY = re.compile(r"\\[pP](?:\{(\^?)([^}]*)\}|([^{]))", re.DOTALL)
_OCTAL = re.compile(r"\\(0[0-7]{0,2}|[1-7][0-7]{1,2})")
_HEX = re.compile(r"\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})")
_BAD_HEX = re.compile(r"\\x(?:\{[0-9A-Fa-f]*.?|[^{]?.?)", re.DOTALL)
_NAMED = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_FLAG_LETTERS = "imsU-"


class SyntaxFaultError(Exception):
    """Go does not accept the expression."""


class Source:
    """The text of an expression, and the position of the reader."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        if re.search("[\ud800-\udfff]", text):
            raise FunctionError(f"error parsing regexp: invalid UTF-8: `{text}`")

    def peek(self) -> str:
        """Return the next character; "" at the end."""
        return self.text[self.at : self.at + 1]

    def literally(self) -> str | None:
        r"""Return the text between ``\Q`` and ``\E``; None without a ``\Q``."""
        if not self.text.startswith(r"\Q", self.at):
            return None
        literal, _, _ = self.text[self.at + 2 :].partition(r"\E")
        self.at = min(len(self.text), self.at + 4 + len(literal))
        return literal

    def escaped_set(self) -> Ranges:
        """Return the characters that an escape matches."""
        named = self._set()
        if named is not None:
            return named
        code = self._character()
        return ((code, code),)

    def _set(self) -> Ranges | None:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter in classes.PERL:
            self.at += 2
            return classes.PERL[letter]
        return self._property() if letter in {"p", "P"} else None

    def _property(self) -> Ranges:
        match = _PROPERTY.match(self.text, self.at)
        if match is None:
            _range_fault(self.text[self.at :])
        self.at = match.end()
        name = match[2] if match[3] is None else match[3]
        ranges = classes.category(name)
        if ranges is None:
            if name.isalpha() and len(name) > 2:  # noqa: PLR2004 - a script's name
                raise FunctionError(
                    f"regexp has {match[0]}: scripts are not known here"
                )
            _range_fault(match[0])
        negative = (match[0][1] == "P") != bool(match[1])
        return classes.without(ranges) if negative else ranges

    def _character(self) -> int:
        """Return the code of the character that an escape matches."""
        octal = _OCTAL.match(self.text, self.at)
        if octal is not None:
            self.at = octal.end()
            return int(octal[1], 8)
        letter = self.text[self.at + 1 : self.at + 2]
        if letter == "x":
            return self._hexadecimal()
        if not letter:
            raise SyntaxFaultError("trailing backslash at end of expression: ``")
        if letter in _NAMED or (letter.isascii() and not letter.isalnum()):
            self.at += 2
            return _NAMED.get(letter, ord(letter))
        raise SyntaxFaultError(f"invalid escape sequence: `\\{letter}`")

    def _hexadecimal(self) -> int:
        match = _HEX.match(self.text, self.at)
        if match is not None:
            code = int(match[1] or match[2], 16)
            if code <= classes.LAST:
                self.at = match.end()
                return code
        bad = _BAD_HEX.match(self.text, self.at)
        text = bad[0] if bad is not None else ""
        if match is not None:
            # Go reads digits until the number is too large.
            digits = next(
                size
                for size in range(1, len(match[2]) + 1)
                if int(match[2][:size], 16) > classes.LAST
            )
            text = match[0][: 3 + digits]
        raise SyntaxFaultError(f"invalid escape sequence: `{text}`")

    def bracketed(self) -> tuple[Ranges, bool]:
        """Return the characters of a class in brackets, and whether it is negated."""
        start = self.at
        self.at += 1
        negative = self.peek() == "^"
        self.at += negative
        first, found = self.at, list[tuple[int, int]]()
        while self.peek() != "]" or self.at == first:
            if not self.peek():
                raise SyntaxFaultError(f"missing closing ]: `{self.text[start:]}`")
            found += self._member()
        self.at += 1
        return classes.union(found), negative

    def _member(self) -> Ranges:
        """Return the next characters of a class."""
        posix = _POSIX.match(self.text, self.at)
        if posix is not None:
            if posix[2] not in classes.POSIX:
                _range_fault(posix[0])
            self.at = posix.end()
            ranges = classes.POSIX[posix[2]]
            return classes.without(ranges) if posix[1] else ranges
        named = self._set() if self.peek() == "\\" else None
        if named is not None:
            return named
        begin = self.at
        low = high = self._bound()
        if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in {"", "]"}:
            self.at += 1
            high = self._bound()
        if high < low:
            _range_fault(self.text[begin : self.at])
        return ((low, high),)

    def _bound(self) -> int:
        char = self.peek()
        if char == "\\":
            return self._character()
        self.at += 1
        return ord(char)

    def refuse_group(self) -> NoReturn:
        """Raise the error of a group that begins with ``(?``."""
        rest = self.text[self.at :]
        if rest.startswith(("(?P<", "(?<")):
            name, end, _ = rest.partition(">")
            raise SyntaxFaultError(f"invalid named capture: `{name}{end}`")
        known = len(rest[2:]) - len(rest[2:].lstrip(_FLAG_LETTERS))
        raise SyntaxFaultError(
            f"invalid or unsupported Perl syntax: `{rest[: known + 3]}`"
        )


def _range_fault(text: str) -> NoReturn:
    raise SyntaxFaultError(f"invalid character class range: `{text}`")
