"""The function on functions-framework, as the cloud starts it."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from e2e.processes import Process, free_port, listens, wait_until
from folders import ROOT

THREADS = 40
"""As many as the cloud sends requests at once: see docs/operations.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running functions-framework."""

    port: int
    process: Process

    @property
    def popen(self) -> Popen[bytes]:
        """Its first process, which starts and watches the workers."""
        assert self.process.popen is not None
        return self.process.popen

    def status(self, field: str) -> float:
        """Return a field of its workers' status, such as ``VmRSS``, in MB."""
        pid = self.popen.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return sum(_status(int(child), field) for child in children.split())

    def output(self) -> str:
        """Return all that it wrote."""
        return self.process.log.read_text(encoding="utf-8")

    def lines(self) -> list[dict[str, Any]]:
        """Return what it told of requests.

        Raises:
            ValueError: something else is among it, a traceback perhaps.
        """
        told = map(json.loads, self.output().splitlines())
        return [line for line in told if "status" in line]


def _status(pid: int, field: str) -> float:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(text.split(f"{field}:")[1].split()[0]) / 1024


@contextmanager
def serving(folder: Path, **environ: str) -> Iterator[Server]:
    """Serve the function until the end of the block, with its log in *folder*."""
    port = free_port()
    settings = {"FUNCTION_TARGET": "inject", "THREADS": str(THREADS)}
    process = Process(
        name="functions-framework",
        command=[
            *(sys.executable, "-m", "functions_framework"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
        log=folder / f"{port}.log",
        cwd=ROOT,
        environ=settings | {"LOG_EXECUTION_ID": "false"} | environ,
    )
    process.start()
    try:
        wait_until(
            lambda: process.ended or listens(port), f"the function: {process.log}"
        )
        assert not process.ended, process.log.read_text(encoding="utf-8")
        yield Server(port=port, process=process)
    finally:
        process.stop(signal.SIGTERM)
