"""A functions-framework process on one core."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from benchmark.load import exchange

SETTINGS = {"THREADS": "1", "LOG_EXECUTION_ID": "false"}
SERVER_CORE = 0


class Server:
    """Starts the function in the folder *source*; a context manager.

    Its log is dropped, by one system call for each line as in the cloud.
    """

    def __init__(
        self, source: Path, environ: Mapping[str, str], message: bytes
    ) -> None:
        self.source = source
        self.environ = {**os.environ, **SETTINGS, **environ}
        self.message = message

    def __enter__(self) -> Self:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        ours = os.sched_getaffinity(0)
        # The server inherits the affinity.
        os.sched_setaffinity(0, {SERVER_CORE})
        started = time.perf_counter()
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [
                sys.executable,
                "-m",
                "functions_framework",
                f"--source={self.source / 'main.py'}",
                "--target=inject",
                "--host=127.0.0.1",
                f"--port={self.port}",
            ],
            cwd=self.source,
            env=self.environ,
            stdout=subprocess.DEVNULL,
        )
        os.sched_setaffinity(0, ours)
        self.first_answer = self._first_answer(started)
        return self

    def _first_answer(self, started: float) -> float:
        while True:
            try:
                exchange(self.port, self.message)
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError("the server did not start") from None
                time.sleep(0.001)
            else:
                return time.perf_counter() - started

    def _worker(self) -> int:
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return int((children.split() or [str(pid)])[0])

    def resident(self) -> float:
        """Return the worker's resident memory in MB."""
        status = Path(f"/proc/{self._worker()}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def processor(self) -> float:
        """Return the seconds of processor time that the worker has used."""
        return _used(self._worker())

    def start_processor(self) -> float:
        """Return the same of the whole server."""
        own, worker = self.process.pid, self._worker()
        return _used(own) + (_used(worker) if worker != own else 0)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=15)


def _used(pid: int) -> float:
    """Return the seconds that all threads of a process have run."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text(encoding="ascii").split()[0]) for file in files) / 1e9
