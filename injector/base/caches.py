"""Caches of values parsed from texts, with one bound in bytes for all together.

Pod authors choose the texts, and how long they are: so no number of entries is a bound.
"""

from collections import OrderedDict
from math import inf
from sys import getsizeof
from threading import Lock
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

BYTES: Final = 16 << 20
"""The size of all caches together, about."""

SHARE: Final = 8
"""The part of the whole, 1 / SHARE, that one entry may take."""

ENTRY_BYTES: Final = 400
"""The size of an entry without its text and value, about."""


class Store:
    """Keeps the entries used last, up to *size* bytes. Threads may share it."""

    def __init__(self, size: int = BYTES) -> None:
        self._most = size
        self._size = 0
        self._kept: OrderedDict[tuple[object, str], tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: tuple[object, str]) -> Any:
        """Return the value of *key*, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: tuple[object, str], value: Any, size: int) -> None:
        """Keep *value* for *key*; drop the entries used longest ago."""
        with self._lock:
            if key in self._kept or size > self.share:
                return
            self._kept[key] = value, size
            self._size += size
            while self._size > self._most:
                _, (_, gone) = self._kept.popitem(last=False)
                self._size -= gone

    def clear(self) -> None:
        """Drop all entries."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def count(self, owner: object) -> int:
        """Return the number of *owner*'s entries."""
        with self._lock:
            return sum(holder is owner for holder, _ in self._kept)

    @property
    def share(self) -> int:
        """Return the largest size of an entry that is kept, in bytes."""
        return self._most // SHARE

    @property
    def size(self) -> int:
        """Return the size of all entries, about, in bytes."""
        return self._size


STORE: Final = Store()
"""The store of all caches."""


class Cache(Generic[T]):
    """The values of texts that one module parses."""

    def __init__(self, store: Store = STORE) -> None:
        self._store = store

    def find(self, text: str) -> T | None:
        """Return the value of *text*, or None."""
        found: T | None = self._store.find((self, text))
        return found

    def keep(self, text: str, value: T, size: int | None = None) -> None:
        """Keep *value* for *text*; without *size*, in bytes, it is measured."""
        if size is None:
            size = weight(value, self._store.share)
        self._store.keep((self, text), value, ENTRY_BYTES + getsizeof(text) + size)

    def __len__(self) -> int:
        return self._store.count(self)


def weight(value: Any, most: float = inf) -> int:
    """Return the size of *value* with its items and slots, about, in bytes.

    A size over *most* is not counted to its end.
    """
    size = 0
    rest = [value]
    while rest and size <= most:
        held = rest.pop()
        size += getsizeof(held)
        if type(held) is str:
            continue
        if isinstance(held, dict):
            rest += held
            rest += held.values()
        elif isinstance(held, list | tuple | set | frozenset):
            rest += held
        else:
            names = getattr(type(held), "__slots__", ())
            rest += [getattr(held, name) for name in names]
    return size
