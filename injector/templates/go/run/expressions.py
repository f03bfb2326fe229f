"""Pipelines as Python expressions."""

from collections.abc import Mapping, Sequence
from typing import Any

from injector.templates.go.builtin import BUILTINS
from injector.templates.go.parse import nodes
from injector.templates.go.run.literals import constant, literal
from injector.templates.go.run.scope import Expression, Scope
from injector.templates.go.values.arguments import ArgumentError
from injector.templates.go.values.functions import Function
from injector.templates.go.values.types import (
    ANY,
    BOOL,
    FLOAT64,
    INT,
    STATIC,
    STRING,
    VALUE,
    Type,
)
from injector.templates.go.values.values import type_of

_SCALARS = frozenset({STRING, BOOL, INT, FLOAT64})
_LITERALS = (nodes.Bool, nodes.Constant, nodes.Nil, nodes.String)
_PAIR = 2
_FAIL = Expression("fail()")


class Unsuited(Exception):
    """A template is not written as Python."""


class Expressions(Scope):
    """Turns pipelines into code."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        super().__init__()
        self._functions = functions

    def pipe(self, dot: str, pipe: nodes.Pipe) -> Expression:
        """Return the value of *pipe*; its variables are the caller's affair."""
        value: Expression | None = None
        for command in pipe.commands:
            value = self._command(dot, command, value)
        return value or _FAIL

    def condition(self, dot: str, pipe: nodes.Pipe) -> str:
        """Return the truth of *pipe*."""
        return self.pipe(dot, pipe).code

    def _command(
        self, dot: str, command: nodes.Command, final: Expression | None
    ) -> Expression:
        first, args = command.args[0], command.args[1:]
        if isinstance(first, nodes.Identifier):
            return self._function(dot, first.name, args, final)
        if args or final is not None:
            # Methods with arguments, and mistakes.
            return _FAIL
        return self._operand(dot, first)

    def _operand(  # noqa: PLR0911 - one for each kind of node
        self, dot: str, node: nodes.Operand
    ) -> Expression:
        match node:
            case nodes.Dot():
                return Expression(dot)
            case nodes.Nil():
                return _FAIL
            case nodes.Bool() | nodes.Constant() | nodes.String():
                return self._literal(node)
            case nodes.Field():
                return self._chain(dot, node.names)
            case nodes.Variable():
                return self._variable(node)
            case nodes.Identifier():
                return self._function(dot, node.name, (), None)
            case nodes.Pipe():
                return self._parenthesis(dot, node)
        return self._fields(dot, node)

    def _parenthesis(self, dot: str, pipe: nodes.Pipe) -> Expression:
        if pipe.names:
            # A variable may come into being or not, as and and or go.
            raise Unsuited("a variable is set in parentheses")
        value = self.pipe(dot, pipe)
        if value.type is not None:
            return value
        return Expression(value.unboxed(), calls=value.calls)

    def _fields(self, dot: str, node: nodes.Chain) -> Expression:
        value = self._operand(dot, node.node)
        code = self._chain(value.code, node.names).code
        return Expression(code, calls=value.calls)

    def _variable(self, node: nodes.Variable) -> Expression:
        name = self.local(node.names[0])
        if name is None:
            return _FAIL
        return self._chain(
            "d" if name == "S" and self.hoisted else name, node.names[1:]
        )

    def _literal(self, node: nodes.Bool | nodes.Constant | nodes.String) -> Expression:
        try:
            value = constant(node)
        except ArgumentError:
            return _FAIL
        return self._value(value)

    def _value(self, value: Any) -> Expression:
        type_ = type_of(value)
        if type_ in _SCALARS or value is None:
            return Expression(repr(value), type_)
        return Expression(self._constant(value))

    # Functions

    def _function(
        self,
        dot: str,
        name: str,
        args: Sequence[nodes.Operand],
        final: Expression | None,
    ) -> Expression:
        called = self._functions[name]
        given = len(args) + (final is not None)
        fixed = len(called.params)
        if given < fixed or (called.variadic is None and given > fixed):
            return _FAIL
        kinds = called.params + (called.variadic or VALUE,) * given
        values = [
            self._argument(dot, node, kind)
            for node, kind in zip(args, kinds, strict=False)
        ]
        if final is None:
            return self._called(called, values)
        last = self._assigned(Expression(final.unboxed(), final.type), kinds[len(args)])
        short = called is BUILTINS["and"] or called is BUILTINS["or"]
        ordered = final.calls and any(value.calls for value in values)
        if not values or not (short or ordered):
            return self._called(called, [*values, last])
        # The stage before comes first: it may fail, and calls may change things.
        before = self.fresh()
        result = self._called(called, [*values, Expression(before, last.type)])
        return Expression(
            f"({before} := {last.code}, {result.code})[1]", result.type, calls=True
        )

    def _argument(self, dot: str, node: nodes.Operand, kind: Type) -> Expression:
        if isinstance(node, _LITERALS):
            try:
                value = literal(node, kind)
            except ArgumentError:
                return _FAIL
            return self._value(value)
        if kind is STATIC and not isinstance(node, nodes.Pipe):
            # Only the walker knows of boxes.
            return _FAIL
        return self._assigned(self._operand(dot, node), kind)

    def _assigned(self, value: Expression, kind: Type) -> Expression:
        """Return *value* as a parameter of *kind* gets it."""
        if kind.kind == "value" or kind is value.type:
            return value
        if kind.kind == "interface":
            return Expression(value.anything(), value.type, value.calls)
        if kind is STRING:
            name = self.fresh()
            otherwise = f"A({name}, {self._constant(kind)})"
            code = f"({name} if type({name} := {value.code}) is str else {otherwise})"
            return Expression(code, calls=value.calls)
        return Expression(f"A({value.code}, {self._constant(kind)})", calls=value.calls)

    def _called(self, called: Function, values: list[Expression]) -> Expression:
        special = self._special(called, values)
        if special is not None:
            return special
        codes = [value.code for value in values]
        code = f"{self._constant(called.call)}({', '.join(codes)})"
        result = called.result
        if result in _SCALARS:
            return Expression(code, result, calls=True)
        if result is ANY or result is VALUE:
            return Expression(code, calls=True)
        return Expression(f"Y({self._constant(result)}, {code})", calls=True)

    def _special(self, called: Function, values: list[Expression]) -> Expression | None:
        """Return the code of what Python can do itself; None for other functions."""
        codes = [value.code for value in values]
        calls = any(value.calls for value in values)
        types = {value.type for value in values}
        if called is BUILTINS["and"] or called is BUILTINS["or"]:
            word = " and " if called is BUILTINS["and"] else " or "
            one = types.pop() if len(types) == 1 else None
            return Expression(f"({word.join(codes)})", one, calls)
        if called is BUILTINS["not"]:
            return Expression(f"(not {codes[0]})", BOOL, calls)
        if called is BUILTINS["index"] and len(codes) == _PAIR:
            index = self._constant(called.call)
            return Expression(f"X({codes[0]}, {codes[1]}, {index})", calls=calls)
        if called is BUILTINS["eq"] and len(codes) == _PAIR:
            return self._compared("==", called, values, calls=calls)
        if called is BUILTINS["ne"]:
            return self._compared("!=", called, values, calls=calls)
        return None

    def _compared(
        self, sign: str, called: Function, values: list[Expression], *, calls: bool
    ) -> Expression:
        """Return a comparison that Python makes itself where both are strings."""
        one, two = values
        if one.type is STRING and two.type is STRING:
            return Expression(f"({one.code} {sign} {two.code})", BOOL, calls)
        slow = self._constant(called.call)
        if two.type is not STRING:
            return Expression(f"{slow}({one.code}, {two.code})", BOOL, calls)
        name = self.fresh()
        code = (
            f"({name} {sign} {two.code} if type({name} := {one.code}) is str "
            f"else {slow}({name}, {two.code}))"
        )
        return Expression(code, BOOL, calls)
