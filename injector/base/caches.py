"""What was made of texts that others wrote, remembered within one bound for all.

Authors write what such a cache holds, so it is bounded in bytes and not in number.
"""

from collections import OrderedDict
from sys import getsizeof
from threading import Lock
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

BYTES: Final = 16 << 20
"""About how much all caches together may take."""

SHARE: Final = 8
"""One text may take a part of the whole, so that it does not push out all others."""

ENTRY_BYTES: Final = 400
"""About what an entry takes, but for what is in it."""


class Store:
    """Holds what was used last, up to so many bytes. Safe to share between threads."""

    def __init__(self, size: int = BYTES) -> None:
        self._most = size
        self._size = 0
        self._kept: OrderedDict[tuple[object, str], tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: tuple[object, str]) -> Any:
        """Return what is kept for *key*, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: tuple[object, str], value: Any, size: int) -> None:
        """Keep *value* for *key*; what was used longest ago goes."""
        with self._lock:
            if key in self._kept or size > self._most // SHARE:
                return
            self._kept[key] = value, size
            self._size += size
            while self._size > self._most:
                _, (_, gone) = self._kept.popitem(last=False)
                self._size -= gone

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def count(self, owner: object) -> int:
        """Return how many entries *owner* has."""
        with self._lock:
            return sum(holder is owner for holder, _ in self._kept)

    @property
    def size(self) -> int:
        """Return about how many bytes are taken."""
        return self._size


STORE: Final = Store()
"""Where all caches keep what they have."""


class Cache(Generic[T]):
    """What one user of a store made of texts."""

    def __init__(self, store: Store = STORE) -> None:
        self._store = store

    def find(self, text: str) -> T | None:
        """Return what is kept for *text*, or None."""
        found: T | None = self._store.find((self, text))
        return found

    def keep(self, text: str, value: T, size: int | None = None) -> None:
        """Keep *value*, which takes *size* bytes, for *text*; measured if not given."""
        if size is None:
            size = weight(value)
        self._store.keep((self, text), value, ENTRY_BYTES + getsizeof(text) + size)

    def __len__(self) -> int:
        return self._store.count(self)


def weight(value: Any) -> int:
    """Return about how many bytes *value* takes, with all that is in it."""
    size = 0
    rest = [value]
    while rest:
        held = rest.pop()
        size += getsizeof(held)
        if isinstance(held, dict):
            rest += held
            rest += held.values()
        elif isinstance(held, list | tuple | set | frozenset):
            rest += held
        else:
            names = getattr(type(held), "__slots__", ())
            rest += [getattr(held, name) for name in names]
    return size
