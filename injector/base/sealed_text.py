"""Sealed texts: stand-ins for strings which record every look at the string.

A computation runs once on sealed texts. They are no strings: they can be copied and put
into other texts. Any other use either is recorded in the `Trace`, as a condition on the
text, or fails. So the result holds for all texts that fulfil the conditions.

=======================================  ============================================
use of a sealed text                     recorded
=======================================  ============================================
copied, stored                           nothing
put into another text, cut, changed      how the result is made, which is sealed too
compared, searched, asked whether empty  the answer
printed, measured, used as a key, ...    the text itself
=======================================  ============================================
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from injector.base.plans import (
    STEP_BYTES,
    Fill,
    NoPlan,
    Place,
    detached,
    filling,
    places,
    weight,
)

LONGEST = 1 << 12
"""The most characters of a sealed text, and of a text that is made of sealed ones."""

MOST_CALLS = 1024
"""The most uses of sealed texts in one computation; a repeated use counts again."""

_SCALARS = (bool, int, float, type(None))
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_METHODS = frozenset(name for name in dir(str) if not name.startswith("_"))


class Trace:
    """The record of one computation on sealed texts.

    ``plan`` has steps, pairs of a function of the texts so far and the result that is
    expected. A step that expects one is a condition; another step adds a text.
    """

    def __init__(self, texts: Iterable[str], names: Iterable[int] = ()) -> None:
        self.texts = list(texts)
        self.plan: list[tuple[Fill, Any]] = []
        self.names = frozenset(names)
        self.rendering = False
        """Whether templates run: for them a name is a text like any other."""
        self.overlays: list[Any] = []
        """The overlays that templates rendered."""
        self.size = 0
        """The plan's size, about, in bytes."""
        self._calls = 0
        self._open: set[int] = set()
        self._known: dict[Any, Any] = {}

    def sealed(self, index: int) -> "Sealed":
        """Return the text at *index*, sealed."""
        return Sealed(self, index)

    def opened(self, index: int) -> str:
        """Return the text at *index*, and record it whole."""
        text = self.texts[index]
        if index not in self._open:
            self._open.add(index)
            self._plan(operator.itemgetter(index), (text,))
        return text

    def is_open(self, index: int) -> bool:
        """Return whether the text at *index* is recorded whole."""
        return index in self._open

    def derive(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        named: Mapping[str, Any] = _NOTHING,
        *,
        again: bool = True,
    ) -> Any:
        """Return the pure *function*'s result for arguments that hold sealed texts.

        Args:
            function: returns the same for the same arguments, without side effects.
            args: its positional arguments.
            named: its keyword arguments.
            again: a repeated call on the same texts may be answered from the first.

        Raises:
            NoPlan: *function* fails, or no plan can be made of it.
        """
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise NoPlan
        key = None if named or not again else _key(function, args)
        if key is not None and key in self._known:
            return self._known[key]
        # A copy: the caller may change its arguments.
        args, kept = detached(args), detached(dict(named))
        fill = filling(function, args, kept)
        try:
            made = fill(self.texts)
        except Exception as e:
            # Code that catches it would continue as if nothing depended on the text.
            raise NoPlan from e
        made = self._written(fill, made, (args, kept))
        if key is not None and type(made) in _REPEATED:
            self._known[key] = made
        return made

    def _written(self, fill: Fill, made: Any, given: Any) -> Any:
        """Return the result *made* of *fill*, sealed where it is a text; record it."""
        indices = [*dict.fromkeys(places(given))]
        if all(index in self._open for index in indices):
            return made
        if type(made) is str:
            if len(made) > LONGEST:
                raise NoPlan
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
        """Add a step, which keeps its arguments *given*."""
        self.plan.append((fill, expected))
        self.size += STEP_BYTES + weight(expected) + weight(given)


class Sealed(Place):
    """A text of a trace, which records each use. Its ``__class__`` is ``str``."""

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
            # `form_of` guarantees that no other text of the pod equals a name.
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
"""Types of immutable results, which two calls may share."""

CURRENT: ContextVar[Trace | None] = ContextVar("CURRENT", default=None)
"""The trace of this thread's computation; None if its texts are not sealed."""


def _key(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Return a key of a call on texts alone, else None: the number 1 equals 1.0."""
    parts: list[Any] = [function]
    for arg in args:
        if type(arg) is str:
            parts.append(arg)
        elif type(arg) is Sealed:
            parts.append(arg.index)
        else:
            return None
    return tuple(parts)
