import threading
from collections.abc import Iterator
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from jinja2 import Undefined

from injector.templates.jinja import slots
from injector.templates.jinja.positions import template_line
from injector.templates.jinja.slots import CURRENT, Key, Refused, Slots, Text


@pytest.fixture(autouse=True)
def state() -> Iterator[Slots]:
    """Return the slots of a render."""
    state = Slots()
    token = CURRENT.set(state)
    yield state
    CURRENT.reset(token)


class Colour(StrEnum):
    RED = "red"


def test_a_token_stands_for_its_value(state: Slots) -> None:
    tokens = [state.put(value) for value in ("a", 1)]

    assert tokens == ["\ue0000\ue001", "\ue0001\ue001"]
    assert state.values == ["a", 1]


def test_a_token_in_a_value_is_none(state: Slots) -> None:
    forged = state.put("\ue0001\ue001")
    state.put("secret")

    assert state.read(f"x{forged}") == "x\ue0001\ue001"
    assert state.read(forged) == "\ue0001\ue001"


def test_there_are_as_many_tokens_as_values(state: Slots) -> None:
    tokens = {state.put(value) for value in range(1000)}

    assert len(tokens) == 1000
    assert state.put(0) == "\ue0001000\ue001"


def test_a_value_put_aside_is_a_copy(state: Slots) -> None:
    value = {"a": ["b"]}

    state.put(value)
    value["a"].append("c")

    assert state.values == [{"a": ["b"]}]


def test_keys_are_remembered_as_such(state: Slots) -> None:
    state.put("a")
    state.put(Key("b"))

    assert state.allowed == {1}
    assert type(state.values[1]) is str


def test_block_text_of_one_token_is_its_value(state: Slots) -> None:
    text = Text(state.put({"a": 1}))

    assert text.value() == {"a": 1}
    assert str(text) == '{"a":1}'


def test_block_text_compares_as_its_value(state: Slots) -> None:
    text = Text(f"a{state.put('b')}")

    assert text == "ab"
    assert text == Text("ab")
    assert text != "a"
    assert "a" < text <= "ab"
    assert "b" > text >= "ab"
    assert sorted([text, Text("aa")]) == [Text("aa"), text]
    assert {text: 1}["ab"] == 1  # type: ignore[index]
    assert text[1:] == "b"
    assert text
    assert not Text("")


def test_block_text_is_no_str() -> None:
    with pytest.raises(TypeError):
        "".join([Text("a")])  # type: ignore[list-item]


def test_marks_are_no_part_of_a_value(state: Slots) -> None:
    token = state.put("\ue0023\ue003")

    read = state.read(f"\ue0021\ue003a\n\ue0022\ue003{token}")

    assert read == "a\n\ue0023\ue003"


def test_parts_are_joined_as_text(state: Slots) -> None:
    token = state.put("b")

    assert slots.join(["a", Text(token), "c"]) == f"a{token}c"
    assert slots.concat(["a", Text(token)]) == "ab"


def test_text_has_a_limit() -> None:
    with pytest.raises(Refused, match=r"^the text is longer than 1,048,576 "):
        slots.join(["x" * (1 << 20), "y"])


@pytest.mark.parametrize(
    ("value", "owned"),
    [
        (None, None),
        (True, True),
        ("a", "a"),
        (Key("a"), "a"),
        (Colour.RED, "red"),
        (1, 1),
        (0.5, 0.5),
        ((1, [2]), [1, [2]]),
        ({"a": {"b": (1,)}}, {"a": {"b": [1]}}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        ({Colour.RED: 1}, {"red": 1}),
        (range(2), [0, 1]),
        ((i for i in "ab"), ["a", "b"]),
        (Undefined(), ""),
    ],
)
def test_values_become_plain_json(value: Any, owned: Any) -> None:
    made = slots.json_value(value)

    assert (made, type(made)) == (owned, type(owned))


def test_block_text_becomes_plain_json() -> None:
    assert slots.json_value([Text("a"), {Text("b"): Text("c")}]) == ["a", {"b": "c"}]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (b"", "JSON has no values of type bytes"),
        ({1}, "JSON has no values of type set"),
        (object(), "JSON has no values of type object"),
        (float("inf"), "inf is no number that JSON has"),
        ({"a": {1: 2}}, "the key 1 is no string"),
        ({None: 2}, "the key None is no string"),
    ],
)
def test_what_json_cannot_say_is_refused(value: Any, told: str) -> None:
    with pytest.raises(Refused) as caught:
        slots.json_value(value)

    assert str(caught.value) == told


def test_a_long_value_takes_too_many_steps() -> None:
    with pytest.raises(Refused, match=r"^the template takes more than 100,000 steps$"):
        slots.json_value([[0] * 1000] * 101)


def test_many_characters_are_too_many(state: Slots) -> None:
    state.spend(1, slots.MAX_MADE)

    with pytest.raises(
        Refused, match=r"^the template makes more than 16,777,216 characters$"
    ):
        state.spend(1, 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (Key("a"), "a"), (1, "1"), (None, "null"), (("é",), '["é"]')],
)
def test_values_have_a_text(value: Any, text: str) -> None:
    made = slots.as_text(value)

    assert (made, type(made)) == (text, str)


def test_copies_share_nothing() -> None:
    value = {"a": [{"b": [1]}]}

    copied = slots.copy(value)
    copied["a"][0]["b"].append(2)

    assert value == {"a": [{"b": [1]}]}


@pytest.mark.parametrize(
    ("value", "size"), [("abc", 3), (1, 8), ({"a": "b"}, 8), (["a", None], 13)]
)
def test_sizes_are_about_those_of_json(value: Any, size: int) -> None:
    assert slots.size(value) == size


def test_each_thread_has_its_own_slots(state: Slots) -> None:
    seen: list[Any] = []

    def render() -> None:
        CURRENT.set(Slots())
        seen.append(slots.slots())

    thread = threading.Thread(target=render)
    thread.start()
    thread.join()

    assert seen[0] is not state
    assert slots.slots() is state


def test_text_without_marks_has_no_line() -> None:
    assert template_line("a\n\ue0027\ue003b\ue0028\ue003", 0) is None
    assert template_line("a\n\ue0027\ue003b\ue0028\ue003", 1) == 7
