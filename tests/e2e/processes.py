"""A program that runs beside the tests, with its log in a file."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 60.0
"""Seconds until a program that does not start, or end, is a failure."""


@dataclass(kw_only=True)
class Process:
    """A program; its output of all its lives goes to the same log."""

    name: str
    command: Sequence[str]
    log: Path
    cwd: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env={**os.environ, **self.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, and wait until it has."""
        if self.popen is None:
            return
        self.popen.send_signal(number)
        try:
            self.popen.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise AssertionError(f"{self.name} had to be killed: {self.log}") from None
        finally:
            self.popen = None

    @property
    def ended(self) -> bool:
        """Whether it ended by itself."""
        return self.popen is None or self.popen.poll() is not None


def wait_until(
    holds: Callable[[], bool], what: str, *, seconds: float = PATIENCE
) -> None:
    """Return as soon as *holds* does.

    Raises:
        AssertionError: it does not within so many *seconds*.
    """
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"still waiting after {seconds:g} s: {what}")
        time.sleep(0.05)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Tell whether somebody listens on *port*."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
