"""Finds what a template's body reads again and again: chains of fields of its data.

Generated code reads each of them once, first of all. That is right as long as nothing
changes the data meanwhile: see ``Function.changes``.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from injector.templates.go.builtin import BUILTINS
from injector.templates.go.parse import nodes
from injector.templates.go.values.functions import Function

Body = Sequence[nodes.Statement]
Names = tuple[str, ...]


def changing(functions: Iterable[Function]) -> bool:
    """Tell whether one of *functions* may change the data."""
    return any(called.changes or called is BUILTINS["call"] for called in functions)


def repeated(body: Body) -> list[Names]:
    """Return the chains from a body's dot that occur twice and more, short ones first.

    A chain counts for all chains that it begins with.
    """
    reads = _Reads()
    reads.body(body, root=True)
    if reads.lost:
        return []
    counts: Counter[Names] = Counter()
    for names, times in Counter(reads.chains).items():
        for end in range(1, len(names) + 1):
            counts[names[:end]] += times
    return sorted((names for names in counts if counts[names] > 1), key=len)


class _Reads:
    """Collects chains from the dot; ``lost`` tells that it has not got another name."""

    def __init__(self) -> None:
        self.chains: list[Names] = []
        self.lost = False

    def body(self, body: Body, *, root: bool) -> None:
        """Collect those of *body*; *root* tells that its dot is the one."""
        for statement in body:
            match statement:
                case nodes.Action(pipe=pipe) | nodes.Call(pipe=nodes.Pipe() as pipe):
                    self._pipe(pipe, root=root)
                case nodes.Branch():
                    inner = root and statement.word == "if"
                    for pipe, arm in statement.arms:
                        self._pipe(pipe, root=root)
                        self.body(arm, root=inner)
                    self.body(statement.other, root=root)

    def _pipe(self, pipe: nodes.Pipe, *, root: bool) -> None:
        self.lost = self.lost or "$" in pipe.names
        for command in pipe.commands:
            for arg in command.args:
                self._operand(arg, root=root)

    def _operand(self, node: nodes.Operand, *, root: bool) -> None:
        match node:
            case nodes.Field():
                if root:
                    self.chains.append(tuple(node.names))
            case nodes.Variable():
                if node.names[0] == "$":
                    self.chains.append(tuple(node.names[1:]))
            case nodes.Pipe():
                self._pipe(node, root=root)
            case nodes.Chain():
                self._operand(node.node, root=root)
