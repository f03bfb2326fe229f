"""The replies to requests: HTTP statuses, bodies, and the log's fields for errors.

============================================  ======  ================================
outcome                                       status  body
============================================  ======  ================================
injected, skipped, or no creation of a pod    200     a review that allows
an author's fault                             200     a review that denies
wrong or missing token, unknown path          404     nothing
another method than POST                      405     the reason
a body that is too long                       413     the reason
a body that is not JSON                       415     the reason
another fault of the caller                   400     the reason
a temporary fault: no configuration, no time  503     the reason
an operator's fault, or our own               500     a hint to the log
============================================  ======  ================================
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from injector.base.errors import (
    BodyTooLong,
    CallerFault,
    ConfigError,
    ConfigUnavailable,
    ImpossibleValue,
    MergeError,
    NotJSON,
    OutOfTime,
    ReviewError,
    TemplateError,
    UnprovedPatch,
)
from injector.configuration.config import NOTHING
from injector.web import logs

NOT_FOUND = 404
FAILED = 500


class Reply(NamedTuple):
    """An HTTP response."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = NOTHING


PROBE = Reply(status=200, body=b"ok\n")
"""The reply to a GET of ``/``, which asks whether the function runs."""


class UnknownPath(CallerFault):
    """No endpoint has the path."""


class WrongToken(CallerFault):
    """The path has no token, or a token that does not admit it."""


class WrongMethod(CallerFault):
    """The method is not POST."""


class Fault(NamedTuple):
    """The reply to a type of error, and the log's fields."""

    status: int
    reason: str
    message: str = ""
    """Empty where the text of the error is used."""
    headers: Mapping[str, str] = NOTHING


UNPROVED = "unproved_patch"

FAULTS: Mapping[type[Exception], Fault] = {
    UnknownPath: Fault(NOT_FOUND, "unknown_path"),
    WrongToken: Fault(NOT_FOUND, "wrong_token"),
    WrongMethod: Fault(405, "wrong_method", headers={"Allow": "POST"}),
    BodyTooLong: Fault(413, "body_too_long"),
    NotJSON: Fault(415, "not_json"),
    ReviewError: Fault(400, "bad_review"),
    ConfigUnavailable: Fault(
        503,
        "config_unavailable",
        "the configuration cannot be read just now",
        {"Retry-After": "1"},
    ),
    OutOfTime: Fault(503, "out_of_time", "there is no time left for an answer"),
    TemplateError: Fault(FAILED, "template_failed"),
    MergeError: Fault(FAILED, "merge_failed", "an overlay cannot be merged"),
    ImpossibleValue: Fault(
        FAILED, UNPROVED, "a template makes a field of an impossible type"
    ),
    UnprovedPatch: Fault(
        FAILED, UNPROVED, "the patch does not give the pod that was built"
    ),
    ConfigError: Fault(
        FAILED, "config_wrong", "the configuration that was read now is wrong"
    ),
    Exception: Fault(FAILED, "crashed", "the injection failed"),
}
"""The reply by type of error; a type that is missing here has its nearest base's."""


def with_review(body: bytes) -> Reply:
    """Return the reply that has an encoded review."""
    return Reply(status=200, body=body, content_type="application/json")


def to_error(error: Exception) -> tuple[Reply, dict[str, Any]]:
    """Return the reply to a request that raised *error*, and the log's fields."""
    fault = next(FAULTS[kind] for kind in type(error).__mro__ if kind in FAULTS)
    fields = {"severity": "WARNING", "reason": fault.reason}
    if fault.status == FAILED:
        message = fault.message or _failed_template(str(error))
        fields |= {"severity": "ERROR", "message": message, **logs.failure(error)}
        return Reply(FAILED, b"injection failed, see the function's log\n"), fields
    fields["message"] = fault.message or str(error)
    # An unknown path and a wrong token look the same: neither shows that paths exist.
    body = b"" if fault.status == NOT_FOUND else f"{fields['message']}\n".encode()
    return Reply(fault.status, body, headers=fault.headers), fields


_PLACE = re.compile(r"template (?P<name>'[^']*'|\"[^\"]*\")(?:, line (?P<line>\d+))?")
_GO_PLACE = re.compile(r"template: (?P<name>[^:\n]+):(?:(?P<line>\d+):)?")
_NO_TEMPLATE = re.compile(r"no template named (?:'[^']*'|\"[^\"]*\")")


def _failed_template(message: str) -> str:
    """Return the place that a template's *message* names; the rest may quote a pod."""
    if found := _NO_TEMPLATE.match(message):
        return found[0]
    if found := _PLACE.match(message):
        name = found["name"]
    elif found := _GO_PLACE.match(message):
        name = repr(found["name"])
    else:
        return "a template fails"
    line = f", line {found['line']}" if found["line"] else ""
    return f"template {name}{line} fails"
