"""The function as a WSGI application: requests are read, replies are sent."""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import IO, TYPE_CHECKING
from urllib.parse import parse_qsl

from werkzeug.wsgi import get_content_length, get_input_stream

from injector.base.errors import ReviewError
from injector.web.function import HEADERS, Call, Function

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_KEYS = tuple(
    (name, key if key == "CONTENT_TYPE" else f"HTTP_{key}")
    for name, key in ((name, name.upper().replace("-", "_")) for name in HEADERS)
)
"""The headers that count, and where WSGI has them."""

UNENDED = "the body does not come to its end"

PIECE = 65536
"""How many bytes of an unwanted body are held at a time."""


def answer(
    function: Function, wsgi: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    """Answer one request. With its first argument given, a WSGI application."""
    stream = get_input_stream(wsgi)
    length = get_content_length(wsgi)
    reply = function.serve(
        Call(
            method=wsgi["REQUEST_METHOD"],
            path=wsgi.get("PATH_INFO", "").encode("latin-1").decode(errors="replace"),
            timeout=_timeout(wsgi.get("QUERY_STRING", "")),
            headers={name: wsgi.get(key, "") for name, key in _KEYS},
            length=length,
            read=partial(_read, stream, length or 0),
        )
    )
    _drain(stream)
    headers = [
        ("Content-Type", reply.content_type),
        ("Content-Length", str(len(reply.body))),
        *reply.headers.items(),
    ]
    phrase = HTTPStatus(reply.status).phrase.upper()
    start_response(f"{reply.status} {phrase}", headers)
    return [] if wsgi["REQUEST_METHOD"] == "HEAD" else [reply.body]


def _timeout(query: str) -> str:
    """Return the parameter ``timeout`` of a query, the first of several."""
    parameters = parse_qsl(query, keep_blank_values=True)
    return next((text for name, text in parameters if name == "timeout"), "")


def _read(stream: "IO[bytes]", length: int, limit: int) -> bytes:
    """Return the first *limit* bytes of the body.

    Args:
        stream: what is left of the request.
        length: the body's length by its header; 0 where the header is missing.
        limit: the number of bytes that is wanted at most.

    Raises:
        ReviewError: the body ends before *length*, or the server refuses it.
    """
    parts = []
    wanted = min(limit, length)
    try:
        while limit and (part := stream.read(limit)):
            parts.append(part)
            limit -= len(part)
            wanted -= len(part)
    except Exception as error:
        # Servers differ in what they raise for a broken chunk or a broken trailer.
        raise ReviewError(UNENDED) from error
    if wanted > 0:
        raise ReviewError(UNENDED)
    return b"".join(parts)


def _drain(stream: "IO[bytes]") -> None:
    """Read what is left of a body, and drop it, piece by piece.

    Callers read no answer before they have sent all. An error raised here would be
    logged by the server, with the path and the token in it.
    """
    with suppress(Exception):
        while stream.read(PIECE):
            pass
