"""Pipelines as Python expressions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from injector.templates.go import nodes, runtime
from injector.templates.go.arguments import (
    ArgumentError,
    assigned,
    constant,
    literal,
)
from injector.templates.go.builtin import BUILTINS
from injector.templates.go.functions import Function
from injector.templates.go.typed import (
    ANY,
    BOOL,
    FLOAT64,
    INT,
    STATIC,
    STRING,
    VALUE,
    Type,
)
from injector.templates.go.values import MISSING, type_of, typed

_SCALARS = frozenset({STRING, BOOL, INT, FLOAT64})
_LITERALS = (nodes.Bool, nodes.Constant, nodes.Nil, nodes.String)
_HELPERS = {
    "E": Exception,
    "M": MISSING,
    "P": runtime.written,
    "N": runtime.anything,
    "U": runtime.pointed,
    "A": assigned,
    "Y": typed,
    "C": runtime.chain,
    "G": runtime.step,
    "X": runtime.at_key,
    "fail": runtime.fail,
    "elements": runtime.elements,
    "pairs": runtime.pairs,
    "type": type,
    "dict": dict,
    "str": str,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """Python code; ``type`` is the scalar type that it surely has.

    ``calls`` tells that it calls a function of the registry.
    """

    code: str
    type: Type | None = None
    calls: bool = False

    def unboxed(self) -> str:
        """Return the code of the value as pipelines give it on."""
        return self.code if self.type is not None else f"U({self.code})"


_FAIL = Expression("fail()")


class Expressions:
    """Turns pipelines into code; knows the variables in scope and all names."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions
        self._count = 0
        self._known: dict[int, str] = {}
        self.namespace: dict[str, Any] = {"__builtins__": {}, **_HELPERS}
        self.variables: list[tuple[str, str]] = []
        self.hoisted: dict[tuple[str, ...], str] = {}

    def fresh(self) -> str:
        """Return a name that is not in use."""
        self._count += 1
        return f"v{self._count}"

    def local(self, variable: str) -> str | None:
        """Return the local that has the template's *variable*; None if there is none."""
        for known, name in reversed(self.variables):
            if known == variable:
                return name
        return None

    def hoist(self, chains: Sequence[tuple[str, ...]]) -> list[str]:
        """Return the lines that read *chains* of the dot once and for all.

        A chain that cannot be read has no value: whoever needs it fails.
        """
        self.hoisted = {}
        lines = []
        for names in chains:
            name = self.fresh()
            code = self._chain("d", names).code
            lines += [f" try: {name} = {code}", " except E: pass"]
            self.hoisted[names] = name
        return lines

    def _constant(self, value: Any) -> str:
        """Return the name under which the code finds *value*."""
        name = self._known.get(id(value))
        if name is None:
            name = self._known[id(value)] = f"K{len(self._known)}"
            self.namespace[name] = value
        return name

    # Pipelines

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

    def _operand(self, dot: str, node: nodes.Operand) -> Expression:
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

    def _chain(self, value: str, names: Sequence[str]) -> Expression:
        """Return the code of fields *names* of what the code *value* gives."""
        if value == "d":
            for end in range(len(names), 0, -1):
                hoisted = self.hoisted.get(tuple(names[:end]))
                if hoisted is not None:
                    return self._chain(hoisted, names[end:])
        if not names:
            return Expression(value)
        if len(names) > 1:
            return Expression(f"C({value}, {tuple(names)!r})")
        slow = f"G({value}, {names[0]!r})"
        if not value.isidentifier():
            return Expression(slow)
        get = f"{value}.get({names[0]!r}, M)"
        return Expression(f"({get} if type({value}) is dict else {slow})")

    def _variable(self, node: nodes.Variable) -> Expression:
        name = self.local(node.names[0])
        if name is None:
            return _FAIL
        return self._chain("d" if name == "S" else name, node.names[1:])

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
            f"({before} := {last.code}, {result.code})[1]", result.type, True
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
            if value.type is not None:
                return value
            return Expression(f"N({value.code})", calls=value.calls)
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
        if called is BUILTINS["index"] and len(codes) == 2:
            index = self._constant(called.call)
            return Expression(f"X({codes[0]}, {codes[1]}, {index})", calls=calls)
        if called is BUILTINS["eq"] and len(codes) == 2:
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


class Unsuited(Exception):
    """A template is not written as Python."""
