"""How long the caller of a request still waits."""

from collections.abc import Callable
from dataclasses import dataclass

from injector.errors import OutOfTime

AMPLE = 20
"""Times what a request took so far, that must be left for work it does not need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The seconds between which a request is to be answered; called, it gives up."""

    start: float
    end: float
    clock: Callable[[], float]

    def __call__(self) -> None:
        """Return if there is time left.

        Raises:
            OutOfTime: there is none.
        """
        if self.clock() > self.end:
            raise OutOfTime("the caller waits no longer")

    @property
    def ample(self) -> bool:
        """Whether there is much more time left than was needed so far."""
        now = self.clock()
        return self.end - now > AMPLE * (now - self.start)
