"""The functions that every Go template has: comparisons, index, printf, call.

What runs templates imports this package; it imports values, and no node.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from injector.templates.go.builtin import comparing, escaping, indexing
from injector.templates.go.builtin.calling import call
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.printing import sprint, sprintln
from injector.templates.go.values.values import truth
from injector.templates.go.values.verbs import sprintf

MAX_TEXT = 1 << 20
"""Characters that a function may return in one string."""


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise FunctionError(f"the text is longer than {MAX_TEXT} characters")
    return text


def _print(*values: Any) -> str:
    return _bounded(sprint(values))


def _println(*values: Any) -> str:
    return _bounded(sprintln(values))


def _printf(text: str, *values: Any) -> str:
    return _bounded(sprintf(text, values))


def _html(*values: Any) -> str:
    return _bounded(escaping.html(*values))


def _js(*values: Any) -> str:
    return _bounded(escaping.js(*values))


def _urlquery(*values: Any) -> str:
    return _bounded(escaping.urlquery(*values))


def _negated(value: Any) -> bool:
    return not truth(value)


# The evaluation itself does "and" and "or", which may skip arguments; it never calls
# these two.
BUILTINS: Mapping[str, Function] = MappingProxyType(
    {
        "and": function("func(value, ...value) value", _negated),
        "call": function("func(value, ...value) value", call),
        "eq": function("func(value, ...value) bool", comparing.equal),
        "ge": function("func(value, value) bool", comparing.greater_or_equal),
        "gt": function("func(value, value) bool", comparing.greater),
        "html": function("func(...any) string", _html),
        "index": function("func(value, ...value) value", indexing.index),
        "js": function("func(...any) string", _js),
        "le": function("func(value, value) bool", comparing.less_or_equal),
        "len": function("func(value) int", indexing.length),
        "lt": function("func(value, value) bool", comparing.less),
        "ne": function("func(value, value) bool", comparing.unequal),
        "not": function("func(value) bool", _negated),
        "or": function("func(value, ...value) value", _negated),
        "print": function("func(...any) string", _print),
        "printf": function("func(string, ...any) string", _printf),
        "println": function("func(...any) string", _println),
        "slice": function("func(value, ...static) value", indexing.cut),
        "urlquery": function("func(...any) string", _urlquery),
    }
)
"""The language's own functions; a registry's functions of the same name win."""
