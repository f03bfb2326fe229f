"""Values from JSON, as Go reads it: fromJson."""

import json
import re
from collections.abc import Mapping
from typing import Any

from injector.templates.go.sprig import jsonsyntax
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.quoting import encode

_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_HUGE = float("inf")


def _from_json(text: str) -> Any:
    # Sprig ignores errors, and returns the value that was read before.
    try:
        return _read(text, _number_or_nil)
    except FunctionError:
        return None


def _must_from_json(text: str) -> Any:
    return _read(text, _number)


def _number(digits: str) -> float:
    value = float(digits)
    if abs(value) == _HUGE:
        raise FunctionError(
            f"json: cannot unmarshal number {digits} into Go value of type float64"
        )
    return value


def _number_or_nil(digits: str) -> float | None:
    value = float(digits)
    return None if abs(value) == _HUGE else value


def _read(text: str, number: Any) -> Any:
    problem = jsonsyntax.problem(encode(text).decode("latin-1"))
    if problem is not None:
        raise FunctionError(problem)
    value = json.loads(text, parse_int=number, parse_float=number)
    return _repaired(value) if "\\u" in text or _SURROGATE.search(text) else value


def _repaired(value: Any) -> Any:
    """Return *value* with U+FFFD for each lone surrogate."""
    if isinstance(value, str):
        return _SURROGATE.sub(_REPLACEMENT, value)
    if isinstance(value, list):
        return [_repaired(each) for each in value]
    if isinstance(value, dict):
        return {_repaired(key): _repaired(each) for key, each in value.items()}
    return value


READING: Mapping[str, Function] = {
    "fromJson": function("func(string) any", _from_json),
    "mustFromJson": function("func(string) (any, error)", _must_from_json),
}
