"""docs/performance.md: the measurements, the machine, and their meaning."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.growth import Point
from benchmark.measure import Effort, Memory, Speed, Start
from benchmark.net import Net
from injector.memory.recipe_cache import CHECKED_EVERY

VCPU_SECOND = 0.000024
GIB_SECOND = 0.0000025
REQUESTS = 0.40
"""Dollars: a vCPU-second, a GiB-second, a million requests; billed by request."""
MEMORY = 0.5
"""GiB of an instance."""

START_GOALS = {"bundled": 1.25, "Istio's": 1.5}
RESIDENT_GOAL = 90

BEFORE: Mapping[str, int] = {
    "parse the review": 48,
    "decide": 23,
    "surroundings": 17,
    "render": 961,
    "merge": 189,
    "finish": 144,
    "types": 211,
    "diff": 80,
    "prove": 140,
    "answer": 93,
    "all": 2172,
    "the rest": 266,
}
"""The microseconds of an injection by the pipeline, before memory existed.

Measured at commit 3018c41, on the machine of the first page: the same pods in
``Function.serve``, in the same rounds.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All measurements."""

    effort: Effort
    speeds: Sequence[Speed]
    starts: Mapping[str, Start]
    memories: Sequence[Memory]
    growth: Sequence[Point]
    steps: Mapping[str, Mapping[str, float]]
    nets: Sequence[Net]


def machine() -> str:
    """Return a description of the machine."""
    model = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
    load = os.getloadavg()[1]
    kind = f"{platform.system()} on {platform.machine()}"
    return (
        f"{model}, {os.cpu_count()} cores, {kind}, "
        f"Python {platform.python_version()}; load average {load:.1f} (five minutes, "
        "of which the benchmark's own is about 2)"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def report(found: Measured) -> str:
    """Return the page."""
    parts = [_opening(found.effort)]
    if found.speeds:
        parts.append(_speeds(found.speeds))
    if found.starts:
        parts.append(_starts(found.starts))
    if found.memories:
        parts.append(_memories(found.memories))
    if found.speeds:
        parts.append(_cost(found.speeds))
    if found.growth:
        parts.append(_growth(found.growth))
    if found.steps:
        parts.append(_steps(found.steps))
    if found.nets:
        parts.append(_nets(found.nets))
    return "\n".join(parts)


def _opening(effort: Effort) -> str:
    return f"""\
# Performance

Written by `make bench`. Everything is measured beside a hello-world function on the
same framework and settings (functions-framework, `THREADS=1`, one worker on one core;
the load comes from another core). Both get the same requests by turns, in
{effort.rounds} rounds of {effort.seconds:g} s with four connections, and the median of
the rounds' ratios counts: on a machine that does other things too, ratios hold where
rates do not. The processor's time of the worker is told beside it; it depends least
on what else runs. Rows with 40 threads, as the function is deployed, are beside a hello
world with 40 threads.

Machine: {machine()}.

Reviews are 3 KB, those of the mix 5 KB. *Distinct pods* differ in all names, images,
labels and variables; *distinct forms* in containers, variables and annotations too. In
the *mix* four pods of five are replicas of 50 workloads, as controllers make them (uid,
the suffix of the token volume and the time in the managed fields differ), and one is
distinct.

![Requests a second, as ratios to hello world](performance.svg)
"""


def _speeds(speeds: Sequence[Speed]) -> str:
    rows = [
        [
            one.name,
            f"{one.rate:.0f}",
            f"{one.ratio:.2f}",
            f"{one.goal:.2f}" if one.goal else "",
            f"{one.cpu:.3f}",
            f"{one.cpu_ratio:.2f}",
            f"{one.p50:.2f}",
            f"{one.p99:.2f}",
        ]
        for one in speeds
    ]
    head = [
        *("function", "requests/s", "ratio", "goal", "CPU ms", "ratio of CPU"),
        *("p50 ms at half load", "p99 ms"),
    ]
    return f"""\
## Requests

{table(head, rows)}
"""


def _starts(starts: Mapping[str, Start]) -> str:
    hello = next(iter(starts.values()))
    rows = [
        [
            name,
            f"{one.clock:.0f}",
            f"{one.clock / hello.clock:.2f}",
            _goal(START_GOALS.get(name)),
            f"{one.cpu:.0f}",
            f"{one.cpu / hello.cpu:.2f}",
        ]
        for name, one in starts.items()
    ]
    head = ["function", "ms to the first answer", "ratio", "goal", "CPU ms", "ratio"]
    return f"""\
## Cold start

From the start of the process to its first answer, an injection; the fastest of several
starts each. Modules are compiled before, as the cloud's build does it.

{table(head, rows)}
"""


def _goal(goal: float | None) -> str:
    return f"{goal:.2f}" if goal else ""


def _memories(memories: Sequence[Memory]) -> str:
    rows = [
        [one.name, f"{one.start:.0f}", f"{one.half:.0f}", f"{one.end:.0f}"]
        for one in memories
    ]
    head = ["function", "MB after the start", "half way", "after all"]
    return f"""\
## Memory

Resident, of the worker, in the course of {memories[0].requests:,} requests; the goal is
{RESIDENT_GOAL} MB and no growth.

{table(head, rows)}
"""


def _cost(speeds: Sequence[Speed]) -> str:
    rows = []
    for one in speeds:
        seconds = one.cpu / 1000
        dollars = 1e6 * seconds * (VCPU_SECOND + MEMORY * GIB_SECOND)
        rows.append(
            [one.name, f"{one.cpu:.2f}", f"{dollars:.3f}", f"{dollars + REQUESTS:.2f}"]
        )
    head = [
        "function",
        "vCPU-ms a request",
        "computing, $ a million",
        "with requests, $",
    ]
    return f"""\
## Cost

An instance of one vCPU and 512 MiB that is busy: ${VCPU_SECOND:f} a vCPU-second,
${GIB_SECOND:.7f} a GiB-second, ${REQUESTS:.2f} a million requests (Cloud Run, billed by
request, without the free tier). An instance that has less to do is billed for the
time in which it has requests at all.

{table(head, rows)}
"""


def _growth(points: Sequence[Point]) -> str:
    rows = [
        [
            f"{one.size} {one.what}",
            f"{one.kilobytes:.0f}",
            f"{one.milliseconds:.2f}",
            f"{one.milliseconds / one.kilobytes:.3f}",
        ]
        for one in points
    ]
    head = ["size", "KB in all", "ms", "ms a KB"]
    return f"""\
## Growth

The processor's time of one request through the whole pipeline, nothing remembered; for
configurations, of reading one. What a KB costs falls at first, as the sidecar's own
share is spread, and must not rise with the size.

{table(head, rows)}
"""


def _steps(steps: Mapping[str, Mapping[str, float]]) -> str:
    names = list(next(iter(steps.values())))
    rows = [
        [
            name,
            str(BEFORE.get(name, "")),
            *(f"{one[name]:.0f}" if one[name] >= 1 else "" for one in steps.values()),
        ]
        for name in names
    ]
    return f"""\
## Profile

Microseconds of each step on the bundled configuration, in one process without a
server. *Before* is what every pod took before there was a memory (commit 3018c41, on a
machine as the one that this page was first written on).
`python tools/bench.py --only steps` measures this part alone.

*prove* lets the `jsonpatch` library apply the patch, so that an implementation that
is not ours checks ours. That costs 0.2 ms a pod, a tenth of the pipeline, beside an
applier of our own (363 µs and 146 µs in two runs one after the other); 27 ms instead
of 3 ms for a pod of 1.4 MB with 840 operations; and 2 ms of the start, for the
import. Pods that are answered from memory do not pay it: the proof of their form
holds for them.

{table(["step", "before", *steps], rows)}
"""


def _nets(nets: Sequence[Net]) -> str:
    rows = [
        [one.name, f"{one.without:.0f}", f"{one.checked:.0f}", f"{one.ratio:.2f}"]
        for one in nets
    ]
    head = ["configuration", "µs without checks", "µs with them", "ratio"]
    return f"""\
## The net

The processor's time of an answer from memory, from the pod to its patch, without a
server; a whole request takes about five times that. The pipeline checks one answer in
{CHECKED_EVERY}.
`python tools/bench.py --only net` measures this part alone.

{table(head, rows)}
"""
