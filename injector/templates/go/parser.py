"""The parser: tokens become a template's nodes."""

from collections.abc import Callable
from typing import Any, NoReturn

from injector.errors import TemplateError
from injector.templates.go import nodes, numbers
from injector.templates.go.functions import Refused, Registry
from injector.templates.go.lexer import Token, tokens
from injector.templates.go.quoting import BadLiteral, quote, unquote

Body = list[nodes.Statement]

MAX_DEPTH = 80
"""How deep actions and parentheses may be nested."""

_OPERANDS = frozenset(
    {"bool", "char", ".", "field", "name", "number", "nil", "string", "variable", "("}
)
_VALUES = (nodes.Bool, nodes.Dot, nodes.Nil, nodes.Constant, nodes.String)
"""What takes no argument, and no fields after it unless it is the dot's."""


def parse(
    name: str, source: str, functions: Registry, delimiters: tuple[str, str]
) -> tuple[dict[str, Body], frozenset[str]]:
    """Return the bodies of a template and those it defines, and what functions it uses.

    Raises:
        TemplateError: the text is no template, or uses functions that there are not.
    """
    parser = _Parser(name, source, functions, delimiters)
    return parser.templates(), frozenset(parser.used)


class _Parser:
    def __init__(
        self,
        name: str,
        source: str,
        functions: Registry,
        delimiters: tuple[str, str],
    ) -> None:
        self._name = name
        self._source = source
        self._functions = functions
        self._tokens = list(tokens(source, *delimiters))
        self._at = 0
        self._seen = 0
        self._variables = ["$"]
        self._ranges = 0
        self._depth = 0
        self.used: set[str] = set()
        self._action = -1
        self._bodies: dict[str, Body] = {}

    # Tokens

    def _peek(self) -> Token:
        at = self._at
        if at > self._seen:  # noqa: PLR1730 - max is slow
            self._seen = at
        return self._tokens[at]

    def _next(self) -> Token:
        token = self._peek()
        if token.kind not in {"EOF", "error"}:
            self._at += 1
        return token

    def _line(self, pos: int) -> int:
        return self._source.count("\n", 0, pos) + 1

    def _fail(self, message: str) -> NoReturn:
        line = self._line(self._tokens[self._seen].pos)
        raise TemplateError(f"template: {self._name}:{line}: {message}")

    def _unexpected(self, token: Token, place: str) -> NoReturn:
        if token.kind != "error":
            self._fail(f"unexpected {token} in {place}")
        started = ""
        line = self._line(self._action) if self._action >= 0 else 0
        if line not in (0, self._line(token.pos)):
            started = f" started at {self._name}:{line}"
            if not token.text.endswith(" action"):
                started = f" in action{started}"
        self._fail(f"{token.text}{started}")

    def _expect(self, kind: str, place: str) -> Token:
        token = self._next()
        if token.kind != kind:
            self._unexpected(token, place)
        return token

    def _literal(self, read: Callable[[str], Any], text: str) -> Any:
        try:
            return read(text)
        except BadLiteral as e:
            self._fail(str(e))

    # Templates

    def templates(self) -> dict[str, Body]:
        """Return all bodies."""
        body: Body = []
        while self._peek().kind != "EOF":
            defines = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
            if self._peek().kind == "{{" and defines.kind == "define":
                self._at += 2
                self._define()
                continue
            statement = self._statement()
            if isinstance(statement, str):
                self._fail(f"unexpected {{{{{statement}}}}}")
            body.append(statement)
        self._add(self._name, body)
        return self._bodies

    def _define(self) -> None:
        place = "define clause"
        self._peek()
        name = self._template_name(place)
        self._expect("}}", place)
        self._add(name, self._apart(place))

    def _apart(self, place: str) -> Body:
        """Return the body of a template within another: it sees no variables."""
        saved = self._variables, self._ranges
        self._variables, self._ranges = ["$"], 0
        body, end = self._body()
        if end != "end":
            self._fail(f"unexpected {{{{{end}}}}} in {place}")
        self._variables, self._ranges = saved
        return body

    def _add(self, name: str, body: Body) -> None:
        known = self._bodies.get(name)
        if known is None or _empty(known):
            self._bodies[name] = body
        elif not _empty(body):
            self._fail(f"template: multiple definition of template {quote(name)}")

    def _template_name(self, place: str) -> str:
        token = self._next()
        if token.kind != "string":
            self._unexpected(token, place)
        return str(self._literal(unquote, token.text))

    # Statements

    def _body(self) -> tuple[Body, str]:
        """Return statements, and whether ``end`` or ``else`` ends them."""
        body: Body = []
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"nested deeper than {MAX_DEPTH} levels")
        while self._peek().kind != "EOF":
            statement = self._statement()
            if isinstance(statement, str):
                self._depth -= 1
                return body, statement
            body.append(statement)
        self._fail("unexpected EOF")

    def _statement(self) -> nodes.Statement | str:
        """Return the next statement, or the word that ends a list of them."""
        token = self._next()
        if token.kind == "text":
            return nodes.Text(token.text)
        if token.kind != "{{":
            self._unexpected(token, "input")
        self._action = token.pos
        statement = self._inside()
        self._action = -1
        return statement

    def _inside(self) -> nodes.Statement | str:
        token = self._next()
        match token.kind:
            case "if" | "with" | "range":
                return self._branch(token.kind)
            case "end":
                self._expect("}}", "end")
                return "end"
            case "else":
                if self._peek().kind not in {"if", "with"}:
                    self._expect("}}", "else")
                return "else"
            case "template":
                return self._call()
            case "block":
                return self._block()
            case "break" | "continue":
                return self._leave(token.kind)
        self._at = self._at - 1 if token.kind not in {"EOF", "error"} else self._at
        return nodes.Action(token.pos, self._pipe("command", "}}"))

    def _leave(self, word: str) -> nodes.Leave:
        self._expect("}}", f"{{{{{word}}}}}")
        if not self._ranges:
            self._fail(f"{{{{{word}}}}} outside {{{{range}}}}")
        return nodes.Leave(word)

    def _call(self) -> nodes.Call:
        place = "template clause"
        pos = self._peek().pos
        name = self._template_name(place)
        pipe = None
        if self._peek().kind == "}}":
            self._at += 1
        else:
            pipe = self._pipe(place, "}}")
        return nodes.Call(pos, name, pipe)

    def _block(self) -> nodes.Call:
        place = "block clause"
        pos = self._peek().pos
        name = self._template_name(place)
        pipe = self._pipe(place, "}}")
        self._add(name, self._apart(place))
        return nodes.Call(pos, name, pipe)

    def _branch(self, word: str) -> nodes.Branch:
        known = len(self._variables)
        pipe = self._pipe(word, "}}")
        self._ranges += word == "range"
        body, end = self._body()
        self._ranges -= word == "range"
        other: Body | None = None
        if end == "else":
            if word != "range" and self._peek().kind == word:
                self._at += 1
                self._depth += 1
                other = [self._branch(word)]
                self._depth -= 1
            else:
                other, end = self._body()
                if end != "end":
                    self._fail(f"expected end; found {{{{{end}}}}}")
        del self._variables[known:]
        return nodes.Branch(word, pipe.pos, pipe, body, other)

    # Pipelines

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
        """Return the variables that a pipeline sets, and whether they are old ones."""
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

    def _term(self) -> nodes.Operand | None:
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
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"nested deeper than {MAX_DEPTH} levels")
        pipe = self._pipe("parenthesized pipeline", ")")
        self._depth -= 1
        return pipe

    def _check_function(self, name: str) -> None:
        self.used.add(name)
        found = self._functions.get(name)
        if found is None:
            self._fail(f"function {quote(name)} not defined")
        if isinstance(found, Refused):
            self._fail(f"function {quote(name)} is not available: {found.reason}")


def _empty(body: Body) -> bool:
    """Tell whether *body* writes nothing but white space."""
    return all(
        isinstance(statement, nodes.Text) and not statement.text.strip()
        for statement in body
    )
