"""One request of the function: what is checked, and in which order."""

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
from injector.base.errors import ConfigError, OutOfTime, Problem, quoted
from injector.configuration.config import NOTHING
from injector.formats import durations
from injector.pipeline.injector import Injects
from injector.web import logs, replies
from injector.web.replies import Reply, UnknownPath, WrongMethod, WrongToken
from injector.wire import address, review
from injector.wire.address import Address, Tokens
from injector.wire.deadline import Deadline

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
            reply, fields = replies.to_error(error)
            told |= fields
        told["status"] = reply.status
        told["milliseconds"] = round((self.clock() - started) * 1000, 2)
        told |= logs.trace(call.headers, self.project)
        self.write(told)
        return reply

    def _answer(self, call: Call, started: float, told: dict[str, Any]) -> Reply:
        if call.path == "/" and call.method in ("GET", "HEAD"):
            told |= {"severity": "DEBUG", "message": "a probe", "reason": "probe"}
            return replies.PROBE
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
        return replies.with_review(encoded)

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
            raise UnknownPath("the path is unknown")
        if not self.tokens.admits(place):
            raise WrongToken("the path has no token that serves it")
        if call.method != "POST":
            raise WrongMethod("the method is not POST")
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
