"""Texts that are used without being looked at, and what was seen of them all the same.

A sealed text stands for whatever text may be at its place. It is no string: it can be
copied and put into other texts, and whatever else is done to it either is written down,
as a condition on the text, or fails. So what comes of a computation on sealed texts
comes of it for all texts of which the same would be seen. Nothing is forgotten that
Python's own code looks at: to that, a sealed text is an object like any other.

=======================================  ============================================
done to a sealed text                    written down
=======================================  ============================================
copied, stored                           nothing
put into another text, cut, changed      the result is sealed, and how it is made
compared, searched, asked whether empty  what the answer was
printed, measured, used as a key, ...    the text itself
=======================================  ============================================
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

from injector.base.plans import (
    STEP_BYTES,
    Fill,
    Lost,
    Place,
    detached,
    filling,
    holds,
    places,
    weight,
)

P = ParamSpec("P")
R = TypeVar("R")

LONGEST = 1 << 12
"""Characters that a text may have which is sealed, or made of such."""

MOST_CALLS = 1024
"""What may be done to sealed texts in one computation, the same again included."""

_SCALARS = (bool, int, float, type(None))
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_METHODS = frozenset(name for name in dir(str) if not name.startswith("_"))


class Trace:
    """What is done to the texts of one computation.

    ``plan`` has steps, each of which makes something of the texts so far. One that
    expects something is a condition; what another one makes is a text more.
    """

    def __init__(self, texts: Iterable[str], names: Iterable[int] = ()) -> None:
        self.texts = list(texts)
        self.plan: list[tuple[Fill, Any]] = []
        self.names = frozenset(names)
        self.rendering = False
        """Whether templates run: they look at names as at any text."""
        self.overlays: list[Any] = []
        """What templates made."""
        self.size = 0
        """About how many bytes the plan takes."""
        self._calls = 0
        self._open: set[int] = set()
        self._known: dict[Any, Any] = {}

    def sealed(self, index: int) -> "Sealed":
        """Return the text at *index*, sealed."""
        return Sealed(self, index)

    def opened(self, index: int) -> str:
        """Return the text at *index*, and write down what it is."""
        text = self.texts[index]
        if index not in self._open:
            self._open.add(index)
            self._plan(operator.itemgetter(index), (text,))
        return text

    def is_open(self, index: int) -> bool:
        """Tell whether the text at *index* is written down."""
        return index in self._open

    def derive(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        named: Mapping[str, Any] = _NOTHING,
        *,
        again: bool = True,
    ) -> Any:
        """Return what the pure *function* makes of arguments that hold sealed texts.

        Args:
            function: gives the same for the same arguments, and does nothing else.
            args: its arguments.
            named: those that it gets by name.
            again: the same call on the same texts need not be made twice.

        Raises:
            Lost: it fails, or there is no plan for it.
        """
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise Lost
        key = None if named or not again else _key(function, args)
        if key is not None and key in self._known:
            return self._known[key]
        # A copy: the caller may change its arguments.
        args, kept = detached(args), detached(dict(named))
        fill = filling(function, args, kept)
        try:
            made = fill(self.texts)
        except Exception as e:
            # What catches it would go on as if nothing depended on the text.
            raise Lost from e
        made = self._written(fill, made, (args, kept))
        if key is not None and type(made) in _REPEATED:
            self._known[key] = made
        return made

    def _written(self, fill: Fill, made: Any, given: Any) -> Any:
        """Return what *fill* made, as the computation may have it; write that down."""
        indices = [*dict.fromkeys(places(given))]
        if all(index in self._open for index in indices):
            return made
        if type(made) is str:
            if len(made) > LONGEST:
                raise Lost
            self._plan(fill, None, given)
            self.texts.append(made)
            return self.sealed(len(self.texts) - 1)
        if type(made) in _SCALARS:
            self._plan(fill, (made,), given)
            return made
        for index in indices:
            self.opened(index)
        return made

    def _plan(self, fill: Fill, expected: Any, given: Any = None) -> None:
        """Add a step, which holds what it was given."""
        self.plan.append((fill, expected))
        self.size += STEP_BYTES + weight(expected) + weight(given)


class Sealed(Place):
    """A text of a trace, of which each look is written down. Says it is a ``str``."""

    __slots__ = ("trace",)

    def __init__(self, trace: Trace, index: int) -> None:
        super().__init__(index)
        self.trace = trace

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return str

    def __copy__(self) -> "Sealed":
        return self

    def __deepcopy__(self, _memo: Any) -> "Sealed":
        return self

    def _named(self) -> bool:
        return self.index in self.trace.names and not self.trace.rendering

    def __hash__(self) -> int:
        if self._named():
            return hash(self.trace.texts[self.index])
        return hash(self.trace.opened(self.index))

    def __eq__(self, other: object) -> bool:
        if type(other) is Sealed:
            if self.index == other.index:
                return True
        elif not issubclass(type(other), str):
            return NotImplemented
        elif self._named():
            # Whoever makes a plan sees to it that no other text is like a name.
            return self.trace.texts[self.index] == other
        return bool(self.trace.derive(operator.eq, (self, other)))

    def __bool__(self) -> bool:
        return bool(self.trace.derive(bool, (self,)))

    def __lt__(self, other: Any) -> bool:
        return bool(self.trace.derive(operator.lt, (self, other)))

    def __gt__(self, other: Any) -> bool:
        return bool(self.trace.derive(operator.gt, (self, other)))

    def __le__(self, other: Any) -> bool:
        return bool(self.trace.derive(operator.le, (self, other)))

    def __ge__(self, other: Any) -> bool:
        return bool(self.trace.derive(operator.ge, (self, other)))

    def __contains__(self, item: Any) -> bool:
        return bool(self.trace.derive(operator.contains, (self, item)))

    def __add__(self, other: Any) -> Any:
        return self.trace.derive(operator.add, (self, other))

    def __radd__(self, other: Any) -> Any:
        return self.trace.derive(operator.add, (other, self))

    def __getitem__(self, place: Any) -> Any:
        return self.trace.derive(operator.getitem, (self, place))

    def __iter__(self) -> Iterator[str]:
        return iter(self.trace.opened(self.index))

    def __len__(self) -> int:
        return len(self.trace.opened(self.index))

    def __str__(self) -> str:
        return self.trace.opened(self.index)

    def __repr__(self) -> str:
        return repr(self.trace.opened(self.index))

    def __format__(self, spec: str) -> str:
        return format(self.trace.opened(self.index), spec)

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        method = getattr(str, name)
        return lambda *args, **named: self.trace.derive(method, (self, *args), named)


_REPEATED = (Sealed, *_SCALARS)
"""Types of results that stay as they are, so that two calls may share one."""

CURRENT: ContextVar[Trace | None] = ContextVar("CURRENT", default=None)
"""The trace of the computation that runs in this thread, if it is on sealed texts."""


@contextmanager
def rendering() -> Iterator[Callable[[Sequence[Any]], None]]:
    """While templates run; what is given takes their overlays."""
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
    """Let *function*, which is pure, be given sealed texts, at any depth."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if (trace := CURRENT.get()) is None or not holds((args, kwargs)):
            return function(*args, **kwargs)
        return trace.derive(function, args, kwargs)

    return call


def moving(
    function: Callable[..., Any], alone: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """Let *function* be given sealed texts; it is pure, or moves them as they are.

    What gets a sealed text itself is taken to look at it; what gets it inside of
    something, to move it, unless that fails. *alone* is the same function where nothing
    is around it that it needs; it may count its calls, so none of them is left out.
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
    """Return the text that *parts* make together."""
    for part in parts:
        if type(part) is Sealed:
            return part.trace.derive(_join, tuple(parts))
    return "".join(parts)


def extent(value: Any) -> int:
    """Return how long *value*, a text or a list, may be."""
    return LONGEST if type(value) is Sealed else len(value)


def opened(text: Any) -> Any:
    """Return *text* as Python's own code can look at it."""
    return str(text) if type(text) is Sealed else text


def is_sealed(value: Any) -> bool:
    """Tell whether *value* is a sealed text."""
    return type(value) is Sealed


def _join(*parts: str) -> str:
    return "".join(parts)


def _key(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Return what tells the same call on the same texts; None if that is unknown.

    Numbers are no part of it: some are equal that are not the same.
    """
    parts: list[Any] = [function]
    for arg in args:
        if type(arg) is str:
            parts.append(arg)
        elif type(arg) is Sealed:
            parts.append(arg.index)
        else:
            return None
    return tuple(parts)
