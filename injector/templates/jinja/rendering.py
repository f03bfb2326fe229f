"""Jinja2 templates: text and a context become an overlay.

Values of expressions are kept in slots while the text is read as YAML, so that no value
can change the structure of the template's text.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from types import CodeType, MappingProxyType
from typing import Any

from jinja2 import Template, TemplateSyntaxError

from injector.base import sealed_text
from injector.base.caches import STORE, Cache, Store
from injector.base.errors import InjectorError, TemplateError
from injector.templates.jinja.positions import expression_at, line_of, template_line
from injector.templates.jinja.reading import Document, read
from injector.templates.jinja.sandbox import (
    ENVIRONMENT,
    TemplateEnvironment,
    marking_environment,
)
from injector.templates.jinja.shapes import OutputError
from injector.templates.jinja.slots import (
    CURRENT,
    MAX_OUTPUT,
    MAX_STEPS,
    RESERVED,
    Slots,
    join,
    size,
)
from injector.templates.jinja.tracing import tracing_environment

MAX_SOURCE = 1 << 20
"""Characters of a template."""

BLAMED_STEPS = 10_000
"""Steps of a failed render that is repeated to find the place of its error."""

_MAKES_KEY = "an expression makes a key; where it may, it says so by '| key'"
_RESERVED = re.compile(f"[{''.join(sorted(RESERVED))}]")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class JinjaTemplate:
    """A template, compiled. Safe to render in several threads at once.

    Args:
        name: the name in error messages.
        source: the text.
        functions: the functions that the template may call, by name.
        store: the memory for cached shapes.
        code: the compiled text, if it is known.
    """

    def __init__(
        self,
        name: str,
        source: str,
        functions: Mapping[str, Callable[..., Any]] = _NOTHING,
        *,
        store: Store = STORE,
        code: CodeType | None = None,
    ) -> None:
        self.name = name
        self._source = source
        self._code = code
        self._functions = dict(functions)
        self._shapes: Cache[Document] = Cache(store)
        self._check()
        self._compiled = self._compile(ENVIRONMENT, code)

    def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the overlay that the template renders from *context*.

        Raises:
            TemplateError: the template fails or renders no mapping; the message names
                the template and, if known, the line and the expression.
        """
        state = Slots()
        token = CURRENT.set(state)
        traced = sealed_text.CURRENT.get() is not None
        try:
            compiled = self._tracing if traced else self._compiled
            text = self._text(compiled, context)
            return self._overlay(text, state)
        except OutputError as e:
            raise self._located(e, context, state) from e
        finally:
            CURRENT.reset(token)

    def shapes(self) -> int:
        """Return the number of cached shapes."""
        return len(self._shapes)

    def _check(self) -> None:
        if len(self._source) > MAX_SOURCE:
            raise TemplateError(
                f"template {self.name!r}: longer than {MAX_SOURCE:,} characters"
            )
        if found := _RESERVED.search(self._source):
            line = self._source.count("\n", 0, found.start()) + 1
            raise self._error(f"the character {found[0]!a} is reserved", line)

    def _compile(
        self, environment: TemplateEnvironment, code: CodeType | None = None
    ) -> Template:
        try:
            code = code or environment.compile(self._source)
            functions = environment.make_globals(self._functions)
            return Template.from_code(environment, code, functions)
        except TemplateSyntaxError as e:
            raise self._failed(e, e.lineno) from e
        except Exception as e:
            # Jinja's code may exceed limits of Python's compiler.
            raise self._error(_message(e), None) from e

    @cached_property
    def _tracing(self) -> Template:
        return self._compile(tracing_environment(), self._code)

    @cached_property
    def _marking(self) -> Template:
        return self._compile(marking_environment())

    def _text(self, compiled: Template, context: Mapping[str, Any]) -> str:
        try:
            return join(compiled.root_render_func(compiled.new_context(dict(context))))
        except InjectorError as e:
            if not isinstance(e, TemplateError):
                raise
            raise self._failed(e, _position(e, compiled)) from e
        except Exception as e:
            # A template is the operator's code: it can raise anything.
            raise self._failed(e, _position(e, compiled)) from e

    def _overlay(self, text: str, state: Slots) -> dict[str, Any]:
        document = self._shapes.find(text)
        if document is None:
            document = read(text)
            self._shapes.keep(text, document)
        for slot, line in document.keys:
            if slot not in state.allowed:
                raise OutputError(_MAKES_KEY, line, slot=slot)
        total = document.size + sum(size(state.values[slot]) for slot in document.uses)
        if total > MAX_OUTPUT:
            raise OutputError(f"the output is over {MAX_OUTPUT:,} characters")
        overlay = document.shape.fill(state.values)
        if overlay is None:
            return {}
        if not isinstance(overlay, dict):
            raise OutputError("the output is no mapping")
        return overlay

    def _located(
        self, error: OutputError, context: Mapping[str, Any], failed: Slots
    ) -> TemplateError:
        """Return *error* with its place, found by a second render with marks.

        The place is left out if the *failed* render took more than `BLAMED_STEPS`.
        """
        placed = error.slot is not None or error.line is not None
        if not placed or failed.steps < MAX_STEPS - BLAMED_STEPS:
            return self._error(error, None)
        state = Slots()
        token = CURRENT.set(state)
        try:
            marked = self._text(self._marking, context)
        except InjectorError:
            return self._error(error, None)
        finally:
            CURRENT.reset(token)
        if error.slot is not None:
            printed = state.origins[error.slot]
            return self._failed(error, self._marking.get_corresponding_lineno(printed))
        return self._error(error, template_line(marked, error.line or 0))

    def _failed(self, error: Exception, position: int) -> TemplateError:
        expression = expression_at(position, self._source, ENVIRONMENT)
        message = f"{expression}: {_message(error)}" if expression else _message(error)
        return self._error(message, line_of(position) or None)

    def _error(self, message: object, line: int | None) -> TemplateError:
        where = "" if line is None else f", line {line}"
        return TemplateError(f"template {self.name!r}{where}: {message}")


def _position(error: Exception, compiled: Template) -> int:
    """Return the position of the template's last frame in *error*'s traceback."""
    position = 0
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_globals.get("__jinja_template__") is compiled:
            position = compiled.get_corresponding_lineno(traceback.tb_lineno)
        traceback = traceback.tb_next
    return position


def _message(error: Exception) -> str:
    """Return the message of *error* on one line."""
    if isinstance(error, RecursionError):
        return "too deeply nested"
    text: object = error
    if isinstance(error, TemplateSyntaxError):
        text = error.message
    if isinstance(error, SyntaxError):
        text = error.msg
    if isinstance(error, KeyError):
        text = f"no key {error}"
    return " ".join(str(text).split()) or type(error).__name__
