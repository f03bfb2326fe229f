"""The start of a process: the function is made, or one line of the log says why not."""

import signal
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import gunicorn.config  # type: ignore[import-untyped]
from flask import Request, current_app, has_app_context
from werkzeug import Response

from injector.base.errors import ConfigError
from injector.loading.loader import Loader
from injector.loading.sources import word
from injector.web import logs, wsgi
from injector.web.function import Function
from injector.wire.address import Tokens

KEEPALIVE = 3660
"""Seconds that the server keeps an idle connection.

A request that is sent while the server closes the connection is lost, and API servers
do not send it again: so the caller has to close first. API servers do after 90 seconds,
load balancers after 600, Envoy after an hour.
"""

ENDED, NOT_BOOTED = 1, 3
"""Codes of a process that cannot start. After the second, a worker's, gunicorn's first
process ends as well; after any other it would start the next worker, without end."""


def function(environ: Mapping[str, str]) -> Function:
    """Return the function as *environ* configures it.

    Raises:
        SystemExit: the configuration is wrong; one line in the log says why.
    """
    try:
        made = Function(
            tokens=Tokens.from_text(environ.get("PATH_TOKENS", "")),
            denies=word(environ, "VALIDATION", "warn", "deny") == "deny",
            project=environ.get("GOOGLE_CLOUD_PROJECT", ""),
            loader=Loader(environ, log=logs.write),
        )
    except Exception as error:  # noqa: BLE001 - a traceback is no line of a log
        logs.write(_refusal(error, environ), texts=logs.LONG_TEXT_LIMIT)
        in_worker = hasattr(signal.getsignal(signal.SIGQUIT), "__self__")
        sys.exit(NOT_BOOTED if in_worker else ENDED)
    if made.tokens.open:
        message = "PATH_TOKENS is not set: who reaches the function may call it"
        logs.write({"severity": "WARNING", "message": message, "reason": "open"})
    return made


def _refusal(error: Exception, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the log's fields for an *error* at the start."""
    if not isinstance(error, ConfigError):
        fields = {"reason": "crashed", "message": "the start failed"}
        return {"severity": "ERROR", **fields, **logs.failure(error)}
    message = "; ".join(map(str, error.problems))
    variable = error.problems[0].path.partition(",")[0]
    reason = "setting_wrong"
    if variable not in environ:
        # A place in the configuration, then.
        reason = "config_wrong"
        variable = "CONFIG_SECRET" if environ.get("CONFIG_SECRET") else "CONFIG_FILE"
    fields = {"reason": reason, "variable": variable, "message": message}
    return {"severity": "ERROR", **fields}


def target(made: Function) -> Callable[[Request], Response]:
    """Return what a framework calls with each request, and take the server over.

    functions-framework runs this in an application's context. It answers some paths in
    its own words and builds objects of each request that are not needed: so all
    requests go past it. Its server gets `KEEPALIVE`, for which the framework has no
    option: gunicorn makes its settings later, out of these defaults.
    """
    answer = partial(wsgi.answer, made)
    gunicorn.config.Keepalive.default = KEEPALIVE
    if has_app_context():
        app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
        app.wsgi_app = answer

    def inject(request: Request) -> Response:
        return Response.from_app(answer, request.environ)

    return inject
