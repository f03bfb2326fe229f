"""Finds what a template's body reads again and again: chains of fields of its data.

Generated code reads each of them once, first of all. That is right as long as nothing
changes the data meanwhile: see ``Function.changes``.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from injector.templates.go import nodes
from injector.templates.go.builtin import BUILTINS
from injector.templates.go.functions import Function

Body = Sequence[nodes.Statement]
Names = tuple[str, ...]


def changing(bodies: Mapping[str, Body], functions: Mapping[str, Function]) -> bool:
    """Tell whether the templates call what may change their data."""
    used = {
        functions[node.name]
        for body in bodies.values()
        for _, node in _body(body, root=True)
        if isinstance(node, nodes.Identifier)
    }
    return any(called.changes or called is BUILTINS["call"] for called in used)


def repeated(body: Body) -> list[Names]:
    """Return the chains from a body's dot that occur twice and more, short ones first.

    A chain counts for all chains that it begins with.
    """
    found = list(_body(body, root=True))
    if any(isinstance(node, nodes.Pipe) and "$" in node.names for _, node in found):
        return []
    counts: Counter[Names] = Counter()
    for root, node in found:
        names: Sequence[str] = ()
        if isinstance(node, nodes.Field) and root:
            names = node.names
        elif isinstance(node, nodes.Variable) and node.names[0] == "$":
            names = node.names[1:]
        counts.update(tuple(names[:end]) for end in range(1, len(names) + 1))
    return sorted((names for names in counts if counts[names] > 1), key=len)


Found = Iterator[tuple[bool, nodes.Operand]]
"""Operands, and whether the dot is the body's own where they stand."""


def _body(body: Body, *, root: bool) -> Found:
    for statement in body:
        match statement:
            case nodes.Action() | nodes.Call(pipe=nodes.Pipe()):
                yield from _operand(statement.pipe, root=root)
            case nodes.Branch():
                yield from _operand(statement.pipe, root=root)
                inner = root and statement.word == "if"
                yield from _body(statement.body, root=inner)
                yield from _body(statement.other or (), root=root)


def _operand(node: nodes.Operand | None, *, root: bool) -> Found:
    if node is None:
        return
    yield root, node
    if isinstance(node, nodes.Chain):
        yield from _operand(node.node, root=root)
    elif isinstance(node, nodes.Pipe):
        for command in node.commands:
            for arg in command.args:
                yield from _operand(arg, root=root)
