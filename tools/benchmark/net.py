"""The cost of the checks of memory's answers, in this process."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmark import pods
from injector.loading import products
from injector.loading.loader import load
from injector.memory.memory import Remembering
from injector.memory.recipe import Recipe, Request
from injector.memory.recipe_cache import CHECKED_EVERY, Entry
from injector.pipeline.interface import Injection
from injector.wire.address import Address
from injector.wire.deadline import Deadline

ADDRESS = Address()
FIRST = 20
"""The pods until a recipe is trusted and its first answers are checked."""
CHECKS = 2
"""The number of checked answers in a round."""


class Unchecked(Remembering):
    """Checks no answer of a trusted recipe."""

    def _answer(
        self, request: Request, entry: Entry, recipe: Recipe, found: Injection
    ) -> Injection:
        if recipe.trusted:
            return found
        return super()._answer(request, entry, recipe, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """The processor time of an answer of memory, in microseconds."""

    name: str
    without: float
    checked: float

    @property
    def ratio(self) -> float:
        """Return the ratio of the times with checks and without."""
        return self.checked / self.without


def net(environs: Mapping[str, Mapping[str, str]], rounds: int) -> list[Net]:
    """Return the cost of answers for each configuration: the median of all rounds."""
    made = []
    asked = [pods.pod(number) for number in range(CHECKED_EVERY * CHECKS)]
    for name, environ in environs.items():
        pipeline = products.injector(load(environ))
        both = Unchecked(pipeline), Remembering(pipeline)
        for remembering in both:
            _round(remembering, asked[:FIRST])
        times = [[_round(each, asked) for each in both] for _ in range(rounds)]
        without, checked = map(median, zip(*times, strict=True))
        made.append(Net(name=name, without=without, checked=checked))
    return made


def _round(remembering: Remembering, asked: list[dict[str, Any]]) -> float:
    started = time.process_time()
    for pod in asked:
        now = time.monotonic()
        checkpoint = Deadline(start=now, end=now + 10, clock=time.monotonic)
        remembering.outcome(pod, "shop", address=ADDRESS, checkpoint=checkpoint)
    return (time.process_time() - started) / len(asked) * 1e6
