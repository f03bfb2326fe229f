"""A bounded cache, safe to share between threads."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """Remembers what was used last, by text, up to a number and a size of texts."""

    def __init__(self, *, entries: int, characters: int) -> None:
        self.entries = entries
        self.characters = characters
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def find(self, text: str) -> T | None:
        """Return what is kept for *text*, or None."""
        with self._lock:
            value = self._kept.get(text)
            if value is not None:
                self._kept.move_to_end(text)
            return value

    def keep(self, text: str, value: T) -> None:
        """Keep *value* for *text*; what was used longest ago goes."""
        with self._lock:
            if text in self._kept:
                return
            self._kept[text] = value
            self._size += len(text)
            while len(self._kept) > self.entries or self._size > self.characters:
                gone, _ = self._kept.popitem(last=False)
                self._size -= len(gone)

    def __len__(self) -> int:
        return len(self._kept)
