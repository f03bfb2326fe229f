"""Go templates' call: functions among the values."""

from collections.abc import Sequence
from typing import Any

from injector.templates.go.builtin.indexing import prepared
from injector.templates.go.values.functions import Function, FunctionError
from injector.templates.go.values.types import ANY
from injector.templates.go.values.values import type_of, typed


def call(*given: Any, place: object = None) -> Any:
    """Return the result of the first value, a function, for the other ones.

    *place* is where that value stands in the template.

    Raises:
        FunctionError: the value is not a function, or does not take these arguments.
    """
    called, *args = given
    problem = _uncallable(given, place)
    if problem or not isinstance(called, Function):
        raise FunctionError(problem)
    raws = []
    for at, value in enumerate(args):
        fixed = at < len(called.params)
        wanted = called.params[at] if fixed else called.variadic or ANY
        try:
            raws.append(prepared(value, wanted))
        except FunctionError as e:
            raise FunctionError(f"arg {at}: {e}") from e
    return typed(called.result, called.call(*raws))


def _uncallable(given: Sequence[Any], place: object) -> str:
    """Return why the first value cannot be called with the others, or nothing."""
    called, count = given[0], len(given) - 1
    found = type_of(called)
    if found is None:
        return "call of nil"
    name = str(place or (called if found.kind == "string" else f"<{found.name} Value>"))
    if not isinstance(called, Function):
        return f"non-function {name} of type {found.name}"
    fixed, more = len(called.params), called.variadic is not None
    if count == fixed or (more and count > fixed):
        return ""
    least = "at least " if more else ""
    return f"wrong number of args for {name}: got {count} want {least}{fixed}"
