"""Measure the function beside a hello-world function, and write docs/performance.md.

Everything is measured in one run on one core for the server and another for the load,
so that the ratios mean something even where the absolute figures do not.
"""

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CONNECTIONS = 4
DISTINCT_PODS = 4000
RUNS = 3
COLUMNS = (
    "function",
    "requests/s",
    "ratio",
    "p50 ms",
    "p99 ms",
    "start to first answer, ms",
    "ratio",
    "resident MB at start",
    "after the loads",
)
HELLO = 'def inject(request):\n    return "hello"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a load run saw: requests a second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one server did: seconds to its first answer, MB, and under load."""

    first_answer: float
    at_start: float
    after: float
    load: Load


def pod(number: int, *, skip: bool = False) -> dict[str, Any]:
    """Return a pod as a Deployment's controller makes it, about 3 KB, all distinct."""
    name = f"shop-{number}"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": f"{name}-5d4f8c7b9-",
            "namespace": "shop",
            "labels": {"app": name, "version": "v1", "pod-template-hash": "5d4f8c7b9"}
            | ({"sidecar.istio.io/inject": "false"} if skip else {}),
            "annotations": {"team": f"team-{number % 7}", "note": "n" * 300},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": f"{name}-5d4f8c7b9",
                    "uid": f"00000000-0000-4000-8000-{number:012d}",
                    "controller": True,
                    "blockOwnerDeletion": True,
                }
            ],
        },
        "spec": {
            "serviceAccountName": name,
            "containers": [
                {
                    "name": container,
                    "image": f"registry.example/{name}/{container}:1.{number}",
                    "ports": [{"name": "http", "containerPort": port}],
                    "env": [
                        {"name": f"SETTING_{i}", "value": f"value {number}"}
                        for i in range(8)
                    ],
                    "readinessProbe": {
                        "httpGet": {"path": "/ready", "port": "http"},
                        "periodSeconds": 5,
                    },
                    "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
                    "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                    "imagePullPolicy": "IfNotPresent",
                    "terminationMessagePath": "/dev/termination-log",
                }
                for container, port in (("web", 8080), ("worker", 9090))
            ],
            "volumes": [{"name": "data", "emptyDir": {}}],
            "restartPolicy": "Always",
            "dnsPolicy": "ClusterFirst",
            "terminationGracePeriodSeconds": 30,
        },
        "status": {},
    }


def review(number: int, *, skip: bool = False) -> bytes:
    """Return the AdmissionReview of ``pod(number)`` as an API server sends it."""
    pods = {"group": "", "version": "v1", "resource": "pods"}
    kind = {"group": "", "version": "v1", "kind": "Pod"}
    request = {
        "uid": f"10000000-0000-4000-8000-{number:012d}",
        "kind": kind,
        "resource": pods,
        "requestKind": kind,
        "requestResource": pods,
        "namespace": "shop",
        "operation": "CREATE",
        "userInfo": {
            "username": "system:serviceaccount:kube-system:replicaset-controller"
        },
        "object": pod(number, skip=skip),
        "oldObject": None,
        "dryRun": False,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
    }
    return json.dumps(
        {
            "kind": "AdmissionReview",
            "apiVersion": "admission.k8s.io/v1",
            "request": request,
        }
    ).encode()


def http(body: bytes) -> bytes:
    """Return the bytes of a POST of *body*."""
    head = (
        "POST /inject?timeout=10s HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def exchange(port: int, message: bytes) -> bytes:
    """Send one request on a connection of its own; return the answer's bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(message)
        return receive(connection)


def receive(connection: socket.socket) -> bytes:
    """Return one HTTP answer: its head, and as many bytes as its length says."""
    answer = connection.recv(65536)
    head, _, rest = answer.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(rest) < length:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError("the answer ended early")
        rest += chunk
    if not head.startswith(b"HTTP/1.1 200"):
        raise ValueError(f"answer {head[:80]!r}")
    return rest


class Server:
    """A functions-framework process on one core; a context manager."""

    def __init__(self, source: Path, environ: dict[str, str] | None = None) -> None:
        self.source = source
        self.environ = environ or {}

    def __enter__(self) -> Self:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
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
            env={**os.environ, "THREADS": "1", "LOG_EXECUTION_ID": "false"}
            | self.environ,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {0}),  # noqa: PLW1509 - no threads yet
        )
        self.first_answer = self._first_answer(started)
        return self

    def _first_answer(self, started: float) -> float:
        message = http(review(0))
        while True:
            try:
                exchange(self.port, message)
            except (ConnectionError, IndexError):
                if self.process.poll() is not None:
                    raise RuntimeError("the server did not start") from None
                time.sleep(0.002)
            else:
                return time.perf_counter() - started

    def resident(self) -> float:
        """Return the worker's resident memory in MB."""
        children = Path(
            f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        ).read_text(encoding="ascii")
        worker = (children.split() or [str(self.process.pid)])[0]
        status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=15)


def load(port: int, messages: Sequence[bytes], seconds: float) -> Load:
    """Send *messages* round and round, four at a time; return what was seen.

    A sync worker closes after each answer, so each request has its own connection.
    """
    latencies: list[float] = []
    until = time.perf_counter() + seconds

    def send(start: int) -> None:
        index = start
        while (sent := time.perf_counter()) < until:
            exchange(port, messages[index % len(messages)])
            latencies.append(time.perf_counter() - sent)
            index += CONNECTIONS

    threads = [threading.Thread(target=send, args=(i,)) for i in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cuts = statistics.quantiles(latencies, n=100)
    return Load(rate=len(latencies) / seconds, p50=cuts[49] * 1000, p99=cuts[98] * 1000)


def steps(count: int) -> list[tuple[str, float]]:
    """Return the microseconds of each step of an injection, in this process."""
    from injector import inject, loader, review  # noqa: PLC0415 - measured alone

    parts = {
        "decide": (inject, "decide"),
        "mesh and proxy configuration": (inject, "surroundings"),
        "render": (inject, "_render"),
        "merge": (inject, "_merge_all"),
        "finish": (inject.istio_finish, "finish"),
        "types": (inject.schema, "retyped"),
        "diff": (inject.patch, "diff"),
        "prove": (inject.patch, "prove"),
    }
    spent = dict.fromkeys(["parse the review", *parts, "write the answer"], 0.0)

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent[name] += time.perf_counter() - started

        return call

    for name, (module, attribute) in parts.items():
        setattr(module, attribute, timed(name, getattr(module, attribute)))
    injector = inject.Injector(loader.load({}))
    parse = timed("parse the review", review.parse)
    write = timed(
        "write the answer",
        lambda asked, operations: json.dumps(review.allow(asked, operations)),
    )
    bodies = [globals()["review"](i) for i in range(count)]
    whole = 0.0
    for warm_up in (True, False):
        spent.update(dict.fromkeys(spent, 0.0))
        started = time.perf_counter()
        for body in bodies[: count // 10] if warm_up else bodies:
            asked = parse(body, "application/json")
            injection = injector.inject(asked.pod or {}, asked.namespace)
            write(asked, injection.operations)
        whole = time.perf_counter() - started
    rest = whole - sum(spent.values())
    return [
        *((name, seconds / count * 1e6) for name, seconds in spent.items()),
        ("the rest", rest / count * 1e6),
        ("all", whole / count * 1e6),
    ]


def measure(source: Path, messages: Sequence[bytes], seconds: float) -> Measured:
    """Return what one server does: start, memory, and the median of three loads."""
    with Server(source) as server:
        at_start = server.resident()
        loads = [load(server.port, messages, seconds) for _ in range(RUNS)]
        return Measured(
            first_answer=server.first_answer,
            at_start=at_start,
            after=server.resident(),
            load=sorted(loads, key=lambda run: run.rate)[RUNS // 2],
        )


def report(rows: Mapping[str, Measured], times: Sequence[tuple[str, float]]) -> str:
    """Return docs/performance.md."""
    hello = next(iter(rows.values()))
    lines = [
        "# Performance",
        "",
        "Written by `make bench`: one run, one core for the server",
        f"(functions-framework, `THREADS=1`), {CONNECTIONS} connections, the median of",
        f"{RUNS} loads, a review of {len(http(review(0))) / 1000:.1f} KB, every pod",
        "another. Ratios are to the hello-world function on the same framework; they",
        "hold where figures do not.",
        "",
        (
            f"Machine: {platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}."
        ),
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|---" * len(COLUMNS) + "|",
    ]
    for name, row in rows.items():
        lines.append(
            f"| {name} | {row.load.rate:.0f} | {row.load.rate / hello.load.rate:.2f} "
            f"| {row.load.p50:.2f} | {row.load.p99:.2f} "
            f"| {row.first_answer * 1000:.0f} "
            f"| {row.first_answer / hello.first_answer:.2f} "
            f"| {row.at_start:.0f} | {row.after:.0f} |"
        )
    lines += [
        "",
        "One injection on the bundled configuration, in one process, by step:",
        "",
        "| step | microseconds |",
        "|---|---|",
        *(f"| {name} | {value:.0f} |" for name, value in times),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="a load's length")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder)
        (hello / "main.py").write_text(HELLO, encoding="ascii")
        injected = [http(review(i)) for i in range(DISTINCT_PODS)]
        skipped = [http(review(i, skip=True)) for i in range(DISTINCT_PODS)]
        times = steps(1000)
        os.sched_setaffinity(0, {(os.cpu_count() or 1) - 1})
        rows = {
            "hello world": measure(hello, injected, seconds),
            "skip": measure(ROOT, skipped, seconds),
            "inject": measure(ROOT, injected, seconds),
        }
    text = report(rows, times)
    print(text)
    (ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
