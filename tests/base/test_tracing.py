import copy
import operator
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from injector.base import tracing
from injector.base.plans import NoPlan
from injector.base.sealed_text import CURRENT, LONGEST, Sealed, Trace


@pytest.fixture
def trace() -> Iterator[Trace]:
    made = Trace(["web-1", "v1", "", "kube-api-access-abcde"], [3])
    token = CURRENT.set(made)
    yield made
    CURRENT.reset(token)


def followed(trace: Trace, *texts: str) -> list[str] | None:
    """Return all texts that the plan makes of *texts*; None if it is not for them."""
    given = list(texts)
    for fill, expected in trace.plan:
        made = fill(given)
        if expected is None:
            given.append(made)
        elif made != expected[0]:
            return None
    return given


def test_copying_writes_nothing_down(trace: Trace) -> None:
    text = trace.sealed(0)

    copies = copy.deepcopy([copy.copy(text)])

    assert tracing.is_sealed(copies[0])
    assert isinstance(text, str)
    assert trace.plan == []


@pytest.mark.parametrize(
    "look",
    [
        str,
        repr,
        len,
        hash,
        "{}".format,
        list,
        {"a": 1}.get,
        lambda text: f"{text:>9}",
        "{0!s}".format,
        lambda text: text.split("-"),
        tracing.opened,
    ],
)
def test_who_looks_at_a_text_writes_it_down(
    trace: Trace, look: Callable[[Any], Any]
) -> None:
    assert look(trace.sealed(0)) == look("web-1")

    assert followed(trace, "web-1", "", "", "") is not None
    assert followed(trace, "web-2", "v1", "", "") is None


@pytest.mark.parametrize(
    ("ask", "same", "other"),
    [
        (lambda text: text == "web-1", "web-1", "web-2"),
        (lambda text: text != "x", "web-2", "x"),
        (lambda text: operator.eq("x", text), "web-2", "x"),
        (bool, "web-2", ""),
        (lambda text: text < "x", "web-2", "y"),
        (lambda text: text > "a", "web-2", "A"),
        (lambda text: text <= "x", "web-2", "y"),
        (lambda text: text >= "a", "web-2", "A"),
        (lambda text: "b-" in text, "ab-c", "web2"),
        (lambda text: text.startswith("we"), "we", "ewe"),
    ],
)
def test_an_answer_about_a_text_is_written_down(
    trace: Trace, ask: Callable[[Any], Any], same: str, other: str
) -> None:
    assert ask(trace.sealed(0)) == ask("web-1")

    assert followed(trace, same, "", "", "") is not None
    assert followed(trace, other, "", "", "") is None


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (lambda text: text + "!", "db-2!"),
        (lambda text: "!" + text, "!db-2"),
        (lambda text: text[1:], "b-2"),
        (lambda text: text.upper(), "DB-2"),
        (lambda text: tracing.joined(["<", text, ">"]), "<db-2>"),
    ],
)
def test_what_is_made_of_a_text_is_sealed_too(
    trace: Trace, make: Callable[[Any], Any], wanted: str
) -> None:
    made = make(trace.sealed(0))

    assert tracing.is_sealed(made)
    assert followed(trace, "db-2", "", "", "") == ["db-2", "", "", "", wanted]


def test_the_same_is_done_once(trace: Trace) -> None:
    text = trace.sealed(0)

    assert (text + "!").index == (text + "!").index
    assert len(trace.plan) == 1


def test_two_texts_are_compared_as_others_are(trace: Trace) -> None:
    one, other = trace.sealed(0), trace.sealed(1)

    assert one == trace.sealed(0)
    assert one != other
    assert followed(trace, "a", "b", "", "") is not None
    assert followed(trace, "a", "a", "", "") is None


def test_a_text_is_nothing_but_a_text(trace: Trace) -> None:
    text = trace.sealed(0)

    assert (text == 1) is False
    assert text is not None
    with pytest.raises(AttributeError, match="items"):
        text.items()
    assert trace.plan == []


def test_of_what_is_written_down_everything_may_be_seen(trace: Trace) -> None:
    text = trace.sealed(0)
    str(text)

    assert text + "!" == "web-1!"
    assert trace.is_open(0)
    assert len(trace.plan) == 1


def test_a_name_is_told_from_others_without_a_look(trace: Trace) -> None:
    name = trace.sealed(3)
    found = {name: 1, "data": 2}

    assert found[name] == 1
    assert (name == "data") is False
    assert trace.plan == []


def test_templates_look_at_names_too(trace: Trace) -> None:
    name = trace.sealed(3)

    with tracing.rendering() as rendered:
        assert (name == "data") is False
        rendered([{"a": "b"}])
        assert len(trace.plan) == 1
        hash(name)

    assert trace.is_open(3)
    assert trace.overlays == [{"a": "b"}]


def test_without_a_trace_nothing_is_taken() -> None:
    with tracing.rendering() as rendered:
        rendered([{}])

    assert CURRENT.get() is None


def test_an_error_may_not_be_caught(trace: Trace) -> None:
    with pytest.raises(NoPlan):
        trace.sealed(0)[99]
    with pytest.raises(NoPlan):
        trace.derive(int, (trace.sealed(0),))


def test_what_nobody_knows_hides_nothing(trace: Trace) -> None:
    with pytest.raises(NoPlan):
        trace.derive(operator.add, (trace.sealed(0), object()))


def test_what_becomes_too_long_is_lost(trace: Trace) -> None:
    with pytest.raises(NoPlan):
        trace.derive(operator.mul, (trace.sealed(0), LONGEST))


def test_a_pure_function_takes_texts_at_any_depth(trace: Trace) -> None:
    @tracing.pure
    def told(value: Any, *, end: str = "") -> str:
        return ",".join(value["a"]) + end

    value = {"a": ["x", trace.sealed(0)]}

    assert told({"a": ["x"]}) == "x"
    made = told(value, end="!")
    value["a"].append("changed later")

    assert tracing.is_sealed(made)
    assert followed(trace, "y", "", "", "") == ["y", "", "", "", "x,y!"]


def test_named_arguments_may_be_sealed_too(trace: Trace) -> None:
    @tracing.pure
    def told(*texts: Any, end: Any = "") -> Any:
        return texts[0] + end

    told("db-", end=trace.sealed(1))
    trace.sealed(0).encode(encoding="utf-8")

    assert followed(trace, "web-1", "v2", "", "") == ["web-1", "v2", "", "", "db-v2"]


@pytest.mark.parametrize("hiding", [object(), {1j: "x"}, [{("a",): "b"}]])
def test_a_named_argument_that_may_hide_a_text_is_lost(
    trace: Trace, hiding: Any
) -> None:
    told = tracing.pure(lambda text, more: f"{text}{more}")

    with pytest.raises(NoPlan):
        told(trace.sealed(0), more=hiding)


@pytest.mark.parametrize(("one", "other"), [(0.0, -0.0), (1, True), (1, 1.0)])
def test_arguments_that_are_equal_and_not_the_same_are_told_apart(
    trace: Trace, one: Any, other: Any
) -> None:
    shown = tracing.pure(lambda text, number: f"{text}{number}")

    for number in (one, other):
        shown(trace.sealed(0), number)
        shown(trace.sealed(0), number=[number])

    texts = followed(trace, "x", "", "", "")
    assert texts is not None
    assert texts[4:] == [f"x{one}", f"x[{one}]", f"x{other}", f"x[{other}]"]


def test_what_may_change_is_made_anew_for_each_caller(trace: Trace) -> None:
    text = trace.sealed(0)

    text.split("-").clear()

    assert text.split("-") == ["web", "1"]


def test_a_moving_function_is_left_alone_if_it_can_be(trace: Trace) -> None:
    first = tracing.moving(lambda items: items[0])
    joined = tracing.moving("-".join)
    upper = tracing.moving(str.upper)
    text = trace.sealed(0)

    assert first(["a"]) == "a"
    assert first([text]) is text
    assert trace.plan == []
    assert tracing.is_sealed(joined(["a", text]))
    assert tracing.is_sealed(upper(text))
    assert followed(trace, "y", "", "", "") == ["y", "", "", "", "a-y", "Y"]


def test_a_moving_function_may_be_another_where_it_is_alone(trace: Trace) -> None:
    shown = tracing.moving(lambda text: text + "?", lambda text: text + "!")

    shown(trace.sealed(0))

    assert followed(trace, "y", "", "", "") == ["y", "", "", "", "y!"]


def test_numbers_and_lists_of_texts_write_down(trace: Trace) -> None:
    assert trace.derive(len, (trace.sealed(0),)) == 5
    assert followed(trace, "abcde", "", "", "") is not None
    assert trace.derive(str.split, (trace.sealed(1), "-")) == ["v1"]
    assert trace.is_open(1)


def test_a_sealed_text_may_be_as_long_as_any(trace: Trace) -> None:
    assert tracing.extent("abc") == 3
    assert tracing.extent(trace.sealed(0)) == LONGEST
    assert type(trace.sealed(0)) is Sealed
