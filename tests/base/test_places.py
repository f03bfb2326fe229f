"""How values and problems are told."""

from typing import Any

import pytest

from injector.base.places import listed, shortened, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "'a'"),
        ("a\nb", "'a\\nb'"),
        ("x" * 60, f"'{'x' * 60}'"),
        ("x" * 61, f"'{'x' * 60}'..."),
        (True, "true"),
        (None, "null"),
        (1.5, "1.5"),
        ([1], "a list"),
        ({"a": 1}, "a mapping"),
        (10**100, f"1{'0' * 36}...{'0' * 20}"),
    ],
)
def test_a_value_is_told_in_a_line(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_number_that_python_does_not_print_is_told() -> None:
    assert shown(16**5000) == "a number of 20001 bits"


def test_a_long_text_loses_its_middle() -> None:
    assert shortened("abc" * 20) == "abc" * 20
    assert shortened("a" * 50 + "b" * 50, 30) == "a" * 17 + "..." + "b" * 10


def test_of_many_problems_the_first_are_told() -> None:
    assert listed(["a", "b"]) == "a; b"
    assert listed(list("abcdefg")) == "a; b; c; d; e; and 2 more"
    assert len(listed(["x" * 1000] * 1000)) < 1600
    assert listed([]) == ""
