"""The functions of single nodes: fields, literals, calls, arguments.

A function returns values without boxes: None is an existing nil, ``MISSING`` a missing
value. Boxes remain on arguments of Go's ``slice`` and before a chain of fields.
"""

from collections.abc import Sequence
from typing import Any

from injector.templates.go.parse import nodes
from injector.templates.go.run.execution import Execution, Value
from injector.templates.go.run.fields import boxed_chain, chain, failed
from injector.templates.go.values.arguments import ArgumentError, assigned
from injector.templates.go.values.functions import Function
from injector.templates.go.values.types import STRING, Type
from injector.templates.go.values.values import MISSING, typed


def dot_itself(dot: Any, _run: Execution) -> Any:
    """Return the dot."""
    return dot


def reading(
    node: nodes.Operand, start: Value, names: Sequence[str], *, boxes: bool
) -> Value:
    """Return the function of the fields *names* of what *start* gives."""
    read = boxed_chain if boxes else chain

    def fields(dot: Any, run: Execution) -> Any:
        run.node = node
        return read(dot, names)

    def evaluate(dot: Any, run: Execution) -> Any:
        run.node = node
        return read(start(dot, run), names)

    return fields if start is dot_itself else evaluate


def literally(node: nodes.Operand, value: Any) -> Value:
    """Return the function of a literal, *value*."""

    def evaluate(_dot: Any, run: Execution) -> Any:
        run.node = node
        return value

    return evaluate


def failing(node: nodes.Node | None, message: str) -> Value:
    """Return a function that fails at *node*; without one, at the node before."""

    def fail(_dot: Any, run: Execution, _final: Any = None) -> Any:
        run.node = node or run.node
        raise ArgumentError(message)

    return fail


def invoked(
    called: Function, name: str, node: nodes.Node, run: Execution, given: list[Any]
) -> Any:
    """Return the value of a call; its error is about *node*."""
    try:
        made = called.call(*given)
    except Exception as e:
        run.node = node
        raise failed(name, e) from e
    result = called.result
    return made if result.plain and made is not None else typed(result, made)


def assigning(value: Value, kind: Type) -> Value:
    """Return the function of *value* as a parameter of *kind* gets it."""

    def text(dot: Any, run: Execution) -> Any:
        found = value(dot, run)
        return found if type(found) is str else assigned(found, kind)

    def anything(dot: Any, run: Execution) -> Any:
        found = value(dot, run)
        return None if found is MISSING else found

    def raw(dot: Any, run: Execution) -> Any:
        return assigned(value(dot, run), kind)

    if kind is STRING:
        return text
    return anything if kind.kind == "interface" else raw


def present(value: Value) -> Value:
    """Return the function of a pipeline in parentheses: nil is nothing."""

    def evaluate(dot: Any, run: Execution) -> Any:
        found = value(dot, run)
        return MISSING if found is None else found

    return evaluate
