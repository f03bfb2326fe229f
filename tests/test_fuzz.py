import os
import random
from collections import Counter
from typing import Any

import fuzz_bodies
import pytest
import shared_data

from injector.function import Function
from injector.loader import Loader

SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(2**32))


def fuzz(seed: int, count: int) -> None:
    folder = shared_data.ROOT.parent / "shared" / "reviews"
    models = fuzz_bodies.models(folder if folder.is_dir() else None)
    told: list[Any] = []
    function = Function(loader=Loader({}), write=told.append)
    statuses: Counter[int] = Counter()

    print(f"FUZZ_SEED={seed}, {count} requests")  # noqa: T201 - to have it again
    for number, shot in enumerate(fuzz_bodies.shots(seed, count, models)):
        told.clear()
        reply = shot.fired(function)
        fault = fuzz_bodies.fault(shot, reply)
        message = f"FUZZ_SEED={seed}, request {number}: {fault}"
        assert not fault, f"{message}\n{told}\n{shot}"
        assert len(told) == 1, message
        statuses[reply.status] += 1

    print(dict(statuses))  # noqa: T201
    assert statuses[200] > count / 4
    assert statuses[400] > count / 20


def test_a_thousand_odd_requests_are_answered_as_they_should() -> None:
    fuzz(SEED, 1_000)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_hundred_thousand_odd_requests_are_answered_as_they_should(part: int) -> None:
    fuzz(SEED + part, 25_000)
