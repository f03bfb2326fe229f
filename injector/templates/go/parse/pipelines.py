"""The parser of pipelines: the tokens of an action become commands and operands."""

from injector.templates.go.parse import nodes, numbers
from injector.templates.go.parse.reader import Reader
from injector.templates.go.values.functions import Refused
from injector.templates.go.values.quoting import quote, unquote

_OPERANDS = frozenset(
    {"bool", "char", ".", "field", "name", "number", "nil", "string", "variable", "("}
)
_VALUES = (nodes.Bool, nodes.Dot, nodes.Nil, nodes.Constant, nodes.String)
"""Nodes that take no argument; only the dot takes fields."""


class Pipelines(Reader):
    """The part of the parser that reads pipelines."""

    def _pipe(self, place: str, end: str) -> nodes.Pipe:
        pos = self._peek().pos
        names, assigns = self._declared(place)
        commands: list[nodes.Command] = []
        while (token := self._peek()).kind != end:
            if token.kind not in _OPERANDS:
                self._unexpected(token, place)
            commands.append(self._command())
        self._at += 1
        if not commands:
            self._fail(f"missing value for {place}")
        for stage, command in enumerate(commands[1:], 2):
            if isinstance(command.args[0], _VALUES):
                self._fail(f"non executable command in pipeline stage {stage}")
        return nodes.Pipe(pos, names, assigns, commands)

    def _declared(self, place: str) -> tuple[list[str], bool]:
        """Return the variables that a pipeline sets, and whether it assigns to them."""
        names: list[str] = []
        while (variable := self._peek()).kind == "variable":
            self._at += 1
            after = self._peek()
            if after.kind not in {":=", "="} and after.text != ",":
                self._at -= 1
                break
            self._at += 1
            names.append(variable.text)
            self._variables.append(variable.text)
            if after.kind != "other":
                return names, after.kind == "="
            if place != "range" or len(names) > 1:
                self._fail(f"too many declarations in {place}")
            if self._peek().kind not in {"variable", "}}", ")"}:
                self._fail("range can only initialize variables")
        return names, False

    def _command(self) -> nodes.Command:
        pos = self._peek().pos
        args: list[nodes.Operand] = []
        while True:
            operand = self._operand()
            if operand is not None:
                args.append(operand)
            token = self._peek()
            if token.kind == "|":
                self._at += 1
                break
            if token.kind in {"}}", ")"}:
                break
            if operand is None or not token.spaced:
                self._next()
                self._unexpected(token, "operand")
        return nodes.Command(pos, args)

    def _operand(self) -> nodes.Operand | None:
        node = self._term()
        if node is None:
            return None
        first = self._peek()
        names: list[str] = []
        while self._peek().kind == "field" and not self._peek().spaced:
            names.append(self._next().text[1:])
        if not names:
            return node
        if isinstance(node, nodes.Field):
            return nodes.Field(first.pos, (*node.names, *names))
        if isinstance(node, nodes.Variable):
            return nodes.Variable(first.pos, (*node.names, *names))
        if isinstance(node, _VALUES):
            self._fail(f"unexpected . after term {quote(str(node))}")
        return nodes.Chain(first.pos, node, tuple(names))

    def _term(  # noqa: C901, PLR0911 - one for each kind of token
        self,
    ) -> nodes.Operand | None:
        token = self._peek()
        kind, text, pos, _ = token
        if kind not in _OPERANDS:
            return None
        self._at += 1
        match kind:
            case "field":
                return nodes.Field(pos, (text[1:],))
            case "name":
                self._check_function(text)
                return nodes.Identifier(pos, text)
            case "string":
                return nodes.String(pos, text, self._literal(unquote, text))
            case "variable":
                if text not in self._variables:
                    self._fail(f"undefined variable {quote(text)}")
                return nodes.Variable(pos, (text,))
            case ".":
                return nodes.Dot(pos)
            case "nil":
                return nodes.Nil(pos)
            case "bool":
                return nodes.Bool(pos, text == "true")
            case "(":
                return self._parenthesis()
        return nodes.Constant(pos, text, self._literal(numbers.read, text))

    def _parenthesis(self) -> nodes.Pipe:
        self._deeper()
        pipe = self._pipe("parenthesized pipeline", ")")
        self._depth -= 1
        return pipe

    def _check_function(self, name: str) -> None:
        if name in self.used:
            return
        self.used.add(name)
        found = self._functions.get(name)
        if found is None:
            self._fail(f"function {quote(name)} not defined")
        if isinstance(found, Refused):
            self._fail(f"function {quote(name)} is not available: {found.reason}")
