"""The function: `inject` is what the cloud, or functions-framework, calls."""

import gc

# A start makes what stays: collections would go through it in vain, time and again.
gc.disable()

import os
import signal
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import gunicorn.config  # type: ignore[import-untyped]
from flask import Request, current_app, has_app_context
from werkzeug import Response
from werkzeug.wsgi import get_content_length, get_input_stream

from injector.base.errors import ConfigError, ReviewError
from injector.loading.loader import Loader
from injector.web import logs
from injector.web.function import HEADERS, Call, Function, Validation
from injector.wire.address import Tokens

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEEPALIVE = 3660
"""Seconds that an idle connection is kept. Who reuses one that the server closes just
then loses a request, and API servers do not send it again: so the caller has to be the
one that closes. API servers do after 90 seconds, load balancers after 600, Envoy after
an hour."""

# The framework takes no such option, and gunicorn makes its settings after this.
gunicorn.config.Keepalive.default = KEEPALIVE

_KEYS = tuple(
    (name, key if key == "CONTENT_TYPE" else f"HTTP_{key}")
    for name, key in ((name, name.upper().replace("-", "_")) for name in HEADERS)
)
"""The headers that count, and where WSGI has them."""

UNENDED = "the body does not come to its end"

PIECE = 65536
"""How many bytes of an unwanted body are held at a time."""

ENDED, NOT_BOOTED = 1, 3
"""Codes of a process that cannot start. After the second, a worker's, gunicorn's first
process ends as well; after any other it would start the next worker, time and again."""


def _started(environ: Mapping[str, str]) -> Function:
    """Return the function as *environ* wants it.

    Raises:
        SystemExit: it cannot be; one line in the log says why.
    """
    try:
        return Function(
            tokens=Tokens.from_text(environ.get("PATH_TOKENS", "")),
            validation=Validation.from_text(environ.get("VALIDATION", "")),
            project=environ.get("GOOGLE_CLOUD_PROJECT", ""),
            loader=Loader(environ, tell=logs.write),
        )
    except Exception as error:  # noqa: BLE001 - a traceback is no line of a log
        logs.write(_refusal(error, environ), texts=logs.LONG_TEXT_LIMIT)
    in_worker = hasattr(signal.getsignal(signal.SIGQUIT), "__self__")
    sys.exit(NOT_BOOTED if in_worker else ENDED)


def _refusal(error: Exception, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return what the log tells of an *error* at the start."""
    if not isinstance(error, ConfigError):
        told = {"reason": "crashed", "message": "the start failed"}
        return {"severity": "ERROR", **told, **logs.failure(error)}
    message = "; ".join(map(str, error.problems))
    variable = error.problems[0].path.partition(",")[0]
    reason = "setting_wrong"
    if variable not in environ:
        # A place in the configuration, then.
        reason = "config_wrong"
        variable = "CONFIG_SECRET" if environ.get("CONFIG_SECRET") else "CONFIG_FILE"
    told = {"reason": reason, "variable": variable, "message": message}
    return {"severity": "ERROR", **told}


FUNCTION = _started(os.environ)
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


def answer(wsgi: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer one request, as a WSGI application."""
    stream = get_input_stream(wsgi)
    length = get_content_length(wsgi)
    reply = FUNCTION.serve(
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
    """Return the body, no more than *limit* bytes of it.

    Args:
        stream: what is left of the request.
        length: how long the body says that it is; some bodies do not say.
        limit: the most that is wanted.

    Raises:
        ReviewError: the caller went away, or sends something broken.
    """
    parts = []
    wanted = min(limit, length)
    try:
        while limit and (part := stream.read(limit)):
            parts.append(part)
            limit -= len(part)
            wanted -= len(part)
    except Exception as error:
        # Servers raise what they please: for a broken chunk, a broken trailer.
        raise ReviewError(UNENDED) from error
    if wanted > 0:
        raise ReviewError(UNENDED)
    return b"".join(parts)


def _drain(stream: "IO[bytes]") -> None:
    """Read what is left of a body, and drop it, piece by piece.

    Callers take no answer before they have sent all. What is raised here the server
    would log, with the path and the token in it.
    """
    with suppress(Exception):
        while stream.read(PIECE):
            pass


def inject(request: Request) -> Response:
    """Answer one request, for a framework that calls nothing else."""
    return Response.from_app(answer, request.environ)


if has_app_context():
    # The framework runs this module in one. It answers some paths in its own words, and
    # makes objects of requests that nobody needs: so all requests go past it.
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    app.wsgi_app = answer
