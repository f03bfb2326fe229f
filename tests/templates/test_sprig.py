"""Sprig's functions: recorded calls of the real ones, and what is ours alone.

A recorded call is ``[name, arguments, result]``; ``{"$": type, "v": raw}`` is a
value of that type of Go, and ``{"error": text}`` as a result an error.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sprig_calls import RECORDED, call, encode, of, ours, read, recorded, same_numbers

from injector.base.errors import TemplateError
from injector.templates.go.sprig import CHANGING, REFUSED, SPRIG, classes
from injector.templates.go.sprig.limits import LIST, TEXT
from injector.templates.go.sprig.modules import MODULES
from injector.templates.go.template import GoTemplate
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.types import (
    BASIC,
    INT64,
    STRING,
    STRINGS,
    Field,
    Type,
    pointer_to,
    slice_of,
)
from injector.templates.go.values.values import MISSING, Typed, raw, type_of
from injector.templates.go.values.verbs import sprintf


def said(name: str, *arguments: Any) -> Any:
    """Return the result of a call."""
    return call(SPRIG[name], arguments)


def refused(name: str, *arguments: Any) -> str:
    """Return the error of a call."""
    with pytest.raises(FunctionError) as refusal:
        call(SPRIG[name], arguments)
    return str(refusal.value)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_calls_give_what_go_gave(path: Path) -> None:
    for name, arguments, result in recorded(path):
        if isinstance(result, dict) and set(result) == {"error"}:
            wanted: Any = f"error calling {name}: {result['error']}"
        else:
            wanted = same_numbers(encode(read(result)))

        answer = ours(SPRIG, (name, arguments))

        got = answer if isinstance(answer, str) else same_numbers(answer[0])
        assert got == wanted, (name, arguments)


def test_there_are_recorded_calls_of_most_functions() -> None:
    calls = [call_ for path in RECORDED for call_ in recorded(path)]

    assert len(calls) > 1000
    assert len({name for name, _, _ in calls}) > 150


def test_no_function_is_both_offered_and_refused() -> None:
    assert not SPRIG.keys() & REFUSED.keys()
    assert SPRIG.keys() >= CHANGING


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_not_pure_is_refused_with_a_reason(name: str) -> None:
    assert REFUSED[name].startswith(("templates ", "the "))


def test_only_some_functions_change_their_argument() -> None:
    for name in sorted(SPRIG.keys() - CHANGING):
        before = {"a": {"b": [1]}}
        arguments = [before if p.kind == "map" else None for p in SPRIG[name].params]
        if any(p.kind not in {"map", "interface"} for p in SPRIG[name].params):
            continue

        ours(SPRIG, (name, arguments))

        assert before == {"a": {"b": [1]}}


def test_sorting_leaves_the_list_alone() -> None:
    texts = of("[]string", ["b", "a"])

    assert said("sortAlpha", texts) == of("[]string", ["a", "b"])
    assert texts == of("[]string", ["b", "a"])


def test_keys_and_values_are_in_order() -> None:
    # Go's order is another each time.
    assert said("keys", {"b": 1, "a": 2}, {"c": 3}).value == ["a", "b", "c"]
    assert said("values", {"b": 1, "a": 2}) == [2, 1]


@pytest.mark.parametrize(
    ("name", "arguments", "size"),
    [
        ("repeat", (TEXT, "ab"), 2 * TEXT),
        ("indent", (TEXT, "a\nb"), 2 * TEXT),
        ("nindent", (TEXT + 1, ""), TEXT + 1),
        ("replace", ("a", "b" * TEXT, "a"), TEXT + 1),
        ("join", ("-" * TEXT, ["a", "b"]), 2 * TEXT + 2),
        ("wrapWith", (1, "-" * TEXT, "ab"), 2 * TEXT + 2),
        ("regexReplaceAllLiteral", ("a", "aa", "-" * TEXT), TEXT + 2),
    ],
)
def test_no_call_makes_a_text_without_measure(
    name: str, arguments: tuple[Any, ...], size: int
) -> None:
    message = f"the text would have {size} bytes, at most {TEXT} may be"

    assert refused(name, *arguments) == message


@pytest.mark.parametrize(
    ("name", "arguments"), [("until", (LIST + 1,)), ("untilStep", (0, LIST + 1, 1))]
)
def test_no_call_makes_a_list_without_measure(
    name: str, arguments: tuple[Any, ...]
) -> None:
    message = f"the list would have {LIST + 1} elements, at most {LIST}"

    assert refused(name, *arguments) == message


def test_sequences_are_measured() -> None:
    assert said("seq", 3) == "1 2 3"
    assert refused("seq", 10**12).startswith("the list would have 1000000000000 ")


# Structs, enums and functions, which the recorded calls have none of.

INNER = Type(
    name="v1.Inner",
    kind="struct",
    members=lambda: {"Name": Field(type=STRING, path=("name",))},
)
OUTER = Type(
    name="v1.Outer",
    kind="struct",
    members=lambda: {
        "Inner": Field(type=INNER, path=()),
        "Name": Field(type=STRING, path=("name",), promoted=True),
        "Count": Field(type=INT64, path=("count",)),
        "Words": Field(type=STRINGS, path=("words",)),
        "More": Field(type=slice_of(INNER), path=("more",)),
    },
)


def outer() -> Typed:
    return Typed(OUTER, {"words": ["<"], "count": 3, "name": "x", "more": [{}]})


def test_structs_are_json_in_the_order_of_their_fields() -> None:
    text = r'{"name":"x","count":3,"words":["\u003c"],"more":[{}]}'

    assert said("toJson", outer()) == text
    assert said("toJson", Typed(pointer_to(OUTER), outer().value)) == text


def test_functions_are_no_json() -> None:
    call_ = function("func(int) string", str)

    assert said("toJson", [call_]) == ""
    assert refused("mustToJson", [call_]) == "json: unsupported type: func(int) string"


def test_structs_are_equal_if_their_fields_are() -> None:
    other = Typed(OUTER, {"words": ["<"], "count": 4, "name": "x", "more": [{}]})

    assert said("deepEqual", outer(), outer())
    assert not said("deepEqual", outer(), other)
    assert said("deepEqual", of("*int", 1), of("*int", 1))


def test_functions_equal_nothing() -> None:
    call_: Function = SPRIG["upper"]

    assert not said("deepEqual", call_, call_)
    assert not said("empty", call_)
    assert said("kindOf", call_) == "func"


def test_no_struct_is_empty() -> None:
    assert not said("empty", Typed(OUTER, {}))
    assert said("empty", Typed(pointer_to(OUTER), None))
    assert said("empty", MISSING)


def test_numbers_of_other_types_are_no_numbers() -> None:
    color = Type(name="Color", kind="int32", under=BASIC["int32"])

    assert said("int64", Typed(color, 3)) == Typed(INT64, 0)


def test_floats_that_are_none_are_not_written() -> None:
    assert refused("mustToJson", float("-inf")) == "json: unsupported value: -Inf"
    assert said("toJson", of("float32", 0.1)) == "0.1"


def test_nan_is_nan() -> None:
    assert refused("addf", float("nan")) == "Cannot create a Decimal from NaN"
    assert repr(said("maxf", 1, float("nan"))) == "nan"
    assert repr(said("float64", "nan")) == "nan"


def test_deep_json_is_refused() -> None:
    assert refused("mustFromJson", "[" * 10001) == "exceeded max depth"
    assert refused("mustFromJson", "[" * 9000 + "]" * 9000) == "exceeded max depth"


def test_a_copy_shares_nothing() -> None:
    before = {"a": [{"b": of("[]string", ["c"])}]}

    copy = said("deepCopy", before)
    copy["a"][0]["b"].value.append("d")

    assert before == {"a": [{"b": of("[]string", ["c"])}]}


def test_merging_reaches_into_typed_maps() -> None:
    into = {"a": of("map[string]string", {"x": "1"})}

    said("merge", into, {"a": of("map[string]string", {"y": "2"})})

    assert into == {"a": of("map[string]string", {"x": "1", "y": "2"})}


def test_scripts_of_unicode_are_not_known() -> None:
    message = r"regexp has \p{Greek}: scripts are not known here"

    assert refused("mustRegexFind", r"\p{Greek}", "a") == message


def test_expressions_can_be_too_much() -> None:
    message = refused("mustRegexFind", "(" * 2000 + ")" * 2000, "a")

    assert message.startswith("regexp '(((")
    assert "is too much for this engine: " in message


def test_expressions_that_are_no_text_are_quoted() -> None:
    problem = "error parsing regexp: invalid UTF-8: `a\udcff`"

    assert refused("mustRegexMatch", "a\udcff", "") == problem
    message = rf'regexp: Compile("a\xff"): {problem}'
    assert refused("regexFind", "a\udcff", "") == message


def test_half_characters_of_json_are_replaced() -> None:
    assert said("fromJson", r'[1, "\ud800", {"\udc00": null}]') == [
        1.0,
        "\ufffd",
        {"\ufffd": None},
    ]


MANY = "9" * 5000


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("atoi", (MANY,), 2**63 - 1),
        ("atoi", ("-" + MANY,), -(2**63)),
        ("atoi", ("0" * 5000 + "7",), 7),
        ("atoi", (MANY + "x",), 0),
        ("int", (MANY,), 0),
        ("int64", ("0x" + "f" * 5000,), 0),
        ("float64", (MANY,), 0.0),
        ("float64", ("9" * 1_000_000 + "x",), 0.0),
        ("float64", ("0x" + "1" * 1_000_000 + "x",), 0.0),
        ("float64", ("0x1_.p3",), 0.0),
        ("float64", ("0x_1.8p3",), 12.0),
        ("toDecimal", (MANY,), 0),
        ("duration", (MANY,), "-1s"),
        ("duration", ("-" + MANY,), "0s"),
        ("durationRound", (MANY + "h",), "0s"),
        ("durationRound", ("9" * 1_000_000,), "0s"),
        ("durationRound", ("0.5h",), "30m"),
        ("regexReplaceAll", ("a(b)", "ab", f"${{{MANY}}}x${{1}}"), "xb"),
        ("mustFromJson", (f"[0.{MANY}]",), [1.0]),
        ("semverCompare", (">1.0" + " >1.0" * 100, "1.2"), True),
        ("semverCompare", ("  1.2 ,  >1  || ~2", "1.2.5"), False),
    ],
)
def test_numbers_of_any_length_are_what_go_makes_of_them(
    name: str, arguments: tuple[str, ...], result: object
) -> None:
    assert raw(said(name, *arguments)) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (f"%{MANY}d", "%!(NOVERB)%!(EXTRA int64=1)"),
        (f"%[{MANY}]d", "%!d(BADINDEX)"),
        ("%[00001]d", "1"),
    ],
)
def test_widths_of_any_length_are_what_go_makes_of_them(text: str, result: str) -> None:
    assert sprintf(text, [Typed(INT64, 1)]) == result


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        (
            "mustRegexMatch",
            (f"a{{{MANY}}}", "a"),
            f"invalid repeat count: `{{{MANY}}}`",
        ),
        ("semver", (f"1.{MANY}",), f'parsing "{MANY}": value out of range'),
        ("semverCompare", (">1.0 " * 40 + "!", "1"), "improper constraint: "),
        ("semverCompare", ("1" * 1025, "1"), "is longer than 1024 characters"),
        ("mustFromJson", (MANY,), f"cannot unmarshal number {MANY} into Go value"),
    ],
)
def test_numbers_of_any_length_have_go_s_errors(
    name: str, arguments: tuple[str, ...], problem: str
) -> None:
    assert problem in refused(name, *arguments)


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.0.0-5", f"1.0.0-{MANY}"),
        (f"1.0.0-{MANY}", "1.0.0-a"),
        ("1.0.0-100000000000000000000", "1.0.0-99999999999999999999"),
        ("1.0.0-9", "1.0.0-10"),
    ],
)
def test_prereleases_beyond_64_bits_are_compared_as_texts(
    lower: str, higher: str
) -> None:
    version, other = said("semver", lower), said("semver", higher)

    assert version.type.methods["Compare"].call(version, other.value) == -1


def test_names_that_begin_with_digits_are_no_numbers() -> None:
    assert said("regexReplaceAll", "a", "a", "$01|${7}|$é") == "||"


@pytest.mark.parametrize(
    ("method", "arguments", "result"),
    [
        ("Major", (), 1),
        ("Minor", (), 2),
        ("Patch", (), 3),
        ("Prerelease", (), "rc.1"),
        ("Metadata", (), "x"),
        ("Original", (), "v1.2.3-rc.1+x"),
        ("String", (), "1.2.3-rc.1+x"),
        ("Compare", ("1.2.3",), -1),
        ("Equal", ("1.2.3-rc.1",), True),
        ("LessThan", ("1.3",), True),
        ("LessThanEqual", ("1.2.3-rc.0",), False),
        ("GreaterThan", ("1.2.3-rc.1.1",), False),
        ("GreaterThanEqual", ("1.2.3-alpha",), True),
    ],
)
def test_versions_have_methods(
    method: str, arguments: tuple[str, ...], result: object
) -> None:
    version = said("semver", "v1.2.3-rc.1+x")
    others = [said("semver", text).value for text in arguments]
    found = type_of(version)
    assert found is not None

    assert found.methods[method].call(version, *others) == result


@pytest.mark.parametrize(
    ("method", "before", "after"),
    [
        ("IncMajor", "v1.2.3", "v2.0.0"),
        ("IncMinor", "1.2.3-rc", "1.3.0"),
        ("IncPatch", "1.2.3", "1.2.4"),
        ("IncPatch", "1.2.3-rc+x", "1.2.3"),
    ],
)
def test_versions_increase(method: str, before: str, after: str) -> None:
    version = said("semver", before)

    later = version.type.methods[method].call(version)

    assert later.original == after
    assert str(later) == after.removeprefix("v")


def test_times_are_numbers_of_seconds() -> None:
    message = "the time must be in seconds: templates do not know it"

    assert refused("dateInZone", "2006", "2020", "UTC") == message
    assert refused("htmlDateInZone", None, "UTC") == message


def test_the_local_zone_and_far_years_are_refused() -> None:
    zone = "the local time zone is not for templates"
    years = "only the years 1 to 9999 can be formatted"

    assert refused("dateInZone", "2006", 0, "Local") == zone
    assert refused("dateInZone", "2006", 10**12, "UTC") == years


def test_every_function_of_a_module_is_in_the_table() -> None:
    package = "injector.templates.go.sprig"
    for module, (table, names) in MODULES.items():
        found = getattr(import_module(f"{package}.{module}"), table)
        assert [*found] == names.split()
    assert len(SPRIG) == len([*SPRIG]) > 150
    assert "nope" not in SPRIG


def test_functions_that_go_through_long_lists_have_a_limit() -> None:
    text = (
        "{{ $all := list }}{{ range $n := .many }}{{ $all = append $all $n }}{{ end }}"
    )
    seen = "{{ range $n := .many }}{{ if has $n $.many }}x{{ end }}{{ end }}"
    many = {"many": [f"n{index}" for index in range(20_000)]}

    for source in (text, seen):
        with pytest.raises(
            TemplateError, match=r"functions go through more than 67108864 elements$"
        ):
            GoTemplate("sidecar", source, SPRIG).execute(many)


@pytest.mark.parametrize("name", ["", "X" * 5000, "Lx", "lu"])
def test_a_category_of_characters_that_there_is_not_is_none(name: str) -> None:
    assert classes.category(name) is None
