"""No token, no pod and no configuration in a log or in a refusal, of any kind."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import fuzz_bodies
import grpc  # type: ignore[import-untyped]
import pytest
from leaks import find
from secret_manager import NUMBERED, FakeSecretManager, serving

from soak.asking import PATIENCE, connect
from soak.conftest import Serve
from soak.serving import Server

TOKEN = "k7Qw-3q2_7wSECRETtoken-ABCDEF"  # noqa: S105 - of a server on loopback
STRANGE = "x9Zz-3q2_7wWRONGtoken-GHIJKL"
POD = "only-this-pod-holds-it"
CONFIG = "only-the-configuration-holds-it"

TEMPLATES = {
    "sidecar": json.dumps({"spec": {"containers": [{"name": "proxy", "image": "i"}]}}),
    "broken": "spec: {nodeName: {{ metadata.labels.app.x.y ~ values.password }}}",
    "unmerged": "spec: {containers: [{{ values.password }}]}",
    "ill-typed": "spec: {containers: [{name: proxy, image: [{{ values.password }}]}]}",
}
CONFIGURATION = {
    "policy": "enabled",
    "templates": TEMPLATES,
    "defaultTemplates": ["sidecar"],
    "values": {"password": CONFIG},
}


@pytest.fixture
def fake() -> Iterator[FakeSecretManager]:
    with serving(FakeSecretManager()) as fake:
        yield fake


def review(template: str, **changes: Any) -> dict[str, Any]:
    """Return a review of a pod with its secret wherever there is room for one."""
    document: dict[str, Any] = fuzz_bodies.model()
    container = {
        "name": POD,
        "image": POD,
        "args": [POD],
        "env": [{"name": POD, "value": POD}],
    }
    document["request"]["object"] = {
        "kind": "Pod",
        "metadata": {
            "labels": {"app": POD, POD: POD},
            "annotations": {POD: POD, "inject.istio.io/templates": template},
        },
        "spec": {
            "containers": [container],
            "volumes": [{"name": POD, "secret": {"secretName": POD}}],
            "nodeName": POD,
        },
    } | changes
    return document


class Asked:
    """Calls the function, and keeps all that it answers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.answers: dict[str, tuple[int, bytes]] = {}

    def call(self, what: str, body: Any, path: str = "", **odd: str) -> int:
        """Return the status of one call."""
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(
            odd.get("method", "POST"),
            path or f"/t/{TOKEN}/inject",
            raw,
            {"Content-Type": odd.get("type", "application/json")},
        )
        response = connection.getresponse()
        head = str(response.headers).encode()
        self.answers[what] = (response.status, head + response.read())
        connection.close()
        return response.status


def test_nothing_is_told_in_any_log_or_refusal(
    serve: Serve, fake: FakeSecretManager
) -> None:
    fake.code = grpc.StatusCode.PERMISSION_DENIED
    server = serve(
        **fake.environ, CONFIG_SECRET=NUMBERED, PATH_TOKENS=json.dumps([TOKEN])
    )
    asked = Asked(server)
    sidecar = review("sidecar")

    assert asked.call("no configuration", sidecar) == 503
    fake.code = None
    fake.data = json.dumps({**CONFIGURATION, CONFIG: CONFIG, "policy": CONFIG}).encode()
    assert asked.call("a wrong configuration", sidecar) == 500
    fake.data = CONFIG.encode() + b": [" * 9
    assert asked.call("a broken configuration", sidecar) == 500
    fake.data = json.dumps(CONFIGURATION).encode()
    assert asked.call("injected", sidecar) == 200
    assert asked.call("skipped", review("sidecar", spec={"hostNetwork": True})) == 200
    assert asked.call("denied", review(POD)) == 200
    failing = []
    for template in ("broken", "unmerged", "ill-typed"):
        # What fails on a plain pod too is no author's fault.
        fake.data = json.dumps(
            {**CONFIGURATION, "defaultTemplates": [template]}
        ).encode()
        failing.append(
            serve(
                **fake.environ, CONFIG_SECRET=NUMBERED, PATH_TOKENS=json.dumps([TOKEN])
            )
        )
        asked.server = failing[-1]
        assert asked.call(template, review(template)) == 500
    asked.server = server
    validate = f"/t/{TOKEN}/validate"
    assert asked.call("validated", sidecar, validate) == 200
    assert asked.call("no JSON", POD.encode()) == 400
    assert asked.call("half of it", json.dumps(sidecar).encode()[:-9]) == 400
    assert asked.call("another kind", review("sidecar", kind=POD)) == 400
    assert asked.call("an odd pod", review("sidecar", spec={"containers": POD})) == 400
    for path in (f"/t/{STRANGE}/inject", f"/t/{TOKEN}x/inject", f"/{TOKEN}", "/inject"):
        assert asked.call(path, sidecar, path) == 404
    path = f"/t/{TOKEN}/inject/cluster/c/{POD}/{POD}"
    assert asked.call("variables", sidecar, path) == 200
    assert asked.call("late", sidecar, f"/t/{TOKEN}/inject?timeout=1ns") == 503
    assert asked.call("another method", sidecar, method="PUT") == 405
    assert asked.call("a large body", POD.encode() * 300_000) == 413
    assert asked.call("another type", sidecar, type=POD) == 415

    servers = [server, *failing]
    log = {"log": "".join(each.output() for each in servers)}
    told = [line for each in servers for line in each.lines()]
    assert len(told) == len(asked.answers)
    assert find(log, [TOKEN, STRANGE, POD, CONFIG]) == ()
    everything = {what: body for what, (_, body) in asked.answers.items()}
    assert find(everything, [TOKEN, STRANGE, CONFIG]) == ()
    refusals = {
        what: body for what, (status, body) in asked.answers.items() if status != 200
    }
    assert find(refusals, [POD]) == ()
    assert find(everything, [POD]) != ()
    reasons = {line["reason"] for line in told}
    assert reasons >= {
        *("config_unavailable", "config_wrong", "template_failed", "merge_failed"),
        *("unproved_patch", "impossible", "out_of_time", "bad_review", "wrong_token"),
        *("unknown_path", "wrong_method", "body_too_long", "not_json"),
    }


@pytest.mark.parametrize("threads", ["1", "8"])
@pytest.mark.parametrize("size", [2, 5_000_000])
def test_a_stranger_gets_the_same_answer_whatever_he_sends(
    serve: Serve, threads: str, size: int
) -> None:
    server = serve(THREADS=threads, PATH_TOKENS=json.dumps([TOKEN]))
    head = f"Host: x\r\nContent-Type: application/json\r\nContent-Length: {size}"
    answers = set()

    for path in ("/inject", f"/t/{STRANGE}/validate", "/no/such/path"):
        with connect(server.port) as connection:
            connection.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n\r\n".encode())
            connection.sendall(b" " * size)
            lines = connection.recv(65536).splitlines()
            answers.add(tuple(line for line in lines if not line.startswith(b"Date:")))

    assert len(answers) == 1
    assert answers.pop()[:2] == (b"HTTP/1.1 404 NOT FOUND", b"Server: gunicorn")


def test_a_stranger_sees_the_server_and_no_version(serve: Serve) -> None:
    server = serve(PATH_TOKENS=json.dumps([TOKEN]))
    asked = Asked(server)

    for path in ("/inject", f"/t/{STRANGE}/validate", "/no/such/path"):
        assert asked.call(path, {}, path) == 404

    names = {
        line.partition(b":")[0]
        for _, head in asked.answers.values()
        for line in head.splitlines()
        if line
    }
    assert names == {
        *(b"Server", b"Date", b"Connection", b"Content-Type", b"Content-Length")
    }
    assert all(b"Server: gunicorn\n" in head for _, head in asked.answers.values())
