"""Sprig's encodings and digests of texts."""

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from injector.templates.go.values.functions import Function, function
from injector.templates.go.values.quoting import decode, encode

_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(==|[A-Za-z0-9+/]=))?")
_BASE64_DIGIT = re.compile(rb"[A-Za-z0-9+/]")
_BASE32_DIGIT = re.compile(rb"[A-Z2-7]*")
_BREAKS = b"\r\n"
_QUANTUM_64 = 4
_QUANTUM_32 = 8
_NO_BYTES_32 = frozenset({1, 3, 6})
"""Numbers of digits that encode no whole number of bytes."""


def _b64dec(text: str) -> str:
    data = encode(text)
    stripped = data.translate(None, _BREAKS)
    if _BASE64.fullmatch(stripped):
        return decode(base64.b64decode(stripped))
    return f"illegal base64 data at input byte {_fault_64(data)}"


def _fault_64(data: bytes) -> int:
    """Return the position of the first fault in base64 that Go reports."""
    places = [at for at, byte in enumerate(data) if byte not in _BREAKS]
    for index, at in enumerate(places):
        if _BASE64_DIGIT.match(data, at):
            continue
        if data[at : at + 1] != b"=" or index % _QUANTUM_64 < 2:  # noqa: PLR2004 - digits
            return at
        return _fault_after_64(data, places[index:], index % _QUANTUM_64)
    return len(data) - len(places) % _QUANTUM_64


def _fault_after_64(data: bytes, places: list[int], digits: int) -> int:
    """Return the position of a fault at or after the first padding."""
    padding = _QUANTUM_64 - digits
    if len(places) < padding:
        return len(data)
    if padding > 1 and data[places[1]] != ord("="):
        return places[1] - 1
    return places[padding]


def _b32dec(text: str) -> str:
    data = encode(text).translate(None, _BREAKS)
    size = len(data)
    matched = _BASE32_DIGIT.match(data)
    digits = matched.end() if matched is not None else 0
    fault = _fault_32(data, digits)
    if fault is not None:
        return f"illegal base32 data at input byte {fault}"
    padding = b"=" * (-digits % _QUANTUM_32)
    return decode(base64.b32decode(data[:digits] + padding)) if size else ""


def _fault_32(data: bytes, digits: int) -> int | None:
    """Return the position of the fault in base32 that begins with *digits*."""
    size, last = len(data), digits % _QUANTUM_32
    if digits == size:
        return size - last if last else None
    left = size - digits - 1
    if data[digits : digits + 1] != b"=" or last < 2 or left >= _QUANTUM_32:  # noqa: PLR2004
        return digits
    if left + last < _QUANTUM_32 - 1:
        return size
    wanted = range(digits + 1, digits + _QUANTUM_32 - last)
    for at in wanted:
        if data[at] != ord("="):
            return at - 1
    return digits if last in _NO_BYTES_32 else None


def _digest(make: Callable[[bytes], Any]) -> Callable[[str], str]:
    return lambda text: str(make(encode(text)).hexdigest())


_TEXT_TO_TEXT = "func(string) string"
DIGESTS: Mapping[str, Function] = {
    "adler32sum": function(_TEXT_TO_TEXT, lambda text: str(zlib.adler32(encode(text)))),
    "b32dec": function(_TEXT_TO_TEXT, _b32dec),
    "b32enc": function(
        _TEXT_TO_TEXT, lambda text: base64.b32encode(encode(text)).decode()
    ),
    "b64dec": function(_TEXT_TO_TEXT, _b64dec),
    "b64enc": function(
        _TEXT_TO_TEXT, lambda text: base64.b64encode(encode(text)).decode()
    ),
    "sha1sum": function(_TEXT_TO_TEXT, _digest(hashlib.sha1)),
    "sha256sum": function(_TEXT_TO_TEXT, _digest(hashlib.sha256)),
    "sha512sum": function(_TEXT_TO_TEXT, _digest(hashlib.sha512)),
}
