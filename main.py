"""The function: `inject` is what the cloud, or functions-framework, calls."""

import os
from contextlib import suppress
from io import BytesIO

from flask import Request, Response
from werkzeug.exceptions import HTTPException

from injector import logs
from injector.address import Tokens
from injector.errors import ReviewError
from injector.function import HEADERS, Call, Function, Validation
from injector.loader import Loader

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

if FUNCTION.tokens.open:
    logs.write(
        {
            "severity": "WARNING",
            "message": "PATH_TOKENS is not set: who reaches the function may call it",
            "reason": "open",
        }
    )


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
    _drain(request)
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
