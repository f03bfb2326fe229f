"""The reader of tokens, on which the parser is built, and its error messages."""

from collections.abc import Callable
from typing import Any, NoReturn

from injector.base.errors import TemplateError
from injector.templates.go.parse.actions import Token
from injector.templates.go.parse.lexer import tokens
from injector.templates.go.values.functions import Registry
from injector.templates.go.values.quoting import BadLiteral

MAX_DEPTH = 80
"""How deep actions and parentheses may be nested."""


class Reader:
    """The tokens of a template, read one after the other.

    ``used`` are the functions that the template names so far.
    """

    def __init__(
        self,
        name: str,
        source: str,
        functions: Registry,
        delimiters: tuple[str, str],
    ) -> None:
        self._name = name
        self._source = source
        self._functions = functions
        self._tokens = list(tokens(source, *delimiters))
        self._at = 0
        self._seen = 0
        self._variables = ["$"]
        self._ranges = 0
        self._depth = 0
        self.used: set[str] = set()
        self._action = -1

    def _peek(self) -> Token:
        at = self._at
        if at > self._seen:  # noqa: PLR1730 - max is slow
            self._seen = at
        return self._tokens[at]

    def _next(self) -> Token:
        token = self._peek()
        if token.kind not in {"EOF", "error"}:
            self._at += 1
        return token

    def _back(self, token: Token) -> None:
        """Step back before *token*, the last one read."""
        if token.kind not in {"EOF", "error"}:
            self._at -= 1

    def _line(self, pos: int) -> int:
        return self._source.count("\n", 0, pos) + 1

    def _fail(self, message: str) -> NoReturn:
        line = self._line(self._tokens[self._seen].pos)
        raise TemplateError(f"template: {self._name}:{line}: {message}")

    def _unexpected(self, token: Token, place: str) -> NoReturn:
        if token.kind != "error":
            self._fail(f"unexpected {token} in {place}")
        started = ""
        line = self._line(self._action) if self._action >= 0 else 0
        if line not in (0, self._line(token.pos)):
            started = f" started at {self._name}:{line}"
            if not token.text.endswith(" action"):
                started = f" in action{started}"
        self._fail(f"{token.text}{started}")

    def _expect(self, kind: str, place: str) -> Token:
        token = self._next()
        if token.kind != kind:
            self._unexpected(token, place)
        return token

    def _literal(self, read: Callable[[str], Any], text: str) -> Any:
        try:
            return read(text)
        except BadLiteral as e:
            self._fail(str(e))

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"nested deeper than {MAX_DEPTH} levels")
