"""Executes a template node by node, and knows the node where it fails.

It says what Go says, with line and column. ``generator`` makes what is fast.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from injector.base.errors import TemplateError
from injector.templates.go.limits import (
    MAX_DEPTH,
    MAX_STEPS,
    Budget,
    LimitError,
    RoundsError,
    executing,
    joined,
)
from injector.templates.go.parse import nodes
from injector.templates.go.run.evaluation import Evaluation
from injector.templates.go.run.ranging import rounds
from injector.templates.go.values.arguments import ArgumentError, Boxed
from injector.templates.go.values.functions import Function
from injector.templates.go.values.printing import shown
from injector.templates.go.values.quoting import encode, quote
from injector.templates.go.values.values import MISSING, kind_of, truth, type_of

Body = Sequence[nodes.Statement]


class Program(NamedTuple):
    """A parsed template: its name, text, bodies and functions."""

    name: str
    source: str
    bodies: Mapping[str, Body]
    functions: Mapping[str, Function]

    def error(self, message: str, body: str, node: nodes.Node | None) -> TemplateError:
        """Return the error *message* about *node* in *body*."""
        if node is None:
            return TemplateError(f"template: {self.name}: {message}")
        before = self.source[: node.pos]
        line = before.count("\n") + 1
        column = len(encode(before[before.rfind("\n") + 1 :]))
        return TemplateError(
            f"template: {self.name}:{line}:{column}: executing {quote(body)} "
            f"at <{node}>: {message}"
        )


def walk(program: Program, data: Any, rounds: int = MAX_STEPS) -> str:
    """Return what *program* makes of *data*.

    Raises:
        TemplateError: it fails; says where and why.
        RoundsError: it has more than so many *rounds*, and may have more.
    """
    with executing(rounds) as budget:
        return _walked(_Walker(program, budget), program, data)


def _walked(walker: "_Walker", program: Program, data: Any) -> str:
    try:
        walker.run(program.name, MISSING if data is None else data)
        return joined(walker.out)
    except (ArgumentError, LimitError) as e:
        if isinstance(e, RoundsError) and walker.limited:
            raise
        raise program.error(str(e), walker.name, walker.state.node) from e
    except RecursionError as e:
        message = f"exceeded maximum template depth ({MAX_DEPTH})"
        raise program.error(message, walker.name, walker.state.node) from e


class _Walker:
    """Executes bodies; ``name`` and ``state`` are those of the one it is in."""

    def __init__(self, program: Program, budget: Budget) -> None:
        self._program = program
        self._budget = budget
        self.limited = budget.most < MAX_STEPS
        self.out: list[str] = []
        self.name = program.name
        self.state = Evaluation(program.functions, None)

    def run(self, name: str, data: Any) -> None:
        """Execute the template *name*, then be again where it was called."""
        outer = self.name, self.state
        self.name, self.state = name, Evaluation(self._program.functions, data)
        self._body(data, self._program.bodies[name])
        self.name, self.state = outer

    def _body(self, dot: Any, body: Body) -> str:
        """Execute *body*; return ``break`` or ``continue`` if one was met."""
        word = ""
        for statement in body:
            match statement:
                case nodes.Text():
                    self.out.append(statement.text)
                case nodes.Action():
                    self._action(dot, statement)
                case nodes.Branch():
                    word = self._branch(dot, statement)
                case nodes.Leave():
                    word = statement.word
                case _:
                    self._call(dot, statement)
            if word:
                return word
        return ""

    def _action(self, dot: Any, action: nodes.Action) -> None:
        self.state.node = action
        value = self.state.pipe(dot, action.pipe)
        if action.pipe.names:
            return
        self.state.node = action
        if kind_of(value) == "func":
            name = getattr(type_of(value), "name", "")
            raise ArgumentError(f"can't print {action} of type {name}")
        self.out.append(shown(value))

    def _call(self, dot: Any, call: nodes.Call) -> None:
        self.state.node = call
        if call.name not in self._program.bodies:
            raise ArgumentError(f"template {quote(call.name)} not defined")
        self._budget.enter()
        data = MISSING if call.pipe is None else self.state.pipe(dot, call.pipe)
        self.run(call.name, data)
        self._budget.leave()

    def _branch(self, dot: Any, branch: nodes.Branch) -> str:
        known = len(self.state.variables)
        word = (
            self._range(dot, branch)
            if branch.word == "range"
            else self._choice(dot, branch)
        )
        del self.state.variables[known:]
        return word

    def _choice(self, dot: Any, branch: nodes.Branch) -> str:
        for pipe, body in branch.arms:
            value = self.state.pipe(dot, pipe)
            if truth(value):
                return self._body(value if branch.word == "with" else dot, body)
        return self._body(dot, branch.other)

    def _range(self, dot: Any, branch: nodes.Branch) -> str:
        ((pipe, _),) = branch.arms
        value = self.state.pipe(dot, pipe)
        pairs, anything = rounds(value, len(pipe.names))
        some = False
        for key, item in pairs:
            some = True
            self._budget.step()
            element = Boxed(item) if anything else item
            if self._round(branch, key, element) == "break":
                break
        word = "" if some else self._body(dot, branch.other)
        # Go's loop takes a break in its own else for its own; no continue.
        return "" if word == "break" else word

    def _round(self, branch: nodes.Branch, key: Any, element: Any) -> str:
        """Execute one round of a loop."""
        ((pipe, body),) = branch.arms
        state, names = self.state, pipe.names
        known = len(state.variables)
        pair = (key, element) if len(names) > 1 else (element,)
        for at, (name, value) in enumerate(zip(names, pair, strict=False)):
            if pipe.assigns:
                state.set_variable(name, value)
            else:
                state.variables[known - len(names) + at] = name, value
        word = self._body(element, body)
        del state.variables[known:]
        return word
