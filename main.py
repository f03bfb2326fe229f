"""The function: `inject` is what the cloud, or functions-framework, calls."""

import gc

# A start makes what stays: collections would go through it in vain, time and again.
gc.disable()

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from io import BytesIO
from typing import IO, TYPE_CHECKING, BinaryIO

from flask import Request, Response, current_app, has_app_context
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import LimitedStream

from injector import logs
from injector.address import Tokens
from injector.errors import ReviewError
from injector.function import HEADERS, Call, Function, Validation
from injector.loader import Loader
from injector.review import BODY_LIMIT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_KEYS = tuple(
    (name, key if key == "CONTENT_TYPE" else f"HTTP_{key}")
    for name, key in ((name, name.upper().replace("-", "_")) for name in HEADERS)
)
"""The headers that count, and where WSGI has them."""
_TIMEOUT = re.compile("(?:timeout=([0-9a-z.]+))?")
_LENGTH = re.compile("[1-9][0-9]{0,7}")
_PATH = re.compile(
    "(?:/t/[A-Za-z0-9_-]+)?/(?:inject|validate)(?:/[A-Za-z0-9_:=-][A-Za-z0-9_.:=-]*)*"
)
"""Neither the framework nor ``normpath`` takes these for anything else."""

UNENDED = "the body does not come to its end"

UNREAD = (HTTPStatus.NOT_FOUND, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
"""What a plain request is answered before its body is read."""

PIECE = 65536
"""How many bytes of an unwanted body are held at a time."""

BROKEN = (OSError, HTTPException)
"""What reading a body raises if the caller went away, or sends something broken."""

FUNCTION = Function(
    tokens=Tokens.from_text(os.environ.get("PATH_TOKENS", "")),
    validation=Validation.from_text(os.environ.get("VALIDATION", "")),
    project=os.environ.get("GOOGLE_CLOUD_PROJECT", ""),
    loader=Loader(os.environ, tell=logs.write),
)
"""Made at the start: a configuration that is wrong stops it here, not at a pod."""

gc.freeze()
gc.enable()

if FUNCTION.tokens.open:
    logs.write(
        {
            "severity": "WARNING",
            "message": "PATH_TOKENS is not set: who reaches the function may call it",
            "reason": "open",
        }
    )


class Shortcut:
    """Answers what API servers send before the framework makes objects of it.

    What it does not know goes the framework's way, to ``inject``: the same is answered.
    It is what Flask calls a middleware.
    """

    def __init__(self, otherwise: "WSGIApplication") -> None:
        self._otherwise = otherwise

    def __call__(
        self, wsgi: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        call = _plain(wsgi)
        if call is None:
            return self._otherwise(wsgi, start_response)
        reply = FUNCTION.serve(call)
        if reply.status in UNREAD:
            _drain(LimitedStream(wsgi["wsgi.input"], call.length or 0))
        headers = [
            ("Content-Type", reply.content_type),
            ("Content-Length", str(len(reply.body))),
            *reply.headers.items(),
        ]
        # In capital letters, as the framework writes it: nobody sees which way it was.
        phrase = HTTPStatus(reply.status).phrase.upper()
        start_response(f"{reply.status} {phrase}", headers)
        return [reply.body]


def _plain(wsgi: "WSGIEnvironment") -> Call | None:
    """Return the request if it is a POST as API servers send it, else None."""
    path: str = wsgi.get("PATH_INFO", "")
    timeout = _TIMEOUT.fullmatch(wsgi.get("QUERY_STRING", ""))
    length: str = wsgi.get("CONTENT_LENGTH", "")
    if (
        wsgi["REQUEST_METHOD"] != "POST"
        or timeout is None
        or not _LENGTH.fullmatch(length)
        or "HTTP_TRANSFER_ENCODING" in wsgi
        or not _PATH.fullmatch(path)
        or int(length) > BODY_LIMIT
    ):
        return None
    return Call(
        method="POST",
        path=path,
        timeout=timeout[1] or "",
        headers={name: wsgi.get(key, "") for name, key in _KEYS},
        length=int(length),
        read=lambda _: _whole(wsgi["wsgi.input"], int(length)),
    )


def _whole(stream: BinaryIO, length: int) -> bytes:
    """Return a body of that length.

    Raises:
        ReviewError: the caller went away.
    """
    parts = []
    try:
        while length and (part := stream.read(length)):
            parts.append(part)
            length -= len(part)
    except OSError as error:
        raise ReviewError(UNENDED) from error
    if length:
        raise ReviewError(UNENDED)
    return b"".join(parts)


if has_app_context():
    # The framework runs this module in one.
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    app.wsgi_app = Shortcut(app.wsgi_app)


def inject(request: Request) -> Response:
    """Answer one request."""
    reply = FUNCTION.serve(
        Call(
            method=request.method,
            path=request.path,
            timeout=request.args.get("timeout", ""),
            headers={name: request.headers.get(name, "") for name in HEADERS},
            length=request.content_length,
            read=lambda limit: _read(request, limit),
        )
    )
    _drain(request.stream)
    # The framework reads what is left as well, and writes the path, token and all, into
    # the log where it is broken.
    request.stream = BytesIO()
    return Response(
        reply.body,
        status=reply.status,
        headers=reply.headers,
        content_type=reply.content_type,
    )


def _read(request: Request, limit: int) -> bytes:
    """Return the body, no more than *limit* bytes of it: some have no known length.

    Raises:
        ReviewError: the caller went away, or sends something broken.
    """
    parts = []
    wanted = min(limit, request.content_length or 0)
    try:
        while limit and (part := request.stream.read(limit)):
            parts.append(part)
            limit -= len(part)
            wanted -= len(part)
    except BROKEN as error:
        raise ReviewError(UNENDED) from error
    if wanted > 0:
        raise ReviewError(UNENDED)
    return b"".join(parts)


def _drain(stream: "IO[bytes] | LimitedStream") -> None:
    """Read what is left of a body, and drop it, piece by piece.

    Callers take no answer before they have sent all.
    """
    with suppress(*BROKEN):
        while stream.read(PIECE):
            pass
