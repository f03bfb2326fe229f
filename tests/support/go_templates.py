"""Random Go templates and data for them."""

import random
from typing import Any

FIELDS = [
    ".text",
    ".empty",
    ".whole",
    ".long",
    ".small",
    ".real",
    ".zero",
    ".yes",
    ".no",
    ".nil",
    ".list",
    ".words",
    ".map",
    ".labels",
    ".nested",
    ".numbers",
    ".item",
    ".none",
    ".texts",
    ".missing",
    ".color",
    ".word",
    ".nested.deep",
    ".nested.deep.er",
    ".map.a",
    ".labels.app",
    ".item.Name",
    ".item.Count",
    ".item.Next",
    ".item.Next.Name",
    ".item.Limit",
    ".item.Labels",
    ".item.Any",
    ".item.Color",
    ".item.Words",
    ".item.Items",
    ".none.Name",
    ".none.GetName",
    ".item.GetName",
    ".item.Value.Name",
    ".list.x",
    ".text.x",
    ".nil.x",
    ".missing.x",
    ".item.Nope",
    ".item.Things.k",
    ".item.Any.x",
    ".ints",
    ".matrix",
]
LITERALS = [
    '"a"',
    '"b"',
    '""',
    "`raw`",
    '"é✓"',
    '"a',
    'b<c>&"',
    '"%v"',
    '"%d-%s"',
    "0",
    "1",
    "2",
    "3",
    "-1",
    "1.5",
    "1.0",
    "1e3",
    "0x1F",
    "'x'",
    "true",
    "false",
    "nil",
    "255",
    "1000",
]
ONE = [
    "not",
    "len",
    "print",
    "println",
    "html",
    "js",
    "urlquery",
    "twice",
    "next",
    "half",
    "long",
    "negate",
    "labels",
    "things",
    "anything",
    "same",
    "item",
    "meta",
    "refuse",
    "printf",
    "index",
    "slice",
    "upto",
    "join",
]
TWO = [
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "and",
    "or",
    "index",
    "slice",
    "print",
    "printf",
    "two",
    "join",
    "call",
]
FORMATS = (
    "%v",
    "%d",
    "%s",
    "%q",
    "%5v|",
    "%-6s|",
    "%T",
    "%x",
    "%+v",
    "%05d",
    "%t",
    "%#v",
    "%v-%v",
    "%6.2f",
    "%%",
    "%c",
    "%U",
    "%o",
    "%b",
    "%e",
    "%g",
    "%[1]v",
)
SPACES = ("", " ", "\n", "  \n\t", "x", "a b", "é ", "{ }", "-")


class Templates:
    """Makes templates, most of them valid."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._variables: list[str] = []
        self._loops = 0

    def template(self) -> str:
        """Return a template."""
        rng = self._rng
        self._variables, self._loops = [], 0
        text = self._body(rng.randint(1, 3))
        for name in ("t", "u"):
            if rng.random() < 0.3:
                self._variables, self._loops = [], 0
                body = self._body(1)
                text = f'{{{{define "{name}"}}}}{body}{{{{end}}}}{text}'
        if rng.random() < 0.03:
            at = rng.randrange(len(text) + 1)
            text = (
                text[:at]
                + rng.choice(("{{", "}}", '"', "(", "|", ".", "$", " "))
                + text[at:]
            )
        return text

    def flow(self, depth: int = 4, *, loops: bool = False) -> str:
        """Return a template of branches only; its output shows which ran."""
        rng = self._rng
        text = ""
        for _ in range(rng.randint(1, 2)):
            word = rng.choice(("if", "with", "range", "range", "text", "leave"))
            if word == "leave" and loops:
                text += f"{{{{{rng.choice(('break', 'continue'))}}}}}"
            elif word in ("text", "leave") or not depth:
                text += rng.choice("xyz") + "{{print .}}"
            else:
                inner = loops or word == "range"
                text += f"{{{{{word} {rng.choice(('0', '2', '.', '1'))}}}}}"
                text += self.flow(depth - 1, loops=inner)
                while word != "range" and rng.random() < 0.4:
                    text += f"{{{{else {word} {rng.choice('01.')}}}}}"
                    text += self.flow(depth - 1, loops=loops)
                if rng.random() < 0.6:
                    text += "{{else}}" + self.flow(depth - 1, loops=loops)
                text += "{{end}}"
        return text + rng.choice(("", "", "|"))

    def _body(self, depth: int) -> str:
        known = len(self._variables)
        text = "".join(self._part(depth) for _ in range(self._rng.randint(1, 3)))
        del self._variables[known:]
        return text

    def _tag(self, inner: str) -> str:
        rng = self._rng
        left = rng.choice(("{{", "{{ ", "{{- ", "{{"))
        return f"{left}{inner}{rng.choice(('}}', ' }}', ' -}}', '}}'))}"

    def _part(self, depth: int) -> str:  # noqa: PLR0911 - one for each construct
        rng = self._rng
        kind = rng.random()
        if kind < 0.3:
            return rng.choice(SPACES)
        if kind < 0.6 or depth == 0:
            return self._tag(self._pipe(2))
        if kind < 0.72:
            return self._set()
        if kind < 0.75:
            return self._tag("/* note */") if rng.random() < 0.3 else "{{/* x */ -}} "
        if kind < 0.79:
            name = rng.choice(("t", "u", "u", "nope") if rng.random() < 0.2 else "tu")
            pipe = rng.choice(("", " .", " " + self._pipe(1)))
            return self._tag(f'template "{name}"{pipe}')
        if kind < 0.81 and self._loops:
            return self._tag(rng.choice(("break", "continue")))
        return self._branch(depth)

    def _set(self) -> str:
        rng = self._rng
        if self._variables and rng.random() < 0.4:
            return self._tag(f"{rng.choice(self._variables)} = {self._pipe(1)}")
        name = f"${rng.choice('abc')}"
        text = self._tag(f"{name} := {self._pipe(1)}")
        self._variables.append(name)
        return text

    def _branch(self, depth: int) -> str:
        rng = self._rng
        known = len(self._variables)
        word = rng.choice(("if", "if", "with", "range"))
        names: list[str] = []
        if rng.random() < (0.5 if word == "range" else 0.15):
            count = rng.choice((1, 2)) if word == "range" else 1
            names = [f"${rng.choice('abc')}{at}" for at in range(count)]
        pipe = self._iterable() if word == "range" else self._pipe(1)
        declared = f"{', '.join(names)} := " if names else ""
        start = self._tag(f"{word} {declared}{pipe}")
        self._variables += names
        self._loops += word == "range"
        text = start + self._body(depth - 1)
        self._loops -= word == "range"
        if rng.random() < 0.4:
            if word != "range" and rng.random() < 0.4:
                text += self._tag(f"else {word} {self._pipe(1)}")
                text += self._body(depth - 1)
            text += self._tag("else") + self._body(depth - 1)
        del self._variables[known:]
        return text + self._tag("end")

    def _iterable(self) -> str:
        rng = self._rng
        if rng.random() < 0.8:
            return rng.choice(
                (
                    ".list",
                    ".words",
                    ".map",
                    ".labels",
                    ".numbers",
                    "3",
                    ".whole",
                    ".nil",
                    ".missing",
                    ".item.Items",
                    ".ints",
                    ".matrix",
                    ".nested",
                    "0",
                    ".item.Words",
                )
            )
        return self._pipe(1)

    def _pipe(self, depth: int) -> str:
        text = self._command(depth)
        while self._rng.random() < 0.2:
            text += " | " + self._stage()
        return text

    def _stage(self) -> str:
        rng = self._rng
        name = rng.choice(ONE) if rng.random() < 0.6 else rng.choice(TWO)
        if name == "printf":
            return f'printf "{rng.choice(FORMATS)}"'
        return name if name in ONE else f"{name} {self._operand(0)}"

    def _command(self, depth: int) -> str:
        rng = self._rng
        kind = rng.random()
        if kind < 0.45:
            return self._operand(depth)
        if kind < 0.65:
            return f"{rng.choice(ONE)} {self._operand(depth)}"
        if kind < 0.75:
            args = [self._operand(depth) for _ in range(rng.randint(0, 3))]
            return " ".join([f'printf "{rng.choice(FORMATS)}"', *args])
        count = 2 if rng.random() < 0.8 else rng.randint(0, 3)
        return " ".join(
            [rng.choice(TWO), *(self._operand(depth) for _ in range(count))]
        )

    def _operand(self, depth: int) -> str:
        rng = self._rng
        kind = rng.random()
        if kind < 0.4:
            return rng.choice(FIELDS)
        if kind < 0.65:
            return rng.choice(LITERALS)
        if kind < 0.75 and self._variables:
            name = rng.choice(self._variables)
            return name + rng.choice(("", "", ".x", ".Name"))
        if kind < 0.8:
            return rng.choice(
                (".text", "$.text", "$.nested.deep.er", "(call func 1)", "none")
            )
        if depth:
            chain = rng.choice(("", "", "", ".x", ".a", ".Name"))
            return f"({self._pipe(depth - 1)}){chain}"
        return rng.choice(FIELDS)


def data(rng: random.Random) -> dict[str, Any]:
    """Return data; some values vary."""
    item = {
        "Name": rng.choice(("it", "")),
        "Count": rng.choice((0, 7)),
        "Labels": {"app": "web"},
        "Color": rng.choice((0, 1, 2)),
        "Words": ["w", "v"],
        "Items": [{"Name": "in"}, {"Count": 2}],
        "Value": {"Name": "val"},
        "Things": {"k": [1, "x"]},
        "Any": rng.choice((None, "any", {"x": 1}, [1, 2])),
    }
    if rng.random() < 0.5:
        item["Next"] = {"Name": "next"}
    return {
        "text": rng.choice(("text", "te xt", "é✓")),
        "empty": "",
        "whole": {"$": "int", "v": rng.randint(0, 4)},
        "long": {"$": "int64", "v": rng.choice((2, -3))},
        "small": {"$": "uint8", "v": 2},
        "real": rng.choice((1.5, 1e6, 15020, -0.25, 1e-7)),
        "zero": 0,
        "yes": True,
        "no": False,
        "nil": None,
        "list": rng.choice((["a", 1.5, None, True], [], ["x", ["y"], {"k": "v"}])),
        "words": {"$": "[]string", "v": rng.choice((["u", "v"], [], None))},
        "ints": {"$": "[]int", "v": [3, 1, 2]},
        "matrix": {"$": "[][]int", "v": [[1, 2], [3]]},
        "map": {"b": 2, "a": rng.choice(("x", None, {"x": "deep"}))},
        "labels": {"$": "map[string]string", "v": {"app": "web", "B": "2"}},
        "numbers": {"$": "map[int]string", "v": {"10": "ten", "2": "two"}},
        "nested": {"deep": {"er": rng.choice((42, "v", None))}},
        "item": {"$": "*Item", "v": item},
        "none": {"$": "*Item", "v": None},
        "texts": {"$": "*string", "v": rng.choice(("ptr", None))},
        "color": {"$": "Color", "v": 1},
        "word": {"$": "Word", "v": "word"},
    }
