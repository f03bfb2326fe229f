import time
from typing import Any

import pytest

from injector.base.errors import TemplateError
from injector.templates.jinja.rendering import JinjaTemplate

CONTEXT: dict[str, Any] = {
    "l": [1, 2],
    "s": "text",
    "f": 1.5,
    "big": "0123456789" * 100_000,
}

ENDLESS = [
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{% for a in range(1000) %}{{ range(100000)|sum }}{% endfor %}",
    "{% for a in range(1000) %}{{ range(100000)|list }}{% endfor %}",
    "{% for a in range(1000) %}{{ range(100000)|map('string') }}{% endfor %}",
    "{% for a in range(1000) %}{{ range(100000) }}{% endfor %}",
    "{% for a in range(90000) %}{{ 'x' in big }}{% endfor %}",
    "{% for a in range(90000) %}{{ big.count('01') }}{% endfor %}",
    "{% for a in range(90000) %}{{ big|upper }}{% endfor %}",
    "a: {{ range(10**9) }}",
    "a: {{ 'x' * 10**9 }}",
    "a: {{ 10**9 * 'x' }}",
    "a: {{ [0] * 10**9 }}",
    "a: {{ (0,) * 10**7 }}",
    "a: {{ 10**10**10 }}",
    "a: {{ 9**9**9 }}",
    "a: {{ 2**64 }}",
    "a: {{ -(2**63) - 1 }}",
    "a: {{ 9223372036854775807 * 9223372036854775807 }}",
    "a: {{ '%1000000000d' % 1 }}",
    "a: {{ '%.1000000000f' % 1 }}",
    "a: {{ '%*d' % (1000000000, 1) }}",
    "a: {{ '%(a)1000000000d' % {'a': 1} }}",
    "a: {{ '%1000000000d'|format(1) }}",
    "a: {{ s.center(1000000000) }}",
    "a: {{ s.ljust(1000000000) }}",
    "a: {{ s.zfill(1000000000) }}",
    "a: {{ s.expandtabs(1000000000) }}",
    "a: {{ s|center(1000000000) }}",
    "a: {{ s|indent(1000000000) }}",
    "a: {{ s|indent('x') }}",
    "a: {{ l|batch(1000000000, 0) }}",
    "a: {{ l|slice(1000000000) }}",
    "a: {{ f|round(1000000000) }}",
    "a: {{ big.replace('0', big) }}",
    "a: {{ big|replace('', big) }}",
    "a: {{ big.join(big) }}",
    "a: {{ big|join(big) }}",
    "a: {{ big ~ big }}",
    "a: {{ big + big }}",
    "a: {{ big }}\nb: {{ big }}",
    "a: &a {{ big }}\nb: *a",
    "a: {{ big }}{{ big }}",
    ("{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}"
    "{% endfor %}"),
    ("{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}"
    "{% endfor %}"),
    ("{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = n.s + n.s %}"
    "{% endfor %}"),
    ("{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = [n.s, n.s] %}"
    "{% endfor %}a: {{ n.s }}"),
    ("{% set n = namespace() %}{% set n.s %}ab{% endset %}{% for i in range(99) %}"
    "{% set n.s %}{{ n.s }}{{ n.s }}{% endset %}{% endfor %}"),
    ("{% set n = namespace() %}{% set n.s %}ab{% endset %}{% for i in range(99) %}"
    "{% set n.s = n.s ~ n.s %}{% endfor %}"),
    "{% macro m(n) %}{{ m(n-1) ~ m(n-1) if n }}{% endmacro %}{{ m(99) }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% for i in [l] recursive %}{{ loop([i]) }}{% endfor %}",
    "{% for i in range(50000) %}0123456789012345678901234567890123456789\n{% endfor %}",
    ("{% for i in range(90000) %}{{ i }}{% endfor %}{% for i in range(20000) %}{{ i }}"
    "{% endfor %}"),
    ("{% for i in range(5000) %}{% set t %}{% for j in range(9) %}{{ big[:600] }}"
    "{% endfor %}{% endset %}{% endfor %}"),
    "[" * 100_000,
    "{a: " * 100_000,
    "- " * 5_000,
    "a: &a [x]\n" + "".join(
        f"b{i}: &b{i} [{', '.join(['*' + (f'b{i - 1}' if i else 'a')] * 9)}]\n"
        for i in range(9)
    ),
    "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 70)),
    "a: [" + "x," * 60_000 + "]",
    "a: {{ ('[' * 100000)|yaml }}",
    "a: {{ ('&a [' ~ '*a,' * 60000 ~ ']')|yaml }}",
]  # fmt: skip


@pytest.mark.parametrize("source", ENDLESS)
def test_no_template_runs_on_and_on(source: str) -> None:
    started = time.perf_counter()

    with pytest.raises(TemplateError):
        JinjaTemplate("t", source).render(CONTEXT)

    # Each takes less than a second; slow machines may take their time.
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    "value",
    [
        "{{ 1 + 1 }}",
        "{% for i in l %}{% endfor %}",
        "{{ ''.__class__ }}",
        "\ue0000\ue001",
        "\ue0021\ue003",
        "!!python/object/apply:os.system ['true']",
        "*a",
        "%s %d {0} {x.__class__}",
    ],
)
def test_a_value_is_never_code(value: str) -> None:
    source = (
        "{% set t %}{{ x }}{% endset %}{% macro m(y) %}{{ y }}{% endmacro %}"
        "a: {{ x }}\nb: p {{ x }}\nc: {{ t }}\nd: {{ m(x) }}\ne: {{ m(t) ~ '' }}\n"
        "f: {{ '%s' % x }}\ng: |-\n  {{ x }}\n"
    )

    overlay = JinjaTemplate("t", source).render({"x": value})

    assert overlay == {
        **dict.fromkeys("acdefg", value),
        "b": f"p {value}",
    }


def test_what_was_changed_nowhere_is_unchanged() -> None:
    x = {"k": ["v"], "m": {"n": 1}}

    overlay = JinjaTemplate("t", "a: {{ x }}\nb: {{ x.k }}\n<<: {{ x }}").render(
        {"x": x}
    )
    overlay["a"]["k"].append("w")
    overlay["b"].append("w")
    overlay["m"]["n"] = 2

    assert x == {"k": ["v"], "m": {"n": 1}}
