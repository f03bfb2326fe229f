"""Answers by recipes for pods of a known form.

Pods of one controller differ in texts, and an injection copies most of them unchanged.
When a form comes for the second time, a recipe is recorded. It is kept if it gives the
pipeline's answer for that pod, and trusted when it has done so for another pod too. A
sample of the answers of trusted recipes is checked. After a difference the recipes of
the form are dropped, and no others are recorded for it.

Forms are compared byte by byte, with the namespace and the path of the request. So the
text of an author selects a recipe, and never changes one.
"""

import marshal
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

from injector.base.errors import OutOfTime
from injector.kubernetes import pods
from injector.memory.form import form_of
from injector.memory.recipe import Recipe, Request, record, same_answer
from injector.memory.recipe_cache import BYTES, ENTRIES, Entry, RecipeCache
from injector.pipeline.injector import Injector
from injector.pipeline.interface import Difference, Injection, Pod
from injector.wire.address import Address
from injector.wire.deadline import Deadline

LARGEST: Final = 64 << 10
"""The most bytes of a form that is remembered; larger forms are rare."""


class Remembering:
    """Answers by a recipe, else by the pipeline, and records recipes.

    Threads may share it. An answer shares no mutable value with a recipe.

    Args:
        injector: the pipeline.
        entries: the most forms that are remembered.
        size: the most bytes of all recipes, about.
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
        """Return the pipeline's outcome for *pod*."""
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
        """Return the same; `pod` and `template_pod` are empty if a recipe answers."""
        skipped = self.injector.skipped(pod, namespace)
        if skipped is not None:
            return skipped
        pods.check_annotations(pod)
        form = form_of(pod)
        key = form.key, marshal.dumps((namespace, _path_key(address)), 2)
        if sum(map(len, key)) > LARGEST:
            return self.inject(pod, namespace, address=address, checkpoint=checkpoint)
        request = Request(pod, form, namespace, address, checkpoint)
        entry = self._cache.entry(key)
        for recipe in entry.recipes:
            injection = recipe.apply(form.texts)
            if injection is not None:
                return self._answer(request, entry, recipe, injection)
        return self._record(request, entry)

    def __len__(self) -> int:
        """Return the number of forms that are remembered."""
        return len(self._cache)

    @property
    def size(self) -> int:
        """Return the size of all forms and recipes, about, in bytes."""
        return self._cache.size

    def differences(self) -> Iterator[Difference]:
        """Yield the differences that were not yielded before."""
        with suppress(IndexError):
            while True:
                yield self._differences.popleft()

    def _pipeline(self, request: Request, checkpoint: Callable[[], None]) -> Injection:
        return self.inject(
            request.pod,
            request.namespace,
            address=request.address,
            checkpoint=checkpoint,
        )

    def _record(self, request: Request, entry: Entry) -> Injection:
        """Return the pipeline's outcome, and record a recipe if there is time."""
        checkpoint = request.checkpoint
        injection = self._pipeline(request, checkpoint)
        seconds = _elapsed(checkpoint)
        if _has_time(checkpoint, seconds) and self._cache.wants_recipe(entry):
            recipe = record(self.injector.inject, request, injection)
            if recipe is not None:
                recipe.seconds = seconds
                self._cache.keep(entry, recipe)
        return injection

    def _answer(
        self, request: Request, entry: Entry, recipe: Recipe, found: Injection
    ) -> Injection:
        """Return *found*, the outcome of *recipe*, or the pipeline's if it differs.

        An untrusted recipe is always checked, a trusted one on a sample. A check of a
        trusted recipe stops when its time is over; then *found* is the answer.
        """
        checkpoint, trusted = request.checkpoint, recipe.trusted
        if trusted:
            has_time = _has_time(checkpoint, recipe.seconds)
            if not self._cache.is_due(recipe, has_time=has_time):
                return found
            checkpoint = _half(checkpoint)
        try:
            expected = self._pipeline(request, checkpoint)
        except OutOfTime:
            if trusted:
                return found
            raise
        except Exception:
            self._drop(request, entry, recipe)
            raise
        if not same_answer(found, expected):
            self._drop(request, entry, recipe)
            return expected
        self._cache.trust(entry, recipe)
        return found if trusted else expected

    def _drop(self, request: Request, entry: Entry, recipe: Recipe) -> None:
        """Drop the recipes of the form, and note the first difference of each form."""
        if self._cache.drop(entry, recipe):
            difference = Difference(
                namespace=request.namespace,
                cluster=request.address.cluster,
                templates=recipe.templates,
                digest=self.config.digest,
                unchecked=recipe.unchecked,
            )
            self._differences.append(difference)


def _elapsed(checkpoint: Callable[[], None]) -> float:
    """Return the seconds since the request came; 0 without a deadline."""
    return checkpoint.taken if isinstance(checkpoint, Deadline) else 0


def _has_time(checkpoint: Callable[[], None], seconds: float) -> bool:
    """Return whether the deadline allows work of *seconds*."""
    return not isinstance(checkpoint, Deadline) or checkpoint.allows(seconds)


def _half(checkpoint: Callable[[], None]) -> Callable[[], None]:
    """Return a checkpoint that allows half of the time that is left."""
    return checkpoint.half() if isinstance(checkpoint, Deadline) else checkpoint


def _path_key(address: Address) -> Any:
    """Return the parts of *address* on which an injection depends."""
    return (
        address.cluster,
        address.network,
        tuple(address.variables.items()),
        address.elements,
    )
