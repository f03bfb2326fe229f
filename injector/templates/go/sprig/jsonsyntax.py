"""Syntax errors in JSON, with the messages of Go's encoding/json."""

import re
from typing import NoReturn

from injector.formats.depth import DEPTH
from injector.templates.go.values.quoting import quote

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_PLAIN = r'[^"\\\x00-\x1f]*'
_STRING = re.compile(rf'"{_PLAIN}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}){_PLAIN})*"')
_LITERALS = {"t": "true", "f": "false", "n": "null"}
_ESCAPES = '"\\/bfnrtu'
_CLOSING = {"[": "]", "{": "}"}
_AFTER = {"[": "after array element", "{": "after object key:value pair"}
_VALUE = "looking for beginning of value"
_KEY = "looking for beginning of object key string"
_END = "unexpected end of JSON input"
_HEX = "0123456789abcdefABCDEF"


class _WrongError(Exception):
    """The text is not JSON."""


def problem(text: str) -> str | None:
    """Return the error in *text*, a character for each byte; None without one."""
    try:
        _Scanner(text).document()
    except _WrongError as e:
        return str(e)
    return None


class _Scanner:
    """Scans a text up to the first error.

    Like Go, it reads one more space at the end of the text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.open: list[str] = []

    def document(self) -> None:
        """Read one value and nothing else."""
        self._value()
        while self.open:
            self._after_element()
        char = self._next(end=True)
        if char:
            self._wrong(char, "after top-level value")

    def _after_element(self) -> None:
        inside = self.open[-1]
        char = self._next()
        self.at += 1
        if char == _CLOSING[inside]:
            self.open.pop()
        elif char != ",":
            self._wrong(char, _AFTER[inside])
        else:
            if inside == "{":
                self._key(self._next())
            self._value()

    def _value(self) -> None:
        """Read a value: a list or dictionary up to its first element's end."""
        char = self._next()
        while char in _CLOSING:
            self.at += 1
            if self._opened(char):
                return
            char = self._next()
        self._scalar(char)

    def _opened(self, bracket: str) -> bool:
        """Read on after a bracket; tell whether the next character closes it."""
        self.open.append(bracket)
        if len(self.open) > DEPTH:
            raise _WrongError("exceeded max depth")
        if self._next() == _CLOSING[bracket]:
            self.at += 1
            self.open.pop()
            return True
        if bracket == "{":
            self._key(self._next())
        return False

    def _key(self, char: str) -> None:
        if char != '"':
            self._wrong(char, _KEY)
        self._string()
        char = self._next()
        if char != ":":
            self._wrong(char, "after object key")
        self.at += 1

    def _scalar(self, char: str) -> None:
        if char == '"':
            self._string()
        elif char in _LITERALS:
            self._literal(_LITERALS[char])
        elif char == "-" or char.isdigit():
            self._number()
        else:
            self._wrong(char, _VALUE)

    def _literal(self, word: str) -> None:
        for wanted in word:
            char = self._peek()
            if char != wanted:
                self._wrong(char, f"in literal {word} (expecting '{wanted}')")
            self.at += 1

    def _number(self) -> None:
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            self.at += 1
            self._wrong(self._peek(), "in numeric literal")
        self.at = match.end()
        char = self._peek()
        if char == "." and not {*".eE"} & {*match[0]}:
            self.at += 1
            self._wrong(self._peek(), "after decimal point in numeric literal")
        if char in "eE" and not {*"eE"} & {*match[0]}:
            self.at += 1
            self.at += self._peek() in "+-"
            self._wrong(self._peek(), "in exponent of numeric literal")

    def _string(self) -> None:
        match = _STRING.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
            return
        self.at += 1
        while self.at < len(self.text):
            char = self.text[self.at]
            if char < " ":
                self._wrong(char, "in string literal")
            self.at += 1
            if char == "\\":
                self._escape()
        raise _WrongError(_END)

    def _escape(self) -> None:
        char = self._peek()
        self.at += 1
        if char not in _ESCAPES:
            self._wrong(char, "in string escape code")
        for _ in range(4 if char == "u" else 0):
            digit = self._peek()
            if digit not in _HEX:
                self._wrong(digit, "in \\u hexadecimal character escape")
            self.at += 1

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else " "

    def _next(self, *, end: bool = False) -> str:
        """Return the next character after spaces; at the end "" if *end*."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match is not None else self.at
        if self.at < len(self.text):
            return self.text[self.at]
        if end:
            return ""
        raise _WrongError(_END)

    def _wrong(self, char: str, where: str) -> NoReturn:
        quoted = quote(char, "'") if char != '"' else "'\"'"
        raise _WrongError(f"invalid character {quoted} {where}")
