"""How long the caller of a request still waits."""

from collections.abc import Callable

from injector.base.errors import OutOfTime

AMPLE = 20
"""Times what work takes, that must be left if the answer does not need that work."""


class Deadline:
    """The seconds between which a request is to be answered; called, it gives up."""

    __slots__ = ("clock", "end", "start")

    def __init__(self, start: float, end: float, clock: Callable[[], float]) -> None:
        self.start = start
        self.end = end
        self.clock = clock

    def __call__(self) -> None:
        """Return if there is time left.

        Raises:
            OutOfTime: there is none.
        """
        if self.clock() > self.end:
            raise OutOfTime("the caller waits no longer")

    @property
    def taken(self) -> float:
        """The seconds since the request came."""
        return self.clock() - self.start

    def allows(self, seconds: float) -> bool:
        """Return whether there is much more time left than *seconds*."""
        return self.end - self.clock() > AMPLE * seconds

    def half(self) -> "Deadline":
        """Return the deadline of work that may take half of the time left."""
        now = self.clock()
        return Deadline(start=now, end=now + (self.end - now) / 2, clock=self.clock)
