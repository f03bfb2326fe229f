"""The function beside the API server: functions-framework's application over TLS."""

import json
import os
import signal
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from folders import ROOT

from e2e.authority import Authority
from e2e.processes import PATIENCE, Process, free_port, listens, wait_until
from injector.web.start import KEEPALIVE

APPLICATION = "functions_framework:create_app('inject', 'main.py')"

# On a reload the server reads this file again, and with it the environment: new workers
# serve by the new one while the old ones finish, as revisions do in the cloud.
SETTINGS = """\
import json
from pathlib import Path

bind = "127.0.0.1:{port}"
certfile = "{certificate}"
keyfile = "{key}"
workers = {workers}
threads = {threads}
graceful_timeout = 3
# As deployed: a connection that the server closes under a request loses it.
keepalive = {keepalive}
environ = json.loads(Path("{environ}").read_text())
raw_env = [f"{{name}}={{value}}" for name, value in environ.items()]
"""


@dataclass(kw_only=True)
class Served:
    """The function as one server, which can be stopped, killed and started again.

    Args:
        folder: for its files; its log is ``<name>.log`` there.
        environ: what the function reads of its environment.
        threads: 1 is the server's sync worker.
    """

    name: str
    folder: Path
    authority: Authority
    environ: Mapping[str, str] = field(default_factory=dict)
    workers: int = 1
    threads: int = 1
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it and its server say."""
        return self.folder / f"{self.name}.log"

    @cached_property
    def process(self) -> Process:
        """The server."""
        settings = self.folder / f"{self.name}.conf.py"
        pair = self.authority.server(self.name)
        text = SETTINGS.format(
            port=self.port,
            certificate=pair.certificate,
            key=pair.key,
            workers=self.workers,
            threads=self.threads,
            keepalive=KEEPALIVE,
            environ=self._environ_file,
        )
        settings.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "gunicorn", "-c", str(settings), APPLICATION]
        return Process(name=self.name, command=command, log=self.log, cwd=ROOT)

    @property
    def _environ_file(self) -> Path:
        return self.folder / f"{self.name}.environ.json"

    def start(self) -> "Served":
        """Start it, and return it once it answers."""
        self._write_environ()
        self.process.start()

        def settled() -> bool:
            return self.process.ended or self.answers()

        wait_until(settled, f"{self.name} starts: see {self.log}")
        if self.process.ended:
            raise AssertionError(f"{self.name} ended by itself: see {self.log}")
        return self

    def answers(self) -> bool:
        """Tell whether it answers a probe."""
        trusted = ssl.create_default_context(cafile=str(self.authority.certificate))
        try:
            with urlopen(  # noqa: S310 - it is our own server
                self.url, timeout=PATIENCE, context=trusted
            ) as reply:
                return bool(reply.status == HTTPStatus.OK)
        except OSError:
            return False

    def stop(self) -> None:
        """End it as the cloud does: what it began is finished."""
        self.process.stop()

    def reload(self, **environ: str) -> None:
        """Go on with a changed environment, without a gap."""
        self.environ = {**self.environ, **environ}
        self._write_environ()
        before = set(self.workers_alive)
        self._send(signal.SIGHUP)
        wait_until(
            lambda: bool(self.workers_alive) and before.isdisjoint(self.workers_alive),
            f"{self.name} goes on with a new environment",
        )

    def pause(self) -> None:
        """Let it hang: it accepts connections and says nothing."""
        for worker in self.workers_alive:
            os.kill(worker, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        for worker in self.workers_alive:
            os.kill(worker, signal.SIGCONT)

    def kill(self) -> None:
        """End it and its workers at once."""
        workers = self.workers_alive
        self.process.stop(signal.SIGKILL)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: not listens(self.port), f"{self.name} is gone")

    @property
    def workers_alive(self) -> list[int]:
        """The processes that answer requests."""
        if self.process.ended or self.process.popen is None:
            return []
        pid = self.process.popen.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(child) for child in children.read_text().split()]

    def lines(self) -> list[dict[str, Any]]:
        """Return all that the function told of requests, in order."""
        found = []
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        for line in text.splitlines():
            if line.startswith("{"):
                told = json.loads(line)
                found += [told] if "status" in told else []
        return found

    def told(self, namespace: str) -> list[dict[str, Any]]:
        """Return what the function told of the pods of a namespace."""
        return [line for line in self.lines() if line.get("namespace") == namespace]

    def _send(self, number: signal.Signals) -> None:
        if self.process.popen is None:
            raise AssertionError(f"{self.name} does not run")
        self.process.popen.send_signal(number)

    def _write_environ(self) -> None:
        environ = {"LOG_EXECUTION_ID": "false", **self.environ}
        self._environ_file.write_text(json.dumps(environ), encoding="utf-8")
