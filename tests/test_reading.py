from typing import Any

import pytest
import yaml

from injector.templates import reading
from injector.templates.reading import read
from injector.templates.scalars import scalar
from injector.templates.shapes import OutputError


@pytest.fixture(params=["C", "Python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with each of PyYAML's two parsers."""
    loaders = {"C": reading.LOADER, "Python": yaml.SafeLoader}
    monkeypatch.setattr(reading, "LOADER", loaders[request.param])


def words(*texts: str) -> list[str]:
    """Return the three ways to write each of *texts*."""
    return [way for text in texts for way in (text, text.capitalize(), text.upper())]


def value(text: str, *values: Any) -> Any:
    return read(text).shape.fill(values)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *((word, True) for word in words("y", "yes", "true", "on")),
        *((word, False) for word in words("n", "no", "false", "off")),
        *((word, None) for word in ("", "~", *words("null"))),
        *((word, word) for word in ("yEs", "tRue", "nULL", "oN", "text", "=", "<<")),
        ("0", 0),
        ("15", 15),
        ("+15", 15),
        ("-15", -15),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0X1f", 31),
        ("-0b11", -3),
        ("0o17", 15),
        ("017", 15),
        ("08", 8),
        ("1e3", 1000),
        ("1.0", 1),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5),
        ("-1.5E-2", -0.015),
        ("1e16", 1e16),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551616", 18446744073709551616.0),
        ("9" * 100, float("9" * 100)),
        ("9" * 400, "9" * 400),
        ("1e400", "1e400"),
        ("1:30", "1:30"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("1.2.3", "1.2.3"),
        ("10Mi", "10Mi"),
        ("100m", "100m"),
        ("-", "-"),
        (".", "."),
        ("._5", "._5"),
        ("0x", "0x"),
        ("0o8", "0o8"),
        ("\u0661\u0665", "\u0661\u0665"),
    ],
)
def test_a_plain_scalar_means_what_it_means_to_kubernetes(
    text: str, meaning: Any
) -> None:
    read_scalar = scalar(text)

    assert (read_scalar, type(read_scalar)) == (meaning, type(meaning))


@pytest.mark.parametrize("text", [".inf", "+.Inf", "-.INF", ".nan", ".NaN"])
def test_numbers_that_json_does_not_have_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text.replace('+', '[+]')} is no number"):
        scalar(text)


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

    assert str(caught.value) == (
        "no YAML: while scanning a quoted scalar, found unexpected end of stream"
    )
    assert caught.value.line == 1


def test_as_many_levels_as_are_allowed_are_read() -> None:
    depth = reading.MAX_DEPTH

    assert str(value("[" * depth + "]" * depth)) == "[" * depth + "]" * depth


def test_aliases_do_not_get_around_the_limits() -> None:
    deep = "&a " + "[" * 40 + "]" * 40

    with pytest.raises(OutputError, match=r"^more than 64 levels$"):
        read(f"a: {deep}\nb: {'[' * 40}*a{']' * 40}")


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
