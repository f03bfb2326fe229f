"""Go's string and character literals: reading and writing them."""

import re
import unicodedata

_NAMED = {
    "a": b"\a",
    "b": b"\b",
    "f": b"\f",
    "n": b"\n",
    "r": b"\r",
    "t": b"\t",
    "v": b"\v",
    "\\": b"\\",
}
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"])|([0-7]{3})|x([0-9a-fA-F]{2})"
    r"|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.?)",
    re.DOTALL,
)
_WRITTEN = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
}
_BYTES = range(0xDC80, 0xDD00)
"""The characters that stand for bytes which are no UTF-8."""
_SURROGATES = range(0xD800, 0xE000)
MAX_BYTE = 0xFF
MAX_SHORT = 0xFFFF
MAX_RUNE = 0x10FFFF
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class BadLiteral(Exception):
    """A literal is not Go's."""


def encode(text: str) -> bytes:
    """Return the bytes of a Go string."""
    return text.encode("utf-8", "surrogateescape")


def decode(data: bytes) -> str:
    """Return the Go string of these bytes."""
    return data.decode("utf-8", "surrogateescape")


def unquote(literal: str) -> str:
    """Return the string that *literal*, in double or back quotes, stands for.

    Raises:
        BadLiteral: it is no literal of Go.
    """
    body = literal[1:-1]
    if literal[0] == "`":
        return body.replace("\r", "")
    if "\\" not in body:
        return body
    data, end = b"", 0
    for match in _ESCAPE.finditer(body):
        data += encode(body[end : match.start()]) + _escaped(match, '"')
        end = match.end()
    return decode(data + encode(body[end:]))


def _escaped(match: re.Match[str], quote: str) -> bytes:
    """Return the bytes of an escape in a literal within *quote*."""
    name, octal, byte, short, long = match.groups()
    if name is not None and (name in _NAMED or name == quote):
        return _NAMED.get(name) or quote.encode()
    if octal is not None or byte is not None:
        code = int(octal, 8) if octal is not None else int(byte, 16)
        if code <= MAX_BYTE:
            return bytes([code])
    if short is not None or long is not None:
        code = int(short or long, 16)
        if code <= MAX_RUNE and code not in _SURROGATES:
            return chr(code).encode()
    raise BadLiteral("invalid syntax")


def character(literal: str) -> int:
    """Return the number of the character in *literal*, in single quotes.

    Raises:
        BadLiteral: there is none, or more than one.
    """
    body = literal[1:]
    match = _ESCAPE.match(body)
    if match is not None:
        data = _escaped(match, "'")
        end = match.end()
        code = data[0] if match[2] or match[3] else ord(data.decode())
    elif body[:1] == "'":
        raise BadLiteral("invalid syntax")
    else:
        code, end = ord(body[0]), 1
    if body[end:] != "'":
        raise BadLiteral(f"malformed character constant: {literal}")
    return code


def printable(char: str) -> bool:
    """Tell whether Go prints *char* as it is."""
    if char.isascii():
        return char.isprintable()
    return unicodedata.category(char)[0] in "LMNPS"


def quote(text: str, mark: str = '"', *, ascii_only: bool = False) -> str:
    """Return *text* as a literal of Go."""
    if mark == '"' and text.isascii() and text.isprintable():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    body = "".join(_written(char, mark, ascii_only=ascii_only) for char in text)
    return f"{mark}{body}{mark}"


def _written(char: str, mark: str, *, ascii_only: bool) -> str:
    if char == mark:
        return f"\\{mark}"
    if char in _WRITTEN:
        return _WRITTEN[char]
    if printable(char) and (char.isascii() or not ascii_only):
        return char
    code = ord(char)
    if code in _BYTES:
        return f"\\x{code - 0xDC00:02x}"
    if char.isascii():
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= MAX_SHORT else f"\\U{code:08x}"


def unicode_name(code: int) -> str:
    """Return the notation of a character's number: ``U+0021``."""
    return f"U+{code:04X}"
