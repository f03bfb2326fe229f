"""Minutes at the highest rate, with every answer checked, and memory that stays."""

import itertools
import json
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apiserver
import istio_maps
import pytest

from soak.asking import Caller
from soak.conftest import Serve
from soak.reviews import review
from soak.serving import Server

SECONDS = float(os.environ.get("SOAK_SECONDS") or 600)
"""How long all of it takes: each configuration its part."""

CONFIGURATIONS = ("bundled", "1.30")
CALLERS = 8
SAMPLED = 40
"""One answer in so many is applied and decoded too."""

WARM = 60.0
"""Seconds until the caches are full, and memory has to stay."""

GROWTH = 1.10


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_memory_and_answers_stay_right_at_the_highest_rate(
    name: str, serve: Serve, tmp_path: Path
) -> None:
    server = serve(**istio_maps.environ(name, tmp_path))
    seconds = SECONDS / len(CONFIGURATIONS)
    started = time.monotonic()
    end = started + seconds
    warm = min(WARM, seconds / 3)
    numbers = itertools.count()

    with ThreadPoolExecutor(CALLERS) as pool:
        calling = [pool.submit(call, server, numbers, end) for _ in range(CALLERS)]
        time.sleep(warm)
        before = server.status("VmRSS")
        outcomes = sum((each.result() for each in calling), Counter[str]())

    after = server.status("VmRSS")
    rate = outcomes.total() / (time.monotonic() - started)
    print(  # noqa: T201 - what a soak is run for
        f"soak, {name}: {seconds:.0f} s, {outcomes.total()} reviews, {rate:.0f}/s, "
        f"{dict(sorted(outcomes.items()))}; resident {before:.1f} MB after "
        f"{warm:.0f} s, {after:.1f} MB at the end ({after / before - 1:+.1%})"
    )
    assert outcomes.keys() == {"injected", "untouched", "denied"}
    assert after <= before * GROWTH
    told = Counter(line["uid"] for line in server.lines())
    assert told.total() == len(told) == outcomes.total()


def call(server: Server, numbers: "itertools.count[int]", end: float) -> Counter[str]:
    """Call until the *end*, and count what comes of it."""
    outcomes: Counter[str] = Counter()
    caller = Caller(server.port)
    while time.monotonic() < end:
        number = next(numbers)
        asked = review(number)
        response = caller.call(asked)
        if not response["allowed"]:
            outcomes["denied"] += 1
        else:
            outcomes["injected" if response.get("patch") else "untouched"] += 1
        if number % SAMPLED == 0 and "patch" in response:
            patch = json.dumps(response["patch"]).encode()
            apiserver.apply(asked["request"]["object"], patch)
    caller.close()
    return outcomes


def test_no_two_pods_of_a_soak_are_the_same() -> None:
    objects = [review(number)["request"].get("object") for number in range(500)]

    pods = [json.dumps(found) for found in objects if found]

    assert len(set(pods)) == len(pods) > 400
