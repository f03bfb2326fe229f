"""Writes a template as Python: fast, and right wherever it does not fail.

Names in the code are made here; texts of the template stand in it as ``repr`` writes
them. Where something is odd the code calls ``fail``, and the walker takes over.
"""

from collections.abc import Callable, Mapping, Sequence
from types import CodeType
from typing import Any, NamedTuple

from injector.base import tracing
from injector.base.plans import Lost
from injector.templates.go.limits import executing
from injector.templates.go.parse import nodes
from injector.templates.go.run.expressions import Expressions, Unsuited
from injector.templates.go.run.hoisting import changing, repeated
from injector.templates.go.run.runtime import written
from injector.templates.go.run.scope import Expression
from injector.templates.go.run.walker import Body, Program
from injector.templates.go.values.types import STRING
from injector.templates.go.values.values import MISSING

_OWN = frozenset(("and", "or", "not", "eq", "ne", "index"))
"""Functions that do to sealed texts what they do to others."""

MAX_NESTING = 15
"""Loops within loops that Python takes, and some distance from that."""


class Generated(NamedTuple):
    """A template as Python: ``main`` is what its code calls the whole of it."""

    code: CodeType
    namespace: dict[str, Any]
    main: str
    calls: frozenset[int] | None
    """The ids of the functions that it calls; None if one of them changes its data."""

    def runner(self) -> Callable[[Any], list[str]]:
        """Return the function that makes the parts of a text of data."""
        return _runner(self.code, dict(self.namespace), self.main)

    def tracing(self) -> Callable[[Any], list[Any]]:
        """Return the same for data that holds sealed texts; so may the parts.

        Raises:
            Lost: a function changes its data.
        """
        calls = self.calls
        if calls is None:
            raise Lost
        lifted = {
            name: tracing.moving(value) if id(value) in calls else value
            for name, value in self.namespace.items()
        }
        return _runner(self.code, {**lifted, "P": _written}, self.main)


def _written(value: Any) -> Any:
    return value if tracing.is_sealed(value) else written(value)


def _runner(
    code: CodeType, namespace: dict[str, Any], main: str
) -> Callable[[Any], list[str]]:
    exec(code, namespace)  # noqa: S102 - our own code; texts stand in it as literals
    called = namespace[main]

    def run(data: Any) -> list[str]:
        out: list[str] = []
        with executing() as budget:
            called(MISSING if data is None else data, out, out.append, budget)
        return out

    return run


def generate(program: Program) -> Generated:
    """Return the template as Python.

    Raises:
        Unsuited: the template is left to the walker.
    """
    names = {name: f"t{at}" for at, name in enumerate(program.bodies)}
    expressions = Expressions(program.functions)
    hoists = not changing(program.functions.values())
    lines: list[str] = []
    for name, body in program.bodies.items():
        chains = repeated(body) if hoists else []
        lines += _Writer(expressions, names).function(names[name], body, chains)
    namespace = expressions.namespace
    try:
        code = compile("\n".join(lines), "<template>", "exec", dont_inherit=True)
    except (SyntaxError, RecursionError, MemoryError) as e:
        raise Unsuited("too complex") from e
    functions = program.functions
    calls = frozenset(
        id(called.call) for name, called in functions.items() if name not in _OWN
    )
    return Generated(code, namespace, names[program.name], calls if hoists else None)


class _Writer:
    """Writes the function of one body."""

    def __init__(self, expressions: Expressions, names: Mapping[str, str]) -> None:
        self._expressions = expressions
        self._names = names
        self._lines: list[str] = []
        self._pending: list[str] = []
        self._indent = 1
        self._loops = 0
        self._otherwise = False
        """Whether this is what a loop does that had nothing to go through."""

    def function(
        self, name: str, body: Body, chains: Sequence[tuple[str, ...]]
    ) -> list[str]:
        """Return the lines of the function *name*; it reads *chains* once."""
        self._expressions.variables = [("$", "S")]
        self._lines = [f"def {name}(d, o, w, b):", " S = d"]
        self._lines += self._expressions.hoist(chains)
        self._body("d", body)
        return self._lines

    def _line(self, text: str) -> None:
        if self._pending:
            pending, self._pending = self._pending, []
            one = len(pending) == 1
            self._line(f"w({pending[0]})" if one else f"o += ({', '.join(pending)})")
        self._lines.append(" " * self._indent + text)

    def _block(self, dot: str, body: Body) -> None:
        """Write *body* inside a statement."""
        self._indent += 1
        known = len(self._expressions.variables)
        self._body(dot, body)
        del self._expressions.variables[known:]
        self._indent -= 1

    def _body(self, dot: str, body: Body) -> None:
        for statement in body:
            match statement:
                case nodes.Text():
                    self._pending.append(repr(statement.text))
                case nodes.Action():
                    self._action(dot, statement.pipe)
                case nodes.Branch(word="range"):
                    self._range(dot, statement)
                case nodes.Branch():
                    self._choice(dot, statement)
                case nodes.Leave(word="break") if self._otherwise:
                    raise Unsuited("a break of the loop whose else it is in")
                case nodes.Leave():
                    self._line(statement.word)
                case _:
                    self._call(dot, statement)
        self._line("pass")
        self._lines.pop()
        if self._lines[-1].endswith(":"):
            self._lines.append(" " * self._indent + "pass")

    def _action(self, dot: str, pipe: nodes.Pipe) -> None:
        expression = self._expressions.pipe(dot, pipe)
        if pipe.names:
            self._set(pipe, expression)
        elif expression.type is STRING:
            self._pending.append(expression.code)
        else:
            name = self._expressions.fresh()
            code = (
                f"({name} if type({name} := {expression.code}) is str else P({name}))"
            )
            self._pending.append(code)

    def _set(self, pipe: nodes.Pipe, expression: Expression) -> str:
        """Write what sets the variables of *pipe*; return the local with its value."""
        name = self._expressions.fresh()
        self._line(f"{name} = {expression.code}")
        if expression.type is None:
            self._line(f"if {name} is None: {name} = M")
        for variable in pipe.names:
            if pipe.assigns:
                self._assign(variable, name)
            else:
                self._declare(variable, name)
        return name

    def _assign(self, variable: str, value: str) -> None:
        name = self._expressions.local(variable)
        self._line("fail()" if name is None else f"{name} = {value}")

    def _declare(self, variable: str, value: str) -> None:
        name = self._expressions.fresh()
        self._line(f"{name} = {value}")
        self._expressions.variables.append((variable, name))

    def _call(self, dot: str, call: nodes.Call) -> None:
        name = self._names.get(call.name)
        if name is None:
            self._line("fail()")
            return
        code = "M"
        if call.pipe is not None:
            expression = self._expressions.pipe(dot, call.pipe)
            if call.pipe.names:
                code = self._set(call.pipe, expression)
            else:
                code = expression.unboxed()
        self._line("b.enter()")
        self._line(f"{name}({code}, o, w, b)")
        self._line("b.leave()")

    def _choice(self, dot: str, branch: nodes.Branch) -> None:
        known, outer = len(self._expressions.variables), self._indent
        for at, (pipe, body) in enumerate(branch.arms):
            inner, word = dot, "elif" if at else "if"
            if branch.word == "if" and not pipe.names:
                condition = self._expressions.condition(dot, pipe)
            else:
                if at:
                    self._line("else:")
                    self._indent, word = self._indent + 1, "if"
                condition = self._set(pipe, self._expressions.pipe(dot, pipe))
                inner = condition if branch.word == "with" else dot
            self._line(f"{word} {condition}:")
            self._block(inner, body)
        if branch.other:
            self._line("else:")
            self._block(dot, branch.other)
        self._indent = outer
        del self._expressions.variables[known:]

    def _range(self, dot: str, branch: nodes.Branch) -> None:
        ((pipe, body),) = branch.arms
        known, otherwise = len(self._expressions.variables), self._otherwise
        self._loops += 1
        if self._loops > MAX_NESTING:
            raise Unsuited("too many loops within loops")
        expression = self._expressions.pipe(dot, pipe)
        value, items, item, key = (self._expressions.fresh() for _ in range(4))
        self._line(f"{value} = {expression.unboxed()}")
        locals_ = []
        for variable in pipe.names:
            if pipe.assigns:
                self._assign(variable, value)
            else:
                self._declare(variable, value)
            locals_.append(self._expressions.local(variable))
        double = len(pipe.names) > 1
        self._line(f"{items} = {'pairs' if double else 'elements'}({value}, b)")
        target = f"{key}, {item}" if double else item
        if branch.other:
            self._line(f"if {items}:")
            self._indent += 1
        self._line(f"for {target} in {items}:")
        self._indent += 1
        taken = (key, item) if double else (item,)
        for name, source in zip(locals_, taken, strict=False):
            self._line(f"{name} = {source}")
        self._indent -= 1
        self._otherwise = False
        self._block(item, body)
        self._loops -= 1
        if branch.other:
            self._indent -= 1
            self._otherwise = True
            self._line("else:")
            self._block(dot, branch.other)
        self._otherwise = otherwise
        del self._expressions.variables[known:]
