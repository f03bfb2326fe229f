"""Statements as Python functions, made when a template's body is first executed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from injector.templates.go.parse import nodes
from injector.templates.go.run.evaluation import Evaluation
from injector.templates.go.run.execution import Execution, Step
from injector.templates.go.run.ranging import range_loop
from injector.templates.go.values.arguments import ArgumentError
from injector.templates.go.values.functions import Function
from injector.templates.go.values.quoting import quote
from injector.templates.go.values.values import MISSING

Body = Sequence[nodes.Statement]


class Statements(Evaluation):
    """The functions of the bodies of a template.

    Args:
        bodies: by name, the main one's and those that it defines.
        functions: that the bodies may call, by name.
        shown: prints a value.
    """

    def __init__(
        self,
        bodies: Mapping[str, Body],
        functions: Mapping[str, Function],
        shown: Callable[[Any], Any],
    ) -> None:
        super().__init__(functions)
        self._shown = shown
        self._bodies = {name: self._body(body) for name, body in bodies.items()}

    def execute(self, run: Execution, dot: Any) -> None:
        """Execute the body that *run* names.

        Raises:
            ArgumentError: the node of *run* fails.
            LimitError: a limit is exceeded.
        """
        self._bodies[run.name](dot, run)

    def _body(self, body: Body) -> Step:
        """Return the function of *body*, which is compiled at its first call."""
        steps: list[Step] | None = None

        def execute(dot: Any, run: Execution) -> str | None:
            nonlocal steps
            if steps is None:
                steps = [self._statement(statement) for statement in body]
            for step in steps:
                word = step(dot, run)
                if word is not None:
                    return word
            return None

        return execute

    def _statement(self, statement: nodes.Statement) -> Step:
        match statement:
            case nodes.Text(text=text):
                return lambda _dot, run: run.write(text)
            case nodes.Action():
                return self._action(statement)
            case nodes.Branch(word="range", arms=[(pipe, body)], other=other):
                evaluate = self.pipe(pipe)
                return range_loop(pipe, evaluate, self._body(body), self._body(other))
            case nodes.Branch():
                return self._choice(statement)
            case nodes.Leave(word=word):
                return lambda _dot, _run: word
        return self._call(statement)

    def _action(self, action: nodes.Action) -> Step:
        evaluate, shown = self.pipe(action.pipe), self._shown

        def declare(dot: Any, run: Execution) -> None:
            evaluate(dot, run)

        def write(dot: Any, run: Execution) -> None:
            value = evaluate(dot, run)
            run.node = action
            if isinstance(value, Function):
                name = value.type.name
                raise ArgumentError(f"can't print {action} of type {name}")
            run.write(value if type(value) is str else shown(value))

        return declare if action.pipe.names else write

    def _choice(self, branch: nodes.Branch) -> Step:
        """Return the function of ``if`` or ``with``."""
        arms = [(self.pipe(pipe), self._body(body)) for pipe, body in branch.arms]
        other, moves = self._body(branch.other), branch.word == "with"

        def choose(dot: Any, run: Execution) -> str | None:
            known = len(run.variables)
            for condition, body in arms:
                value = condition(dot, run)
                if value:
                    word = body(value if moves else dot, run)
                    break
            else:
                word = other(dot, run)
            del run.variables[known:]
            return word

        return choose

    def _call(self, call: nodes.Call) -> Step:
        """Return the function of ``template``: the body sees no variables but ``$``."""
        body = self._bodies.get(call.name)
        evaluate = None if call.pipe is None else self.pipe(call.pipe)

        def execute(dot: Any, run: Execution) -> None:
            run.node = call
            if body is None:
                raise ArgumentError(f"template {quote(call.name)} not defined")
            run.budget.enter()
            data = None if evaluate is None else evaluate(dot, run)
            data = MISSING if data is None else data
            outer = run.name, run.node, run.variables
            run.name, run.node, run.variables = call.name, None, [("$", data)]
            body(data, run)
            run.name, run.node, run.variables = outer
            run.budget.leave()

        return execute
