"""The loop of ``range``, and the elements of the value that it loops over."""

from collections.abc import Iterator
from typing import Any

from injector.templates.go.parse import nodes
from injector.templates.go.run.execution import Execution, Step, Value
from injector.templates.go.values.arguments import ArgumentError, Boxed
from injector.templates.go.values.printing import show
from injector.templates.go.values.types import ANY, INTS, UINTS
from injector.templates.go.values.values import (
    MISSING,
    Typed,
    deref,
    items,
    raw,
    type_of,
    typed,
    view,
)

_WHOLE = INTS | UINTS


def range_loop(pipe: nodes.Pipe, evaluate: Value, body: Step, other: Step) -> Step:
    """Return the function of ``range``; *other* runs instead of a loop of no rounds."""
    names, assigns = pipe.names, pipe.assigns

    def bind(run: Execution, inside: int, taken: tuple[Any, ...]) -> None:
        for at, (name, value) in enumerate(zip(names, taken, strict=False)):
            if assigns:
                run.assign(name, value)
            else:
                run.variables[inside - len(names) + at] = name, value

    def execute(dot: Any, run: Execution) -> str | None:
        known = len(run.variables)
        value = evaluate(dot, run)
        pairs, anything = rounds(value, len(names))
        inside, some, word = len(run.variables), False, None
        for key, item in pairs:
            some = True
            run.budget.step()
            element = Boxed(item) if anything else item
            bind(run, inside, (key, element) if len(names) > 1 else (element,))
            word = body(element, run)
            del run.variables[inside:]
            if word == "break":
                break
        word = None if some else other(dot, run)
        del run.variables[known:]
        # In Go a break in the else of a loop ends that loop; a continue is the outer's.
        return None if word == "break" else word

    return execute


def rounds(value: Any, variables: int) -> tuple[Iterator[tuple[Any, Any]], bool]:
    """Return the pairs of index and element, and whether elements can be anything.

    Args:
        value: of the pipeline.
        variables: how many take index and element.

    Raises:
        ArgumentError: Go has no loop over such a value.
    """
    value = deref(value)
    if value is MISSING or value is None:
        return iter(()), False
    type_ = type_of(value) or ANY
    if type_.kind == "slice":
        return enumerate(items(value)).__iter__(), type_.elem is ANY
    if type_.kind == "map":
        key, elem, held = type_.key or ANY, type_.elem or ANY, raw(value) or {}
        pairs = [(view(key, name), view(elem, held[name])) for name in sorted(held)]
        return iter(pairs), elem is ANY
    if type_.kind in _WHOLE:
        if variables > 1:
            raise ArgumentError(
                f"can't use {show(value)} to iterate over more than one variable"
            )
        count = raw(value)
        if isinstance(value, Typed):
            return ((at, typed(type_, at)) for at in range(count)), False
        return ((at, at) for at in range(count)), False
    raise ArgumentError(f"range can't iterate over {show(value)}")
