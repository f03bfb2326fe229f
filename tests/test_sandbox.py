import time
from typing import Any

import pytest

from injector.errors import TemplateError
from injector.templates.jinja import JinjaTemplate

CONTEXT: dict[str, Any] = {
    "x": {"k": "v"},
    "l": [1, 2],
    "s": "text",
    "n": 5,
    "f": 1.5,
    "big": "0123456789" * 100_000,
}

ESCAPES = [
    "''.__class__",
    "''['__class__']",
    "''|attr('__class__')",
    "''.__class__.__mro__[1].__subclasses__()",
    "''['__cla' ~ 'ss__']",
    "(1).__class__.__base__.__subclasses__()",
    "[].__class__.__base__",
    "{}.__class__.__bases__[0]",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__init__.__globals__",
    "x.__getattribute__('__class__')",
    "x.__reduce_ex__(4)",
    "x['__doc__']",
    "x.get.__self__",
    "x.get.__func__",
    "x.get.func",
    "x.get.args",
    "x.get.keywords",
    "x.items.func.__globals__",
    "f.fromhex('1')",
    "n.to_bytes(8)",
    "n.real",
    "s.format",
    "'{0.__class__}'.format(s)",
    "'{0.__init__.__globals__}'.format(fail)",
    "'{x.__class__}'.format_map({'x': 1})",
    "'%(x)s'.__mod__({'x': 1})",
    "'{}'|format(s.__class__)",
    "s.encode('utf-8')",
    "s.translate({1: 2})",
    "s.maketrans('a', 'b')",
    "cycler.__init__.__globals__.os",
    "cycler('a').__init__.__globals__",
    "cycler('a').items",
    "joiner.__init__.__globals__",
    "joiner().sep",
    "namespace.__init__.__globals__",
    "namespace().__init__.__globals__",
    "namespace()._Namespace__attrs",
    "namespace()['__class__']",
    "lipsum.__globals__",
    "lipsum()",
    "range.__class__",
    "range(3).__reduce__()",
    "dict.__base__",
    "dict.fromkeys",
    "dict.mro()",
    "fail.__globals__",
    "fail.__code__",
    "fail.__closure__",
    "self.__init__",
    "self._TemplateReference__context",
    "self.x",
    "self['_TemplateReference__context']",
    "config",
    "request",
    "environment",
    "context",
    "__builtins__",
    "__import__('os')",
    "open('/etc/passwd')",
    "eval('1')",
    "get_flashed_messages.__globals__",
    "undefined_thing.__class__",
    "(undefined_thing|default).__class__",
    "l.append(3)",
    "l.__iter__",
    "x.update({'a': 1})",
    "x.pop('k')",
    "x.setdefault('a', 1)",
    "x.clear()",
    "x.fromkeys",
    "l|map(attribute='__class__')|list",
    "l|map('attr', '__class__')|list",
    "[s]|map(attribute='upper.__self__')|list",
    "l|groupby('__class__')",
    "l|selectattr('__class__')|list",
    "l|sort(attribute='__class__')",
    "l|sum(attribute='__class__')",
    "l|first|attr('__class__')",
    "l|random",
    "s|xmlattr",
    "s|pprint",
    "s|safe",
    "s|escape",
    "s|urlize",
    "x|tojson(indent=10)",
]

STATEMENTS = [
    "{% for c in ''.__class__.__mro__ %}{% endfor %}",
    "{% set x.__class__ = 1 %}",
    "{% set l[0] = 1 %}",
    "{% macro m() %}{% endmacro %}a: {{ m.__globals__ }}",
    "{% macro m() %}{% endmacro %}a: {{ m._func.__globals__ }}",
    "{% macro m() %}{% endmacro %}a: {{ m._environment }}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% for i in l %}{{ loop.__class__ }}{% endfor %}",
    "{% for i in l %}{{ loop._iterable }}{% endfor %}",
    "{% for i in l %}{{ loop._undefined.__init__ }}{% endfor %}",
    "{% set t %}{{ s }}{% endset %}a: {{ t.raw }}",
    "{% set t %}{{ s }}{% endset %}a: {{ t['__class__'] }}",
    "{% set t %}{{ s }}{% endset %}a: {{ t.__init__ }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% extends 'base' %}",
    "{% block b %}{{ super() }}{% endblock %}",
    "{% autoescape true %}{{ s }}{% endautoescape %}",
    "{% do l.append(1) %}",
    "{% debug %}",
    "a: !!python/object/apply:os.system ['true']",
    "a: !!python/name:os.system",
]

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


def test_there_are_enough_escapes() -> None:
    assert len({*ESCAPES, *STATEMENTS}) > 100


@pytest.mark.parametrize("expression", ESCAPES)
def test_no_expression_reaches_python(expression: str) -> None:
    with pytest.raises(TemplateError):
        JinjaTemplate("t", f"a: {{{{ {expression} }}}}").render(CONTEXT)


@pytest.mark.parametrize("source", STATEMENTS)
def test_no_statement_reaches_python(source: str) -> None:
    with pytest.raises(TemplateError):
        JinjaTemplate("t", source).render(CONTEXT)


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
