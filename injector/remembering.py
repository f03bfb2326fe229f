"""What was learnt from injections, so that the next pod of the same form is quick.

Pods that controllers make are alike: what differs is texts, most of which an injection
only passes on. A form that comes a second time is worth a recipe. It is kept if it
makes of that pod what the pipeline made of it, and followed once it has done so for
another pod too.

A form is compared byte by byte, with the namespace and what the request's path says. So
what an author writes decides which recipe counts for a pod, and never what is in one.
"""

import marshal
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Final

from injector import pods
from injector.address import Address
from injector.deadline import Deadline
from injector.forms import form_of
from injector.inject import Injection, Injector, Outcome, Pod
from injector.recipes import Lesson, Recipe, learnt, same

ENTRIES: Final = 512
"""Forms that are remembered."""

BYTES: Final = 16 << 20
"""About how much all that is remembered may take."""

LARGEST: Final = 64 << 10
"""Bytes of a form that is remembered; larger ones are rare."""

VARIANTS: Final = 4
"""Recipes of one form, which differ in what was seen."""

ATTEMPTS: Final = 8
"""How often a recipe is sought for one form."""


class Remembering:
    """Answers by recipes, else by the pipeline, and learns from that.

    Safe to use in several threads at once. What it gives is never what it keeps.

    Args:
        injector: the pipeline.
        entries: how many forms are remembered.
        size: how many bytes they may take, about.
    """

    def __init__(
        self, injector: Injector, *, entries: int = ENTRIES, size: int = BYTES
    ) -> None:
        self.injector = injector
        self.config = injector.config
        self._most = entries, size
        self._forms: OrderedDict[Any, _Entry] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def inject(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        """Return what becomes of *pod*, by the pipeline."""
        return self.injector.inject(
            pod, namespace, address=address, checkpoint=checkpoint
        )

    def outcome(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Outcome:
        """Return the same in short; raises the same errors."""
        skipped = self.injector.skipped(pod, namespace)
        if skipped is not None:
            return skipped
        pods.check_annotations(pod)
        form = form_of(pod)
        key = form.key, marshal.dumps((namespace, _said(address)), 2)
        if _length(key) > LARGEST:
            return self.inject(pod, namespace, address=address, checkpoint=checkpoint)
        entry = self._entry(key)
        found = untried = None
        for recipe in entry.recipes:
            found = recipe.followed(form.texts)
            if found is not None and recipe.trusted:
                return found
            if found is not None:
                untried = recipe
                break
        made = self.inject(pod, namespace, address=address, checkpoint=checkpoint)
        if found is not None and untried is not None:
            self._judge(entry, untried, right=same(found, made))
        elif not _hurries(checkpoint) and self._wants(entry):
            lesson = Lesson(
                form=form, namespace=namespace, address=address, checkpoint=checkpoint
            )
            self._keep(key, entry, learnt(self.injector, lesson, made))
        return made

    def __len__(self) -> int:
        """Return how many forms are remembered."""
        return len(self._forms)

    @property
    def size(self) -> int:
        """Return about how many bytes are taken."""
        return self._size

    def _entry(self, key: Any) -> "_Entry":
        """Return what is remembered of a form, which from now on is that it came."""
        with self._lock:
            entry = self._forms.get(key)
            if entry is not None:
                entry.again = True
                self._forms.move_to_end(key)
                return entry
            entry = self._forms[key] = _Entry(_length(key))
            self._grow(entry.size)
            return entry

    def _wants(self, entry: "_Entry") -> bool:
        """Tell whether a recipe is worth seeking: not for what came once."""
        with self._lock:
            wants = entry.again and entry.attempts < ATTEMPTS
            entry.attempts += wants
            return wants

    def _keep(self, key: Any, entry: "_Entry", recipe: Recipe | None) -> None:
        with self._lock:
            if recipe is None or entry.closed or self._forms.get(key) is not entry:
                return
            before = entry.size
            # A new tuple: others may go through the old one just now.
            entry.recipes = (recipe, *entry.recipes)[:VARIANTS]
            entry.size = _length(key) + sum(each.size for each in entry.recipes)
            self._grow(entry.size - before)

    def _judge(self, entry: "_Entry", recipe: Recipe, *, right: bool) -> None:
        """Trust a recipe that was right; of a form where one was wrong, have none."""
        with self._lock:
            recipe.trusted = right
            if not right:
                entry.recipes, entry.attempts, entry.closed = (), ATTEMPTS, True

    def _grow(self, size: int) -> None:
        self._size += size
        entries, most = self._most
        while len(self._forms) > entries or self._size > most:
            _, gone = self._forms.popitem(last=False)
            self._size -= gone.size


class _Entry:
    """What is remembered of a form."""

    __slots__ = ("again", "attempts", "closed", "recipes", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self.again = False
        self.attempts = 0
        self.closed = False
        """Whether a recipe was wrong: then none is wanted any more."""
        self.recipes: tuple[Recipe, ...] = ()


def _length(key: tuple[bytes, bytes]) -> int:
    return sum(map(len, key))


def _hurries(checkpoint: Callable[[], None]) -> bool:
    """Tell whether the caller's time is too short for more than an answer."""
    return isinstance(checkpoint, Deadline) and not checkpoint.ample


def _said(address: Address) -> Any:
    """Return all of *address* on which an injection depends."""
    return (
        address.cluster,
        address.network,
        tuple(address.variables.items()),
        address.elements,
    )
