"""Sprig's functions that choose between values, and ``fail``."""

from collections.abc import Mapping
from typing import Any

from injector.templates.go.sprig.equality import empty
from injector.templates.go.values.functions import Function, FunctionError, function


def _default(fallback: Any, *given: Any) -> Any:
    return fallback if not given or empty(given[0]) else given[0]


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if not empty(value)), None)


def _ternary(yes: Any, no: Any, condition: bool) -> Any:  # noqa: FBT001 - Go's order
    return yes if condition else no


def _fail(message: str) -> str:
    raise FunctionError(message)


DEFAULTS: Mapping[str, Function] = {
    "all": function("func(...any) bool", lambda *values: not any(map(empty, values))),
    "any": function("func(...any) bool", lambda *values: not all(map(empty, values))),
    "coalesce": function("func(...any) any", _coalesce),
    "default": function("func(any, ...any) any", _default),
    "empty": function("func(any) bool", empty),
    "fail": function("func(string) (string, error)", _fail),
    "ternary": function("func(any, any, bool) any", _ternary),
}
