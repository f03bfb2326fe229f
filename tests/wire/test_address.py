import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from injector.base.errors import ConfigError
from injector.wire import address
from injector.wire.address import Address, Tokens

TOKEN, OTHER = "k7Qw-3q2_7wSECRETtoken-A", "k7Qw-3q2_7wSECRETtoken-B"
SHAPE = "want 22 or more of the characters A-Z a-z 0-9 _ -"


def parse(path: str) -> Address | None:
    """Read a path, but for the elements as they were written."""
    found = address.parse(path)
    return found and found._replace(elements=())


WANTED = (
    'want a list of tokens or a mapping such as {"cluster": ["token"]}; '
    "leave it unset to let everybody in"
)


@pytest.mark.parametrize("path", ["/inject", "/inject/", "/inject//", "/./inject"])
def test_a_bare_path_says_nothing(path: str) -> None:
    assert parse(path) == Address()


def test_cluster_and_network_are_read() -> None:
    found = parse("/inject/cluster/c1/net/n1")

    assert found == Address(cluster="c1", network="n1")


def test_keys_come_in_any_order_and_case() -> None:
    found = parse("/inject/NET/n1/Zone/a/Cluster/c1")

    assert found == Address(cluster="c1", network="n1", variables={"ZONE": "a"})


def test_other_keys_become_variables_in_capitals() -> None:
    found = parse("/inject/foo/bar/custom_env/x")

    assert found == Address(variables={"FOO": "bar", "CUSTOM_ENV": "x"})


def test_an_escaped_slash_stands_for_one_in_values_only() -> None:
    found = parse("/inject/cluster/a--slash--b/k--slash--y/n--slash--1/")

    assert found == Address(cluster="a/b", variables={"K--SLASH--Y": "n/1"})


def test_a_key_without_a_value_is_dropped() -> None:
    assert parse("/inject/cluster/c1/net") == Address(cluster="c1")
    assert parse("/inject/cluster/") == Address()


def test_the_last_of_two_equal_keys_counts() -> None:
    assert parse("/inject/net/a/NET/b") == Address(network="b")


def test_variables_may_hold_slashes_or_nothing() -> None:
    found = parse("/inject/:ENV:cluster=c2:ENV:rootpage=/foo/bar:ENV:empty=")

    assert found == Address(
        cluster="c2", variables={"ROOTPAGE": "/foo/bar", "EMPTY": ""}
    )


def test_a_variable_keeps_what_follows_its_first_equals_sign() -> None:
    assert parse("/inject/:ENV:a=b=c") == Address(variables={"A": "b=c"})


def test_a_variable_without_equals_sign_or_name_is_dropped() -> None:
    assert parse("/inject/:ENV:alone:ENV:=x:ENV: net = n ") == Address(network="n")


def test_a_final_slash_is_dropped_from_variables() -> None:
    assert parse("/inject/:ENV:a=/x/") == Address(variables={"A": "/x"})


def test_slashes_written_twice_and_dots_are_resolved() -> None:
    assert parse("/inject//cluster/c1") == Address(cluster="c1")
    assert parse("/inject/../inject/net/n1") == Address(network="n1")


def test_a_token_stands_before_the_endpoint() -> None:
    found = parse(f"/t/{TOKEN}/inject/cluster/c1")

    assert found == Address(token=TOKEN, cluster="c1")


def test_a_token_that_dots_take_away_is_none() -> None:
    assert parse(f"/t/{TOKEN}/../../inject") == Address()


def test_validate_is_the_other_endpoint() -> None:
    found = parse(f"/t/{TOKEN}/validate/net/n1")

    assert found == Address(endpoint="validate", token=TOKEN, network="n1")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/injectx",
        "/Inject",
        "//inject",
        "inject",
        "/x/inject",
        "/inject/..",
        "/t/inject",
        "/t//inject",
        "/t/a/b/inject",
        f"/t/{TOKEN}",
        f"/t/{TOKEN}/",
        f"/{TOKEN}/inject",
    ],
)
def test_any_other_path_is_unknown(path: str) -> None:
    assert parse(path) is None


def test_an_address_does_not_print_its_token() -> None:
    assert TOKEN not in repr(parse(f"/t/{TOKEN}/inject"))


@given(st.text())
def test_any_text_is_an_address_or_none(path: str) -> None:
    found = parse(path)

    assert found is None or found.endpoint in ("inject", "validate")


@given(st.text())
def test_what_follows_inject_is_never_unknown(rest: str) -> None:
    if ".." in rest.split("/"):
        return

    assert parse(f"/inject/{rest}") is not None


@pytest.mark.parametrize("text", ["", " \n"])
def test_no_tokens_leave_the_function_open(text: str) -> None:
    tokens = Tokens.from_text(text)

    assert tokens.open
    assert tokens.admits(Address())
    assert tokens.admits(Address(token=TOKEN))


def test_a_listed_token_serves_every_cluster() -> None:
    tokens = Tokens.from_text(json.dumps([OTHER, TOKEN]))

    assert not tokens.open
    assert tokens.admits(Address(token=TOKEN))
    assert tokens.admits(Address(token=OTHER, cluster="c1"))


@pytest.mark.parametrize("token", ["", TOKEN[:-1], f"{TOKEN}x", TOKEN.lower()])
def test_any_other_token_serves_none(token: str) -> None:
    tokens = Tokens.from_text(json.dumps([TOKEN]))

    assert not tokens.admits(Address(token=token))


def test_a_clusters_token_serves_only_that_cluster() -> None:
    tokens = Tokens.from_text(json.dumps({"c1": [TOKEN], "c2": [OTHER], "": [OTHER]}))

    assert tokens.admits(Address(token=TOKEN, cluster="c1"))
    assert not tokens.admits(Address(token=TOKEN, cluster="c2"))
    assert not tokens.admits(Address(token=TOKEN))
    assert tokens.admits(Address(token=OTHER))


def test_two_clusters_may_share_a_token() -> None:
    tokens = Tokens.from_text(json.dumps({"c1": [TOKEN], "c2": [TOKEN]}))

    assert tokens.admits(Address(token=TOKEN, cluster="c1"))
    assert tokens.admits(Address(token=TOKEN, cluster="c2"))


def test_a_token_that_is_no_text_at_all_is_compared_all_the_same() -> None:
    odd = "\ud800ä"

    assert not Tokens.from_text(json.dumps([TOKEN])).admits(Address(token=odd))


def test_tokens_hold_digests_only() -> None:
    printed = repr(Tokens.from_text(json.dumps([TOKEN])))

    assert TOKEN not in printed
    assert repr(hashlib.sha256(TOKEN.encode()).digest()) in printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", f"PATH_TOKENS: is not JSON, {WANTED}"),
        ("[" * 100_000, f"PATH_TOKENS: is not JSON, {WANTED}"),
        ("[]", f"PATH_TOKENS: holds no token, {WANTED}"),
        ("{}", f"PATH_TOKENS: holds no token, {WANTED}"),
        ('"x"', f"PATH_TOKENS: is no list, {WANTED}"),
        ('{"c1": "x"}', f"PATH_TOKENS, cluster 1: is no list, {WANTED}"),
        ('{"c1": []}', f"PATH_TOKENS, cluster 1: holds no token, {WANTED}"),
        (
            '["short", 5]',
            "\n".join(f"PATH_TOKENS, token {n}: is none, {SHAPE}" for n in (1, 2)),
        ),
        (
            json.dumps({"c1": [TOKEN], "c2": [f"{TOKEN}/"]}),
            f"PATH_TOKENS, cluster 2, token 1: is none, {SHAPE}",
        ),
    ],
)
def test_wrong_tokens_are_a_problem_that_says_what_was_wanted(
    text: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        Tokens.from_text(text)


@pytest.mark.parametrize(
    "text", [TOKEN, f"[{TOKEN}]", json.dumps({TOKEN: 5}), json.dumps([f"{TOKEN}!"])]
)
def test_no_problem_prints_a_token(text: str) -> None:
    with pytest.raises(ConfigError) as error:
        Tokens.from_text(text)

    assert TOKEN not in str(error.value)
    assert error.value.__cause__ is None


def test_older_releases_read_less_in_a_path() -> None:
    pairs = address.parse("/inject/cluster/a--slash--b/x/y")
    listed = address.parse("/inject/:ENV:cluster=a/b")
    assert pairs
    assert listed

    assert pairs.read_as(slashes=True, lists=True) is pairs
    assert pairs.cluster == "a/b"
    assert pairs.read_as(slashes=False, lists=True).cluster == "a--slash--b"
    assert pairs.elements == ("cluster", "a--slash--b", "x", "y")
    assert listed.read_as(slashes=False, lists=True).cluster == "a/b"
    older = listed.read_as(slashes=False, lists=False)
    assert (older.cluster, older.variables) == ("", {":ENV:CLUSTER=A": "b"})
