"""What the net under answers from memory costs, in this process."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmark import pods
from injector.loading import products
from injector.loading.loader import load
from injector.memory.memory import Remembering
from injector.memory.recipe import Recipe
from injector.memory.recipe_cache import CHECKED_EVERY
from injector.pipeline.interface import Injection
from injector.wire.address import Address
from injector.wire.deadline import Deadline

ADDRESS = Address()
LEARNT = 20
"""Pods after which a recipe is trusted, and its first answers are checked."""
CHECKS = 2
"""How many answers of a round are checked."""


class Unchecked(Remembering):
    """Sends what a recipe makes as it is."""

    def _answer(self, asked: Any, recipe: Recipe, found: Injection) -> Injection:
        return found if recipe.trusted else super()._answer(asked, recipe, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """Microseconds of an answer from memory, of the processor's time."""

    name: str
    without: float
    checked: float

    @property
    def ratio(self) -> float:
        """Return how much longer an answer takes with the net."""
        return self.checked / self.without


def net(environs: Mapping[str, Mapping[str, str]], rounds: int) -> list[Net]:
    """Return what answers cost with configurations by name: the median of rounds."""
    made = []
    asked = [pods.pod(number) for number in range(CHECKED_EVERY * CHECKS)]
    for name, environ in environs.items():
        pipeline = products.injector(load(environ))
        both = Unchecked(pipeline), Remembering(pipeline)
        for remembering in both:
            _round(remembering, asked[:LEARNT])
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
