from typing import Any

import pytest

from injector.base.errors import TemplateError
from injector.templates.jinja.rendering import JinjaTemplate


def value(expression: str, **context: Any) -> Any:
    return JinjaTemplate("t", f"a: {{{{ {expression} }}}}").render(context)["a"]


def failure(expression: str, **context: Any) -> str:
    with pytest.raises(TemplateError) as caught:
        value(expression, **context)
    start = f"template 't', line 1: {{{{ {expression} }}}}: "
    assert str(caught.value).startswith(start)
    return str(caught.value).removeprefix(start)


# Numbers and booleans out of text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("15", 15),
        (" -7\n", -7),
        ("+7", 7),
        ("007", 7),
        ("9223372036854775807", (1 << 63) - 1),
        (15, 15),
        (15.0, 15),
    ],
)
def test_int_reads_integers(text: Any, number: int) -> None:
    read = value("x | int", x=text)

    assert (read, type(read)) == (number, int)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("15x", "'15x'"),
        ("", "''"),
        ("1.5", "'1.5'"),
        ("1e3", "'1e3'"),
        ("1_0", "'1_0'"),
        ("0x1F", "'0x1F'"),
        ("\u0661\u0665", "'\u0661\u0665'"),
        ("9223372036854775808", "'9223372036854775808'"),
        ("9" * 30, f"'{'9' * 30}'"),
        ("x" * 99, f"'{'x' * 60}'..."),
        (1.5, "1.5"),
        (1e300, "1e+300"),
        (True, "true"),
        (None, "null"),
        ([1], "a list"),
    ],
)
def test_int_refuses_anything_else(text: Any, told: str) -> None:
    assert failure("x | int", x=text) == f"{told} is not an integer"


def test_int_has_a_default_for_what_is_no_integer() -> None:
    assert value("x | int(3)", x="three") == 3
    assert value("x | int(default=none)", x="three") is None


def test_what_is_undefined_is_no_integer_but_an_error() -> None:
    assert failure("x | int(3)") == "'x' is undefined"


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.5", 1.5), ("15", 15.0), ("-.5e2", -50.0), (2, 2), (0.5, 0.5)],
)
def test_float_reads_numbers(text: Any, number: float) -> None:
    assert value("x | float", x=text) == number


@pytest.mark.parametrize("text", ["x", "", "nan", "inf", "1_0", True, None, []])
def test_float_refuses_anything_else(text: Any) -> None:
    assert failure("x | float", x=text).endswith(" is not a number")
    assert value("x | float(0.5)", x=text) == 0.5


@pytest.mark.parametrize("text", ["1e999", "9" * 1000, "9" * 1_000_000 + "x"])
def test_float_refuses_what_json_cannot_say(text: str) -> None:
    assert failure("x | float", x=text).endswith(" is not a number")
    assert value("x | float(0.5)", x=text) == 0.5


@pytest.mark.parametrize(
    ("text", "truth"),
    [("true", True), (" false ", False), (True, True), (False, False)],
)
def test_bool_reads_booleans(text: Any, truth: Any) -> None:
    assert value("x | bool", x=text) is truth


@pytest.mark.parametrize("text", ["True", "yes", "1", "", 1, None])
def test_bool_refuses_anything_else(text: Any) -> None:
    assert failure("x | bool", x=text).endswith(" is not true or false")
    assert value("x | bool(false)", x=text) is False


# Text


@pytest.mark.parametrize(
    ("expression", "made"),
    [
        ("x | string", "aB c"),
        ("15 | string", "15"),
        ("true | string", "true"),
        ("none | string", "null"),
        ("x | upper", "AB C"),
        ("x | lower", "ab c"),
        ("x | title", "Ab C"),
        ("x | capitalize", "Ab c"),
        ("x | replace(' ', ': ')", "aB: c"),
        ("x | replace('', '-', 2)", "-a-B c"),
        ("5 | replace(5, 6)", "6"),
        ("' x ' | trim", "x"),
        ("'xyx' | trim('x')", "y"),
        ("'x\n\ny' | indent", "x\n\n    y"),
        ("'x\n\ny' | indent(2, first=true, blank=true)", "  x\n  \n  y"),
        ("[1, true, 'x'] | join", "1truex"),
        ("[1, true, 'x'] | join(', ')", "1, true, x"),
        ("'%s=%03d %.1f' | format('x', 7, 0.25)", "x=007 0.2"),
        ("'%s %s' | format(true, none)", "true null"),
        ("'%(a)s' | format(a=[1])", "[1]"),
        ("'%s' % x", "aB c"),
        ("'%s-%s' % (x, 1)", "aB c-1"),
        ("'%(a)s' % {'a': false}", "false"),
        ("'a b' | urlencode", "a%20b"),
        ("{'a': [1, 'é']} | tojson", '{"a":[1,"é"]}'),
        ("', '.join([1, 'x'])", "1, x"),
        ("x.replace('B', 5)", "a5 c"),
        ("x.split()", ["aB", "c"]),
        ("x.removeprefix('a').strip()", "B c"),
        ("x * 2", "aB caB c"),
        ("2 * x", "aB caB c"),
        ("x * -1", ""),
    ],
)
def test_text_filters_and_methods(expression: str, made: Any) -> None:
    assert value(expression, x="aB c") == made


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("%(x(y))5d", "a name with a bracket in it cannot be formatted"),
        ("%1001d", "a width that is over 1000"),
        ("%" + "9" * 5000 + "d", "a width that is over 1000"),
        ("%-0*d", "a width that is over 1000"),
        ("%(x).1001d", "a width that is over 1000"),
        ("%(" * 100_000, "a name with a bracket in it cannot be formatted"),
    ],
)
def test_what_a_format_makes_has_a_bound(text: str, problem: str) -> None:
    assert failure("t | format(x=1)", t=text) == problem


def test_a_percent_sign_is_no_format() -> None:
    assert value("'%%2000d %(x)05d' | format(x=1)") == "%2000d 00001"


def test_blanks_between_words_are_trimmed_in_linear_time() -> None:
    source = (
        "{% set t %} {{ x }}" + " " * 300_000 + ".\n{% endset %}a: '{{ t | trim }}'"
    )

    made = JinjaTemplate("t", source).render({"x": " b "})

    assert made == {"a": " b " + " " * 300_000 + "."}


def test_block_text_of_blanks_is_trimmed_to_nothing() -> None:
    source = "{% set t %} \n {% endset %}a: '{{ t | trim }}'"

    assert JinjaTemplate("t", source).render({}) == {"a": ""}


def test_only_text_is_formatted() -> None:
    assert failure("5 | format(1)") == "only text can be formatted"


def test_a_filter_tells_its_own_name_when_misused() -> None:
    assert failure("'x' | upper(1)") == (
        "upper() takes 1 positional argument but 2 were given"
    )


# Lists and mappings


@pytest.mark.parametrize(
    ("expression", "made"),
    [
        ("x | length", 3),
        ("x | count", 3),
        ("x | first", 3),
        ("x | last", 2),
        ("x | sort", [1, 2, 3]),
        ("x | sort | reverse | list", [3, 2, 1]),
        ("x | min ~ x | max", "13"),
        ("x | sum", 6),
        ("x | sum(10)", 16),
        ("[1, 1, 2] | unique", [1, 2]),
        ("x | map('string')", ["3", "1", "2"]),
        ("x | select('gt', 1)", [3, 2]),
        ("x | reject('gt', 1)", [1]),
        ("m | items", [["b", 1], ["a", 2]]),
        ("m | dictsort", [["a", 2], ["b", 1]]),
        ("m | list", ["b", "a"]),
        ("[m] | map(attribute='b')", [1]),
        ("[m] | selectattr('b', 'eq', 1) | length", 1),
        ("[m] | rejectattr('b', 'eq', 1) | length", 0),
        ("[m] | groupby('b')", [[1, [{"b": 1, "a": 2}]]]),
        ("-1 | abs", 1),
        ("1.5 | round", 2),
        ("0.125 | round(2)", 0.12),
        ("x + [4]", [3, 1, 2, 4]),
        ("x * 2", [3, 1, 2, 3, 1, 2]),
        ("x.index(1) ~ x.count(1)", "11"),
        ("(1, 2, 2).count(2)", 2),
        ("dict(m, c=3)", {"b": 1, "a": 2, "c": 3}),
        ("3 in x", True),
        ("'b' in m", True),
        ("4 not in x", True),
        ("7 // 2 + 7 % 4 - 2 ** 3", -2),
        ("7 / 2", 3.5),
        ("2 ** -1", 0.5),
        ("+3", 3),
    ],
)
def test_filters_and_operators_on_lists_mappings_and_numbers(
    expression: str, made: Any
) -> None:
    assert value(expression, x=[3, 1, 2], m={"b": 1, "a": 2}) == made


def test_only_numbers_are_summed() -> None:
    assert failure("[1, 'x'] | sum") == "'x' is not a number"


def test_a_default_stands_for_what_is_undefined() -> None:
    assert value("x.y | default({'a': 1})", x={}) == {"a": 1}
    assert value("x | d") == ""
    assert value("x | d('y')", x="") == ""
    assert value("x | d('y', true)", x="") == "y"


def test_a_default_leaves_block_text_alone() -> None:
    source = "{% set t %}\n- {{ x }}{% endset %}a: {{ t | default('') }}"

    assert JinjaTemplate("t", source).render({"x": "- b"}) == {"a": ["- b"]}


def test_block_text_can_be_trimmed_of_characters_as_a_value() -> None:
    source = "{% set t %}-{{ x }}-{% endset %}a: {{ t | trim('-') }}"

    assert JinjaTemplate("t", source).render({"x": ": b"}) == {"a": ": b"}


def test_block_text_can_be_looped_over_and_searched() -> None:
    source = (
        "{% set t %}{{ x }}{% endset %}"
        "a: {{ 'b' in t }}\nc: [{% for i in t %}{{ i }},{% endfor %}]"
    )

    assert JinjaTemplate("t", source).render({"x": ["b"]}) == {"a": True, "c": ["b"]}


# YAML in text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a: [1, yes, 'x']", {"a": [1, True, "x"]}),
        ('{"a": {"b": null}}', {"a": {"b": None}}),
        ("- 1\n- 2", [1, 2]),
        ("15", 15),
        ("", None),
        ("\ue0000\ue001", "\ue0000\ue001"),
        ("<<: {a: 1}\nb: 2", {"a": 1, "b": 2}),
    ],
)
def test_yaml_reads_text(text: str, made: Any) -> None:
    assert value("x | yaml", x=text) == made


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "a: 'b",
            "line 1 of the value: no YAML: found unexpected end of stream",
        ),
        ("a: 1\na: 2", "line 2 of the value: the key 'a' comes twice"),
        ("on: 1", "line 1 of the value: a key that is a boolean in YAML: quote it"),
        (
            "<<: 1",
            "line 1 of the value: '<<' merges a mapping or a list of mappings",
        ),
        ("a: 1\n---\nb: 2", "line 2 of the value: more than one YAML document"),
        (
            "\x00",
            (
                "the value: no YAML: unacceptable character #x0000: control "
                "characters are not allowed"
            ),
        ),
        (
            "\ud800",
            "the value: no YAML: it holds '\\ud800'",
        ),
    ],
)
def test_yaml_tells_what_is_wrong(text: str, told: str) -> None:
    assert failure("x | yaml", x=text) == told
