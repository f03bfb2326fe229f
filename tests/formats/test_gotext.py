"""Values as Go's printing, JSON and YAML write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from injector.formats import gotext, kubeyaml

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 64) - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (15020.0, "15020"),
        (1000000.0, "1e+06"),
        (123456789.0, "1.23456789e+08"),
        (1e21, "1e+21"),
        (1.5, "1.5"),
        (0.0001, "0.0001"),
        (1e-05, "1e-05"),
        (0.0, "0"),
        (-3.0, "-3"),
        (-2.5e7, "-2.5e+07"),
        (1000000, "1000000"),
        (True, "true"),
        (False, "false"),
        (None, "<nil>"),
        ("text", "text"),
        (["a", 1.0, None], "[a 1 <nil>]"),
        ({"z": 1, "a": {"k": []}}, "map[a:map[k:[]] z:1]"),
    ],
)
def test_values_print_as_in_a_template(value: Any, text: str) -> None:
    assert gotext.shown(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"z": 1, "a": "x"}, '{"a":"x","z":1}'),
        ([1000000.0, 1e21, 1.5, 1e-7, 0.000001], "[1000000,1e+21,1.5,1e-7,0.000001]"),
        ("<a href='x'>&\u2028", "\"\\u003ca href='x'\\u003e\\u0026\\u2028\""),
        ({"<": None}, '{"\\u003c":null}'),
        ([True, [], {}], "[true,[],{}]"),
    ],
)
def test_json_is_sorted_and_safe_inside_html(value: Any, text: str) -> None:
    assert gotext.marshal(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text", "text\n"),
        ("0123", '"0123"\n'),
        (True, "true\n"),
        ("true", '"true"\n'),
        ("1.0", '"1.0"\n'),
        ("null", '"null"\n'),
        ("", '""\n'),
        ("l1\nl2\n", "|\n  l1\n  l2\n"),
        ('say "hi"', 'say "hi"\n'),
        ("- x", "'- x'\n"),
        ("a: b", "'a: b'\n"),
        ("#c", "'#c'\n"),
        ("ü✓", "ü✓\n"),
        ("y", '"y"\n'),
        ("0x10", '"0x10"\n'),
        ("1e3", '"1e3"\n'),
        ("2024-01-01", '"2024-01-01"\n'),
        ("2024-01-01T10:00:00Z", '"2024-01-01T10:00:00Z"\n'),
        ("1_000", '"1_000"\n'),
        ("1:30", '"1:30"\n'),
        ("<<", "<<\n"),
        ("-.inf", '"-.inf"\n'),
        (" lead", "' lead'\n"),
        (1000000.0, "1000000\n"),
        (1234567.5, "1.2345675e+06\n"),
        (1.5, "1.5\n"),
        (1e21, "1e+21\n"),
        (None, "null\n"),
        ({}, "{}\n"),
        ([], "[]\n"),
        ([1, "two", 3.5, True, None], "- 1\n- two\n- 3.5\n- true\n- null\n"),
        ({"z": 1, "a": "x", "m": {"k": "v"}}, "a: x\nm:\n  k: v\nz: 1\n"),
        ({"a10": 1, "a2": 2, "2": 3}, '"2": 3\na2: 2\na10: 1\n'),
        ({"a01": 1, "a1": 2, "a001b": 3, "a0": 4}, "a0: 4\na001b: 3\na01: 1\na1: 2\n"),
        ({"a" + "1" * 5000: 1, "a2": 2}, f"a2: 2\n? a{'1' * 5000}\n: 1\n"),
        ({"p": [{"b": 1, "a": [{}]}, []]}, "p:\n- a:\n  - {}\n  b: 1\n- []\n"),
        ({"p": [{"b": " ", "a": [{}]}, []]}, "p:\n- a:\n  - {}\n  b: ' '\n- []\n"),
        ({"a": "x" * 41}, f"a: {'x' * 41}\n"),
        ({"a": "x " * 60 + "x"}, f"a: {'x ' * 39}x\n  {'x ' * 20}x\n"),
    ],
)
def test_yaml_is_written_in_blocks_and_quoted_where_it_must_be(
    value: Any, text: str
) -> None:
    assert gotext.to_yaml(value) == text


@given(JSON)
def test_yaml_says_what_it_was_given(value: Any) -> None:
    text = gotext.to_yaml(value)

    assert kubeyaml.parse(text.encode(), "it") == [value]
