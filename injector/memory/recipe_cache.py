"""The recipes of forms, bounded in number and bytes, and which of them are trusted."""

from collections import OrderedDict
from threading import Lock
from typing import Any, Final

from injector.base.plans import weight
from injector.memory.recipe import Recipe

ENTRIES: Final = 512
"""Forms that are remembered."""

BYTES: Final = 16 << 20
"""About how much all that is remembered may take."""

VARIANTS: Final = 4
"""Recipes of one form, which differ in what was seen."""

ATTEMPTS: Final = 8
"""How often a recipe is sought for one form."""

CHECKED_FIRST: Final = 4
"""Answers of each trusted recipe that are checked, the first ones."""

CHECKED_EVERY: Final = 256
"""Of so many later answers, of all recipes together, one is checked."""

ENTRY_BYTES: Final = 400
"""What an entry takes without its key and recipes: itself, and its place."""


class Entry:
    """What is remembered of the form that has this key."""

    __slots__ = ("again", "attempts", "closed", "key", "recipes", "size")

    def __init__(self, key: Any) -> None:
        self.key = key
        self.again = False
        self.attempts = 0
        self.closed = False
        """Whether a recipe was wrong: then none is wanted any more."""
        self.recipes: tuple[Recipe, ...] = ()
        self.size = ENTRY_BYTES + weight(key)


class RecipeCache:
    """Entries by key; what was used longest ago goes first.

    Safe to use in several threads at once.

    Args:
        entries: how many there may be.
        size: how many bytes they may take, about.
    """

    def __init__(self, *, entries: int = ENTRIES, size: int = BYTES) -> None:
        self.size = 0
        """About how many bytes are taken."""
        self._most = entries, size
        self._entries: OrderedDict[Any, Entry] = OrderedDict()
        self._unchecked = 0
        """Answers since the last one that was checked."""
        self._lock = Lock()

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._entries)

    def entry(self, key: Any) -> Entry:
        """Return the entry of *key*, made if there is none."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = Entry(key)
                self._grow(entry.size)
            else:
                entry.again = True
                self._entries.move_to_end(key)
            return entry

    def wants(self, entry: Entry) -> bool:
        """Return whether to seek a recipe, and count that: not for what came once."""
        with self._lock:
            wants = entry.again and not entry.closed and entry.attempts < ATTEMPTS
            entry.attempts += wants
            return wants

    def keep(self, entry: Entry, recipe: Recipe) -> None:
        """Add a recipe, unless another one of the form was wrong."""
        with self._lock:
            if not entry.closed:
                # A new tuple: others may go through the old one just now.
                self._set(entry, (recipe, *entry.recipes)[:VARIANTS])

    def is_due(self, recipe: Recipe, *, ample: bool) -> bool:
        """Return whether to check this answer of a trusted *recipe*, and count that.

        Args:
            recipe: that the answer comes from.
            ample: the caller has the time for a check; else the next answer is due.
        """
        with self._lock:
            if not recipe.trusted:
                # Another thread has found it wrong meanwhile.
                return True
            self._unchecked += 1
            first = recipe.checked < CHECKED_FIRST
            due = ample and (first or self._unchecked >= CHECKED_EVERY)
            if not due:
                recipe.unchecked += 1
                return False
            recipe.checked += 1
            if not first:
                self._unchecked = 0
            return True

    def trust(self, entry: Entry, recipe: Recipe) -> None:
        """Trust a recipe that was right, unless one of the form was wrong."""
        with self._lock:
            recipe.trusted = not entry.closed

    def drop(self, entry: Entry, wrong: Recipe) -> bool:
        """Have no recipes of a form of which one was wrong; return if that is new."""
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
            _, gone = self._entries.popitem(last=False)
            self.size -= gone.size
