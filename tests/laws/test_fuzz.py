import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import fuzz_bodies
import istio_maps
import pytest
import shared_data

from injector.loading.loader import Loader
from injector.web.function import Function

SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(2**32))
NAMES = ("bundled", "1.0", "1.10", "1.30")


def fuzz(environ: dict[str, str], seed: int, count: int) -> None:
    models = fuzz_bodies.models(shared_data.shared_folder() / "reviews")
    told: list[Any] = []
    function = Function(loader=Loader(environ), write=told.append)
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


@pytest.mark.parametrize("name", NAMES)
def test_a_thousand_odd_requests_are_answered_as_they_should(
    name: str, tmp_path: Path
) -> None:
    fuzz(istio_maps.environ(name, tmp_path), SEED, 1_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "part"),
    [*zip(NAMES, range(4), strict=True), *(("bundled", i) for i in (4, 5, 6))],
)
def test_a_hundred_thousand_odd_requests_are_answered_as_they_should(
    name: str, part: int, tmp_path: Path
) -> None:
    fuzz(istio_maps.environ(name, tmp_path), SEED + part, 25_000)
