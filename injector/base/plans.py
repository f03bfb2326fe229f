"""Plans: what functions make of texts that are known only later.

The arguments of a step have a ``Place`` where such a text belongs. Nothing else of them
may depend on a text: of a value that may hide one there is no plan.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from sys import getsizeof
from typing import Any

Fill = Callable[[Sequence[str]], Any]
"""Makes something of the texts."""

STEP_BYTES = 600
"""What a step of a plan takes, without its arguments: functions, cells and tuples."""

OBJECT_BYTES = 400
"""What an object takes that does not say it."""

PLAIN: set[type] = {str, bool, int, float, type(None), slice}
"""Types of values in which there is no text but their own."""

_PAIR = 2


class Lost(BaseException):
    """Of this computation no plan can be made. No error, so that nothing catches it."""


class Place:
    """Where a text belongs: the number of that text."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


def places(value: Any) -> Iterator[int]:
    """Yield the numbers of the texts that belong into *value*."""
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
    """Return whether a text belongs into *value*."""
    return next(places(value), None) is not None


def detached(value: Any) -> Any:
    """Return a copy of *value* which holds bare places."""
    kind = type(value)
    if kind is dict:
        return {key: detached(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return kind(map(detached, value))
    return Place(value.index) if issubclass(kind, Place) else value


def reveal(value: Any, texts: Sequence[str]) -> Any:
    """Return a copy of *value* with *texts* in their places.

    Raises:
        Lost: there is more in it than JSON's values and places.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is dict:
        if not all(type(key) in PLAIN for key in value):
            raise Lost
        return {key: reveal(item, texts) for key, item in value.items()}
    if kind is list:
        return [reveal(item, texts) for item in value]
    if kind is tuple:
        return tuple([reveal(item, texts) for item in value])
    if issubclass(kind, Place):
        return texts[value.index]
    raise Lost(kind)


def filling(
    function: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any]
) -> Fill:
    """Return what calls *function* with texts in the places of its arguments."""
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
    """Return about how many bytes *value* takes, with all that is in it."""
    size = getsizeof(value, OBJECT_BYTES)
    if type(value) is dict:
        size += sum(weight(key) + weight(item) for key, item in value.items())
    elif type(value) is list or type(value) is tuple:
        size += sum(map(weight, value))
    return size
