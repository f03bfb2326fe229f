"""The state of one execution of a template."""

from collections.abc import Callable
from typing import Any

from injector.templates.go.limits import Budget
from injector.templates.go.parse import nodes
from injector.templates.go.values.arguments import ArgumentError


class Execution:
    """The body and the node that are executed, the variables and the output.

    Error messages name ``node``, the last node reached: every node's function sets
    it.
    """

    __slots__ = ("budget", "name", "node", "out", "variables", "write")

    node: nodes.Node | None

    def __init__(self, name: str, data: Any, budget: Budget) -> None:
        self.name = name
        self.node = None
        self.variables: list[tuple[str, Any]] = [("$", data)]
        self.out: list[Any] = []
        self.write = self.out.append
        self.budget = budget

    def variable(self, name: str) -> Any:
        """Return the value of the variable *name*, in a box where it has one.

        Raises:
            ArgumentError: the variable is not declared.
        """
        for known, value in reversed(self.variables):
            if known == name:
                return value
        raise ArgumentError(f"undefined variable: {name}")

    def assign(self, name: str, value: Any) -> None:
        """Set the variable *name*.

        Raises:
            ArgumentError: the variable is not declared.
        """
        for at in range(len(self.variables) - 1, -1, -1):
            if self.variables[at][0] == name:
                self.variables[at] = name, value
                return
        raise ArgumentError(f"undefined variable: {name}")


Value = Callable[..., Any]
"""The function of a node. Its arguments are the dot, the execution and, in a pipeline,
the value of the stage before."""

Step = Callable[[Any, Execution], str | None]
"""The function of a statement; it returns ``break`` or ``continue`` to end a round."""
