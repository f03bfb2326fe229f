"""Go templates: their language, case by case, as Go's own text/template runs it.

The cases are in ``testdata/go_templates/cases.json``; what is expected there is what
``tools/gotemplates`` printed.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from folders import ROOT, TESTDATA
from go_types import FUNCTIONS, value

from injector.base.errors import TemplateError
from injector.templates.go import GoTemplate, Refused, Typed
from injector.templates.go.builtin import MAX_TEXT
from injector.templates.go.limits import MAX_DEPTH, MAX_OUTPUT, MAX_STEPS
from injector.templates.go.parse.reader import MAX_DEPTH as MAX_LEVELS
from injector.templates.go.values.functions import Function, function
from injector.templates.go.values.types import (
    ANY,
    BASIC,
    INT64,
    MAP,
    STRING,
    STRING_MAP,
    Field,
    Type,
    map_of,
    named,
    parse,
    pointer_to,
    slice_of,
)
from injector.templates.go.values.values import MISSING, entries, items, typed

CASES = json.loads((TESTDATA / "go_templates" / "cases.json").read_text("utf-8"))
DATA = CASES["data"]


def outcome(template: str, data: Any, functions: Mapping[str, Any] = FUNCTIONS) -> str:
    """Return what *template* makes of *data*, or the error."""
    try:
        return GoTemplate("inject", template, functions).execute(data)
    except TemplateError as e:
        return str(e)


@pytest.mark.parametrize(
    "case", CASES["cases"], ids=[case["template"][:40] for case in CASES["cases"]]
)
def test_a_template_does_what_go_does(case: dict[str, str]) -> None:
    wanted = case.get("output", case.get("error"))
    if "bytes" in case:
        data = base64.b64decode(case["bytes"])
        wanted = data.decode("utf-8", "surrogateescape")

    assert outcome(case["template"], value(DATA)) == wanted


def test_there_are_cases_of_every_group() -> None:
    groups = [case["group"] for case in CASES["cases"]]

    assert {group: groups.count(group) > 30 for group in groups} == {
        "text": True,
        "parse": True,
        "values": True,
        "functions": True,
        "verbs": True,
        "branches": True,
    }


def test_other_delimiters_are_the_only_ones() -> None:
    template = GoTemplate(
        "inject", "[[- .a -]] {{ .b }} [[/* c */]][[ `]]` ]]", {}, ("[[", "]]")
    )

    assert template.execute({"a": "x"}) == "x{{ .b }} ]]"


def test_a_function_is_refused_when_it_is_named() -> None:
    functions = {"now": Refused("templates do not know the time")}

    with pytest.raises(TemplateError) as error:
        GoTemplate("inject", "a\n{{ if false }}{{ now }}{{ end }}", functions)

    assert str(error.value) == (
        'template: inject:2: function "now" is not available: '
        "templates do not know the time"
    )


def test_the_callers_functions_win_over_gos_own() -> None:
    functions = {"len": function("func(any) string", lambda _: "ours")}

    assert outcome("{{ len 1 }}", None, functions) == "ours"


def test_a_template_that_calls_itself_without_end_is_stopped() -> None:
    text = '{{define "t"}}{{template "t" .}}{{end}}{{template "t" .}}'

    assert outcome(text, None) == (
        'template: inject:1:25: executing "t" at <{{template "t" .}}>: '
        f"exceeded maximum template depth ({MAX_DEPTH})"
    )


def test_a_template_nested_deeper_than_python_goes_is_stopped() -> None:
    inner = "{{if true}}" * 60 + '{{template "t" .}}' + "{{end}}" * 60
    text = f'{{{{define "t"}}}}{inner}{{{{end}}}}{{{{template "t" .}}}}'

    assert f"exceeded maximum template depth ({MAX_DEPTH})" in outcome(text, None)


@pytest.mark.parametrize("head", ["range 30001", "range $i := 9223372036854775807"])
def test_a_loop_without_end_is_stopped(head: str) -> None:
    assert outcome(f"{{{{{head}}}}}{{{{end}}}}", None).endswith(
        f": more than {MAX_STEPS} rounds of loops"
    )


def test_a_loop_over_much_that_ends_early_is_not_stopped() -> None:
    text = "{{range 9223372036854775807}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}"

    assert outcome(text, None) == "012"


def test_rounds_of_all_loops_count_together() -> None:
    text = "{{range .}}{{range $}}{{range $}}{{end}}{{end}}{{end}}"

    assert "rounds of loops" in outcome(text, ["x"] * 100)
    assert outcome(text, ["x"] * 30) == ""
    assert outcome("{{range .}}{{.}}{{end}}", ["x"] * 2000) == "x" * 2000


def test_an_output_that_is_too_long_is_refused() -> None:
    text = "{{range 2}}{{$.x}}{{end}}"

    assert outcome(text, {"x": "a" * (MAX_OUTPUT // 2)}) == "a" * MAX_OUTPUT
    assert outcome(f"{text}b", {"x": "a" * (MAX_OUTPUT // 2)}).endswith(
        f"the output is longer than {MAX_OUTPUT} characters"
    )


def test_a_text_that_grows_and_grows_is_refused() -> None:
    text = "{{$x := `ab`}}{{range 30}}{{$x = print $x $x}}{{end}}{{len $x}}"

    assert outcome(text, None) == (
        'template: inject:1:33: executing "inject" at <print $x $x>: '
        "error calling print: the text is longer than 1048576 characters"
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{{if 1}}" * 81 + "{{end}}" * 81, "nested deeper than 80 levels"),
        ("{{" + "(" * 81 + "1" + ")" * 81 + "}}", "nested deeper than 80 levels"),
        (
            "{{if 1}}" * 80 + "{{else if 1}}{{if 1}}",
            "nested deeper than 80 levels",
        ),
    ],
)
def test_nesting_has_its_limit(text: str, wanted: str) -> None:
    assert outcome(text, None) == f"template: inject:1: {wanted}"


@pytest.mark.parametrize(
    "text",
    [
        "{{if 1}}" * 79 + "x" + "{{end}}" * 79,
        "{{range $}}" * 18 + "x" + "{{end}}" * 18,
        "{{range $}}" * 14 + "{{if 1}}x{{end}}" + "{{end}}" * 14,
        "{{if 0}}" + "{{else if 0}}" * 80 + "{{else if 1}}x{{end}}",
        "{{if 0}}" + "{{else if 0}}y" * 5000 + "{{else}}x{{end}}",
        "{{with 0}}" + "{{else with 0}}y" * 5000 + "{{else}}x{{end}}",
        "{{if 0}}{{else if 1}}" * 79 + "x" + "{{end}}" * 79,
        "{{if $a := 0}}{{else if $b := $a}}{{else if not $b}}x{{end}}",
    ],
)
def test_deep_nesting_is_no_fault(text: str) -> None:
    assert outcome(text, ["a"]) == "x"


def test_the_limits_stand_in_the_documents() -> None:
    text = (ROOT / "docs" / "istio.md").read_text("utf-8")

    assert f"parentheses within one another, together | {MAX_LEVELS} |" in text
    assert f"`template` calls within one another | {MAX_DEPTH} |" in text
    assert f"`template` calls, together | {MAX_STEPS:,} |" in text
    assert MAX_OUTPUT == MAX_TEXT
    assert f"each text that a function makes | {MAX_TEXT:,} |" in text


def test_texts_of_a_template_never_become_code() -> None:
    text = '\'"""\\{{`\'"""\\ `}}{{.a}}\n#{{print "\\"\'\\n)"}}'
    key = "{{index . `'])#\"`}}{{template `');x` .}}{{define `');x`}}y{{end}}"

    assert outcome(text, {"a": "{{'"}) == '\'"""\\\'"""\\ {{\'\n#"\'\n)'
    assert outcome(key, {"'])#\"": "z"}) == "zy"


def test_strings_of_subclasses_are_strings() -> None:
    class Held(str):
        __slots__ = ()

    data = {"a": Held("x"), "d": {"b": Held("y")}}

    assert outcome("{{.a}}{{twice .a}}{{eq .a `x`}}{{len .d.b}}", data) == "xxxtrue1"


def test_what_changes_the_data_is_seen_at_once() -> None:
    def put(data: dict[str, Any], key: str, item: Any) -> str:
        data[key] = item
        return ""

    functions = {
        "put": Function(
            call=put, params=(MAP, STRING, BASIC["any"]), result=STRING, changes=True
        )
    }

    text = "{{.a.b}}{{put .a `b` 2}}{{.a.b}}{{$.a.b}}"

    assert GoTemplate("t", text, functions).execute({"a": {"b": 1}}) == "122"


def test_a_function_that_fails_for_no_reason_of_gos_is_not_swallowed() -> None:
    def broken() -> str:
        raise KeyError("ours")

    template = GoTemplate("t", "{{ f }}", {"f": Function(call=broken, result=STRING)})

    with pytest.raises(TemplateError, match="error calling f: KeyError: 'ours'"):
        template.execute(None)


def test_types_are_read_in_gos_notation() -> None:
    assert parse("map[string][]*int64") is parse(" map[string][]*int64 ")
    assert parse("map[string]string") is STRING_MAP
    assert repr(parse("[]byte")) == "<[]uint8>"


def test_values_of_typed_maps_and_slices_are_reached_one_by_one() -> None:
    numbers = Typed(slice_of(INT64), [1, 2])

    assert items(numbers) == [Typed(INT64, 1), Typed(INT64, 2)]
    assert items(["a"]) == ["a"]
    assert entries({"b": 1, "a": 2}) == {"a": 2, "b": 1}
    assert entries(Typed(STRING_MAP, None)) == {}
    assert numbers != [1]
    assert repr(numbers) == "Typed(<[]int64>, [1, 2])"
    assert repr(MISSING) == "MISSING"
    assert typed(MAP, None) == Typed(MAP, None)


def test_a_type_reads_the_form_that_the_data_has() -> None:
    seconds = Type(
        name="t.Seconds",
        kind="struct",
        read=lambda text: {"seconds": int(text.removesuffix("s"))},
        text=lambda held: f"seconds:{held['seconds']}",
        members=lambda: {"Seconds": Field(type=INT64, path=("seconds",))},
    )
    outer = Type(
        name="t.Outer",
        kind="struct",
        members=lambda: {
            "Wait": Field(type=pointer_to(seconds), path=("spec", "wait")),
            "Word": Field(type=named("t.Word", STRING), path=("word",)),
        },
    )
    text = "{{.Wait}} {{with .Wait}}{{.Seconds}}{{end}} {{.Word}}|{{printf `%v` .}}"

    filled = Typed(outer, {"spec": {"wait": "61s"}, "word": "w"})
    assert outcome(text.replace("|{{printf `%v` .}}", ""), filled) == "seconds:61 61 w"
    assert outcome(text, Typed(outer, {})) == "<nil>  |{<nil> }"


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("{{.inf}} {{.minus}} {{.nan}}", "+Inf -Inf NaN"),
        ("{{printf `%f %+f % f %6.1f` .inf .inf .inf .inf}}", "+Inf +Inf  Inf   +Inf"),
        (
            "{{printf `%f|%6v|% e|%+g` .minus .minus .minus .nan}}",
            "-Inf|  -Inf|-Inf|+NaN",
        ),
        ("{{printf `%06d|%06v` 1 .nan}}", "000001|   NaN"),
    ],
)
def test_numbers_without_end_have_names(template: str, wanted: str) -> None:
    data = {"inf": float("inf"), "minus": float("-inf"), "nan": float("nan")}

    assert outcome(template, data) == wanted


def test_structs_of_simple_fields_are_compared() -> None:
    pair = Type(
        name="t.Pair",
        kind="struct",
        members=lambda: {
            "A": Field(type=INT64, path=("a",)),
            "B": Field(type=STRING, path=("b",)),
        },
    )
    data = {
        "one": Typed(pair, {"a": 1, "b": "x"}),
        "same": Typed(pair, {"a": 1, "b": "x", "unknown": 1}),
        "other": Typed(pair, {"a": 1}),
        "pointer": Typed(pointer_to(pair), {"a": 1}),
        "number": Typed(pointer_to(INT64), 1),
    }

    assert outcome("{{eq .one .same}} {{eq .one .other}}", data) == "true false"
    assert outcome("{{eq .pointer .number}}", data) == "false"


def test_maps_may_have_keys_of_any_type() -> None:
    data = {"m": Typed(map_of(ANY, STRING), {"a": "x", 1: "y"})}

    assert outcome("{{index .m `a`}}{{index .m 1}}|{{index .m nil}}", data) == "xy|"


def test_a_function_in_the_data_is_called() -> None:
    data = {
        "f": function("func(string, ...int) string", lambda *args: repr(args)),
        "g": function("func() int", lambda: 1),
    }

    assert outcome("{{call .f `a`}}{{call .f `a` 1 2}}", data) == "('a',)('a', 1, 2)"
    assert outcome("{{call .f}}", data) == (
        'template: inject:1:2: executing "inject" at <call .f>: error calling call: '
        "wrong number of args for .f: got 0 want at least 1"
    )
    assert outcome("{{.f}}", data) == (
        'template: inject:1:2: executing "inject" at <{{.f}}>: '
        "can't print {{.f}} of type func(string, ...int) string"
    )
    assert outcome("{{print .g}}{{if .g}}y{{end}}", data) == "0xc000000000y"


def test_what_fails_after_many_rounds_has_its_place() -> None:
    data = {"many": [0] * 6000 + [""], "more": [0] * 6000}
    late = "{{range .many}}{{add1 .}}{{end}}"
    functions = {"add1": function("func(int) int", lambda number: number + 1)}
    long = "{{range .more}}" + "x" * 200 + "{{end}}"

    assert outcome(late, data, functions) == (
        'template: inject:1:22: executing "inject" at <.>: '
        "wrong type for value; expected int; got string"
    )
    assert outcome(long, data) == (
        'template: inject:1:8: executing "inject" at <.more>: '
        f"the output is longer than {MAX_OUTPUT} characters"
    )


def test_a_text_that_is_too_long_has_no_place() -> None:
    assert outcome("x" * (MAX_OUTPUT + 1), None) == (
        f"template: inject: the output is longer than {MAX_OUTPUT} characters"
    )
