"""Go templates: text that becomes other text, by what stands in its delimiters."""

from collections import ChainMap
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from types import MappingProxyType
from typing import Any

from injector.base.plans import Lost
from injector.templates.go.builtin import BUILTINS
from injector.templates.go.limits import MAX_WALKED, LimitError, RoundsError, joined
from injector.templates.go.parse.parser import parse
from injector.templates.go.run.expressions import Unsuited
from injector.templates.go.run.generator import Generated, generate
from injector.templates.go.run.walker import Program, walk
from injector.templates.go.values.functions import Function, FunctionError, Registry

_NONE: Registry = MappingProxyType({})


class GoTemplate:
    """A template of Go's text/template. Safe to execute in several threads at once.

    Args:
        name: what error messages and ``{{template}}`` call it.
        source: its text.
        functions: what it may call besides Go's own functions.
        delimiters: what actions stand between.
        walked_first: the first execution comes soon: it makes no Python of the text,
            which takes longer than to go without.

    Raises:
        TemplateError: the text is no template, or uses a function that there is not;
            names the template and the line.
    """

    def __init__(
        self,
        name: str,
        source: str,
        functions: Registry = _NONE,
        delimiters: tuple[str, str] = ("{{", "}}"),
        *,
        walked_first: bool = False,
    ) -> None:
        self.name = name
        self._walks = walked_first
        registry: Registry = ChainMap(functions, BUILTINS)  # type: ignore[arg-type]
        bodies, used = parse(name, source, registry, delimiters)
        known = {key: registry[key] for key in used}
        self.program = Program(
            name=name,
            source=source,
            bodies=bodies,
            functions={
                key: value
                for key, value in known.items()
                if isinstance(value, Function)
            },
        )

    def execute(self, data: Any) -> str:
        """Return what the template makes of *data*, a value of ``values``.

        Raises:
            TemplateError: it fails; names the template, the line and the column, the
                expression, and says why as Go does.
        """
        if self._walks:
            self._walks = False
            with suppress(RoundsError):
                return walk(self.program, data, MAX_WALKED)
        if self._run is None:
            return walk(self.program, data)
        try:
            return joined(self._run(data))
        except RoundsError as e:
            raise self.program.error(str(e), self.name, None) from e
        except Exception as e:  # noqa: BLE001 - the walker says what it was
            return self._told(data, e)

    def _told(self, data: Any, error: Exception) -> str:
        """Return what the walker makes of *data*: it fails, and says where and why."""
        try:
            return walk(self.program, data, MAX_WALKED)
        except RoundsError as e:
            known = isinstance(error, LimitError | FunctionError)
            why = error if known else f"fails after {MAX_WALKED} rounds of loops"
            raise self.program.error(str(why), self.name, None) from e

    def parts(self, data: Any) -> list[Any]:
        """Return the parts of what the template makes of *data* with sealed texts.

        Raises:
            Lost: there is no way to tell.
        """
        try:
            return self._tracing(data)
        except Exception as e:
            raise Lost from e

    @cached_property
    def _generated(self) -> Generated | None:
        """Return the template as Python, made when first needed; None if it is not."""
        try:
            return generate(self.program)
        except Unsuited:
            return None

    @cached_property
    def _run(self) -> Callable[[Any], list[str]] | None:
        return None if self._generated is None else self._generated.runner()

    @cached_property
    def _tracing(self) -> Callable[[Any], list[Any]]:
        if self._generated is None:
            raise Lost
        return self._generated.tracing()
