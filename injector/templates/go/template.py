"""Go templates: a text with actions in delimiters, and data, become a text."""

from collections import ChainMap
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, TypeVar

from injector.base import tracing
from injector.base.errors import TemplateError
from injector.base.plans import NoPlan
from injector.templates.go.builtin import BUILTINS
from injector.templates.go.limits import MAX_DEPTH, LimitError, executing, joined
from injector.templates.go.parse.parser import parse
from injector.templates.go.run.execution import Execution
from injector.templates.go.run.statements import Statements
from injector.templates.go.values.arguments import ArgumentError
from injector.templates.go.values.functions import Function, Registry
from injector.templates.go.values.printing import shown
from injector.templates.go.values.quoting import encode, quote
from injector.templates.go.values.values import MISSING

Made = TypeVar("Made")
_NONE: Registry = MappingProxyType({})
_SEEING: Final = frozenset(
    BUILTINS[name] for name in ("and", "or", "not", "eq", "ne", "index")
)
"""Functions that treat sealed texts as they treat other texts."""


class GoTemplate:
    """A template of Go's text/template. Safe to execute in several threads at once.

    Args:
        name: of the template, in error messages and for ``{{template}}``.
        source: its text.
        functions: that it may call, besides Go's own.
        delimiters: the texts before and after an action.

    Raises:
        TemplateError: the text is not a template, or names an unknown function. The
            message has the template and the line.
    """

    def __init__(
        self,
        name: str,
        source: str,
        functions: Registry = _NONE,
        delimiters: tuple[str, str] = ("{{", "}}"),
    ) -> None:
        self.name = name
        self._source = source
        registry: Registry = ChainMap(functions, BUILTINS)  # type: ignore[arg-type]
        self._bodies, used = parse(name, source, registry, delimiters)
        known = {key: registry[key] for key in used}
        self._functions = {
            key: value for key, value in known.items() if isinstance(value, Function)
        }
        self._statements = Statements(self._bodies, self._functions, shown)

    def execute(self, data: Any) -> str:
        """Return the text of the template for *data*, a value as ``values`` holds it.

        Raises:
            TemplateError: the execution fails. The message is Go's: the template, the
                line, the column, the expression and the reason.
        """
        return self._executed(self._statements, data, joined)

    def parts(self, data: Any) -> list[Any]:
        """Return the parts of the text for *data* that holds sealed texts.

        Raises:
            NoPlan: the execution fails, or a function changes its data.
        """
        try:
            return self._executed(self._sealing, data, list)
        except TemplateError as e:
            raise NoPlan from e

    def _executed(
        self, statements: Statements, data: Any, made: Callable[[list[Any]], Made]
    ) -> Made:
        dot = MISSING if data is None else data
        with executing() as budget:
            run = Execution(self.name, dot, budget)
            try:
                statements.execute(run, dot)
                return made(run.out)
            except (ArgumentError, LimitError) as e:
                raise self._error(str(e), run) from e
            except RecursionError as e:
                message = f"exceeded maximum template depth ({MAX_DEPTH})"
                raise self._error(message, run) from e

    def _error(self, message: str, run: Execution) -> TemplateError:
        """Return the error *message* about the node that *run* reached last."""
        node = run.node
        if node is None:
            return TemplateError(f"template: {self.name}: {message}")
        before = self._source[: node.pos]
        line = before.count("\n") + 1
        column = len(encode(before[before.rfind("\n") + 1 :]))
        return TemplateError(
            f"template: {self.name}:{line}:{column}: executing {quote(run.name)} "
            f"at <{node}>: {message}"
        )

    @cached_property
    def _sealing(self) -> Statements:
        """Return the functions of the bodies for data that holds sealed texts.

        Raises:
            NoPlan: a function changes its data.
        """
        functions = self._functions.values()
        if any(one.changes or one is BUILTINS["call"] for one in functions):
            raise NoPlan
        moving = {
            name: one if one in _SEEING else replace(one, call=tracing.moving(one.call))
            for name, one in self._functions.items()
        }
        return Statements(self._bodies, moving, _shown)


def _shown(value: Any) -> Any:
    return value if tracing.is_sealed(value) else shown(value)
