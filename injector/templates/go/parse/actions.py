"""The type of a token, and the lexer of an action between two delimiters."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from injector.templates.go.values.quoting import printable, quote, unicode_name

KEYWORDS = frozenset(
    {
        "block",
        "break",
        "continue",
        "define",
        "else",
        "end",
        "if",
        "nil",
        "range",
        "template",
        "with",
    }
)
SPACES = " \t\r\n"

_NUMBER = (
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n]+)
    | (?P<field>\.[^\W0-9]\w*)
    | (?P<number>(?=[0-9]|\.[0-9]|[+-]){_NUMBER})
    | (?P<word>\w+)
    | (?P<variable>\$\w*)
    | (?P<string>"(?:[^"\\\n]|\\[^\n])*")
    | (?P<raw>`[^`]*`)
    | (?P<char>'(?:[^'\\\n]|\\[^\n])*')
    | (?P<mark>:=|[=|().])
    """,
    re.VERBOSE,
)
_UNTERMINATED = {
    '"': "unterminated quoted string",
    "`": "unterminated raw quoted string",
    "'": "unterminated character constant",
}
_ENDS = frozenset(SPACES + ".,|:)(")
"""The characters that may follow a name directly."""


class Token(NamedTuple):
    """A token.

    ``kind`` is ``text``, ``{{``, ``}}``, ``field``, ``number``, ``name``, ``variable``,
    ``string``, ``char``, ``bool``, ``other``, ``error``, ``EOF``, or the keyword or
    mark itself. ``spaced`` tells whether white space stands before it.
    """

    kind: str
    text: str
    pos: int
    spaced: bool = False

    def __str__(self) -> str:
        if self.kind in KEYWORDS or self.kind == ".":
            return f"<{self.text}>"
        if len(self.text) > 10:  # noqa: PLR2004 - as much as Go quotes
            return f"{quote(self.text[:10])}..."
        return quote(self.text)


class Action:
    """The lexer of one action."""

    def __init__(self, source: str, pos: int, right: str) -> None:
        self.source = source
        self.right = right
        self.pos = pos
        self.trims = False
        self.failed = False
        self._depth = 0

    def tokens(self) -> Iterator[Token]:
        """Yield the tokens, the right delimiter included."""
        spaced = False
        source, right, first = self.source, self.right, self.right[0]
        while True:
            pos = self.pos
            char = source[pos : pos + 1]
            if char == first and source.startswith(right, pos):
                yield self._end(pos, pos + len(right), spaced=spaced)
                return
            match = _TOKEN.match(source, pos)
            if match is None or match.end() == pos:
                yield self._other(char, spaced=spaced)
                if self.failed:
                    return
                spaced = False
                continue
            kind, end = match.lastgroup, match.end()
            if kind == "space":
                if source.startswith(f"-{right}", end):
                    self.trims = True
                    yield self._end(end, end + 1 + len(right), spaced=True)
                    return
                self.pos, spaced = end, True
                continue
            token = self._token(str(kind), match[0], pos, spaced=spaced)
            yield token
            if token.kind == "error":
                self.failed = True
                return
            spaced = False

    def _end(self, pos: int, end: int, *, spaced: bool) -> Token:
        if self._depth:
            self.failed = True
            return Token("error", "unclosed left paren", pos)
        self.pos = end
        return Token("}}", self.right, pos, spaced)

    def _token(self, kind: str, text: str, pos: int, *, spaced: bool) -> Token:
        """Return the token of *text*."""
        self.pos = end = pos + len(text)
        if kind in {"word", "field", "variable"} or text == ".":
            bad = self._after_name(text, end)
            if bad == pos:
                return Token("error", _unrecognized(text[0]), pos)
            if bad >= 0:
                return Token("error", f"bad character {_shown(self.source[bad])}", pos)
            kind = _word(text) if kind == "word" else "." if text == "." else kind
        elif kind == "mark":
            kind = text
            self._depth += {"(": 1, ")": -1}.get(text, 0)
            if self._depth < 0:
                return Token("error", "unexpected right paren", pos)
        elif kind == "number":
            return self._number(text, pos, spaced=spaced)
        return Token("string" if kind == "raw" else kind, text, pos, spaced)

    def _after_name(self, name: str, end: int) -> int:
        """Return the offset of a bad character in or after *name*; -1 without one."""
        if not name.isascii():
            for at, char in enumerate(name):
                if not (char.isascii() or _named(char)):
                    return end - len(name) + at
        after = self.source[end : end + 1]
        if not after or after in _ENDS or self.source.startswith(self.right, end):
            return -1
        return end

    def _number(self, text: str, pos: int, *, spaced: bool) -> Token:
        """Return the token of a number, or of a sum that is a complex number."""
        end = pos + len(text)
        after = self.source[end : end + 1]
        bad = after.isalnum() or after == "_"
        if after in ("+", "-"):
            second = re.compile(_NUMBER).match(self.source, end)
            end = second.end() if second is not None else end
            after = self.source[end : end + 1]
            bad = after.isalnum() or after == "_" or self.source[end - 1] != "i"
            if bad and not (after.isalnum() or after == "_"):
                after = ""
        if bad:
            text = self.source[pos:end] + after
            return Token("error", f"bad number syntax: {quote(text)}", pos)
        self.pos = end
        return Token("number", self.source[pos:end], pos, spaced)

    def _other(self, char: str, *, spaced: bool) -> Token:
        """Return the token of a character with which no other token begins."""
        pos = self.pos
        self.pos += 1
        if char and char.isascii() and char.isprintable() and char not in "\"'`:":
            return Token("other", char, pos, spaced)
        self.failed = True
        if not char:
            return Token("error", "unclosed action", pos)
        if char == ":":
            return Token("error", "expected :=", pos)
        message = _UNTERMINATED.get(char)
        if message is None:
            message = _unrecognized(char)
        return Token("error", message, pos)


def _word(text: str) -> str:
    """Return the kind of a word."""
    if text in KEYWORDS:
        return text
    return "bool" if text in {"true", "false"} else "name"


def _named(char: str) -> bool:
    """Return whether a character may stand in a name."""
    return unicodedata.category(char) == "Nd" or unicodedata.category(char)[0] == "L"


def _shown(char: str) -> str:
    """Return a character and its number, as error messages print it."""
    name = unicode_name(ord(char))
    return f"{name} '{char}'" if printable(char) else name


def _unrecognized(char: str) -> str:
    return f"unrecognized character in action: {_shown(char)}"
