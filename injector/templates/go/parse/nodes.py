"""The parts of a parsed template. Each prints itself as errors quote it.

``pos`` is the offset of the character that errors name.
"""

from collections.abc import Sequence
from typing import NamedTuple

from injector.templates.go.parse.numbers import Number
from injector.templates.go.values.quoting import quote


class Dot(NamedTuple):
    """The value that the dot stands for."""

    pos: int

    def __str__(self) -> str:
        return "."


class Nil(NamedTuple):
    """The word ``nil``."""

    pos: int

    def __str__(self) -> str:
        return "nil"


class Bool(NamedTuple):
    """``true`` or ``false``."""

    pos: int
    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


class Constant(NamedTuple):
    """A number or a character."""

    pos: int
    text: str
    number: Number

    def __str__(self) -> str:
        return self.text


class String(NamedTuple):
    """A text in quotes; ``text`` is as it was written."""

    pos: int
    text: str
    value: str

    def __str__(self) -> str:
        return self.text


class Identifier(NamedTuple):
    """The name of a function."""

    pos: int
    name: str

    def __str__(self) -> str:
        return self.name


class Field(NamedTuple):
    """``.x.y``: fields of the dot."""

    pos: int
    names: Sequence[str]

    def __str__(self) -> str:
        return "." + ".".join(self.names)


class Variable(NamedTuple):
    """``$v.x.y``: a variable, its name first, and fields of its value."""

    pos: int
    names: Sequence[str]

    def __str__(self) -> str:
        return ".".join(self.names)


class Chain(NamedTuple):
    """``(pipeline).x.y`` or ``function.x``: fields of what ``node`` gives."""

    pos: int
    node: "Operand"
    names: Sequence[str]

    def __str__(self) -> str:
        return f"{within(self.node)}.{'.'.join(self.names)}"


class Command(NamedTuple):
    """One stage of a pipeline: a function or a value, and arguments."""

    pos: int
    args: "Sequence[Operand]"

    def __str__(self) -> str:
        return " ".join(map(within, self.args))


class Pipe(NamedTuple):
    """Commands, each of which gets what the one before gave.

    ``names`` are the variables that take the result: new ones unless ``assigns``.
    """

    pos: int
    names: Sequence[str]
    assigns: bool
    commands: Sequence[Command]

    def __str__(self) -> str:
        text = " | ".join(map(str, self.commands))
        if not self.names:
            return text
        return f"{', '.join(self.names)} {'=' if self.assigns else ':='} {text}"


Operand = (
    Dot | Nil | Bool | Constant | String | Identifier | Field | Variable | Chain | Pipe
)


def within(node: Operand) -> str:
    """Return *node* as it stands inside a command."""
    return f"({node})" if isinstance(node, Pipe) else str(node)


class Text(NamedTuple):
    """What is written as it is."""

    text: str


class Action(NamedTuple):
    """``{{pipeline}}``."""

    pos: int
    pipe: Pipe

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


class Branch(NamedTuple):
    """``{{if}}``, ``{{with}}`` or ``{{range}}``: that is its ``word``.

    ``arms`` are pipelines with what each leads to: more than one with ``{{else if}}``
    or ``{{else with}}``. ``other`` is what stands behind the last ``{{else}}``.
    """

    word: str
    arms: "Sequence[tuple[Pipe, Sequence[Statement]]]"
    other: "Sequence[Statement]"


class Leave(NamedTuple):
    """``{{break}}`` or ``{{continue}}``."""

    word: str


class Call(NamedTuple):
    """``{{template "name" pipeline}}``."""

    pos: int
    name: str
    pipe: Pipe | None

    def __str__(self) -> str:
        pipe = f" {self.pipe}" if self.pipe is not None else ""
        return f"{{{{template {quote(self.name)}{pipe}}}}}"


Statement = Text | Action | Branch | Leave | Call
Node = Operand | Command | Action | Call
"""What an error can name."""
