import math

import pytest

from injector.formats import golang


def test_json_is_compact_in_the_order_given() -> None:
    assert golang.compact({"b": 1, "a": [None, True]}) == '{"b":1,"a":[null,true]}'


def test_json_escapes_what_html_and_javascript_could_take_for_code() -> None:
    assert golang.compact("<a&b>\u2028é") == '"\\u003ca\\u0026b\\u003e\\u2028é"'


def test_booleans_are_go_s() -> None:
    words = ["1", "TRUE", "0", "f", "yes", "", None]

    read = [golang.boolean(word) for word in words]

    assert read == [True, True, False, False, None, None, None]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("65535", 65535),
        ("0" * 1_000_000 + "8", 8),
        ("65536", None),
        ("9" * 1_000_000, None),
        ("", None),
        ("+1", None),
        (" 1", None),
        ("1_0", None),
        ("\u0661", None),
        ("\u00b2", None),
    ],
)
def test_digits_are_a_number(text: str, number: int | None) -> None:
    assert golang.unsigned(text, 65535) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+1", 1),
        ("-1", -1),
        ("-0", 0),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("-9223372036854775808", -(2**63)),
        ("-9223372036854775809", None),
        ("+-1", None),
        ("-", None),
        ("", None),
    ],
)
def test_a_sign_may_stand_before_digits(text: str, number: int | None) -> None:
    assert golang.integer(text) == number


@pytest.mark.parametrize(
    ("number", "rounded"),
    [
        (0.1, 0.10000000149011612),
        (3.4028235e38, 3.4028234663852886e38),
        (3.4028235677973366e38, math.inf),
        (-1e39, -math.inf),
        (math.inf, math.inf),
    ],
)
def test_a_number_in_32_bits_may_be_infinite(number: float, rounded: float) -> None:
    assert golang.single(number) == rounded
