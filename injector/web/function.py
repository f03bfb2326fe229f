"""One request of the function: what is checked, in which order, and what is answered.

==========================================  ======  ==================================
outcome                                     status  body
==========================================  ======  ==================================
injected, skipped, or not looked at         200     a review that allows
the author asked for something impossible   200     a review that denies
no review that can be answered              400     the reason
wrong or missing token; unknown path        404     nothing
another method than POST                    405     the reason
a body that is too long                     413     the reason
a body that is not JSON                     415     the reason
our fault, or the operator's                500     that the log has more
the configuration cannot be read            503     the reason, and ``Retry-After: 1``
out of time                                 503     the reason
==========================================  ======  ==================================
"""

import math
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from functools import lru_cache
from threading import TIMEOUT_MAX, Lock
from typing import Any, NamedTuple, Protocol

from injector.admission import mutating
from injector.base.errors import (
    ConfigError,
    ConfigUnavailable,
    ImpossibleValue,
    InjectorError,
    MergeError,
    OutOfTime,
    Problem,
    ReviewError,
    TemplateError,
    UnprovedPatch,
    quoted,
)
from injector.configuration.config import NOTHING
from injector.formats import durations
from injector.pipeline.injector import Injects
from injector.web import logs
from injector.wire import address, review
from injector.wire.address import Address, Tokens
from injector.wire.deadline import Deadline

OK = 200
JSON = "application/json"

HEADERS = (
    "Content-Type",
    "Content-Encoding",
    "X-Cloud-Trace-Context",
    "traceparent",
)
"""The headers that count."""

MEMORY_DIFFERS = "memory_differs"
"""The reason of a line that tells of memory, and not of a request."""

MARGIN = 0.05
"""Seconds before the end of the caller's patience at which it must have an answer."""

LARGE = 2**18
"""Bytes of a body above which reviews take turns: one of 3 MiB becomes 60 MiB of
objects, and there may be as many at once as there are threads."""

PATH_LIMIT = 8192
"""The longest path that is looked at, in characters."""

TIMEOUT_LIMIT = 64
"""The longest duration that is read, in characters."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""What no name has that a path could give."""


class Validation(StrEnum):
    """What becomes of a pod that lacks its sidecars."""

    WARN = "warn"
    DENY = "deny"

    @classmethod
    def from_text(cls, text: str) -> "Validation":
        """Read the variable ``VALIDATION``; empty is ``warn``.

        Raises:
            ConfigError: it is another word.
        """
        try:
            return cls(text or "warn")
        except ValueError:
            raise ConfigError(
                [Problem("VALIDATION", f"is {quoted(text)}, want 'warn' or 'deny'")]
            ) from None


class Loads(Protocol):
    """Where the configuration comes from."""

    def current(self, seconds: float) -> Injects:
        """Return the injector of the configuration that counts now, within *seconds*.

        Raises:
            ConfigUnavailable: there is none yet.
        """
        ...


class Call(NamedTuple):
    """A request, as far as it counts. The body is read when it is asked for."""

    method: str
    path: str
    read: Callable[[int], bytes]
    """Returns the body, up to so many bytes."""
    timeout: str = ""
    headers: Mapping[str, str] = NOTHING
    length: int | None = None


class Reply(NamedTuple):
    """What is sent back."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = NOTHING


class Refused(InjectorError):
    """A request that is no question. Holds the reply and the reason's slug."""

    def __init__(self, reason: str, message: str, reply: Reply) -> None:
        self.reason = reason
        self.reply = reply
        super().__init__(message)


class Turn(Protocol):
    """What one at a time can have."""

    def acquire(self, *, timeout: float) -> bool:
        """Wait for it so many seconds; return whether it was had."""
        ...

    def release(self) -> None:
        """Let the next have it."""
        ...


class Function(NamedTuple):
    """All that a process holds from one request to the next."""

    loader: Loads
    tokens: Tokens = Tokens()
    validation: Validation = Validation.WARN
    project: str = ""
    turn: Turn = Lock()
    """Held by the one large body that is worked on in this process."""
    write: Callable[[Mapping[str, Any]], None] = logs.write
    clock: Callable[[], float] = time.monotonic

    def serve(self, call: Call) -> Reply:
        """Return the reply to *call*, whatever happens, and write one line about it."""
        started = self.clock()
        told: dict[str, Any] = {"severity": "INFO", "message": "", "decision": "none"}
        try:
            reply = self._answer(call, started, told)
        except Exception as error:  # noqa: BLE001 - templates are foreign code
            reply = _fault(error, told)
        told["status"] = reply.status
        told["milliseconds"] = round((self.clock() - started) * 1000, 2)
        told |= logs.trace(call.headers, self.project)
        self.write(told)
        return reply

    def _answer(self, call: Call, started: float, told: dict[str, Any]) -> Reply:
        if call.path == "/" and call.method in ("GET", "HEAD"):
            told |= {"severity": "DEBUG", "message": "a probe", "reason": "probe"}
            return Reply(status=200, body=b"ok\n")
        place = self._place(call)
        told |= {"endpoint": place.endpoint, "cluster": place.cluster}
        review.check_head(
            call.headers.get("Content-Type", ""),
            call.length,
            encoding=call.headers.get("Content-Encoding", ""),
        )
        # Read outside of the turn: a caller that stalls must not hold it.
        body = call.read(review.BODY_LIMIT + 1)
        end = started + patience(call.timeout) - MARGIN
        deadline = Deadline(start=started, end=end, clock=self.clock)
        with self._turn(len(body), deadline):
            return self._reviewed(body, place, deadline, told)

    @contextmanager
    def _turn(self, length: int, deadline: Deadline) -> Iterator[None]:
        """Wait until no other large body is worked on, if this is one.

        Raises:
            OutOfTime: that would be too late.
        """
        if length <= LARGE:
            yield
            return
        seconds = min(deadline.end - self.clock(), TIMEOUT_MAX)
        if not self.turn.acquire(timeout=max(seconds, 0)):
            raise OutOfTime("another large body is worked on")
        try:
            yield
        finally:
            self.turn.release()

    def _reviewed(
        self, body: bytes, place: Address, deadline: Deadline, told: dict[str, Any]
    ) -> Reply:
        asked = review.parse(body)
        told |= {"uid": asked.uid, "namespace": asked.namespace}
        deadline()
        question = mutating.Question(
            review=asked,
            address=place,
            injector=self.loader.current(deadline.end - self.clock()),
            checkpoint=deadline,
        )
        try:
            answer = self._answered(question)
        finally:
            self._tell_differences(question.injector)
        encoded = review.encoded(answer.review)
        deadline()
        told |= answer.told
        return Reply(status=OK, body=encoded, content_type=JSON)

    def _answered(self, question: mutating.Question) -> mutating.Answer:
        if question.address.endpoint == "validate":
            deny = self.validation is Validation.DENY
            return mutating.validate(question, deny=deny)
        return mutating.mutate(question)

    def _tell_differences(self, injector: Injects) -> None:
        """Write a line about each answer of memory that the pipeline does not give."""
        for found in injector.differences():
            self.write(
                {
                    "severity": "ERROR",
                    "message": "memory made something else of a pod than the pipeline",
                    "reason": MEMORY_DIFFERS,
                    "cluster": found.cluster,
                    "namespace": found.namespace,
                    "templates": ",".join(found.templates),
                    "config": found.digest,
                    "unchecked": found.unchecked,
                }
            )

    def _place(self, call: Call) -> Address:
        path = call.path
        if path.startswith("//"):
            # Whom ``normpath`` leaves them to means something else by two of them.
            path = path[1:]
        odd = len(path) > PATH_LIMIT or _CONTROL.search(path)
        place = None if odd else address.parse(path)
        if place is None:
            raise Refused("unknown_path", "the path is unknown", Reply(status=404))
        if not self.tokens.admits(place):
            message = "the path has no token that serves it"
            raise Refused("wrong_token", message, Reply(status=404))
        if call.method != "POST":
            text = "the method is not POST"
            reply = Reply(
                status=405, body=f"{text}\n".encode(), headers={"Allow": "POST"}
            )
            raise Refused("wrong_method", text, reply)
        return place


@lru_cache(maxsize=64)
def patience(timeout: str) -> float:
    """Return the seconds that a Go duration such as ``10s`` is long.

    What is none, or not above zero, sets no limit.
    """
    if len(timeout) > TIMEOUT_LIMIT:
        return math.inf
    try:
        nanoseconds = durations.parse(timeout)
    except ValueError:
        return math.inf
    return nanoseconds / durations.SECOND if nanoseconds > 0 else math.inf


_PLACE = re.compile(r"template (?P<name>'[^']*'|\"[^\"]*\")(?:, line (?P<line>\d+))?")
_GO_PLACE = re.compile(r"template: (?P<name>[^:\n]+):(?:(?P<line>\d+):)?")
_NO_TEMPLATE = re.compile(r"no template named (?:'[^']*'|\"[^\"]*\")")
_REVIEW_REASONS = {400: "bad_review", 413: "body_too_long", 415: "not_json"}


def _fault(error: Exception, told: dict[str, Any]) -> Reply:
    """Return the reply that *error* comes to, and tell of it."""
    told["severity"] = "WARNING"
    match error:
        case Refused():
            told |= {"reason": error.reason, "message": str(error)}
            return error.reply
        case ReviewError():
            told |= {"reason": _REVIEW_REASONS[error.status], "message": str(error)}
            return Reply(status=error.status, body=f"{error}\n".encode())
        case ConfigUnavailable():
            text = "the configuration cannot be read just now"
            told |= {"reason": "config_unavailable", "message": text}
            retry = {"Retry-After": "1"}
            return Reply(status=503, body=f"{text}\n".encode(), headers=retry)
        case OutOfTime():
            text = "there is no time left for an answer"
            told |= {"reason": "out_of_time", "message": text}
            return Reply(status=503, body=f"{text}\n".encode())
    told |= {"severity": "ERROR", **_blame(error), **logs.failure(error)}
    return Reply(status=500, body=b"injection failed, see the function's log\n")


def _failed(message: str) -> str:
    """Return what the log may have of a template's *message*: the rest quotes pods."""
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


def _blame(error: Exception) -> dict[str, str]:
    """Return what the log may tell of a fault: no more than where it lies."""
    match error:
        case TemplateError():
            return {"reason": "template_failed", "message": _failed(str(error))}
        case MergeError():
            message = "an overlay cannot be merged"
            return {"reason": "merge_failed", "message": message}
        case ImpossibleValue():
            message = "a template makes a field of an impossible type"
            return {"reason": "unproved_patch", "message": message}
        case UnprovedPatch():
            message = "the patch does not give the pod that was built"
            return {"reason": "unproved_patch", "message": message}
        case ConfigError():
            message = "the configuration that was read now is wrong"
            return {"reason": "config_wrong", "message": message}
    return {"reason": "crashed", "message": "the injection failed"}
