"""A bounded cache of recipes by form, and which recipes are trusted."""

from collections import OrderedDict
from threading import Lock
from typing import Any, Final

from injector.base.plans import weight
from injector.memory.recipe import Recipe

ENTRIES: Final = 512
"""The most forms that are remembered."""

BYTES: Final = 16 << 20
"""The most bytes of all entries, about."""

VARIANTS: Final = 4
"""The most recipes of one form, which differ in their conditions."""

ATTEMPTS: Final = 8
"""The most attempts to record a recipe of one form."""

CHECKED_FIRST: Final = 4
"""The first answers of each trusted recipe, all of which are checked."""

CHECKED_EVERY: Final = 256
"""One of so many later answers is checked, of all recipes together."""

ENTRY_BYTES: Final = 400
"""The bytes of an entry without its key and recipes."""


class Entry:
    """The recipes of one form."""

    __slots__ = ("attempts", "closed", "key", "recipes", "repeated", "size")

    def __init__(self, key: Any) -> None:
        self.key = key
        self.repeated = False
        self.attempts = 0
        self.closed = False
        """Whether a recipe was wrong: then no other is recorded."""
        self.recipes: tuple[Recipe, ...] = ()
        self.size = ENTRY_BYTES + weight(key)


class RecipeCache:
    """Entries by key; the entry used longest ago is dropped first.

    Threads may share it.

    Args:
        entries: the most entries.
        size: the most bytes of all entries, about.
    """

    def __init__(self, *, entries: int = ENTRIES, size: int = BYTES) -> None:
        self.size = 0
        """The bytes of all entries, about."""
        self._most = entries, size
        self._entries: OrderedDict[Any, Entry] = OrderedDict()
        self._unchecked = 0
        """The answers since the last sampled check."""
        self._lock = Lock()

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries)

    def entry(self, key: Any) -> Entry:
        """Return the entry of *key*; add it if it is missing."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = Entry(key)
                self._grow(entry.size)
            else:
                entry.repeated = True
                self._entries.move_to_end(key)
            return entry

    def wants_recipe(self, entry: Entry) -> bool:
        """Return whether to record a recipe, which counts as an attempt."""
        with self._lock:
            wanted = entry.repeated and not entry.closed and entry.attempts < ATTEMPTS
            entry.attempts += wanted
            return wanted

    def keep(self, entry: Entry, recipe: Recipe) -> None:
        """Add a recipe, unless one of the form was wrong."""
        with self._lock:
            if not entry.closed:
                # A new tuple: other threads may iterate over the old one.
                self._set(entry, (recipe, *entry.recipes)[:VARIANTS])

    def is_due(self, recipe: Recipe, *, has_time: bool) -> bool:
        """Return whether to check this answer of a trusted *recipe*, and count it.

        Args:
            recipe: the recipe of the answer.
            has_time: whether there is time for a check; else the next answer is due.
        """
        with self._lock:
            if not recipe.trusted:
                # Another thread has found it wrong.
                return True
            self._unchecked += 1
            first = recipe.checked < CHECKED_FIRST
            due = has_time and (first or self._unchecked >= CHECKED_EVERY)
            if not due:
                recipe.unchecked += 1
                return False
            recipe.checked += 1
            if not first:
                self._unchecked = 0
            return True

    def trust(self, entry: Entry, recipe: Recipe) -> None:
        """Trust a recipe, unless one of the form was wrong."""
        with self._lock:
            recipe.trusted = not entry.closed

    def drop(self, entry: Entry, wrong: Recipe) -> bool:
        """Drop all recipes of a form; return whether *wrong* is its first wrong one."""
        with self._lock:
            new = not entry.closed
            entry.closed = True
            for recipe in (wrong, *entry.recipes):
                recipe.trusted = False
            self._set(entry, ())
            return new

    def _set(self, entry: Entry, recipes: tuple[Recipe, ...]) -> None:
        before = sum(recipe.size for recipe in entry.recipes)
        grown = sum(recipe.size for recipe in recipes) - before
        entry.recipes = recipes
        entry.size += grown
        if self._entries.get(entry.key) is entry:
            self._grow(grown)

    def _grow(self, size: int) -> None:
        self.size += size
        entries, most = self._most
        while len(self._entries) > entries or self.size > most:
            _, dropped = self._entries.popitem(last=False)
            self.size -= dropped.size
