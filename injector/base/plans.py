"""Plans: recorded function calls which are repeated with other texts.

The arguments of a call have a ``Place`` where a text belongs. Nothing else in them may
depend on a text: no plan is made of arguments that may hide one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from sys import getsizeof
from typing import Any

Fill = Callable[[Sequence[str]], Any]
"""Returns the call's result for the texts."""

STEP_BYTES = 600
"""The bytes of a step without its arguments: functions, cells and tuples."""

OBJECT_BYTES = 400
"""The bytes of an object whose size is unknown."""

PLAIN: set[type] = {str, bool, int, float, type(None), slice}
"""Types of values that hold no other text."""

_PAIR = 2


class NoPlan(BaseException):
    """No plan can be made. No ``Exception``: the computation must not catch it."""


class Place:
    """A placeholder for a text, by that text's number."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


def places(value: Any) -> Iterator[int]:
    """Yield the numbers of the places in *value*."""
    kind = type(value)
    if kind in PLAIN:
        return
    if kind is dict:
        for item in value.values():
            yield from places(item)
    elif kind is list or kind is tuple:
        for item in value:
            yield from places(item)
    elif issubclass(kind, Place):
        yield value.index


def holds(value: Any) -> bool:
    """Return whether *value* has a place."""
    return next(places(value), None) is not None


def detached(value: Any) -> Any:
    """Return a copy of *value* with bare places for sealed texts."""
    kind = type(value)
    if kind is dict:
        return {key: detached(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return kind(map(detached, value))
    return Place(value.index) if issubclass(kind, Place) else value


def reveal(value: Any, texts: Sequence[str]) -> Any:
    """Return a copy of *value* with *texts* in their places.

    Raises:
        NoPlan: *value* holds something else than JSON values and places.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is dict:
        if not all(type(key) in PLAIN for key in value):
            raise NoPlan
        return {key: reveal(item, texts) for key, item in value.items()}
    if kind is list:
        return [reveal(item, texts) for item in value]
    if kind is tuple:
        return tuple([reveal(item, texts) for item in value])
    if issubclass(kind, Place):
        return texts[value.index]
    raise NoPlan(kind)


def filling(
    function: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any]
) -> Fill:
    """Return a function that calls *function* with texts in its arguments' places."""
    if not named and len(args) == 1 and type(args[0]) is Place:
        index = args[0].index
        return lambda texts: function(texts[index])
    if (
        not named
        and len(args) == _PAIR
        and type(args[0]) is Place
        and type(args[1]) in PLAIN
    ):
        index, constant = args[0].index, args[1]
        return lambda texts: function(texts[index], constant)
    return lambda texts: function(*reveal(args, texts), **reveal(named, texts))


def weight(value: Any) -> int:
    """Return the size of *value* with its items, about, in bytes."""
    size = getsizeof(value, OBJECT_BYTES)
    if type(value) is dict:
        size += sum(weight(key) + weight(item) for key, item in value.items())
    elif type(value) is list or type(value) is tuple:
        size += sum(map(weight, value))
    return size
