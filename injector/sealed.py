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
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from sys import getsizeof
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

Fill = Callable[[Sequence[str]], Any]
"""Makes something of the texts."""

LONGEST = 1 << 12
"""Characters that a text may have which is sealed, or made of such."""

MOST_CALLS = 1024
"""What may be done to sealed texts in one computation, the same again included.

What it makes for the longest of texts then stays far within what templates may make.
"""

STEP_BYTES = 400
"""About what a step of a plan takes, but for the values in it."""

_SIMPLE = (bool, int, float, type(None))
_PAIR = 2
PLAIN: set[type] = {str, bool, int, float, type(None), slice}
"""Types of values in which there is no text to be sealed, but their own."""

_METHODS = frozenset(name for name in dir(str) if not name.startswith("_"))


class Lost(BaseException):
    """Of this computation no plan can be made. No error, so that nobody catches it."""


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

    def _plan(self, fill: Fill, expected: Any, args: Any = None) -> None:
        """Add a step, which holds *args*."""
        self.plan.append((fill, expected))
        self.size += STEP_BYTES + _bytes(expected) + _bytes(args)

    def derive(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Return what the pure *function* makes of *args*, which hold sealed texts."""
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise Lost
        key = _key(function, args)
        if key is not None and key in self._known:
            return self._known[key]
        found = [*dict.fromkeys(_indices(args))]
        try:
            made = function(*reveal(args, self.texts))
        except Exception as e:
            # Whoever catches it would go on unnoticed.
            raise Lost from e
        if all(index in self._open for index in found):
            return made
        if type(made) is not str and type(made) not in _SIMPLE:
            for index in found:
                self.opened(index)
            return made
        fill = _filling(function, args)
        if type(made) is str and len(made) > LONGEST:
            raise Lost
        if type(made) is str:
            self._plan(fill, None, args)
            self.texts.append(made)
            made = self.sealed(len(self.texts) - 1)
        else:
            self._plan(fill, (made,), args)
        if key is not None:
            self._known[key] = made
        return made


class Sealed:
    """A text that nobody looks at unnoticed. Says that it is a ``str``."""

    __slots__ = ("index", "trace")

    def __init__(self, trace: Trace, index: int) -> None:
        self.trace = trace
        self.index = index

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
        return lambda *args: self.trace.derive(method, (self, *args))


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
        if (trace := CURRENT.get()) is None or not holds(args):
            return function(*args, **kwargs)
        return trace.derive(_with(function, kwargs), args)

    return call


def moving(
    function: Callable[..., Any], alone: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """Let *function* be given sealed texts; it is pure, or moves them as they are.

    What gets a sealed text itself is taken to look at it; what gets it inside of
    something, to move it, unless that fails. *alone* is the same function where nothing
    is around it that it needs.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        trace = CURRENT.get()
        if trace is None or not holds((args, kwargs)):
            return function(*args, **kwargs)
        if not any(type(arg) is Sealed for arg in args):
            try:
                return function(*args, **kwargs)
            except (TypeError, AttributeError):
                pass
        return trace.derive(_with(alone or function, kwargs), args)

    return call


def joined(parts: Sequence[Any]) -> Any:
    """Return the text that *parts* make together."""
    for part in parts:
        if type(part) is Sealed:
            return part.trace.derive(_join, tuple(parts))
    return "".join(parts)


def extent(text: Any) -> int:
    """Return how many characters *text* may have."""
    return LONGEST if type(text) is Sealed else len(text)


def opened(text: Any) -> Any:
    """Return *text* as Python's own code can look at it."""
    return str(text) if type(text) is Sealed else text


def is_sealed(value: Any) -> bool:
    """Tell whether *value* is a sealed text."""
    return type(value) is Sealed


def _join(*parts: str) -> str:
    return "".join(parts)


def _with(function: Callable[..., Any], kwargs: dict[str, Any]) -> Callable[..., Any]:
    if not kwargs:
        return function
    if holds(kwargs):
        raise Lost
    return lambda *args: function(*args, **kwargs)


def holds(value: Any) -> bool:
    """Tell whether there is a sealed text in *value*."""
    return next(_indices(value), None) is not None


def _indices(value: Any) -> Iterator[int]:
    kind = type(value)
    if kind is Sealed:
        yield value.index
    elif kind is dict:
        for item in value.values():
            yield from _indices(item)
    elif kind is list or kind is tuple:
        for item in value:
            yield from _indices(item)


def reveal(value: Any, texts: Sequence[str]) -> Any:
    """Return a copy of *value* with *texts* in the place of what is sealed.

    Raises:
        Lost: nobody knows what else is in it.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is Sealed:
        return texts[value.index]
    if kind is dict:
        return {key: reveal(item, texts) for key, item in value.items()}
    if kind is list:
        return [reveal(item, texts) for item in value]
    if kind is tuple:
        return tuple([reveal(item, texts) for item in value])
    raise Lost(kind)


def _filling(function: Callable[..., Any], args: tuple[Any, ...]) -> Fill:
    """Return what calls *function* with other texts in the same places."""
    if len(args) == 1 and type(args[0]) is Sealed:
        (index,) = (args[0].index,)
        return lambda texts: function(texts[index])
    if len(args) == _PAIR and type(args[0]) is Sealed and type(args[1]) in PLAIN:
        index, constant = args[0].index, args[1]
        return lambda texts: function(texts[index], constant)
    # A copy: whoever gave the arguments may change them.
    kept = detached(args)
    return lambda texts: function(*reveal(kept, texts))


def detached(value: Any) -> Any:
    """Return a copy of *value* in which sealed texts are no more than their places."""
    kind = type(value)
    if kind is Sealed:
        return Sealed(_NOWHERE, value.index)
    if kind is dict:
        return {key: detached(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return kind(map(detached, value))
    return value


_NOWHERE = Trace(())


def _bytes(value: Any) -> int:
    """Return about how many bytes *value* takes, with all that is in it."""
    size = getsizeof(value, STEP_BYTES)
    if type(value) is dict:
        size += sum(_bytes(key) + _bytes(item) for key, item in value.items())
    elif type(value) is list or type(value) is tuple:
        size += sum(map(_bytes, value))
    return size


def _key(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Return what tells the same call on the same texts; None if that is unknown."""
    parts: list[Any] = [function]
    for arg in args:
        kind = type(arg)
        if kind is Sealed:
            parts.append((Sealed, arg.index))
        elif kind is str or kind in _SIMPLE:
            parts.append((kind, arg))
        else:
            return None
    return tuple(parts)
