import concurrent.futures
import json
from types import MappingProxyType
from typing import Any

import pytest

from injector.base.errors import PodError, TemplateError
from injector.templates.jinja.rendering import JinjaTemplate


def render(source: str, **context: Any) -> dict[str, Any]:
    return JinjaTemplate("t", source).render(context)


def failure(source: str, **context: Any) -> str:
    with pytest.raises(TemplateError) as caught:
        render(source, **context)
    return str(caught.value)


# What a value is


@pytest.mark.parametrize(
    "value",
    [
        "",
        "text",
        "true",
        "1e3",
        "a: b",
        "- c\n- d",
        15,
        0.5,
        True,
        None,
        [1],
        {"a": []},
    ],
)
def test_an_expression_alone_is_its_value_with_its_type(value: Any) -> None:
    overlay = render("a: {{ x }}", x=value)

    assert json.dumps(overlay) == json.dumps({"a": value})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a: b", "a: b"),
        (15, "15"),
        (0.5, "0.5"),
        (True, "true"),
        (None, "null"),
        ({"a": [1, "é"]}, '{"a":[1,"é"]}'),
    ],
)
def test_an_expression_among_text_or_in_quotes_is_text(value: Any, text: str) -> None:
    overlay = render(
        "a: p-{{ x }}-s\nb: '{{ x }}'\nc: \"{{ x }}\"\nd: |-\n  {{ x }}\n", x=value
    )

    assert overlay == {"a": f"p-{text}-s", "b": text, "c": text, "d": text}


def test_digits_beside_an_expression_make_a_string() -> None:
    assert render("port: 80{{ x }}", x=80) == {"port": "8080"}


def test_expressions_side_by_side_make_a_string() -> None:
    assert render("a: {{ x }}{{ x }}", x=1) == {"a": "11"}


def test_a_constant_is_a_value_as_well() -> None:
    assert render("a: {{ 'b: c' }}\nd: {{ 'true' }}") == {"a": "b: c", "d": "true"}


def test_values_may_stand_in_flow_collections() -> None:
    overlay = render("a: [{{ x }}, {b: {{ x }}}]", x="], c: [")

    assert overlay == {"a": ["], c: [", {"b": "], c: ["}]}


def test_a_value_may_be_the_whole_overlay() -> None:
    assert render("{{ x }}", x={"spec": {}}) == {"spec": {}}


def test_a_value_printed_in_a_comment_is_gone() -> None:
    assert render("a: 1 # {{ x }}", x="\nb: 2") == {"a": 1}


def test_what_is_no_list_to_json_becomes_one() -> None:
    overlay = render(
        "a: {{ (1, 2) }}\nb: {{ range(2) }}\nc: {{ x.keys() }}\nd: {{ x.items() }}\n"
        "e: {{ y }}",
        x={"k": 1},
        y={"k": 1}.values(),
    )

    assert overlay == {"a": [1, 2], "b": [0, 1], "c": ["k"], "d": [["k", 1]], "e": [1]}


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("range", "JSON has no values of type function"),
        ("x.items", "JSON has no values of type Method"),
        ("namespace()", "JSON has no values of type Namespace"),
        ("b", "JSON has no values of type bytes"),
        ("nan", "nan is no number that JSON has"),
        ("{1: 2}", "the key 1 is no string"),
    ],
)
def test_what_json_cannot_say_is_refused(expression: str, told: str) -> None:
    message = failure(f"a: {{{{ {expression} }}}}", x={}, b=b"", nan=float("nan"))

    assert message == f"template 't', line 1: {{{{ {expression} }}}}: {told}"


def test_an_overlay_shares_nothing_with_the_context_or_another_overlay() -> None:
    template = JinjaTemplate("t", "a: {{ x }}\nb: {{ x }}\nc: [1, {d: 2}]")
    context = {"x": {"k": ["v"]}}

    first, second = template.render(context), template.render(context)
    first["a"]["k"].append("w")
    first["c"][1]["d"] = 3

    assert context == {"x": {"k": ["v"]}}
    assert first["b"] == {"k": ["v"]}
    assert second == {"a": {"k": ["v"]}, "b": {"k": ["v"]}, "c": [1, {"d": 2}]}


# Documents


@pytest.mark.parametrize("source", ["", "\n", "# nothing", "---", "null", "{{ none }}"])
def test_nothing_is_an_empty_overlay(source: str) -> None:
    assert render(source) == {}


@pytest.mark.parametrize("source", ["- a", "text", "1", "{{ [] }}", "'{{ 1 }}'"])
def test_an_overlay_is_a_mapping(source: str) -> None:
    assert failure(source) == "template 't': the output is no mapping"


def test_there_is_one_document() -> None:
    told = "template 't', line 2: more than one YAML document"

    assert failure("a: 1\n---\nb: 2") == told


# Keys


def test_an_expression_makes_no_key() -> None:
    message = failure("a:\n  {{ y }}: {{ x }}", x=1, y="k")

    assert message == (
        "template 't', line 2: {{ y }}: an expression makes a key; where it may, it "
        "says so by '| key'"
    )


def test_an_expression_is_no_part_of_a_key() -> None:
    message = failure("a-{{ x | key }}-{{ y }}: 1", x="k", y="l")

    assert message.startswith(
        "template 't', line 1: {{ y }}: an expression makes a key"
    )


@pytest.mark.parametrize(
    "key", ["{{ x | key }}", "'{{ x | key }}'", "? {{ x | key }}\n"]
)
def test_a_filter_lets_an_expression_make_a_key(key: str) -> None:
    assert render(f"{key}: 1\nb: 2", x="a: c") == {"a: c": 1, "b": 2}


def test_a_filter_lets_an_expression_make_part_of_a_key() -> None:
    assert render("example.com/{{ x | key }}: 1", x="a") == {"example.com/a": 1}


def test_a_key_is_a_value_elsewhere() -> None:
    overlay = render("a: {{ x | key }}", x="k")

    assert type(overlay["a"]) is str


@pytest.mark.parametrize(("value", "told"), [(1, "1"), ("", "''"), (None, "null")])
def test_only_text_makes_a_key(value: Any, told: str) -> None:
    assert failure("{{ x | key }}: 1", x=value) == (
        f"template 't', line 1: {{{{ x | key }}}}: {told} is no key, want a string "
        "that is not empty"
    )


def test_a_key_that_comes_twice_is_refused() -> None:
    message = failure("a: 1\n{{ x | key }}: 2", x="a")

    assert message == "template 't', line 2: the key 'a' comes twice"


def test_a_key_of_the_template_that_comes_twice_is_refused() -> None:
    assert (
        failure("a: 1\nb: 2\na: 3") == "template 't', line 3: the key 'a' comes twice"
    )


def test_a_mapping_may_be_merged_into_another() -> None:
    overlay = render("a: 1\n<<: {{ x }}", x={"a": 2, "b": {"c": 3}})

    assert overlay == {"a": 1, "b": {"c": 3}}


def test_of_several_merged_mappings_the_first_wins() -> None:
    overlay = render("<<: [{{ x }}, {{ y }}]", x={"a": 1}, y={"a": 2, "b": 2})

    assert overlay == {"a": 1, "b": 2}


def test_only_mappings_can_be_merged() -> None:
    message = failure("a: 1\n<<: {{ x }}", x=["a"])

    assert message == (
        "template 't', line 2: '<<' merges a mapping or a list of mappings"
    )


# Blocks, macros, text


MACRO = """\
{% macro variable(name, value) %}
- name: {{ name }}
  value: {{ value }}
{% endmacro %}
"""


def test_a_macro_makes_structure_of_its_text_only() -> None:
    overlay = render(
        MACRO + "env:\n{{ variable('A', x) }}{{ variable('B', 2) }}", x="a: b\n- c"
    )

    assert overlay == {
        "env": [{"name": "A", "value": "a: b\n- c"}, {"name": "B", "value": 2}]
    }


def test_block_text_can_be_indented() -> None:
    overlay = render(
        MACRO + "a:\n  env:\n    {{ variable('A', x) | trim | indent }}\nb: 1", x="\n\n"
    )

    assert overlay == {"a": {"env": [{"name": "A", "value": "\n\n"}]}, "b": 1}


def test_block_text_can_be_put_together() -> None:
    source = "{% set item %}- {{ x }}\n{% endset %}a:\n{{ item ~ item + item }}"

    assert render(source, x="- b") == {"a": ["- b", "- b", "- b"]}


def test_a_value_put_together_with_block_text_is_no_structure() -> None:
    overlay = render("{% set item %}\n- a{% endset %}a:{{ item ~ x }}", x="\n- b")

    assert overlay == {"a": ["a\n- b"]}


def test_values_put_together_are_text() -> None:
    assert render("a: {{ x ~ 1 ~ true ~ none }}", x="\n- ") == {"a": "\n- 1truenull"}


def test_a_filter_block_makes_a_value_unless_the_filter_keeps_text() -> None:
    overlay = render(
        "a: {% filter upper %}{{ x }}: é{% endfilter %}\n"
        "b:{% filter indent(2) %}\n- {{ x }}{% endfilter %}",
        x="c: d\n- e",
    )

    assert overlay == {"a": "C: D\n- E: É", "b": ["c: d\n- e"]}


def test_a_set_block_with_a_filter_is_a_value() -> None:
    overlay = render("{% set y | upper %}b: {{ x }}{% endset %}a: {{ y }}", x="c: d")

    assert overlay == {"a": "B: C: D"}


def test_block_text_of_one_expression_is_its_value() -> None:
    overlay = render(
        "{% set y %}{{ x }}{% endset %}"
        "a: {{ y }}\nb: {{ y.k }}\nc: {{ y == x }}\nd: {{ y['k'] + 1 }}\n"
        "e: {{ y | tojson }}",
        x={"k": 1},
    )

    assert overlay == {"a": {"k": 1}, "b": 1, "c": True, "d": 2, "e": '{"k":1}'}


def test_block_text_is_a_string_to_all_but_the_output() -> None:
    overlay = render(
        "{% set t %}{{ x }}-{{ x }}{% endset %}"
        "a: {{ t | upper }}\n"
        "b: {{ t.split('-') }}\n"
        "c: {{ t[0] }}\n"
        "d: {{ t | length }}\n"
        "e: {{ [t, {t: t}] }}\n"
        "f: {{ t in ['ab-ab'] and 'ab' in t and t is string }}\n"
        "g: {{ '%s!' % t }}\n"
        "h: {{ t < 'b' and t <= 'b' and t > 'a' and t >= 'a' and t != 'a' }}\n"
        "i: {% for c in t %}{{ c | upper }}{% endfor %}\n"
        "j: {{ (t, 1) | join('+') }}\n"
        "k: {{ {'ab-ab': 1}[t] }}\n"
        "l: {{ joined(t, more=t) }}\n"
        "m: {{ 1 if t else 2 }}\n"
        "o: {{ -number }}\n",
        x="ab",
        number=3,
        joined=lambda text, *, more: text + more,
    )

    assert overlay == {
        "a": "AB-AB",
        "b": ["ab", "ab"],
        "c": "a",
        "d": 5,
        "e": ["ab-ab", {"ab-ab": "ab-ab"}],
        "f": True,
        "g": "ab-ab!",
        "h": True,
        "i": "AB-AB",
        "j": "ab-ab+1",
        "k": 1,
        "l": "ab-abab-ab",
        "m": 1,
        "o": -3,
    }


def test_a_call_block_makes_structure_of_its_text_only() -> None:
    source = (
        "{% macro each(items) %}{% for item in items %}{{ caller(item) }}{% endfor %}"
        "{% endmacro %}a:\n{% call(item) each(x) %}\n- b: {{ item }}{% endcall %}"
    )

    assert render(source, x=["c: d", 1]) == {"a": [{"b": "c: d"}, {"b": 1}]}


def test_a_call_block_of_a_function_is_a_value() -> None:
    template = JinjaTemplate(
        "t", "a: {% call f() %}x{% endcall %}", {"f": lambda caller: f"b: {caller()}"}
    )

    assert template.render({}) == {"a": "b: x"}


def test_a_macro_may_call_itself_and_another() -> None:
    source = (
        "{% macro up(x) %}{{ x | upper }}{% endmacro %}"
        "{% macro chain(xs) %}{{ up(xs[0]) }}"
        "{% if xs[1:] %}-{{ chain(xs[1:]) }}{% endif %}{% endmacro %}a: {{ chain(x) }}"
    )

    assert render(source, x=["a", ": b", "\n- c"]) == {"a": "A-: B-\n- C"}


def test_a_loop_may_be_recursive() -> None:
    source = (
        "{% for item in x recursive %}{% if not loop.first %}, {% endif %}"
        "{v: {{ item.n }}, c: [{{ loop(item.c) }}]}{% endfor %}"
    )
    tree = [{"n": "}", "c": [{"n": ",", "c": []}, {"n": 1, "c": []}]}]

    overlay = render(f"a: [{source}]", x=tree)

    leaves = [{"v": ",", "c": []}, {"v": 1, "c": []}]
    assert overlay == {"a": [{"v": "}", "c": leaves}]}


def test_a_loop_tells_where_it_is() -> None:
    source = (
        "a: {% for i in 'xyz' %}{{ loop.index }}{{ loop.cycle('a', 'b') }}"
        "{{ '!' if loop.last }}{{ loop.length }}{% else %}none{% endfor %}"
    )

    assert render(source) == {"a": "1a32b33a!3"}


def test_a_loop_takes_whatever_a_function_returns() -> None:
    template = JinjaTemplate(
        "t",
        "a: [{% for k, v in f() %}{{ k }}{{ v }},{% endfor %}"
        "{% for i in g() %}{{ i }}{% endfor %}]",
        {"f": {"b": 1}.items, "g": lambda: (i for i in "c")},
    )

    assert template.render({}) == {"a": ["b1", "c"]}


def test_a_namespace_carries_values_out_of_a_loop() -> None:
    source = (
        "{% set found = namespace(n=0) %}"
        "{% for i in x %}{% set found.n = found.n + i %}{% endfor %}a: {{ found.n }}"
    )

    assert render(source, x=[1, 2, 3]) == {"a": 6}


def test_a_namespace_is_made_beside_the_variable_of_that_name() -> None:
    source = (
        "{% set n = namespace(found='') %}"
        "{% for i in x %}{% set n.found = namespace ~ i %}{% endfor %}"
        "a: {{ n.found }}\nb: {{ namespace }}"
    )

    assert render(source, x=[1, 2], namespace="shop") == {"a": "shop2", "b": "shop"}


def test_the_variable_namespace_alone_is_no_function() -> None:
    source = "{% set made = namespace %}a: {{ made(n=0).n }}"

    with pytest.raises(TemplateError, match="'str' object is not callable"):
        render(source, namespace="shop")


def test_a_cycler_and_a_joiner_work() -> None:
    source = (
        "{% set c = cycler('x', 'y') %}{% set j = joiner(';') %}"
        "a: {% for i in x %}{{ j() }}{{ c.next() }}{{ c.current }}{% endfor %}"
    )

    assert render(source, x=[1, 2]) == {"a": "xy;yx"}


# Names


def test_keys_win_over_methods() -> None:
    x = {"items": 1, "keys": 2, "get": 3, "values": 4, "global": {"proxy": 5}}

    overlay = render(
        "a: {{ x.items }}{{ x.keys }}{{ x.get }}{{ x.values }}{{ x.global.proxy }}", x=x
    )

    assert overlay == {"a": "12345"}


def test_mappings_have_a_few_methods() -> None:
    overlay = render(
        "a: {{ x.get('k') }}\nb: {{ x.get('l', 2) }}\nc: {{ x.get('l') }}\n"
        "d: {% for k, v in x.items() %}{{ k }}={{ v }}{% endfor %}\n"
        "e: {{ x.keys() }}\nf: {{ x.values() }}",
        x=MappingProxyType({"k": 1}),
    )

    assert overlay == {"a": 1, "b": 2, "c": None, "d": "k=1", "e": ["k"], "f": [1]}


def test_a_key_never_hides_a_method_that_is_called() -> None:
    x = {"items": 1, "get": "v"}

    overlay = render("a: {{ x.get('items') }}\nb: {{ x.items() | length }}", x=x)

    assert overlay == {"a": 1, "b": 2}


def test_functions_are_names_and_the_context_wins_over_them() -> None:
    template = JinjaTemplate("t", "a: {{ f(x) }}\nb: {{ g }}", {"f": len, "g": len})

    assert template.render({"x": [1, 2], "g": 3}) == {"a": 2, "b": 3}


def test_a_template_says_its_name() -> None:
    assert JinjaTemplate("sidecar", "").name == "sidecar"


# Failures


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("y", "'y' is undefined"),
        ("y.z", "'y' is undefined"),
        ("x.y", "the mapping has no 'y'"),
        ("x.y.z", "the mapping has no 'y'"),
        ("x['y']", "the mapping has no 'y'"),
        ("x[[]]", "the mapping has no []"),
        ("l[7]", "a list has no 7"),
        ("l.append", "a list has no 'append'"),
        ("(1, 2).y", "a list has no 'y'"),
        ("'s'.y", "a string has no 'y'"),
        ("'s'['upper']", "a string has no 'upper'"),
        ("true.y", "a boolean has no 'y'"),
        ("1 .y", "a number has no 'y'"),
        ("1.5 .y", "a number has no 'y'"),
        ("none.y", "null has no 'y'"),
        ("range.y", "a function has no 'y'"),
        ("namespace(a=1).b", "a Namespace has no 'b'"),
        ("y | int", "'y' is undefined"),
        ("y | tojson", "'y' is undefined"),
        ("y | upper", "'y' is undefined"),
        ("y ~ 'a'", "'y' is undefined"),
        ("y + 1", "'y' is undefined"),
        ("1 + 'a'", "unsupported operand type(s) for +: 'int' and 'str'"),
        ("1 / 0", "division by zero"),
        ("-'a'", "bad operand type for unary -: 'str'"),
        ("x()", "'dict' object is not callable"),
        ("fail('set ' ~ 'x')", "set x"),
        ("f(x)", "no key 'k'"),
        ("g()", "ValueError"),
    ],
)
def test_a_failure_names_template_line_and_expression(
    expression: str, told: str
) -> None:
    def f(x: Any) -> Any:
        return x["k"]

    def g() -> None:
        raise ValueError

    template = JinjaTemplate(
        "t", f"a:\n- {{{{ l[0] }}}}\n- {{{{ {expression} }}}}", {"f": f, "g": g}
    )

    with pytest.raises(TemplateError) as caught:
        template.render({"x": {}, "l": [1]})

    assert str(caught.value) == f"template 't', line 3: {{{{ {expression} }}}}: {told}"


def test_of_several_expressions_on_a_line_the_failing_one_is_named() -> None:
    message = failure("a: {{ x }}{{ y }}{{ z }}", x=1, z=2)

    assert message == "template 't', line 1: {{ y }}: 'y' is undefined"


def test_a_failing_statement_is_named() -> None:
    message = failure("a: 1\n{% if x.y %}b: 2{% endif %}", x={})

    assert message == ("template 't', line 2: {% if x.y %}: the mapping has no 'y'")


def test_a_loop_over_nothing_to_loop_over_is_named() -> None:
    message = failure("a: 1\n{% for i in x %}{% endfor %}", x=5)

    assert message == (
        "template 't', line 2: {% for i in x %}: 'int' object is not iterable"
    )


def test_a_failure_in_a_macro_names_the_macros_expression() -> None:
    message = failure("{% macro m(x) %}\n{{ x.y }}{% endmacro %}\na: {{ m({}) }}")

    assert message == "template 't', line 2: {{ x.y }}: the mapping has no 'y'"


def test_a_long_expression_is_told_on_one_line_and_cut() -> None:
    message = failure("a: 1\nb: {{\n  y\n  + '" + "z" * 100 + "'\n}}")

    assert message == (
        f"template 't', line 3: {{{{ y + '{'z' * 92}...: 'y' is undefined"
    )


def test_a_function_may_blame_the_pod() -> None:
    def f() -> None:
        raise PodError("annotation a is 'b'")

    with pytest.raises(PodError, match=r"^annotation a is 'b'$"):
        JinjaTemplate("t", "a: {{ f() }}", {"f": f}).render({})


def test_a_function_may_blame_the_template() -> None:
    def f() -> None:
        raise TemplateError("no")

    with pytest.raises(TemplateError) as caught:
        JinjaTemplate("t", "a: {{ f() }}", {"f": f}).render({})

    assert str(caught.value) == "template 't', line 1: {{ f() }}: no"


def test_a_failure_tells_on_one_line() -> None:
    message = failure("a: {{ fail(x) }}", x="b\n  c\td")

    assert message == "template 't', line 1: {{ fail(x) }}: b c d"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            "a: 1\nb: {{ x",
            (
                ", line 2: {{ x: unexpected end of template, expected 'end "
                "of print statement'."
            ),
        ),
        ("a: {{ x | nope }}", ", line 1: {{ x | nope }}: No filter named 'nope'."),
        ("a: {{ x is nope }}", ", line 1: {{ x is nope }}: No test named 'nope'."),
        ("a: {{ x }", ", line 1: unexpected '}'"),
        ("{% if x %}\n", ", line 1: "),
        (
            "{% include 'x' %}",
            ", line 1: {% include 'x' %}: there is no include: a template stands alone",
        ),
        (
            "\n{% import 'x' as y %}",
            (
                ", line 2: {% import 'x' as y %}: there is no "
                "import: a template stands alone"
            ),
        ),
        (
            "{% from 'x' import y %}",
            (
                ", line 1: {% from 'x' import y %}: there is no "
                "import: a template stands alone"
            ),
        ),
        (
            "{% extends 'x' %}",
            ", line 1: {% extends 'x' %}: there is no extends: a template stands alone",
        ),
        (
            "{% block x %}{% endblock %}",
            ", line 1: {% block x %}: there is no block: a template stands alone",
        ),
        (
            "{% autoescape true %}{% endautoescape %}",
            (
                ", line 1: {% autoescape true %}: "
                "there is no autoescape: the output is no HTML"
            ),
        ),
        ("a: 1\nb: \ue000", ", line 2: the character '\\ue000' is reserved"),
        ("{{ " + "(" * 3000, ": too deeply nested"),
        (
            "{% for a in [] %}" * 25 + "{% endfor %}" * 25,
            ": too many statically nested blocks",
        ),
        ("x" * ((1 << 20) + 1), ": longer than 1,048,576 characters"),
    ],
)
def test_what_is_no_template_is_refused_at_once(source: str, told: str) -> None:
    with pytest.raises(TemplateError) as caught:
        JinjaTemplate("t", source)

    assert str(caught.value).startswith(f"template 't'{told}")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            "a: 1\nb: [\nc: 2",
            ", line 3: no YAML: did not find expected ',' or ']'",
        ),
        (
            "{% for i in x %}\n- {{ i }}\n{% endfor %}\na: 1",
            ", line 4: no YAML: did not find expected '-' indicator",
        ),
        (
            "{% macro m() %}\n\n\n\n{% endmacro %}a: 1\n{{ m() }}b: 1\n c: 2\n",
            ", line 7: no YAML: mapping values are not allowed in this context",
        ),
        ("{{ x }}: &a b\n*c : d", ", line 2: '*c' has no finished anchor"),
        (
            "a: {{ x }}: b",
            ", line 1: no YAML: mapping values are not allowed in this context",
        ),
        (
            "a: \x07",
            (
                ": no YAML: unacceptable character #x0007: control characters are "
                "not allowed"
            ),
        ),
    ],
)
def test_yaml_that_is_none_names_the_templates_line(source: str, told: str) -> None:
    assert failure(source, x=["v", "w"]) == f"template 't'{told}"


def test_trimmed_text_keeps_the_templates_lines() -> None:
    source = "{% set t %}\n\n[x\n{% endset %}\n\n{{ t | trim }}"

    assert failure(source) == (
        "template 't', line 6: no YAML: did not find expected ',' or ']'"
    )


def test_a_template_that_does_not_render_twice_alike_names_no_line() -> None:
    answers = iter(["ok"])
    template = JinjaTemplate("t", "a: {{ f() }}\nb: [", {"f": lambda: next(answers)})

    with pytest.raises(TemplateError) as caught:
        template.render({})

    assert str(caught.value) == (
        "template 't': no YAML: did not find expected node content"
    )


# Shapes


def test_a_shape_is_read_once() -> None:
    template = JinjaTemplate(
        "t", "{% for i in x %}a{{ i | key }}: {{ i }}\n{% endfor %}"
    )

    overlays = [template.render({"x": x}) for x in (["1"], ["2"], ["3", "4"], ["5"])]

    assert overlays == [{"a1": "1"}, {"a2": "2"}, {"a3": "3", "a4": "4"}, {"a5": "5"}]
    assert template.shapes() == 2


def test_a_key_is_allowed_by_render_and_not_by_shape() -> None:
    template = JinjaTemplate("t", "{{ x | key if x == 'a' else x }}: 1")
    template.render({"x": "a"})

    with pytest.raises(TemplateError, match="an expression makes a key"):
        template.render({"x": "b"})


def test_threads_share_a_template() -> None:
    template = JinjaTemplate(
        "t", MACRO + "env:{% for i in range(n) %}{{ variable(x ~ i, x) }}{% endfor %}"
    )

    def overlay(number: int) -> bool:
        x, n = f"v{number}", number % 40 + 1
        env = template.render({"x": x, "n": n})["env"]
        return bool(env == [{"name": f"{x}{i}", "value": x} for i in range(n)])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(overlay, range(400)))


def test_what_fails_after_much_work_is_told_without_its_line() -> None:
    text = "a:\n{% for _ in range(count) %}\n- {{ 1 }}\n{% endfor %}\n  b: c\n"
    template = JinjaTemplate("sidecar", text)

    with pytest.raises(TemplateError, match=r"^template 'sidecar', line \d+: no YAML"):
        template.render({"count": 10})
    with pytest.raises(TemplateError, match=r"^template 'sidecar': no YAML"):
        template.render({"count": 9_000})
