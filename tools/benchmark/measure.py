"""Compares two servers: short rounds by turns, and the medians of all rounds.

Other load on the machine slows both; the processor time of a worker, which is measured
too, hardly depends on it.
"""

import statistics
from dataclasses import dataclass

from benchmark.cases import Case
from benchmark.load import Seen, closed, paced
from benchmark.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """The duration and the number of measurements."""

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
    """The speed of a case, compared with hello world."""

    name: str
    rate: float
    """Requests a second."""
    ratio: float
    """The median ratio of the rates of all rounds."""
    cpu: float
    """The processor time of a request, in milliseconds."""
    cpu_ratio: float
    p50: float
    """Milliseconds at half of the largest load."""
    p99: float
    goal: float


def speed(case: Case, hello: Server, effort: Effort) -> Speed:
    """Return the speed of *case*, compared with *hello* on the same requests."""
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
    """The time to the first answer and its processor time, in milliseconds."""

    clock: float
    cpu: float


def starts(cases: dict[str, Case], effort: Effort) -> dict[str, Start]:
    """Return the cold starts.

    The fastest of each counts: other load only slows a start.
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
    """Resident megabytes: after the start, between requests, and after all."""

    name: str
    start: float
    half: float
    end: float
    requests: int


def memory(case: Case, effort: Effort) -> Memory:
    """Return the memory of *case* while it answers many requests."""
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
