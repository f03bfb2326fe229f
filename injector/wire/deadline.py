"""The deadline of a request: how long its caller still waits."""

from collections.abc import Callable

from injector.base.errors import OutOfTime

AMPLE = 20
"""Optional work is done if the time left is over this many times its cost."""


class Deadline:
    """The start and the end of a request in seconds of a clock; a call checks it."""

    __slots__ = ("clock", "end", "start")

    def __init__(self, start: float, end: float, clock: Callable[[], float]) -> None:
        self.start = start
        self.end = end
        self.clock = clock

    def __call__(self) -> None:
        """Check that there is time left.

        Raises:
            OutOfTime: the end has passed.
        """
        if self.clock() > self.end:
            raise OutOfTime("the caller waits no longer")

    @property
    def taken(self) -> float:
        """Return the seconds since the start."""
        return self.clock() - self.start

    def allows(self, seconds: float) -> bool:
        """Return whether the time left is more than `AMPLE` times *seconds*."""
        return self.end - self.clock() > AMPLE * seconds

    def half(self) -> "Deadline":
        """Return a deadline that starts now and has half of the time left."""
        now = self.clock()
        return Deadline(start=now, end=now + (self.end - now) / 2, clock=self.clock)
