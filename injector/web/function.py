"""One HTTP request: the checks before the webhooks, the answer, the log line."""

import math
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from threading import TIMEOUT_MAX, Lock
from typing import Any, NamedTuple, Protocol

from injector.admission import answers, mutating
from injector.base.errors import OutOfTime
from injector.configuration.config import NOTHING
from injector.formats import durations
from injector.pipeline.interface import Injects
from injector.web import logs, replies
from injector.web.replies import Reply, UnknownPath, WrongMethod, WrongToken
from injector.wire import address, response, review
from injector.wire.address import Address, Tokens
from injector.wire.deadline import Deadline

HEADERS = (
    "Content-Type",
    "Content-Encoding",
    "X-Cloud-Trace-Context",
    "traceparent",
)
"""The headers that are read."""

MEMORY_DIFFERS = "memory_differs"
"""The reason in a log line about a wrong answer of memory."""

MARGIN = 0.05
"""Seconds before the end of the caller's timeout at which the answer has to be sent."""

LARGE = 2**18
"""Bytes of a body above which reviews are answered one at a time: 3 MiB become 60 MiB
of objects, and each thread may have a review."""

PATH_LIMIT = 8192
"""The longest path that is parsed, in characters."""

TIMEOUT_LIMIT = 64
"""The longest duration that is parsed, in characters."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""The control characters, which no name in a path has."""


class Loads(Protocol):
    """Loads the configuration: `Loader`, or a test's stand-in."""

    def current(self, seconds: float) -> Injects:
        """Return the injector of the current configuration, within *seconds*.

        Raises:
            ConfigUnavailable: no configuration could be read yet.
        """
        ...


class Call(NamedTuple):
    """An HTTP request. The body is read when ``read`` is called."""

    method: str
    path: str
    read: Callable[[int], bytes]
    """Returns the body, up to a number of bytes."""
    timeout: str = ""
    headers: Mapping[str, str] = NOTHING
    length: int | None = None


class Turn(Protocol):
    """A lock whose wait is limited: `threading.Lock`, or a test's stand-in."""

    def acquire(self, *, timeout: float) -> bool:
        """Wait *timeout* seconds for the lock; return whether it was acquired."""
        ...

    def release(self) -> None:
        """Release the lock."""
        ...


class Function(NamedTuple):
    """The state of a process: the same for all requests."""

    loader: Loads
    tokens: Tokens = Tokens()
    denies: bool = False
    """Whether a pod without its sidecars is denied, instead of a warning."""
    project: str = ""
    turn: Turn = Lock()
    """The lock for large bodies: see `LARGE`."""
    write: Callable[[Mapping[str, Any]], None] = logs.write
    clock: Callable[[], float] = time.monotonic

    def serve(self, call: Call) -> Reply:
        """Return the reply to *call*, whatever it raises, and write its log line."""
        started = self.clock()
        fields: dict[str, Any] = {"severity": "INFO", "message": "", "decision": "none"}
        try:
            reply = self._answer(call, started, fields)
        except Exception as error:  # noqa: BLE001 - templates are foreign code
            reply, more = replies.to_error(error)
            fields |= more
        fields["status"] = reply.status
        fields["milliseconds"] = round((self.clock() - started) * 1000, 2)
        fields |= logs.trace(call.headers, self.project)
        self.write(fields)
        return reply

    def _answer(self, call: Call, started: float, fields: dict[str, Any]) -> Reply:
        if call.path == "/" and call.method in ("GET", "HEAD"):
            fields |= {"severity": "DEBUG", "message": "a probe", "reason": "probe"}
            return replies.PROBE
        place = self._place(call)
        fields |= {"endpoint": place.endpoint, "cluster": place.cluster}
        review.check_head(
            call.headers.get("Content-Type", ""),
            call.length,
            encoding=call.headers.get("Content-Encoding", ""),
        )
        # Read before the turn: a caller that stalls must not hold the lock.
        body = call.read(review.BODY_LIMIT + 1)
        end = started + patience(call.timeout) - MARGIN
        deadline = Deadline(start=started, end=end, clock=self.clock)
        with self._turn(len(body), deadline):
            return self._reviewed(body, place, deadline, fields)

    @contextmanager
    def _turn(self, length: int, deadline: Deadline) -> Iterator[None]:
        """Hold the lock for large bodies, if this is one of *length* bytes.

        Raises:
            OutOfTime: the lock is not free before the deadline.
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
        self, body: bytes, place: Address, deadline: Deadline, fields: dict[str, Any]
    ) -> Reply:
        asked = review.parse(body)
        fields |= {"uid": asked.uid, "namespace": asked.namespace}
        deadline()
        question = answers.Question(
            review=asked,
            address=place,
            injector=self.loader.current(deadline.end - self.clock()),
            checkpoint=deadline,
        )
        try:
            answer = self._answered(question)
        finally:
            self._log_differences(question.injector)
        encoded = response.encoded(answer.review)
        deadline()
        fields |= answer.log_fields
        return replies.with_review(encoded)

    def _answered(self, question: answers.Question) -> answers.Answer:
        if question.address.endpoint == "validate":
            # A function that only injects does without.
            from injector.admission import validating  # noqa: PLC0415

            return validating.validate(question, deny=self.denies)
        return mutating.mutate(question)

    def _log_differences(self, injector: Injects) -> None:
        """Write a line about each answer of memory that differs from the pipeline's."""
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
            # ``normpath`` keeps two leading slashes, as POSIX has it.
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
    """Return the seconds of a Go duration such as ``10s``.

    Any other text, and a duration of zero or less, sets no limit.
    """
    if len(timeout) > TIMEOUT_LIMIT:
        return math.inf
    try:
        nanoseconds = durations.parse(timeout)
    except ValueError:
        return math.inf
    return nanoseconds / durations.SECOND if nanoseconds > 0 else math.inf
