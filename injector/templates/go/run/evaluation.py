"""Evaluates pipelines node by node; knows the node that it is at."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from injector.templates.go.builtin import BUILTINS
from injector.templates.go.builtin.calling import uncallable
from injector.templates.go.parse import nodes
from injector.templates.go.run.fields import boxed, entry, method
from injector.templates.go.run.literals import constant, literal
from injector.templates.go.values.arguments import ArgumentError, assigned, unboxed
from injector.templates.go.values.functions import Function, FunctionError
from injector.templates.go.values.types import VALUE, Type
from injector.templates.go.values.values import MISSING, truth, typed

NOTHING: Final = object()
"""No argument comes from the stage before."""

Operands = Sequence[nodes.Operand]


class Evaluation:
    """The variables of a template, and the node that an error is about."""

    def __init__(self, functions: Mapping[str, Function], data: Any) -> None:
        self.functions = functions
        self.node: nodes.Node | None = None
        self.variables: list[tuple[str, Any]] = [("$", data)]

    # Variables

    def set_variable(self, name: str, value: Any) -> None:
        """Set the variable *name*, which is there.

        Raises:
            ArgumentError: it is not.
        """
        for at in range(len(self.variables) - 1, -1, -1):
            if self.variables[at][0] == name:
                self.variables[at] = name, value
                return
        raise ArgumentError(f"undefined variable: {name}")

    def variable(self, name: str) -> Any:
        """Return the variable *name*.

        Raises:
            ArgumentError: there is none.
        """
        for known, value in reversed(self.variables):
            if known == name:
                return value
        raise ArgumentError(f"undefined variable: {name}")

    # Pipelines

    def pipe(self, dot: Any, pipe: nodes.Pipe) -> Any:
        """Return what *pipe* gives, and set its variables.

        Raises:
            ArgumentError: it fails at ``node``.
        """
        self.node = pipe
        value: Any = NOTHING
        for command in pipe.commands:
            value = unboxed(self._command(dot, command, value))
        for name in pipe.names:
            if pipe.assigns:
                self.set_variable(name, value)
            else:
                self.variables.append((name, value))
        return value

    def _command(self, dot: Any, command: nodes.Command, final: Any) -> Any:
        first, args = command.args[0], command.args
        match first:
            case nodes.Field():
                self.node = first
                return self._fields(dot, dot, first, first.names, args, final)
            case nodes.Chain():
                self.node = first
                value = self._operand(dot, first.node)
                return self._fields(dot, value, first, first.names, args, final)
            case nodes.Identifier():
                return self._function(dot, first, command, args, final)
            case nodes.Pipe():
                _no_arguments(args, final)
                return self.pipe(dot, first)
            case nodes.Variable():
                self.node = first
                value = self.variable(first.names[0])
                if len(first.names) > 1:
                    names = first.names[1:]
                    return self._fields(dot, value, first, names, args, final)
        self.node = first
        _no_arguments(args, final)
        return self._simple(dot, first)

    def _simple(self, dot: Any, node: nodes.Operand) -> Any:
        """Return the value of a node that takes no arguments."""
        match node:
            case nodes.Variable():
                return self.variable(node.names[0])
            case nodes.Nil():
                raise ArgumentError("nil is not a command")
            case nodes.Bool() | nodes.Constant() | nodes.String():
                return constant(node)
        return dot

    def _operand(self, dot: Any, node: nodes.Operand) -> Any:
        """Return the value of an operand that is no literal, as an argument."""
        self.node = node
        match node:
            case nodes.Pipe():
                return self.pipe(dot, node)
            case nodes.Identifier():
                return self._function(dot, node, node, (), NOTHING)
        return self._command(dot, nodes.Command(node.pos, (node,)), NOTHING)

    def _fields(
        self,
        dot: Any,
        value: Any,
        node: nodes.Field | nodes.Variable | nodes.Chain,
        names: Sequence[str],
        args: Operands,
        final: Any,
    ) -> Any:
        """Return the last of the fields *names* that *value* leads to."""
        for name in names[:-1]:
            value = self._field(dot, value, node, name, (node,), NOTHING)
        return self._field(dot, value, node, names[-1], args, final)

    def _field(
        self,
        dot: Any,
        value: Any,
        node: nodes.Field | nodes.Variable | nodes.Chain,
        name: str,
        args: Operands,
        final: Any,
    ) -> Any:
        found = method(value, name)
        if found is None:
            arguments = len(args) > 1 or final is not NOTHING
            return entry(value, name, arguments=arguments)
        receiver, called = found
        given = self._arguments(dot, called, name, args[1:], final)
        return self._called(called, name, node, [receiver, *given])

    # Functions

    def _function(
        self,
        dot: Any,
        node: nodes.Identifier,
        command: nodes.Node,
        args: Operands,
        final: Any,
    ) -> Any:
        self.node = node
        called = self.functions[node.name]
        if called is BUILTINS["and"] or called is BUILTINS["or"]:
            return self._short(dot, node.name, args[1:], final)
        given = self._arguments(dot, called, node.name, args[1:], final)
        if called is BUILTINS["call"]:
            problem = uncallable(given, args[1] if len(args) > 1 else None)
            if problem:
                self.node = command
                raise ArgumentError(f"error calling call: {problem}")
        return self._called(called, node.name, command, given)

    def _called(
        self, called: Function, name: str, node: nodes.Node, given: list[Any]
    ) -> Any:
        try:
            result = called.call(*given)
        except Exception as e:
            # A function is the caller's code: it can raise anything.
            self.node = node
            kind = "" if isinstance(e, FunctionError) else f"{type(e).__name__}: "
            raise ArgumentError(f"error calling {name}: {kind}{e}") from e
        return boxed(typed(called.result, result), called.result)

    def _arguments(
        self, dot: Any, called: Function, name: str, args: Operands, final: Any
    ) -> list[Any]:
        """Return the raw arguments of a call."""
        given = len(args) + (final is not NOTHING)
        _count(called, name, given)
        kinds = called.params + (called.variadic or VALUE,) * given
        values = [
            self._argument(dot, node, kind)
            for node, kind in zip(args, kinds, strict=False)
        ]
        if final is not NOTHING:
            values.append(assigned(final, kinds[len(args)]))
        return values

    def _argument(self, dot: Any, node: nodes.Operand, kind: Type) -> Any:
        self.node = node
        if isinstance(node, nodes.Bool | nodes.Constant | nodes.Nil | nodes.String):
            return literal(node, kind)
        return assigned(self._operand(dot, node), kind)

    def _short(self, dot: Any, name: str, args: Operands, final: Any) -> Any:
        """Return what ``and`` or ``or`` gives: they evaluate as little as they can."""
        if not args and final is NOTHING:
            _count(BUILTINS[name], name, 0)
        value: Any = MISSING
        for node in args:
            value = self._argument(dot, node, VALUE)
            if truth(value) == (name == "or"):
                return value
        return value if final is NOTHING else final


def _no_arguments(args: Operands, final: Any) -> None:
    """Raise if something that takes no arguments gets some."""
    if len(args) > 1 or final is not NOTHING:
        raise ArgumentError(f"can't give argument to non-function {args[0]}")


def _count(called: Function, name: str, given: int) -> None:
    """Raise if *given* is no number of arguments that the function takes."""
    fixed = len(called.params)
    if given >= fixed and (called.variadic is not None or given == fixed):
        return
    least = "at least " if called.variadic is not None else ""
    raise ArgumentError(
        f"wrong number of args for {name}: want {least}{fixed} got {given}"
    )
