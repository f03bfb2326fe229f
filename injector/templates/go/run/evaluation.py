"""Pipelines as Python functions, one for each node."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from injector.templates.go.builtin import BUILTINS
from injector.templates.go.builtin.calling import call
from injector.templates.go.parse import nodes
from injector.templates.go.run.execution import Execution, Value
from injector.templates.go.run.fields import (
    boxed,
    boxed_chain,
    entry,
    method,
    miscounted,
    unboxed,
)
from injector.templates.go.run.literals import constant, literal
from injector.templates.go.run.operands import (
    assigning,
    dot_itself,
    failing,
    invoked,
    literally,
    present,
    reading,
)
from injector.templates.go.values.arguments import ArgumentError, assigned
from injector.templates.go.values.functions import Function
from injector.templates.go.values.types import STATIC, VALUE, Type
from injector.templates.go.values.values import MISSING

Operands = Sequence[nodes.Operand]


class Evaluation:
    """The functions of pipelines, commands and operands.

    Args:
        functions: that templates may call, by name.
    """

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions

    def pipe(self, pipe: nodes.Pipe) -> Value:
        """Return the function that evaluates *pipe* and sets its variables."""
        first, *others = pipe.commands
        begin = self._command(first, pipe)
        stages = [self._command(command, None) for command in others]
        names, assigns = pipe.names, pipe.assigns
        if not stages and not names:
            return begin

        def evaluate(dot: Any, run: Execution) -> Any:
            value = begin(dot, run)
            for stage in stages:
                value = stage(dot, run, MISSING if value is None else value)
            value = MISSING if value is None else value
            for name in names:
                if assigns:
                    run.assign(name, value)
                else:
                    run.variables.append((name, value))
            return value

        return evaluate

    def _command(self, command: nodes.Command, pipe: nodes.Pipe | None) -> Value:
        """Return the function of a stage: the first one of *pipe*, or a later one."""
        first, args, piped = command.args[0], command.args[1:], pipe is None
        if isinstance(first, nodes.Identifier):
            return self._function(first, command, args, piped=piped)
        if not args and not piped:
            return self._operand(first)
        match first:
            case nodes.Field() | nodes.Chain() | nodes.Variable(names=[_, _, *_]):
                return self._method(first, args, piped=piped)
            case nodes.Pipe():
                return failing(pipe, f"can't give argument to non-function {first}")
        return failing(first, f"can't give argument to non-function {first}")

    # Operands

    def _operand(  # noqa: PLR0911 - one for each kind of node
        self, node: nodes.Operand, *, boxes: bool = False
    ) -> Value:
        """Return the function of *node* without arguments; *boxes* keeps its box."""
        match node:
            case nodes.Field() | nodes.Chain() | nodes.Variable():
                start, names = self._start(node)
                return reading(node, start, names, boxes=boxes)
            case nodes.Identifier():
                call = self._function(node, node, (), piped=False)
                result = self._functions[node.name].result
                if boxes:
                    return lambda dot, run: boxed(call(dot, run), result)
                return call
            case nodes.Pipe():
                return present(self.pipe(node))
            case nodes.Dot():
                return reading(node, dot_itself, (), boxes=boxes)
            case nodes.Nil():
                return failing(node, "nil is not a command")
        try:
            return literally(node, constant(node))
        except ArgumentError as e:
            return failing(node, str(e))

    def _start(
        self, node: nodes.Field | nodes.Chain | nodes.Variable
    ) -> tuple[Value, Sequence[str]]:
        """Return the function of the value that *node* reads, and the fields' names."""
        match node:
            case nodes.Field():
                return dot_itself, node.names
            case nodes.Chain():
                return self._operand(node.node, boxes=True), node.names
        name, *names = node.names
        return lambda _dot, run: run.variable(name), names

    def _method(
        self,
        node: nodes.Field | nodes.Chain | nodes.Variable,
        args: Operands,
        *,
        piped: bool,
    ) -> Value:
        """Return the function of a method that gets arguments."""
        start, (*names, name) = self._start(node)

        def invoke(dot: Any, run: Execution, final: Any = None) -> Any:
            run.node = node
            value = boxed_chain(start(dot, run), names)
            found = method(value, name)
            if found is None:
                return unboxed(entry(value, name, arguments=True))
            receiver, called = found
            if problem := miscounted(called, name, len(args) + piped):
                raise ArgumentError(problem)
            values, last = self._arguments(called, args)
            given = [receiver, *(value(dot, run) for value in values)]
            if piped:
                given.append(assigned(final, last))
            return invoked(called, name, node, run, given)

        return invoke

    # Functions

    def _function(
        self,
        node: nodes.Identifier,
        command: nodes.Command | nodes.Identifier,
        args: Operands,
        *,
        piped: bool,
    ) -> Value:
        called, name = self._functions[node.name], node.name
        if problem := miscounted(called, name, len(args) + piped):
            return failing(node, problem)
        if called is BUILTINS["and"] or called is BUILTINS["or"]:
            return self._short(called, node, args, piped=piped)
        values, last = self._arguments(called, args)
        if called is BUILTINS["call"]:
            place = args[0] if args else None
            called = replace(called, call=partial(call, place=place))

        def invoke(dot: Any, run: Execution, final: Any = None) -> Any:
            run.node = node
            given = [value(dot, run) for value in values]
            if piped:
                given.append(assigned(final, last))
            return invoked(called, name, command, run, given)

        return invoke

    def _short(
        self, called: Function, node: nodes.Identifier, args: Operands, *, piped: bool
    ) -> Value:
        """Return the function of ``and`` or ``or``: it stops as early as it can."""
        values = [self._argument(arg, VALUE) for arg in args]
        ends = called is BUILTINS["or"]

        def choose(dot: Any, run: Execution, final: Any = None) -> Any:
            run.node = node
            value = MISSING
            for evaluate in values:
                value = evaluate(dot, run)
                if bool(value) is ends:
                    return value
            return final if piped else value

        return choose

    def _arguments(self, called: Function, args: Operands) -> tuple[list[Value], Type]:
        """Return the functions of the arguments of a call, and the type of one more."""
        kinds = called.params + (called.variadic or VALUE,) * (len(args) + 1)
        values = [
            self._argument(node, kind) for node, kind in zip(args, kinds, strict=False)
        ]
        return values, kinds[len(args)]

    def _argument(self, node: nodes.Operand, kind: Type) -> Value:
        """Return the function of the raw value that a parameter of *kind* gets."""
        if isinstance(node, nodes.Bool | nodes.Constant | nodes.Nil | nodes.String):
            try:
                return literally(node, literal(node, kind))
            except ArgumentError as e:
                return failing(node, str(e))
        value = self._operand(node, boxes=kind is STATIC)
        return value if kind.kind == "value" else assigning(value, kind)
