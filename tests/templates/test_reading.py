from typing import Any

import pytest
import yaml
from yaml_texts import bomb

from injector.formats import yaml_events
from injector.templates.jinja import reading
from injector.templates.jinja.reading import read
from injector.templates.jinja.shapes import OutputError


@pytest.fixture(params=["C", "Python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with each of PyYAML's two parsers."""
    parsers = {"C": yaml_events.PARSER, "Python": yaml.SafeLoader}
    monkeypatch.setattr(yaml_events, "PARSER", parsers[request.param])


def value(text: str, *values: Any) -> Any:
    return read(text).shape.fill(values)


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", None),
        ("# only", None),
        ("---", None),
        ("a: 1", {"a": 1}),
        ("- a\n- 'yes'\n- yes\n- \"1\"", ["a", "yes", True, "1"]),
        ("- |\n  1\n- >-\n  2", ["1\n", "2"]),
        ("{a: [], b: {}, c: , d: ''}", {"a": [], "b": {}, "c": None, "d": ""}),
        ("!!str 1", "1"),
        ("! 1", "1"),
        ("80: a\n-1: b", {"80": "a", "-1": "b"}),
        ("a: &x [1, &y b]\nc: *x\nd: *y", {"a": [1, "b"], "c": [1, "b"], "d": "b"}),
        ("a: &x {k: 1}\nb: {k: 3, <<: *x}", {"a": {"k": 1}, "b": {"k": 3}}),
        ("a: &x {k: 1}\nb: {l: 3, <<: *x}", {"a": {"k": 1}, "b": {"l": 3, "k": 1}}),
        ("<<: [{a: 1}, {a: 2, b: 2}]", {"a": 1, "b": 2}),
        ("'<<': 1", {"<<": 1}),
        ("a: <<", {"a": "<<"}),
        ("%YAML 1.1\n---\na: 1\n...", {"a": 1}),
    ],
)  # fmt: skip
def test_documents_are_read(text: str, meaning: Any) -> None:
    assert value(text) == meaning


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        ("a: 1\n---\nb: 2", "more than one YAML document", 1),
        ("a: 1\nb:\n  c: 1\n  c: 2", "the key 'c' comes twice", 3),
        ("a: 1\n'a': 2", "the key 'a' comes twice", 1),
        ("80: 1\n'80': 2", "the key '80' comes twice", 1),
        ("a: 1\non: 1", "a key that is a boolean in YAML: quote it", 1),
        ("a: 1\n~: 1", "a key that is no string", 1),
        ("1.5: 1", "a key that is no string", 0),
        ("1e3: 1", "a key that is no string", 0),
        ("a: &b 1\nc: &b [*b]", "'*b' has no finished anchor", 1),
        ("[a]: 1", "a key that is no string", 0),
        ("{a: 1}: 1", "a key that is no string", 0),
        ("a: *b", "'*b' has no finished anchor", 0),
        ("a: &b [*b]", "'*b' has no finished anchor", 0),
        ("a: !!binary aGk=", "the tag 'tag:yaml.org,2002:binary' is not supported", 0),
        ("a: !x {}", "the tag '!x' is not supported", 0),
        ("a: !!set []", "the tag 'tag:yaml.org,2002:set' is not supported", 0),
        ("a:\n- .inf", ".inf is no number that JSON has", 1),
        ("<<: 1", "'<<' merges a mapping or a list of mappings", 0),
        ("<<: [{a: 1}, 2]", "'<<' merges a mapping or a list of mappings", 0),
        ("[" * 65, "more than 64 levels", 0),
        ("a: \x00", "no YAML: ", None),
    ],
)
def test_what_cannot_be_said_in_json_is_refused(
    text: str, told: str, line: int | None
) -> None:
    with pytest.raises(OutputError) as caught:
        value(text)

    assert str(caught.value).startswith(told)
    assert caught.value.line == line


def test_what_is_no_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(OutputError) as caught:
        read("a: 1\nb: 'c")

    assert str(caught.value) == ("no YAML: found unexpected end of stream")
    assert caught.value.line == 1


def test_as_many_levels_as_are_allowed_are_read() -> None:
    depth = reading.MAX_DEPTH

    assert str(value("[" * depth + "]" * depth)) == "[" * depth + "]" * depth


def test_aliases_do_not_get_around_the_limits() -> None:
    deep = "&a " + "[" * 40 + "]" * 40

    with pytest.raises(OutputError, match=r"^more than 64 levels$"):
        read(f"a: {deep}\nb: {'[' * 40}*a{']' * 40}")


@pytest.mark.parametrize("entry", ["{<<: [%s]}", "[%s]", "{x: [%s]}"])
def test_what_aliases_repeat_is_bounded(entry: str) -> None:
    with pytest.raises(OutputError, match=r"^longer than 1,048,576 characters$"):
        read(bomb(8, 7, entry))


def test_the_values_of_a_document_are_bounded() -> None:
    with pytest.raises(OutputError, match=r"^more than 50,000 values$"):
        read("[" + "1," * 50_000 + "]")


def test_of_two_anchors_of_one_name_the_later_counts() -> None:
    text = "{a: &a 1, b: *a, c: &a [&a 2], d: *a, e: &a {f: 3}, g: *a}"

    assert value(text) == {
        "a": 1,
        "b": 1,
        "c": [2],
        "d": 2,
        "e": {"f": 3},
        "g": {"f": 3},
    }


def test_values_filled_in_share_nothing() -> None:
    shape = read("a: &x [{b: \ue0000\ue001}]\nc: *x").shape
    values: tuple[Any] = ({"k": []},)

    first, second = shape.fill(values), shape.fill(values)
    first["a"][0]["b"]["k"].append(1)

    assert first["c"] == [{"b": {"k": []}}]
    assert second == {"a": [{"b": {"k": []}}], "c": [{"b": {"k": []}}]}
    assert values == ({"k": []},)


def test_tokens_are_counted_with_their_repetitions() -> None:
    document = read("a: &x \ue0001\ue001\nb: [*x, 'c\ue0000\ue001']")

    assert document.uses == (1, 1, 0)
    assert document.keys == ()


def test_tokens_in_keys_are_told_with_their_lines() -> None:
    document = read("a: 1\n\ue0000\ue001: 1\nb\ue0001\ue001: 2\n? '\ue0002\ue001'\n: 3")

    assert document.keys == ((0, 1), (1, 2), (2, 3))
    assert document.shape.fill(["k", "l", "m"]) == {"a": 1, "k": 1, "bl": 2, "m": 3}


@pytest.mark.parametrize("text", ['"\\uE0000\\uE001"', '"\ue0000\ue001\\uE000"'])
def test_an_escape_is_no_token(text: str) -> None:
    with pytest.raises(OutputError, match=r"^an escape stands for a reserved "):
        read(f"a: {text}")


def test_without_tokens_nothing_is_one() -> None:
    text = "\ue0000\ue001"

    assert read(f"{text}: {text}", tokens=False).shape.fill(()) == {text: text}


def test_sizes_are_estimated() -> None:
    document = read("a: bcd\ne: [1, \ue0000\ue001f]")

    assert document.size == 28
