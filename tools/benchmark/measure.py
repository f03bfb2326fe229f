"""Servers beside each other: in short rounds by turns, of which the medians count.

A machine that is busy with other things is so for both; and the processor's time of a
worker, which is told too, hardly depends on that.
"""

import statistics
from dataclasses import dataclass

from benchmark.cases import Case
from benchmark.load import Seen, closed, paced
from benchmark.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long and how often is measured."""

    rounds: int = 9
    seconds: float = 1.2
    paced_seconds: float = 4
    starts: int = 9
    requests: int = 100_000
    warm_up: float = 2.5
    repeats: int = 7


QUICK = Effort(
    rounds=3,
    seconds=0.5,
    paced_seconds=1,
    starts=3,
    requests=3000,
    warm_up=1.5,
    repeats=3,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What a case did beside hello world."""

    name: str
    rate: float
    """Requests a second."""
    ratio: float
    """Of the rates, the median of all rounds."""
    cpu: float
    """Milliseconds of the processor's time a request."""
    cpu_ratio: float
    p50: float
    """Milliseconds at half the load that it can take."""
    p99: float
    goal: float


def speed(case: Case, hello: Server, effort: Effort) -> Speed:
    """Return what *case* does beside *hello*, which is asked the same."""
    with Server(case.source, case.environ, case.messages[0]) as server:
        closed(server.port, case.messages, effort.warm_up, 0)
        rates, ours, theirs = [], [], []
        at = 0
        for _ in range(effort.rounds):
            their, their_cpu = _round(hello, case, effort.seconds, at)
            our, our_cpu = _round(server, case, effort.seconds, at)
            at += our.answers
            rates.append((our.rate, our.rate / their.rate))
            ours.append(our_cpu)
            theirs.append(their_cpu)
        rate = statistics.median(rate for rate, _ in rates)
        spread = paced(server.port, case.messages, effort.paced_seconds, rate / 2)
    cuts = statistics.quantiles(spread.latencies, n=100)
    cpu, hello_cpu = statistics.median(ours), statistics.median(theirs)
    return Speed(
        name=case.name,
        rate=rate,
        ratio=statistics.median(ratio for _, ratio in rates),
        cpu=cpu,
        cpu_ratio=hello_cpu / cpu,
        p50=cuts[49] * 1000,
        p99=cuts[98] * 1000,
        goal=case.goal,
    )


def _round(
    server: Server, case: Case, seconds: float, start: int
) -> tuple[Seen, float]:
    before = server.processor()
    seen = closed(server.port, case.messages, seconds, start)
    return seen, (server.processor() - before) * 1000 / seen.answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Milliseconds to the first answer, of the clock and of the processor."""

    clock: float
    cpu: float


def starts(cases: dict[str, Case], effort: Effort) -> dict[str, Start]:
    """Return the cold starts.

    The fastest of each counts: nothing makes one faster than it is.
    """
    clocks: dict[str, list[float]] = {name: [] for name in cases}
    cpus: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(effort.starts):
        for name, case in cases.items():
            with Server(case.source, case.environ, case.messages[0]) as server:
                clocks[name].append(server.first_answer * 1000)
                cpus[name].append(server.start_processor() * 1000)
    return {name: Start(clock=min(clocks[name]), cpu=min(cpus[name])) for name in cases}


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Resident megabytes: after the start, on the way, and after all requests."""

    name: str
    start: float
    half: float
    end: float
    requests: int


def memory(case: Case, effort: Effort) -> Memory:
    """Return what *case* takes while it answers many requests."""
    sizes = []
    done = 0
    with Server(case.source, case.environ, case.messages[0]) as server:
        start = server.resident()
        for part in (effort.requests // 2, effort.requests):
            while done < part:
                done += closed(server.port, case.messages, 1, done).answers
            sizes.append(server.resident())
    half, end = sizes
    return Memory(name=case.name, start=start, half=half, end=end, requests=done)
