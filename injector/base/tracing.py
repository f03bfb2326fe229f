"""Calls of functions with sealed texts, and the few uses that need no record."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from injector.base.plans import holds
from injector.base.sealed_text import CURRENT, LONGEST, Sealed

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def rendering() -> Iterator[Callable[[Sequence[Any]], None]]:
    """Mark that templates run; yield a function that takes their overlays."""
    trace = CURRENT.get()
    if trace is None:
        yield _unseen
        return
    trace.rendering = True
    try:
        yield trace.overlays.extend
    finally:
        trace.rendering = False


def _unseen(_overlays: Sequence[Any]) -> None:
    pass


def pure(function: Callable[P, R]) -> Callable[P, R]:
    """Return the pure *function*, callable with sealed texts at any depth."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if (trace := CURRENT.get()) is None or not holds((args, kwargs)):
            return function(*args, **kwargs)
        return trace.derive(function, args, kwargs)

    return call


def moving(
    function: Callable[..., Any], alone: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """Return *function*, which is pure or only moves texts, callable with sealed ones.

    If an argument is a sealed text, the call is recorded. If a list or a mapping in the
    arguments holds one, the call is made as it is, and recorded only if that fails.
    *alone* is the same function without need of a context; it may count its calls, so
    each of them is made.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        trace = CURRENT.get()
        if trace is None or not holds((args, kwargs)):
            return function(*args, **kwargs)
        if not any(type(arg) is Sealed for arg in (*args, *kwargs.values())):
            try:
                return function(*args, **kwargs)
            except (TypeError, AttributeError):
                pass
        return trace.derive(alone or function, args, kwargs, again=alone is None)

    return call


def joined(parts: Sequence[Any]) -> Any:
    """Return the concatenation of *parts*."""
    for part in parts:
        if type(part) is Sealed:
            return part.trace.derive(_join, tuple(parts))
    return "".join(parts)


def extent(value: Any) -> int:
    """Return the greatest length that *value*, a text or a list, may have."""
    return LONGEST if type(value) is Sealed else len(value)


def opened(text: Any) -> Any:
    """Return *text* as a plain string, and record it whole if it is sealed."""
    return str(text) if type(text) is Sealed else text


def is_sealed(value: Any) -> bool:
    """Return whether *value* is a sealed text."""
    return type(value) is Sealed


def _join(*parts: str) -> str:
    return "".join(parts)
