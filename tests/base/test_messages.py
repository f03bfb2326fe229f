"""How messages print values, paths and problems."""

import re
from typing import Any

import pytest
from folders import ROOT

from injector.base.messages import cut, listed, quoted, shortened, shown, step
from injector.kubernetes.schema import join


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
def test_a_value_is_printed_in_a_line(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_number_that_python_does_not_print_is_described() -> None:
    assert shown(16**5000) == "a number of 20001 bits"


def test_a_long_text_loses_its_middle() -> None:
    assert shortened("abc" * 20) == "abc" * 20
    assert shortened("a" * 50 + "b" * 50, 30) == "a" * 17 + "..." + "b" * 10


def test_of_many_problems_the_first_are_listed() -> None:
    assert listed(["a", "b"]) == "a; b"
    assert listed(list("abcdefg")) == "a; b; c; d; e; and 2 more"
    assert len(listed(["x" * 1000] * 1000)) < 1600
    assert listed([]) == ""


def test_a_long_text_is_cut_inside_of_its_quotes() -> None:
    assert quoted("x" * 80) == f"'{'x' * 80}'"
    assert quoted("x" * 81) == f"'{'x' * 80}'..."
    assert quoted("a\nb", 2) == "'a\\n'..."
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "abc..."


@pytest.mark.parametrize(
    ("key", "in_document", "in_pod"),
    [
        ("b", "a.b", "a.b"),
        (0, "a[0]", "a[0]"),
        ("b.c", "a['b.c']", "a['b.c']"),
        ("b[0]", "a['b[0]']", "a['b[0]']"),
        ("", "a['']", "a['']"),
        ("$patch", "a['$patch']", "a.$patch"),
        ("b/c", "a['b/c']", "a.b/c"),
    ],
)
def test_a_path_has_quotes_where_a_key_is_not_clear(
    key: str | int, in_document: str, in_pod: str
) -> None:
    assert step("a", key) == in_document
    assert join("a", key) == in_pod


def test_a_path_begins_with_a_bare_key() -> None:
    assert (step("", "b"), join("", "b")) == ("b", "b")
    assert (step("", 0), join("", 0)) == ("[0]", "[0]")


def test_values_are_cut_and_paths_are_printed_in_one_module() -> None:
    cuts = r"!r\}\.\.\.|\[:\w+\]\}\.\.\."
    paths = r"\}\[\{\w+!r\}\]|\}\[\{index\}\]"
    printers = re.compile(f"{cuts}|{paths}")
    package = ROOT / "injector"

    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if printers.search(path.read_text(encoding="utf-8"))
    }

    assert found == {"base/messages.py"}
