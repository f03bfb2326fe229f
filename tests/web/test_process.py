"""The function as a process of its own, and its secret on the other side of a wire."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from folders import ROOT
from secret_manager import LATEST, NUMBERED, FakeSecretManager, serving

START = ("-m", "functions_framework")
PATIENCE = 60.0

Review = Callable[..., dict[str, Any]]


@pytest.fixture
def fake() -> Iterator[FakeSecretManager]:
    with serving(FakeSecretManager()) as fake:
        yield fake


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def function(environ: dict[str, str]) -> Iterator[int]:
    """Run the function, as `make run` does, and yield its port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, *START, "--host", "127.0.0.1", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "FUNCTION_TARGET": "inject", "THREADS": "4", **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    pytest.fail(f"the function did not start, exit code {process.poll()}")


def post(port: int, review: dict[str, Any]) -> tuple[HTTPResponse, dict[str, Any]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/inject", json.dumps(review), headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, json.loads(body) if response.status == 200 else {}


def injected(port: int, review: dict[str, Any]) -> bool:
    response, answer = post(port, review)
    assert response.status == 200
    return "patch" in answer["response"]


def test_a_secret_that_cannot_be_read_is_a_503_until_it_can(
    fake: FakeSecretManager, review: Review
) -> None:
    fake.code = grpc.StatusCode.PERMISSION_DENIED
    with function({**fake.environ, "CONFIG_SECRET": NUMBERED}) as port:
        response, _ = post(port, review())
        assert (response.status, response.headers["Retry-After"]) == (503, "1")

        fake.code = None

        assert injected(port, review())
        asked = len(fake.asked)
        assert injected(port, review())
        assert len(fake.asked) == asked


def test_the_latest_secret_is_followed_by_a_process_that_forked_after_its_start(
    fake: FakeSecretManager, review: Review
) -> None:
    environ = {"CONFIG_SECRET": LATEST, "CONFIG_REFRESH_SECONDS": "0.001"}
    with function({**fake.environ, **environ}) as port:
        assert injected(port, review())

        fake.data = b"policy: disabled"

        assert not injected(port, review())
        fake.corrupt = True
        fake.data = b"policy: enabled"
        assert not injected(port, review())
        fake.corrupt = False
        assert injected(port, review())
