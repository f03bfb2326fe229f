"""The parser: tokens become a template's nodes."""

from injector.templates.go.parse import nodes
from injector.templates.go.parse.pipelines import Pipelines
from injector.templates.go.values.functions import Registry
from injector.templates.go.values.quoting import quote, unquote

Body = list[nodes.Statement]


def parse(
    name: str, source: str, functions: Registry, delimiters: tuple[str, str]
) -> tuple[dict[str, Body], frozenset[str]]:
    """Return the bodies of a template and of those it defines, and the functions used.

    Raises:
        TemplateError: the text is not a template, or names an unknown function.
    """
    parser = _Parser(name, source, functions, delimiters)
    return parser.templates(), frozenset(parser.used)


class _Parser(Pipelines):
    def __init__(
        self,
        name: str,
        source: str,
        functions: Registry,
        delimiters: tuple[str, str],
    ) -> None:
        super().__init__(name, source, functions, delimiters)
        self._bodies: dict[str, Body] = {}

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
        """Return the body of a template within another; it sees no outer variables."""
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
        self._deeper()
        while True:
            if self._peek().kind == "EOF":
                self._fail("unexpected EOF")
            statement = self._statement()
            if isinstance(statement, str):
                self._depth -= 1
                return body, statement
            body.append(statement)

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

    def _inside(self) -> nodes.Statement | str:  # noqa: PLR0911 - one for each word
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
        self._back(token)
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
        arms = [self._arm(word)]
        # A chain of else-ifs does not nest.
        while arms[-1][-1] == "else" and word != "range" and self._peek().kind == word:
            self._at += 1
            arms.append(self._arm(word))
        other: Body = []
        if arms[-1][-1] == "else":
            other, end = self._body()
            if end != "end":
                self._fail(f"expected end; found {{{{{end}}}}}")
        del self._variables[known:]
        return nodes.Branch(word, [(pipe, body) for pipe, body, _ in arms], other)

    def _arm(self, word: str) -> tuple[nodes.Pipe, Body, str]:
        """Return a pipeline, what it leads to, and the word that ends that."""
        pipe = self._pipe(word, "}}")
        self._ranges += word == "range"
        body, end = self._body()
        self._ranges -= word == "range"
        return pipe, body, end


def _empty(body: Body) -> bool:
    """Return whether *body* writes nothing but white space."""
    return all(
        isinstance(statement, nodes.Text) and not statement.text.strip()
        for statement in body
    )
