"""The translation of Go's regular expressions to Python's.

Go's syntax is that of RE2: no lookaround and no references; ``$`` is the end of the
text, and classes of a backslash and a letter are ASCII. The parser raises Go's errors;
the translation spells out what Python would read in another way.
"""

import re
from dataclasses import dataclass, field
from sys import getsizeof
from typing import NamedTuple, NoReturn

from injector.base.caches import Cache, weight
from injector.formats import golang
from injector.templates.go.sprig import classes
from injector.templates.go.sprig.escapes import Source, SyntaxFaultError
from injector.templates.go.values.functions import FunctionError

_MAX_COUNT = 1000
_REPEAT = re.compile(r"(?:[*+?]|\{([0-9]+)(,([0-9]*))?\})\??")
_FLAGS = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_NAMED = re.compile(r"\(\?P?<([A-Za-z0-9_]+)>")
_NOTHING = "(?:)"

SHORT = 200
"""Characters of an expression that Python's own cache may keep."""


class Pattern(NamedTuple):
    """A compiled expression: ``names`` has the numbers of its named groups."""

    regex: re.Pattern[str]
    names: dict[str, int]


def compiled(text: str) -> Pattern:
    """Return the expression that *text* is in Go's syntax.

    Raises:
        FunctionError: the text is not an expression, or Python cannot express it.
    """
    found = _COMPILED.find(text)
    if found is None:
        found = _compiled(text)
        size = getsizeof(found.regex) + weight((found.regex.pattern, found.names))
        _COMPILED.keep(text, found, size)
    return found


_COMPILED: Cache[Pattern] = Cache()


def _compiled(text: str) -> Pattern:
    translator = _Translator(Source(text))
    try:
        written = translator.expression()
        regex = re.compile(written)
        if len(written) > SHORT:
            # Python's cache counts expressions and not their characters.
            re.purge()
        return Pattern(regex=regex, names=translator.names)
    except SyntaxFaultError as e:
        raise FunctionError(f"error parsing regexp: {e}") from None
    except (re.error, OverflowError, RecursionError) as e:
        raise FunctionError(f"regexp {text!r} is too much for this engine: {e}") from e


@dataclass(slots=True, kw_only=True)
class _Piece:
    """A part that can be repeated, in Python's syntax; ``count`` is its repetitions."""

    text: str
    count: int = 1
    operator: str = ""


@dataclass(slots=True)
class _Translator:
    source: Source
    names: dict[str, int] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    groups: int = 0
    depth: int = 0

    def expression(self) -> str:
        """Return the translation of the whole source."""
        text, _ = self._alternatives()
        if self.source.at < len(self.source.text):
            self._fail(f"unexpected ): `{self.source.text}`")
        return text

    def _fail(self, problem: str) -> NoReturn:
        raise SyntaxFaultError(problem)

    def _alternatives(self) -> tuple[str, int]:
        """Return the translation up to the end of the group, and its repetitions."""
        pieces: list[_Piece] = []
        written, most = "", 1
        while (char := self.source.peek()) not in {"", ")"}:
            if char == "|":
                self.source.at += 1
                written += "".join(piece.text for piece in pieces) + "|"
                pieces = []
                continue
            self._piece(pieces, char)
            most = max(most, pieces[-1].count if pieces else 1)
        return written + "".join(piece.text for piece in pieces), most

    def _piece(self, pieces: list[_Piece], char: str) -> None:
        repeat = _REPEAT.match(self.source.text, self.source.at)
        if repeat is not None:
            self._repeat(pieces, repeat)
        elif char == "(":
            self._grouped(pieces)
        elif char == "\\":
            pieces += [_Piece(text=text) for text in self._escape()]
        else:
            pieces.append(_Piece(text=self._plain(char)))

    def _repeat(self, pieces: list[_Piece], repeat: re.Match[str]) -> None:
        operator = repeat[0]
        if not pieces:
            self._fail(f"missing argument to repetition operator: `{operator}`")
        piece = pieces[-1]
        if piece.operator:
            self._fail(
                f"invalid nested repetition operator: `{piece.operator}{operator}`"
            )
        self.source.at = repeat.end()
        if repeat[1]:
            self._check_count(piece, repeat)
        lazy = operator.endswith("?") and operator != "?"
        bare = operator[:-1] if lazy else operator
        suffix = "?" if lazy != ("U" in self.flags) else ""
        piece.text = f"(?:{piece.text}){bare}{suffix}"
        piece.operator = operator

    def _check_count(self, piece: _Piece, repeat: re.Match[str]) -> None:
        least = golang.unsigned(repeat[1], _MAX_COUNT)
        most = golang.unsigned(repeat[3] or repeat[1], _MAX_COUNT)
        piece.count *= max(most or 0, 1)
        if least is None or most is None or most < least or piece.count > _MAX_COUNT:
            self._fail(f"invalid repeat count: `{repeat[0]}`")

    def _grouped(self, pieces: list[_Piece]) -> None:
        piece = self._group()
        if piece is not None:
            pieces.append(piece)
        elif pieces:
            # Flags between two operators: the second repeats the part with the first.
            pieces[-1].operator = ""

    def _group(self) -> _Piece | None:
        """Return a group; None if it only sets flags."""
        outer = self.flags
        opening = self._opening()
        if not opening:
            return None
        text, count = self._alternatives()
        if self.source.peek() != ")":
            self._fail(f"missing closing ): `{self.source.text}`")
        self.source.at += 1
        self.flags = outer
        return _Piece(text=f"{opening}{text})", count=count)

    def _opening(self) -> str:
        """Return the opening of the group; empty if it only sets flags."""
        source = self.source
        if not source.text.startswith("(?", source.at):
            source.at += 1
            self.groups += 1
            return "("
        named = _NAMED.match(source.text, source.at)
        if named is not None:
            source.at = named.end()
            self.groups += 1
            self.names.setdefault(named[1], self.groups)
            return "("
        flags = _FLAGS.match(source.text, source.at)
        if flags is None:
            source.refuse_group()
        source.at = flags.end()
        self.flags = (self.flags | {*flags[1]}) - {*(flags[2] or "")}
        return "(?:" if flags[3] == ":" else ""

    def _plain(self, char: str) -> str:
        if char == "[":
            return self._cased(self._bracketed())
        self.source.at += 1
        many = "m" in self.flags
        if char == "^":
            return r"(?<![^\n])" if many else r"\A"
        if char == "$":
            return r"(?![^\n])" if many else r"\Z"
        if char == ".":
            return "(?s:.)" if "s" in self.flags else r"[^\n]"
        return self._cased(re.escape(char))

    def _bracketed(self) -> str:
        ranges, negative = self.source.bracketed()
        # Negated last: of a character that is left out, both cases are.
        return classes.pattern(ranges, negative=negative)

    def _cased(self, text: str) -> str:
        return f"(?i:{text})" if "i" in self.flags else text

    def _escape(self) -> list[str]:
        source = self.source
        anchor = _ANCHORS.get(source.text[source.at : source.at + 2])
        if anchor is not None:
            source.at += 2
            return [anchor]
        literal = source.literally()
        if literal is not None:
            return [self._cased(re.escape(char)) for char in literal]
        return [self._cased(classes.pattern(source.escaped_set()))]


_ANCHORS = {
    r"\A": r"\A",
    r"\z": r"\Z",
    r"\b": r"(?a:\b)",
    # Python's \B does not match in an empty text.
    r"\B": r"(?!(?a:\b))",
}
