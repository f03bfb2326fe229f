"""Requests past the framework, whatever they are: one answer of ours, one line."""

import io
import json
import os
import runpy
from collections.abc import Callable
from typing import Any

import gunicorn.config  # type: ignore[import-untyped]
import pytest
from flask import Request
from flask.testing import FlaskClient
from starting import MAIN, SETTINGS, collect_again

from injector.web.start import KEEPALIVE

MakeReview = Callable[..., dict[str, Any]]
Start = Callable[..., FlaskClient]

TOKEN = "k7Qw-3q2_7wSECRETtoken-A"  # noqa: S105 - an example
JSON = {"Content-Type": "application/json"}
METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "ODD")
UNKNOWN = [
    "/favicon.ico",
    "/robots.txt",
    "/favicon.ico/",
    "/inject%0A",
    "/inject/cluster/a%0Ab",
    "/inject/cluster/%00",
    "/inject/cluster/%7F",
    "/%0A",
    "/static/x",
    "/nowhere//",
    "/caf%C3%A9",
    "/%FF",
    "/_ah/warmup",
    f"/inject/{'a' * 8192}",
]
KNOWN = [
    "/inject",
    "/inject//cluster/c1",
    "/inject/../inject",
    "/inject/cluster/caf%C3%A9",
    "/inject/cluster/%FF",
    "/inject%2Fcluster%2Fc1",
    "/inject;x=1/../inject",
    "/validate/",
    f"/inject/cluster/{'a' * 8000}",
]


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return what was told since the last time."""
    captured = capfd.readouterr()
    assert captured.err == ""
    return [json.loads(line) for line in captured.out.splitlines()]


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_path_is_answered_with_nothing_and_told(
    client: FlaskClient, capfd: pytest.CaptureFixture[str], path: str
) -> None:
    capfd.readouterr()

    for method in METHODS:
        response = client.open(path, method=method)

        assert (response.status_code, response.data) == (404, b"")
        (told,) = lines(capfd)
        assert (told["reason"], told["status"]) == ("unknown_path", 404)


@pytest.mark.parametrize("path", KNOWN)
@pytest.mark.parametrize("query", ["", "?timeout=10s", "?a=%00&timeout=10s&timeout=x"])
def test_a_known_path_is_served_however_it_is_written(
    client: FlaskClient,
    review: MakeReview,
    capfd: pytest.CaptureFixture[str],
    path: str,
    query: str,
) -> None:
    capfd.readouterr()

    response = client.post(f"{path}{query}", json=review())

    assert response.status_code == 200
    (told,) = lines(capfd)
    assert told["status"] == 200


@pytest.mark.parametrize("path", KNOWN)
@pytest.mark.parametrize("method", [name for name in METHODS if name != "POST"])
def test_another_method_is_refused_and_told(
    client: FlaskClient, capfd: pytest.CaptureFixture[str], path: str, method: str
) -> None:
    capfd.readouterr()

    response = client.open(path, method=method)

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert response.headers["Content-Length"] == "23"
    body = b"" if method == "HEAD" else b"the method is not POST\n"
    assert response.data == body
    (told,) = lines(capfd)
    assert told["reason"] == "wrong_method"


def test_two_slashes_at_the_beginning_are_one(
    client: FlaskClient, review: MakeReview
) -> None:
    response = client.post(
        "/", json=review(), environ_overrides={"PATH_INFO": "//inject"}
    )

    assert response.status_code == 200


@pytest.mark.parametrize(
    "query", ["timeout=50ms", "a=b&timeout=50ms", "timeout=50%6Ds", "timeout=50ms&x"]
)
def test_the_timeout_counts_wherever_it_stands(
    client: FlaskClient, review: MakeReview, query: str
) -> None:
    assert client.post(f"/inject?{query}", json=review()).status_code == 503


@pytest.mark.parametrize("query", ["timeout", "timeout=&timeout=50ms", "Timeout=50ms"])
def test_a_timeout_that_is_none_sets_no_limit(
    client: FlaskClient, review: MakeReview, query: str
) -> None:
    assert client.post(f"/inject?{query}", json=review()).status_code == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP", "gzip, identity", "x"])
def test_a_compressed_body_is_refused(
    client: FlaskClient,
    review: MakeReview,
    capfd: pytest.CaptureFixture[str],
    encoding: str,
) -> None:
    capfd.readouterr()

    response = client.post(
        "/inject", json=review(), headers={"Content-Encoding": encoding}
    )

    assert response.status_code == 415
    assert response.text == "the Content-Encoding is not identity\n"
    (told,) = lines(capfd)
    assert told["reason"] == "not_json"
    assert told["message"] == "the Content-Encoding is not identity"


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
def test_a_body_that_is_said_to_be_plain_is_read(
    client: FlaskClient, review: MakeReview, encoding: str
) -> None:
    response = client.post(
        "/inject", json=review(), headers={"Content-Encoding": encoding}
    )

    assert response.status_code == 200


def test_a_framework_that_calls_only_the_function_gets_the_same(
    client: FlaskClient, review: MakeReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    found = runpy.run_path(os.fspath(MAIN))
    collect_again()
    raw = json.dumps(review()).encode()
    asked = Request.from_values(
        "/inject/cluster/c1?timeout=10s", method="POST", data=raw, headers=JSON
    )

    response = found["inject"](asked)

    wanted = client.post("/inject/cluster/c1?timeout=10s", data=raw, headers=JSON)
    assert response.status == wanted.status
    assert response.get_data() == wanted.data
    assert dict(response.headers) == dict(wanted.headers)


class Broken(io.BytesIO):
    """A stream that the server refuses to read on."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def read(self, _size: int | None = -1) -> bytes:
        raise self.error


@pytest.mark.parametrize("path", ["/inject", "/nowhere"])
@pytest.mark.parametrize(
    "stream",
    [
        Broken(ConnectionResetError("gone")),
        # As gunicorn says that what follows the last chunk is no header.
        Broken(Exception("Invalid HTTP header name: 'x y'")),
        io.BytesIO(b'{"kind":'),
    ],
)
def test_a_body_that_breaks_off_is_a_fault_of_the_callers(
    client: FlaskClient,
    capfd: pytest.CaptureFixture[str],
    stream: io.BytesIO,
    path: str,
) -> None:
    capfd.readouterr()

    answer = client.post(
        path,
        input_stream=stream,
        headers=JSON,
        environ_overrides={"CONTENT_LENGTH": "100"},
    )

    wanted = {
        "/inject": (400, b"the body does not come to its end\n"),
        "/nowhere": (404, b""),
    }
    assert (answer.status_code, answer.data) == wanted[path]
    assert len(lines(capfd)) == 1


def test_a_body_that_is_shorter_than_it_says_is_refused_though_it_is_whole(
    client: FlaskClient, review: MakeReview
) -> None:
    body = json.dumps(review()).encode()

    answer = client.post(
        "/inject?timeout=10s",
        input_stream=io.BytesIO(body),
        headers=JSON,
        environ_overrides={
            "CONTENT_LENGTH": str(len(body) + 10),
            # As the server has it: then nobody else counts.
            "wsgi.input_terminated": True,
        },
    )

    assert (answer.status_code, answer.data) == (
        400,
        b"the body does not come to its end\n",
    )


def test_a_trace_is_joined_whatever_the_path(
    client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()

    client.get("/x", headers={"traceparent": f"00-{'ab' * 16}-00f067aa0ba902b7-01"})

    (told,) = lines(capfd)
    assert told["logging.googleapis.com/trace"] == "ab" * 16


def test_an_absurdly_long_timeout_is_none(
    client: FlaskClient, review: MakeReview
) -> None:
    response = client.post(f"/inject?timeout={'0' * 64}1ns", json=review())

    assert response.status_code == 200


def test_the_framework_s_server_keeps_connections_longer_than_its_callers(
    start: Start,
) -> None:
    start()

    settings = gunicorn.config.Config()

    assert settings.keepalive == KEEPALIVE


def test_a_server_of_its_own_keeps_connections_as_the_framework_does() -> None:
    settings = runpy.run_path(os.fspath(MAIN.with_name("gunicorn.conf.py")))

    assert settings["keepalive"] == KEEPALIVE
