"""Random templates of constructs for which an answer of memory might be wrong."""

import random
import re
from collections.abc import Iterator
from typing import Any

from remembered import Trusting, asked, jinja, made, recalls

TEXTS = (
    *("x", "X", "y", "Y", "ab", "AB", "a-b", " ab ", "1", "0", "-0", "0.0", "1.0"),
    *("true", "q", "xq", "a\nb", "'", "[a]", "1000", "istio", "b-a-c"),
)
ALIKE = (
    *(("0.0", "-0.0"), ("-0.0", "0.0"), ("1", "1.0"), ("true", "1"), ("0", "false")),
    *(("300", "300"), ("none", "''"), ("1e3", "1000")),
)
"""Numbers that are equal in Python, or have the same text."""

SOURCES = (
    *("metadata.labels.a", "metadata.labels.b", "metadata.labels.c"),
    *("metadata.annotations.team", "workload.name", "spec.containers[0].image"),
)
FILTERS = (
    *("upper", "lower", "trim", "title", "capitalize", "string", "tojson", "indent(2)"),
    *("reverse", "list | join('-')", "list | sort | join", "list | unique | join"),
    *(
        "length",
        "int(0)",
        "float(0)",
        "float(-0.0)",
        "bool(false)",
        "yaml",
        "urlencode",
    ),
    *("default('d', true)", "replace('x', 'y', 1)", "string | first | string"),
)
TWO = (
    *("{0} ~ {1}", "{0} + {1}", "'%s/%s' % ({0}, {1})", "[{0}, {1}] | join('+')"),
    *("'%(k)s' % {{'k': {0}}} ~ {1}", "'%s%s' | format({0}, {1})"),
    *("'%(k)s%(l)s' | format(k={0}, l={1})", "{{'k': {0}, 'l': {1}}} | tojson"),
    *("{0} | default({1}, boolean=true)", "[{0}, {1}] | unique | join('+')"),
    *("[{0}, {1}] | sort | join('+')", "[{0}, {1}] | max", "[{0}, {1}] | min"),
    *(
        "{0} if {1} else 'e'",
        "{0} == {1}",
        "{0} in {1}",
        "{0} < {1}",
        "{1}.join([{0}])",
    ),
    *("({0}) is sameas ({1})", "({0} | trim) is sameas ({1} | trim)"),
    *("{0} is eq {1}",),
    *("[{0}, {1}] | select('sameas', {1}) | list | length", "{0}.startswith({1})"),
    *(
        "[{{'k': {0}}}, {{'k': {1}}}] | map(attribute='k') | join",
        "{0}.split({1}) | last",
    ),
    *("[{{'k': {0}}}, {{'k': {1}}}] | groupby('k') | length", "{0} | trim({1})"),
    *("{{'k': {0}, 'l': {1}}} | dictsort(by='value') | first | last",),
    *("dict(k={0}).get('k', {1})", "{{{0}: 1}}.get({1}, 'no')", "[{0}].index({0})"),
)
NUMBERED = (
    *(
        "{0} | replace('x', {1})",
        "{0} | replace('q', new={1})",
        "{0}.replace('x', {1})",
    ),
    *(
        "{0} | replace(old='a', new={1})",
        "{0} | float({1})",
        "{0} | default({1}, true)",
    ),
    *(
        "{0} | replace('1', [{1}])",
        "{0} | float(default={1})",
        "[{0}, {1}] | join(',')",
    ),
    *("{0} | replace('0', {{'k': {1}}})", "({0} | float(0)) * {1}", "{0} == {1}"),
    *("({0} | float({1})) is sameas ({0} | float({1}))", "{0} is sameas ({1})"),
)

HEADS = (
    "{% set v#N = #V %}",
    "{% set v#N %}#P{% endset %}",
    "{% set v#N | #F %}#P{% endset %}",
    "{% macro v#N(x, y='d') %}{{ x | upper }}{{ y }}{% endmacro %}",
)
"""Starts of templates: ``#V`` is a value, ``#P`` an output, ``#F`` a filter."""

BLOCKS = (
    "#P",
    "#P",
    "{% filter #F %}#P{% endfilter %}",
    "{% filter #F | upper %}#P{% endfilter %}",
    "{% filter replace('x', new=#V) %}#P{% endfilter %}",
    "{% set s | #F %}#P{% endset %}{{ s }}",
    "{% set s %}#P{% endset %}{{ s | lower }}{{ s }}",
    (
        "{% macro m(x) %}<{{ x | trim }}>{{ caller() if caller }}{% endmacro %}"
        "{% call m(#V) %}#P{% endcall %}"
    ),
    (
        "{% macro n(x, y=1) %}{{ x }}{{ y | string | upper }}{% endmacro %}"
        "{{ n(#V, y=#V) }}"
    ),
    "{% for e in [#V, #V] %}{{ loop.changed(e) }}{{ e | string | lower }}{% endfor %}",
    "{% for e in metadata.labels.values() %}{{ e | upper }}{% endfor %}",
)

PAIRS = (("x", "X"), ("ab", " ab "), ("ab", "AB"), ("1", "1.0"), ("0", "-0"))
"""Texts for which filters have the same result."""

Chance = random.Random


def template(chance: Chance) -> str:
    """Return the text of a template; half of them have few expressions."""
    depth = chance.randrange(3)
    heads = chance.randrange(depth + 1)
    head = "".join(_head(chance, at, depth) for at in range(heads))
    fields = ", ".join(
        f"k{at}: '{_printed(chance, depth)}'" for at in range(chance.randrange(1, 4))
    )
    return f"{head}metadata: {{annotations: {{{fields}}}}}"


def _head(chance: Chance, at: int, depth: int) -> str:
    return _put(chance.choice(HEADS).replace("#N", str(at)), chance, depth)


def _printed(chance: Chance, depth: int) -> str:
    return _put(chance.choice(BLOCKS), chance, depth)


def _put(shape: str, chance: Chance, depth: int) -> str:
    """Return *shape* with its marks replaced."""
    parts = re.split("#([PVF])", shape)
    for at in range(1, len(parts), 2):
        match parts[at]:
            case "P":
                parts[at] = _print(chance, depth)
            case "V":
                parts[at] = _value(chance, depth)
            case _:
                parts[at] = chance.choice(FILTERS)
    return "".join(parts)


def _print(chance: Chance, depth: int) -> str:
    return f"{{{{ {_value(chance, depth)} }}}}"


def _value(chance: Chance, depth: int) -> str:
    if not depth or chance.random() < 0.2:
        return chance.choice(SOURCES)
    kind = chance.choices(("filter", "two", "numbers", "same"), (3, 3, 4, 1))[0]
    one = _value(chance, depth - 1)
    if kind == "filter":
        return f"({one} | {chance.choice(FILTERS)})"
    if kind == "two":
        other = one if chance.random() < 0.4 else _value(chance, depth - 1)
        return f"({chance.choice(TWO).format(one, other)})"
    if kind == "numbers":
        made_of = chance.choice(NUMBERED)
        first, second = (made_of.format(one, number) for number in chance.choice(ALIKE))
        return f"(({first}) ~ '/' ~ ({second}))"
    same = f"({one} | {chance.choice(FILTERS)})"
    return f"({same} is sameas {same})"


def pods(chance: Chance, count: int) -> Iterator[dict[str, Any]]:
    """Yield pods of one form, with few texts that are often equal."""
    pool = chance.choice((*PAIRS, *(chance.sample(TEXTS, k) for k in range(2, 7))))
    for _ in range(count):
        pod = made(1, **{name: chance.choice(pool) for name in "abc"})
        pod["metadata"]["annotations"]["team"] = chance.choice(pool)
        pod["metadata"]["ownerReferences"][0]["name"] = chance.choice(pool)
        pod["spec"]["containers"][0]["image"] = chance.choice(pool)
        yield pod


def compared(seed: int, count: int = 12) -> tuple[str, int, bool]:
    """Return a template, how often memory answered, and whether it was wrong."""
    chance = random.Random(seed)  # noqa: S311 - variety, no secret
    source = template(chance)
    plain = jinja(source)
    remembering = Trusting(plain)
    recalled = 0
    for pod in pods(chance, count):
        wanted = asked(plain, pod, "shop")
        recalled += recalls(remembering, pod, "shop")
        if asked(remembering, pod, "shop") != wanted:
            return source, recalled, True
    return source, recalled, False
