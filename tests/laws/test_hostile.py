"""One pod's author against everybody: what no pod may do to a function.

Any review is answered 200 or 400, a body over 6 MiB 413; a body up to 3 MiB within
five seconds. A worker spends at most a second of the processor for each MiB of body, a
second for smaller ones, and stays under 256 MiB.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import nlargest
from pathlib import Path
from typing import Any, NamedTuple

import hostile
import hostile_configs
import pytest
from folders import ROOT
from hostile import MEBIBYTE, Shot

from injector.loading.loader import Loader
from injector.web.function import Call, Function

WORKER = ROOT / "tests" / "support" / "hostile_worker.py"
SEED = int(os.environ.get("HOSTILE_SEED") or random.SystemRandom().randrange(2**32))
SECONDS = float(os.environ.get("HOSTILE_SECONDS") or 90)
BYTES = int(os.environ.get("HOSTILE_BYTES") or 3 * MEBIBYTE)
NAMES = [*hostile_configs.OWN, *hostile_configs.recorded()]
MEMORY = 256
"""The MiB that a worker may have resident."""


class Told(NamedTuple):
    """A reply, and what it cost."""

    status: int
    seconds: float
    peak: int
    body: bytes


@dataclass(slots=True)
class Worker:
    """A process that answers on a pipe."""

    process: subprocess.Popen[bytes]
    peak: int = 0
    """The MiB that it has had resident."""
    pods: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def asked(self, path: str, body: bytes) -> Told:
        head = json.dumps({"path": path, "length": len(body)}).encode()
        requests, replies = self.process.stdin, self.process.stdout
        assert requests is not None
        assert replies is not None
        requests.write(head + b"\n" + body)
        requests.flush()
        line = replies.readline()
        assert line, f"the worker ended with {self.process.wait(10)}"
        told: dict[str, Any] = json.loads(line)
        made = Told(body=replies.read(told.pop("length")), **told)
        self.peak = made.peak
        return made

    def fault(self, shot: Shot) -> str:
        """Return what is wrong with the answer to *shot*, if anything."""
        told = self.asked(shot.path, shot.body)
        if told.seconds > shot.seconds:
            # A machine that is busy with other things makes a processor slow.
            again = [self.asked(shot.path, shot.body) for _ in range(2)]
            told = min([told, *again], key=lambda told: told.seconds)
        self.pods += 1
        self.statuses[told.status] += 1
        line = f"pod {shot.number}, {len(shot.body):,} bytes, {', '.join(shot.made)}"
        self.slowest = nlargest(5, [*self.slowest, (told.seconds, line)])
        wrong = hostile.fault(shot, told.status, told.body, told.seconds)
        return wrong or (f"{self.peak} MiB resident" if self.peak >= MEMORY else "")

    def report(self) -> str:
        slowest = (f"  {seconds:.2f} s: {line}" for seconds, line in self.slowest)
        told = f"{self.pods} pods, {dict(self.statuses)}, peak {self.peak} MiB resident"
        return "\n".join((told, "the slowest:", *slowest))


@contextmanager
def working(name: str, folder: Path) -> Iterator[Worker]:
    """Run a worker on a configuration; its log is a file."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    settings = {"VALIDATION": "deny"} | hostile_configs.environ(name, folder)
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=kept | settings,
        ) as process,
    ):
        yield Worker(process)


def refused(shot: Shot, wrong: str, folder: Path) -> str:
    (folder / "body.json").write_bytes(shot.body)
    last = (folder / "log").read_bytes().strip().split(b"\n")[-1][:3000]
    return (
        f"HOSTILE_SEED={SEED} HOSTILE_BYTES={BYTES}, pod {shot.number} {shot.made} at "
        f"{shot.path[:60]!r}, {len(shot.body):,} bytes in {folder / 'body.json'}: "
        f"{wrong}\n{last.decode('utf-8', 'replace')}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_pod_harms_a_function(name: str, tmp_path: Path) -> None:
    print(f"HOSTILE_SEED={SEED} HOSTILE_BYTES={BYTES}, {name}")  # noqa: T201
    with working(name, tmp_path) as worker:
        injected = worker.asked("/inject", json.dumps(hostile.plain()).encode())
        assert b'"patch"' in injected.body

        end = time.monotonic() + SECONDS / len(NAMES)
        for shot in hostile.shots(SEED, sys.maxsize, BYTES):
            wrong = worker.fault(shot)
            assert not wrong, refused(shot, wrong, tmp_path)
            if time.monotonic() > end:
                break

    print(worker.report())  # noqa: T201
    assert worker.statuses[200] > worker.pods / 4


@pytest.mark.parametrize("name", hostile_configs.OWN)
def test_a_few_small_hostile_pods_are_answered_as_they_should(
    name: str, tmp_path: Path
) -> None:
    told: list[Any] = []
    function = Function(
        loader=Loader(hostile_configs.environ(name, tmp_path)),
        denies=True,
        write=told.append,
        clock=time.thread_time,
    )

    for shot in hostile.shots(7, 40, 20_000):
        body = shot.body
        reply = function.serve(
            Call(
                method="POST",
                path=shot.path,
                timeout="5s",
                length=len(body),
                read=lambda limit, body=body: body[:limit],  # type: ignore[misc]
            )
        )
        wrong = hostile.fault(shot, reply.status, reply.body, 0)
        assert not wrong, f"{name}, {shot.number} {shot.made}: {wrong}, {told[-1]}"
