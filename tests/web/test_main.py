import io
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from starting import MAIN

from injector.web.replies import FAULTS

MakeReview = Callable[..., dict[str, Any]]
Start = Callable[..., FlaskClient]

TOKEN = "k7Qw-3q2_7wSECRETtoken-A"  # noqa: S105 - an example
TRACE = "0123456789abcdef0123456789abcdef"
FIELDS = {
    "severity",
    "message",
    "endpoint",
    "status",
    "milliseconds",
    "uid",
    "cluster",
    "namespace",
    "workload",
    "decision",
    "reason",
    "templates",
    "operations",
    "config",
}
SECRET = "hunter2"  # noqa: S105 - an example
TEMPLATES = {
    "sidecar": json.dumps({"spec": {"containers": [{"name": "proxy", "image": "i"}]}}),
    "broken": "spec: {nodeName: {{ metadata.labels.app.x.y }}}",
    "fragile": "spec: {priority: {{ 'a' if not metadata.labels.app else none.x }}}",
    "ill-typed": "spec: {containers: [{name: proxy, image: [1]}]}",
}


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    document = {
        "policy": "enabled",
        "templates": TEMPLATES,
        "defaultTemplates": ["sidecar"],
    }
    file.write_text(json.dumps(document))
    return file


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_request_is_told_in_one_line(
    start: Start,
    config_file: Path,
    review: MakeReview,
    capfd: pytest.CaptureFixture[str],
) -> None:
    client = start(CONFIG_FILE=str(config_file), GOOGLE_CLOUD_PROJECT="p-1")
    capfd.readouterr()

    client.post(
        "/inject/cluster/c1",
        json=review(),
        headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"},
    )

    (told,) = lines(capfd.readouterr().out)
    assert told.keys() == FIELDS | {
        "logging.googleapis.com/trace",
        "logging.googleapis.com/spanId",
    }
    assert told["severity"] == "INFO"
    assert told["status"] == 200
    assert told["uid"] == "0d24ab0c-cd99-44da-9d86-c4195ff5e87a"
    assert told["cluster"] == "c1"
    assert told["namespace"] == "shop"
    assert told["workload"] == "Deployment/web"
    assert told["decision"] == "inject"
    assert told["reason"] == "policy_enabled"
    assert told["templates"] == "sidecar"
    assert told["operations"] >= 1
    assert told["logging.googleapis.com/trace"] == f"projects/p-1/traces/{TRACE}"


def test_a_body_of_unknown_length_is_read_to_its_end(
    start: Start, config_file: Path, review: MakeReview
) -> None:
    client = start(CONFIG_FILE=str(config_file))

    answer = client.post(
        "/inject?timeout=9%73",
        input_stream=io.BytesIO(json.dumps(review()).encode()),
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert answer.status_code == 200
    assert json.loads(answer.data)["response"]["patchType"] == "JSONPatch"


def test_an_open_function_says_so_at_the_start(
    start: Start, config_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    start(CONFIG_FILE=str(config_file))

    told = lines(capfd.readouterr().out)
    assert {
        "severity": "WARNING",
        "message": "PATH_TOKENS is not set: who reaches the function may call it",
        "reason": "open",
    } in told


def test_a_fenced_function_has_nothing_to_say(
    start: Start, config_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    start(CONFIG_FILE=str(config_file), PATH_TOKENS=json.dumps([TOKEN]))

    told = lines(capfd.readouterr().out)
    assert "open" not in [line["reason"] for line in told]


@pytest.mark.parametrize("error", [OSError("reset"), ConnectionResetError()])
def test_a_body_that_breaks_off_is_a_bad_request(
    start: Start, config_file: Path, error: Exception
) -> None:
    client = start(CONFIG_FILE=str(config_file))

    response = client.post(
        "/inject",
        environ_overrides={"wsgi.input": Broken(error), "CONTENT_LENGTH": "9"},
    )

    assert response.status_code == 400
    assert response.text == "the body does not come to its end\n"


class Broken:
    """A body that breaks off, once."""

    def __init__(self, error: Exception) -> None:
        self.errors = [error]

    def read(self, size: int = -1) -> bytes:
        if self.errors:
            raise self.errors.pop()
        return b" " * size


def test_a_body_in_pieces_is_put_together(
    start: Start, config_file: Path, review: MakeReview
) -> None:
    client = start(CONFIG_FILE=str(config_file))
    raw = json.dumps(review()).encode()

    class Slow:
        def __init__(self) -> None:
            self.pieces = iter(raw[at : at + 100] for at in range(0, len(raw), 100))

        def read(self, _size: int = -1) -> bytes:
            return next(self.pieces, b"")

    response = client.post(
        "/inject",
        environ_overrides={"wsgi.input": Slow(), "CONTENT_LENGTH": str(len(raw))},
    )

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("path", "content_type", "status"),
    [
        ("/inject", "application/json", 404),
        (f"/t/{TOKEN}/inject", "text/plain", 415),
        (f"/t/{TOKEN}/inject", "application/json", 400),
    ],
)
def test_a_broken_body_that_nobody_wants_changes_nothing(
    start: Start,
    config_file: Path,
    capfd: pytest.CaptureFixture[str],
    path: str,
    content_type: str,
    status: int,
) -> None:
    client = start(CONFIG_FILE=str(config_file), PATH_TOKENS=json.dumps([TOKEN]))

    class Unreadable:
        def read(self, _size: int = -1) -> bytes:
            raise OSError("invalid chunk size")

    response = client.post(
        path,
        content_type=content_type,
        environ_overrides={"wsgi.input": Unreadable(), "wsgi.input_terminated": True},
    )

    assert response.status_code == status
    captured = capfd.readouterr()
    assert captured.err == ""
    assert TOKEN not in captured.out


def test_a_body_that_nobody_wants_is_read_to_its_end_and_never_held(
    start: Start, config_file: Path
) -> None:
    client = start(CONFIG_FILE=str(config_file))
    asked: list[int] = []

    class Long:
        left = 100

        def read(self, size: int = -1) -> bytes:
            asked.append(size)
            self.left -= 1
            return b" " * size if self.left > 0 else b""

    response = client.post(
        "/nowhere",
        environ_overrides={"wsgi.input": Long(), "wsgi.input_terminated": True},
    )

    assert response.status_code == 404
    assert asked == [65536] * 100


def test_threads_do_not_mix_their_lines(
    start: Start,
    config_file: Path,
    review: MakeReview,
    capfd: pytest.CaptureFixture[str],
) -> None:
    client = start(CONFIG_FILE=str(config_file))
    capfd.readouterr()
    barrier = threading.Barrier(8)

    def run(thread: int) -> None:
        barrier.wait()
        for number in range(50):
            document = review(uid=f"{thread}-{number}", namespace="n" * 5000)
            client.application.test_client().post("/inject", json=document)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))

    told = lines(capfd.readouterr().out)
    wanted = {f"{thread}-{number}" for thread in range(8) for number in range(50)}
    assert len(told) == 400
    assert {line["uid"] for line in told} == wanted


@pytest.fixture
def server(config_file: Path, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Serve the function as the cloud does; return the port and the log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    with log.open("wb") as stdout:
        process = subprocess.Popen(
            [sys.executable, "-m", "functions_framework", "--target", "inject"],
            cwd=MAIN.parent,
            env={
                "PATH": os.environ["PATH"],
                "PORT": str(port),
                "HOST": "127.0.0.1",
                "THREADS": "8",
                "CONFIG_FILE": str(config_file),
            },
            stdout=stdout,
        )
    try:
        yield port, log
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, body: bytes) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/inject?timeout=10s",
        body,
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - ours
        return json.load(response)


def wait_for(port: int) -> None:
    for _ in range(400):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError


def test_a_real_server_answers_threads_and_tells_each_request_once(
    server: tuple[int, Path], review: MakeReview
) -> None:
    port, log = server
    wait_for(port)

    def run(thread: int) -> None:
        for number in range(25):
            document = review(uid=f"{thread}-{number}")
            answer = ask(port, json.dumps(document).encode())
            assert answer["response"]["uid"] == f"{thread}-{number}"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))

    told = [line for line in lines(log.read_text()) if "uid" in line]
    assert len({line["uid"] for line in told}) == len(told) == 200


ODD = {
    "favicon": b"GET /favicon.ico HTTP/1.1\r\n",
    "robots": b"GET /robots.txt HTTP/1.1\r\n",
    "newline": b"GET /inject/%0A HTTP/1.1\r\n",
    "two slashes": b"GET //nowhere HTTP/1.1\r\n",
    "no slash": b"GET inject HTTP/1.1\r\n",
    "no UTF-8": b"GET /\xff%FF HTTP/1.1\r\n",
    "no path": b"OPTIONS * HTTP/1.1\r\n",
    "a tunnel": b"CONNECT x:443 HTTP/1.1\r\n",
    "long": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n",
    "a broken trailer": b"POST /nowhere HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
}
TRAILER = b"2\r\n{}\r\n0\r\nno header\r\n\r\n"


def test_a_real_server_answers_and_tells_each_odd_request_once(
    server: tuple[int, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    port, log = server
    wait_for(port)
    before = len(lines(log.read_text()))
    answers = {}

    for name, head in ODD.items():
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            body = TRAILER if b"chunked" in head else b""
            connection.sendall(head + b"Host: a b\r\n\r\n" + body)
            answers[name] = connection.recv(65536)

    told = lines(log.read_text())[before:]
    assert [line["reason"] for line in told] == ["unknown_path"] * len(ODD)
    heads = {name: answer.splitlines()[0] for name, answer in answers.items()}
    assert heads == dict.fromkeys(ODD, b"HTTP/1.1 404 NOT FOUND")
    assert [name for name, answer in answers.items() if not empty(answer)] == []
    assert capfd.readouterr().err == ""


def empty(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    return b"Content-Length: 0" in head and body == b""


def secretive(pod: dict[str, Any], template: str) -> dict[str, Any]:
    """Return *pod* with a secret wherever there is room for one."""
    return pod | {
        "metadata": pod["metadata"]
        | {
            "labels": {"app": SECRET, SECRET: SECRET},
            "annotations": {SECRET: SECRET, "inject.istio.io/templates": template},
        },
        "spec": {
            "containers": [
                {
                    "name": SECRET,
                    "image": SECRET,
                    "env": [{"name": SECRET, "value": SECRET}],
                    "args": [SECRET],
                }
            ],
            "volumes": [{"name": SECRET, "secret": {"secretName": SECRET}}],
            "nodeName": SECRET,
        },
    }


def test_no_log_holds_what_is_in_a_pod_nor_a_token(
    start: Start,
    config_file: Path,
    review: MakeReview,
    pod: dict[str, Any],
    capfd: pytest.CaptureFixture[str],
) -> None:
    clients = []
    for template in ("sidecar", "broken", "ill-typed"):
        # What fails on a plain pod too is no author's fault.
        file = config_file.with_name(f"{template}.yaml")
        document = json.loads(config_file.read_text())
        file.write_text(json.dumps(document | {"defaultTemplates": [template]}))
        clients.append(start(CONFIG_FILE=str(file), PATH_TOKENS=json.dumps([TOKEN])))
    pods = [
        secretive(pod, template)
        for template in ("sidecar", "broken", "fragile", "ill-typed", SECRET)
    ]
    odd = [pod | {"kind": SECRET}, pod | {"spec": {"containers": SECRET}}, SECRET]
    bodies = [json.dumps(review(each)).encode() for each in (*pods, *odd)]
    bodies += [SECRET.encode(), json.dumps(review(pods[0])).encode()[:-9]]
    bodies += [json.dumps(review(pods[0], kind=SECRET, operation=SECRET)).encode()]
    paths = [
        f"/t/{prefix}{TOKEN}/{endpoint}{rest}"
        for prefix in ("", "x")
        for endpoint in ("inject", "validate", f"{SECRET}/inject")
        for rest in ("", f"/{SECRET}/x", f"/key/{SECRET}?timeout=1ns")
    ]

    statuses = {
        client.post(path, data=body, content_type=content_type).status_code
        for client in clients
        for path in paths
        for body in bodies
        for content_type in ("application/json", SECRET)
    }

    captured = capfd.readouterr()
    assert statuses == {200, 400, 404, 415, 500, 503}
    assert captured.err == ""
    assert SECRET not in captured.out
    assert TOKEN not in captured.out
    reasons = {line["reason"] for line in lines(captured.out)}
    assert reasons >= {"policy_enabled", "impossible", "template_failed", "bad_review"}
    assert reasons >= {"unproved_patch", "wrong_token", "unknown_path", "out_of_time"}


def test_every_field_and_every_reason_of_a_line_is_documented() -> None:
    text = (MAIN.parent / "docs" / "log.md").read_text()
    sources = [
        MAIN.parent / "injector" / name
        for name in (
            "web/function.py",
            "admission/answers.py",
            "admission/validating.py",
        )
    ]
    code = "".join(source.read_text() for source in sources)
    slugs = re.findall(r'(?:"reason": |[A-Z_]{6,} = )"([a-z_]+)"', code)
    slugs += [fault.reason for fault in FAULTS.values()]

    missing = [name for name in (*FIELDS, *slugs) if f"| `{name}` |" not in text]

    assert len(slugs) >= 12
    assert missing == []
