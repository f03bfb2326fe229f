"""The function: `inject` is what the cloud, or functions-framework, calls."""

import gc
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Request, Response
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from injector import logs
from injector.address import Tokens
from injector.errors import ReviewError
from injector.function import HEADERS, JSON, OK, Call, Function, Validation
from injector.loader import Loader

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_KEYS = tuple(
    (name, key if key == "CONTENT_TYPE" else f"HTTP_{key}")
    for name, key in ((name, name.upper().replace("-", "_")) for name in HEADERS)
)
"""The headers that count, and where WSGI has them."""
_TIMEOUT = re.compile(rb"timeout=([0-9a-z.]+)")

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

# What a start makes stays: no collection need ever look at it again.
gc.freeze()

if FUNCTION.tokens.open:
    logs.write(
        {
            "severity": "WARNING",
            "message": "PATH_TOKENS is not set: who reaches the function may call it",
            "reason": "open",
        }
    )


class Answer(Response):
    """A review, sent as it is: of what a response can be, it needs very little."""

    def __init__(self, body: bytes) -> None:
        self.response = self._body = [body]
        self.headers = Headers(
            [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        )
        self._status, self._status_code = "200 OK", 200

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Send it: only POST gets one, so there is always a body."""
        del environ
        start_response("200 OK", self.headers.to_wsgi_list())
        return self._body


def inject(request: Request) -> Response:
    """Answer one request."""
    environ = request.environ
    reply = FUNCTION.serve(
        Call(
            method=request.method,
            path=request.path,
            timeout=_timeout(request),
            headers={name: environ.get(key, "") for name, key in _KEYS},
            length=request.content_length,
            read=lambda limit: _read(request, limit),
        )
    )
    _drain(request)
    if reply.status == OK and reply.content_type == JSON:
        return Answer(reply.body)
    return Response(
        reply.body,
        status=reply.status,
        headers=reply.headers,
        content_type=reply.content_type,
    )


def _timeout(request: Request) -> str:
    """Return the parameter of that name."""
    if found := _TIMEOUT.fullmatch(request.query_string):
        # What an API server sends; the general way takes its time.
        return found[1].decode()
    return request.args.get("timeout", "")


def _read(request: Request, limit: int) -> bytes:
    """Return the body, no more than *limit* bytes of it: some have no known length.

    Raises:
        ReviewError: the caller went away, or sends something broken.
    """
    parts = []
    try:
        while limit and (part := request.stream.read(limit)):
            parts.append(part)
            limit -= len(part)
    except BROKEN as error:
        raise ReviewError("the body does not come to its end") from error
    return b"".join(parts)


def _drain(request: Request) -> None:
    """Read what is left of the body, and drop it.

    Callers take no answer before they have sent all. The framework would read it too,
    but hold it as a whole, and write the path, token and all, into the log where the
    body is broken.
    """
    with suppress(*BROKEN):
        while request.stream.read(PIECE):
            pass
    request.stream = BytesIO()
