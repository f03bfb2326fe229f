"""The function: `inject` is what the cloud, or functions-framework, calls."""

import os

from flask import Request, Response

from injector import logs
from injector.address import Tokens
from injector.function import Call, Function, Validation
from injector.loader import Loader

FUNCTION = Function(
    loader=Loader(os.environ),
    tokens=Tokens.from_text(os.environ.get("PATH_TOKENS", "")),
    validation=Validation.from_text(os.environ.get("VALIDATION", "")),
    project=os.environ.get("GOOGLE_CLOUD_PROJECT", ""),
)
"""Made at start: a configuration that is wrong stops it here, and not at a pod."""

if FUNCTION.tokens.open:
    logs.write(
        {
            "severity": "WARNING",
            "message": "anybody may call: PATH_TOKENS is not set",
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
            headers=request.headers,
            length=request.content_length,
            read=request.stream.read,
        )
    )
    return Response(
        reply.body,
        status=reply.status,
        content_type=reply.content_type,
        headers=reply.headers,
    )
