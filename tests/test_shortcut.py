"""The quick way of plain requests: it answers what the framework's way answers."""

import io
import json
import os
import runpy
from collections.abc import Callable
from typing import Any

import pytest
from conftest import MAIN, SETTINGS
from flask.testing import FlaskClient

MakeReview = Callable[..., dict[str, Any]]
Start = Callable[..., FlaskClient]

TOKEN = "k7Qw-3q2_7wSECRETtoken-A"  # noqa: S105 - an example
JSON = {"Content-Type": "application/json"}
AROUND = "&more=1"
"""A parameter that sends a request the framework's way."""


def quickly(client: FlaskClient, path: str, body: bytes, **headers: str) -> Any:
    """Return the answer to a request as API servers send it."""
    return client.post(path, data=body, headers={**JSON, **headers})


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("/inject?timeout=10s", {}),
        ("/inject/cluster/c1/net/n1?timeout=1m0.5s", {}),
        ("/validate?timeout=10s", {}),
        ("/inject/:ENV:A=b?timeout=10s", {}),
        (f"/t/{TOKEN}/inject?timeout=10s", {}),
        ("/t/wrong/inject?timeout=10s", {}),
        ("/inject?timeout=1ms", {}),
        ("/inject?timeout=10s", {"operation": "DELETE"}),
        ("/inject?timeout=10s", {"uid": ""}),
        ("/inject?timeout=10s", {"object": {"metadata": {"labels": {"a": 1}}}}),
    ],
)
def test_both_ways_answer_the_same(
    client: FlaskClient, review: MakeReview, path: str, changes: dict[str, Any]
) -> None:
    body = json.dumps(review(**changes)).encode()

    quick, slow = (quickly(client, f"{path}{end}", body) for end in ("", AROUND))

    assert quick.status_code == slow.status_code
    assert quick.data == slow.data
    names = {"Content-Type", "Content-Length", "Retry-After"}
    assert {k: v for k, v in quick.headers if k in names} == {
        k: v for k, v in slow.headers if k in names
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"traceparent": f"00-{'ab' * 16}-00f067aa0ba902b7-01"},
    ],
)
def test_headers_count_both_ways(
    client: FlaskClient,
    review: MakeReview,
    headers: dict[str, str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    body = json.dumps(review()).encode()
    told = []

    for end in ("", AROUND):
        capfd.readouterr()
        quickly(client, f"/inject?timeout=10s{end}", body, **headers)
        (line,) = capfd.readouterr().out.splitlines()
        told.append(json.loads(line) | {"milliseconds": 0})

    assert told[0] == told[1]


@pytest.mark.parametrize(
    "path",
    ["/", "/robots.txt", "/inject//x", "/inject/../inject", "/inject/caf%C3%A9", "/x"],
)
def test_other_paths_go_the_frameworks_way(client: FlaskClient, path: str) -> None:
    quick, slow = (
        client.post(f"{path}{end}", data=b"{}", headers=JSON)
        for end in ("?timeout=10s", f"?timeout=10s{AROUND}")
    )

    assert quick.status_code == slow.status_code
    assert quick.data == slow.data


class Broken(io.BytesIO):
    """A stream whose other end goes away."""

    def read(self, _size: int | None = -1) -> bytes:
        raise ConnectionResetError("gone")


@pytest.mark.parametrize("stream", [Broken(), io.BytesIO(b'{"kind":')])
def test_a_body_that_ends_early_is_a_fault_of_the_callers(
    client: FlaskClient, stream: io.BytesIO
) -> None:
    answer = client.post(
        "/inject?timeout=10s",
        input_stream=stream,
        headers=JSON,
        environ_overrides={"CONTENT_LENGTH": "100"},
    )

    assert answer.status_code == 400
    assert answer.data == b"the body does not come to its end\n"


def test_outside_of_the_framework_there_is_no_shortcut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)

    found = runpy.run_path(os.fspath(MAIN))

    assert callable(found["inject"])
    assert "app" not in found


@pytest.mark.parametrize("way", ["", AROUND])
def test_a_body_that_is_shorter_than_it_says_is_refused_though_it_is_whole(
    client: FlaskClient, review: MakeReview, way: str
) -> None:
    body = json.dumps(review()).encode()

    answer = client.post(
        f"/inject?timeout=10s{way}",
        input_stream=io.BytesIO(body),
        headers=JSON,
        environ_overrides={
            "CONTENT_LENGTH": str(len(body) + 10),
            # As the server has it: then the framework counts nothing.
            "wsgi.input_terminated": True,
        },
    )

    assert (answer.status_code, answer.data) == (
        400,
        b"the body does not come to its end\n",
    )
