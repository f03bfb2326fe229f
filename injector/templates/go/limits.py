"""The limits of an execution, and the budget that counts towards them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MAX_OUTPUT = 1 << 20
"""Characters of the whole output."""

MAX_STEPS = 30_000
"""Rounds of all loops, and templates called, together: under a second, even if each
round prints an element of the pod as JSON."""

MAX_DEPTH = 100
"""Templates within templates."""

MAX_LOOKS = 1 << 26
"""Elements of lists that functions copy or compare, together: under half a second."""


class LimitError(Exception):
    """A template exceeds a limit."""


class Budget:
    """The counts of one execution."""

    __slots__ = ("depth", "looks", "steps")

    def __init__(self) -> None:
        self.steps = 0
        self.depth = 0
        self.looks = 0

    def step(self) -> None:
        """Count a round of a loop.

        Raises:
            LimitError: the limit of rounds is exceeded.
        """
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise LimitError(f"more than {MAX_STEPS} rounds of loops")

    def enter(self) -> None:
        """Count a template within another.

        Raises:
            LimitError: the templates are nested too deeply.
        """
        self.step()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise LimitError(f"exceeded maximum template depth ({MAX_DEPTH})")

    def leave(self) -> None:
        """Count the end of a template within another."""
        self.depth -= 1


_CURRENT: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def executing() -> Iterator[Budget]:
    """Give the budget of one execution, which functions find while it runs."""
    budget = Budget()
    token = _CURRENT.set(budget)
    try:
        yield budget
    finally:
        _CURRENT.reset(token)


def look(elements: int) -> bool:
    """Count elements of lists that a function reads; return whether the limit holds."""
    budget = _CURRENT.get()
    if budget is None:
        return True
    budget.looks += elements
    return budget.looks <= MAX_LOOKS


def joined(parts: list[str]) -> str:
    """Return the output, *parts* joined.

    Raises:
        LimitError: the output is too long.
    """
    if sum(map(len, parts)) > MAX_OUTPUT:
        raise LimitError(f"the output is longer than {MAX_OUTPUT} characters")
    return "".join(parts)
