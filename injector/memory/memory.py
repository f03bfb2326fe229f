"""What was learnt from injections, so that the next pod of the same form is quick.

Pods that controllers make are alike: what differs is texts, most of which an injection
only passes on. A form that comes a second time is worth a recipe. It is kept if it
makes of that pod what the pipeline made of it, and trusted once it has done so for
another pod too. Of what trusted recipes make a sample is checked: a recipe that makes
something else than the pipeline is dropped, and its form gets none any more.

A form is compared byte by byte, with the namespace and what the request's path says. So
what an author writes decides which recipe counts for a pod, and never what is in one.
"""

import marshal
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple

from injector.base.errors import OutOfTime
from injector.kubernetes import pods
from injector.memory.recipe import Lesson, Recipe, learnt, same
from injector.memory.recipe_cache import BYTES, ENTRIES, Entry, RecipeCache
from injector.memory.shape import form_of
from injector.pipeline.injector import Injector
from injector.pipeline.interface import Difference, Injection, Pod
from injector.wire.address import Address
from injector.wire.deadline import Deadline

LARGEST: Final = 64 << 10
"""Bytes of a form that is remembered; larger ones are rare."""


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
        self._cache = RecipeCache(entries=entries, size=size)
        self._differences: deque[Difference] = deque()

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
    ) -> Injection:
        """Return the same in short; raises the same errors."""
        skipped = self.injector.skipped(pod, namespace)
        if skipped is not None:
            return skipped
        pods.check_annotations(pod)
        form = form_of(pod)
        key = form.key, marshal.dumps((namespace, _said(address)), 2)
        if sum(map(len, key)) > LARGEST:
            return self.inject(pod, namespace, address=address, checkpoint=checkpoint)
        lesson = Lesson(
            form=form, namespace=namespace, address=address, checkpoint=checkpoint
        )
        asked = _Asked(pod, lesson, self._cache.entry(key))
        for recipe in asked.entry.recipes:
            found = recipe.followed(form.texts)
            if found is not None:
                return self._answer(asked, recipe, found)
        return self._learn(asked)

    def __len__(self) -> int:
        """Return how many forms are remembered."""
        return len(self._cache)

    @property
    def size(self) -> int:
        """Return about how many bytes are taken."""
        return self._cache.size

    def differences(self) -> Iterator[Difference]:
        """Yield what is to be told of memory and was not yielded before."""
        with suppress(IndexError):
            while True:
                yield self._differences.popleft()

    def _made(self, asked: "_Asked", checkpoint: Callable[[], None]) -> Injection:
        """Return what the pipeline makes of the pod."""
        lesson = asked.lesson
        return self.inject(
            asked.pod, lesson.namespace, address=lesson.address, checkpoint=checkpoint
        )

    def _learn(self, asked: "_Asked") -> Injection:
        """Return what the pipeline makes of the pod, and learn from that."""
        lesson = asked.lesson
        made = self._made(asked, lesson.checkpoint)
        taken = _taken(lesson.checkpoint)
        if _has_time(lesson.checkpoint, taken) and self._cache.wants(asked.entry):
            recipe = learnt(self.injector, lesson, made)
            if recipe is not None:
                recipe.seconds = taken
                self._cache.keep(asked.entry, recipe)
        return made

    def _answer(self, asked: "_Asked", recipe: Recipe, found: Injection) -> Injection:
        """Return *found*, which *recipe* made, or what the pipeline makes instead.

        What is not trusted is always checked, the rest on a sample, for which no caller
        waits in vain: when time runs out, *found* is the answer.
        """
        checkpoint, trusted = asked.lesson.checkpoint, recipe.trusted
        if trusted:
            ample = _has_time(checkpoint, recipe.seconds)
            if not self._cache.is_due(recipe, ample=ample):
                return found
            checkpoint = _half(checkpoint)
        try:
            made = self._made(asked, checkpoint)
        except OutOfTime:
            if trusted:
                return found
            raise
        except Exception:
            self._drop(asked, recipe)
            raise
        if not same(found, made):
            self._drop(asked, recipe)
            return made
        self._cache.trust(asked.entry, recipe)
        return found if trusted else made

    def _drop(self, asked: "_Asked", recipe: Recipe) -> None:
        """Have no recipe of the form any more, and note that once."""
        if self._cache.drop(asked.entry, recipe):
            difference = Difference(
                namespace=asked.lesson.namespace,
                cluster=asked.lesson.address.cluster,
                templates=recipe.templates,
                digest=self.config.digest,
                unchecked=recipe.unchecked,
            )
            self._differences.append(difference)


class _Asked(NamedTuple):
    """A pod, and what is remembered of its form."""

    pod: Pod
    lesson: Lesson
    entry: Entry


def _taken(checkpoint: Callable[[], None]) -> float:
    """Return the seconds since the request came, 0 where nothing counts them."""
    return checkpoint.taken if isinstance(checkpoint, Deadline) else 0


def _has_time(checkpoint: Callable[[], None], seconds: float) -> bool:
    """Return whether the caller's time is long enough for work of so many seconds."""
    return not isinstance(checkpoint, Deadline) or checkpoint.allows(seconds)


def _half(checkpoint: Callable[[], None]) -> Callable[[], None]:
    """Return the checkpoint of work that may take half of the caller's time."""
    return checkpoint.half() if isinstance(checkpoint, Deadline) else checkpoint


def _said(address: Address) -> Any:
    """Return all of *address* on which an injection depends."""
    return (
        address.cluster,
        address.network,
        tuple(address.variables.items()),
        address.elements,
    )
