"""What callers without the right token get: always the same, and nothing in it."""

import itertools
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from injector.wire.address import Address, Tokens

MakeReview = Callable[..., dict[str, Any]]
Start = Callable[..., FlaskClient]

TOKEN = "k7Qw-3q2_7wSECRETtoken-A"  # noqa: S105 - an example
OTHER = "x7Qw-3q2_7wSECRETtoken-B"
UNKNOWN = "/no/such/path"

WRONG = [
    "",
    OTHER,
    TOKEN[:-1],
    TOKEN[1:],
    TOKEN[:22],
    TOKEN + "A",
    TOKEN + TOKEN,
    TOKEN.lower(),
    TOKEN.upper(),
    TOKEN.swapcase(),
    TOKEN[::-1],
    f" {TOKEN}",
    f"{TOKEN} ",
    f"{TOKEN}%00",
    f"{TOKEN};a",
    TOKEN.replace("-", "_"),
    TOKEN.replace("-", "\u2010"),
    TOKEN.replace("A", "\uff21"),
    TOKEN.replace("E", "\u0395"),
    "*",
    "null",
    "é" * 22,
    f"x/{TOKEN}",
    f"{TOKEN}/..",
]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ODD")
BODIES = (b"", b"{}", b"not JSON", b"\xff" * 1000, b"[" * 100_000, b" " * (7 << 20))
TYPES = ("application/json", "text/plain", "", "multipart/form-data; boundary=x")


def shown(response: TestResponse) -> tuple[int, dict[str, str], bytes]:
    """Return all that a caller sees."""
    return response.status_code, dict(response.headers), response.data


@pytest.fixture
def fenced(start: Start) -> FlaskClient:
    """Return a client of a function with a token for all clusters and one for one."""
    return start(PATH_TOKENS=json.dumps({"": [TOKEN], "c1": [OTHER]}))


def test_the_right_token_is_served(fenced: FlaskClient, review: MakeReview) -> None:
    for path in (f"/t/{TOKEN}/inject", f"/t/{OTHER}/inject/cluster/c1"):
        assert fenced.post(path, json=review()).status_code == 200


@pytest.mark.parametrize("token", WRONG)
@pytest.mark.parametrize("rest", ["inject", "validate", "inject/cluster/c2"])
def test_a_wrong_token_is_answered_as_an_unknown_path_is(
    fenced: FlaskClient, review: MakeReview, token: str, rest: str
) -> None:
    unknown = shown(fenced.post(UNKNOWN, json=review()))

    assert shown(fenced.post(f"/t/{token}/{rest}", json=review())) == unknown
    assert unknown == (
        404,
        {"Content-Type": "text/plain; charset=utf-8", "Content-Length": "0"},
        b"",
    )


def test_a_token_of_another_cluster_is_a_wrong_one(
    fenced: FlaskClient, review: MakeReview
) -> None:
    for path in (f"/t/{OTHER}/inject", f"/t/{TOKEN}/inject/cluster/c1"):
        assert fenced.post(path, json=review()).status_code == 404


@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_learns_nothing_by_any_method_body_or_type(
    fenced: FlaskClient, method: str
) -> None:
    paths = ("/inject", f"/t/{TOKEN[:-1]}/inject", "/t/x/validate", "/inject/cluster/c")

    for body, content_type in itertools.product(BODIES, TYPES):
        asked = {"method": method, "data": body, "content_type": content_type}
        seen = {
            repr(shown(fenced.open(path, **asked)))  # type: ignore[arg-type]
            for path in (UNKNOWN, *paths)
        }
        assert len(seen) == 1, seen


def test_a_body_is_looked_at_only_behind_the_right_token(
    fenced: FlaskClient,
) -> None:
    broken = {"data": b"{", "content_type": "application/json"}

    assert fenced.post("/inject", **broken).status_code == 404
    behind = fenced.post(f"/t/{TOKEN}/inject", **broken)
    assert behind.status_code == 400


def test_all_tokens_are_compared_wherever_the_right_one_stands() -> None:
    looked_at: list[str] = []

    class Watched(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            looked_at.append(str(self))
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    names = [f"c{number}" for number in range(5)]
    tokens = Tokens(
        entries=tuple(
            (sha256(f"{TOKEN}{name}".encode()).digest(), Watched(name))
            for name in names
        )
    )

    for name in (*names, "none"):
        looked_at.clear()
        admitted = tokens.admits(Address(token=f"{TOKEN}{name}", cluster=name))

        assert admitted == (name in names)
        assert looked_at == names


def test_digests_are_compared_by_what_takes_no_text() -> None:
    # hmac.compare_digest, whose time does not tell, refuses what == would compare.
    tokens = Tokens(entries=(("é", None),))  # type: ignore[arg-type]

    with pytest.raises(TypeError):
        tokens.admits(Address(token=TOKEN))


def test_no_digest_and_no_token_can_be_printed() -> None:
    tokens = Tokens.from_text(json.dumps([TOKEN]))

    assert TOKEN not in repr((tokens, Address(token=TOKEN)))
