"""The functions that every Go template has."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from injector.templates.go import comparing, escaping, indexing
from injector.templates.go.functions import Function, FunctionError, function
from injector.templates.go.printing import sprint, sprintln
from injector.templates.go.typed import ANY
from injector.templates.go.values import truth, type_of, typed
from injector.templates.go.verbs import sprintf

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


def both(first: Any, *others: Any) -> Any:
    """Return the first value that is not true, or the last one."""
    for value in (first, *others):
        if not truth(value):
            return value
    return (first, *others)[-1]


def either(first: Any, *others: Any) -> Any:
    """Return the first value that is true, or the last one."""
    for value in (first, *others):
        if truth(value):
            return value
    return (first, *others)[-1]


def _negated(value: Any) -> bool:
    return not truth(value)


def call(called: Any, *args: Any) -> Any:
    """Return what a function gives that is a value.

    Raises:
        FunctionError: it is none, or does not take these arguments.
    """
    if not isinstance(called, Function):
        found = type_of(called)
        if found is None:
            raise FunctionError("call of nil")
        raise FunctionError(f"non-function of type {found.name}")
    fixed = len(called.params)
    if len(args) < fixed or (called.variadic is None and len(args) > fixed):
        least = "at least " if called.variadic is not None else ""
        raise FunctionError(
            f"wrong number of args for func: got {len(args)} want {least}{fixed}"
        )
    given = []
    for at, value in enumerate(args):
        wanted = called.params[at] if at < fixed else called.variadic or ANY
        try:
            given.append(indexing.prepared(value, wanted))
        except FunctionError as e:
            raise FunctionError(f"arg {at}: {e}") from e
    return typed(called.result, called.call(*given))


BUILTINS: Mapping[str, Function] = MappingProxyType(
    {
        "and": function("func(value, ...value) value", both),
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
        "or": function("func(value, ...value) value", either),
        "print": function("func(...any) string", _print),
        "printf": function("func(string, ...any) string", _printf),
        "println": function("func(...any) string", _println),
        "slice": function("func(value, ...static) value", indexing.cut),
        "urlquery": function("func(...any) string", _urlquery),
    }
)
"""What the language itself has; a registry's functions of the same name win."""
