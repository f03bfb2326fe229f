"""The Jinja2 environment of templates: what they can reach, and how much they may do.

Templates see JSON values, the names they are given and the filters of ``filters``.
Attributes are keys of mappings and a short list of methods; nothing else of Python can
be reached. Work is counted, so that no template hangs a function.
"""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import (
    BuiltinFunctionType,
    FunctionType,
    MethodDescriptorType,
    NoneType,
)
from typing import Any, NoReturn

from jinja2 import (
    StrictUndefined,
    Undefined,
    nodes,
    pass_context,
    pass_environment,
)
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace, missing

from injector.base import tracing
from injector.base.plans import PLAIN, NoPlan, holds
from injector.base.sealed_text import LONGEST
from injector.templates.jinja import operators
from injector.templates.jinja.filters import FILTERS, TESTS, fail
from injector.templates.jinja.positions import MarkedPositions, Positions
from injector.templates.jinja.rewriting import (
    METHOD,
    NAMESPACE,
    PRINT,
    SEARCHED,
    STEPS,
    TOGETHER,
    VALUE,
    rewrite,
)
from injector.templates.jinja.slots import (
    CURRENT,
    MAX_MADE,
    MAX_STEPS,
    Slots,
    Text,
    concat,
    settle,
    slots,
)

GLOBALS: Mapping[str, Any] = {
    "cycler": Cycler,
    "dict": dict,
    "fail": fail,
    "joiner": Joiner,
    "namespace": Namespace,
    "range": operators.bounded_range,
}

_KEEP_TEXTS = (Macro, LoopContext, Cycler)
_LOOP = frozenset(
    (
        *("index", "index0", "revindex", "revindex0", "first", "last", "length"),
        *("previtem", "nextitem", "depth", "depth0", "cycle", "changed"),
    )
)
_NAMES: tuple[tuple[type, str], ...] = (
    (Mapping, "the mapping"),
    (str, "a string"),
    (bool, "a boolean"),
    (int, "a number"),
    (float, "a number"),
    (list, "a list"),
    (tuple, "a list"),
    (NoneType, "null"),
)
_ATTRIBUTES: tuple[tuple[type, frozenset[str]], ...] = (
    (LoopContext, _LOOP),
    (Cycler, frozenset(("current", "next", "reset"))),
    (Macro, frozenset(("name", "arguments"))),
)


@pass_context
def _finalize(_context: Context, value: Any) -> str:
    # Without the context, Jinja would print constants at compile time, as text.
    if value.__class__ is Text:
        raw: str = value.raw
        return raw
    return slots().put(value)


@pass_context
def _finalize_marking(context: Context, value: Any) -> str:
    printing = sys._getframe(1)  # noqa: SLF001 - only the caller knows its line
    state = slots()
    state.origins[len(state.values)] = printing.f_lineno
    return _finalize(context, value)


@pass_environment
def _method(environment: "TemplateEnvironment", obj: Any, name: str) -> Any:
    """Return what ``obj.name(...)`` calls."""
    obj = settle(obj)
    if isinstance(obj, Mapping) and name in operators.MAPPING:
        return operators.Method(operators.MAPPING[name], obj)
    return environment.getattr(obj, name)


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """The environment that all templates share."""

    intercepted_binops = frozenset(operators.BINARY)
    intercepted_unops = frozenset(("+", "-"))
    concat = staticmethod(concat)  # type: ignore[assignment]

    def __init__(
        self, positions: type[Positions], finalize: Callable[[Context, Any], str]
    ) -> None:
        super().__init__(
            autoescape=False,
            cache_size=0,
            extensions=[positions],
            finalize=finalize,
            # Constants must be computed where work is counted.
            optimized=False,
            undefined=StrictUndefined,
        )
        self.filters = {**FILTERS, METHOD: _method, NAMESPACE: lambda _: Namespace}
        self.tests = dict(TESTS)
        self.globals = dict(GLOBALS)

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """Raise what was raised; positions are not the lines that Jinja expects."""
        del source
        error = sys.exc_info()[1]
        assert error is not None  # noqa: S101 - Jinja calls this in except blocks
        raise error

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        # Jinja's hook for other ways to make code of a syntax tree.
        return super()._generate(rewrite(source), *args, **kwargs)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a key of a mapping, else one of the few known attributes."""
        obj = settle(obj) if obj.__class__ is Text else obj
        if (obj.__class__ is dict or isinstance(obj, Mapping)) and attribute in obj:
            return obj[attribute]
        found = _attribute(obj, attribute)
        return self._missing(obj, attribute) if found is missing else found

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item of a mapping or a list; attributes are no items."""
        obj, argument = settle(obj) if obj.__class__ is Text else obj, settle(argument)
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self._missing(obj, argument)

    def _missing(self, obj: Any, name: Any) -> Undefined:
        if isinstance(obj, Undefined):
            # What is missing from something missing: tell of the first.
            str(obj)
        hint = f"{_named(obj)} has no {name!r}"
        return self.undefined(hint, obj=obj, name=name)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls, counted."""
        state = slots()
        state.spend(1)
        if isinstance(obj, LoopContext):
            args = tuple(FILTERS[STEPS](arg) for arg in args)
        elif not _keeps_texts(obj):
            args = tuple(map(settle, args))
            kwargs = {name: settle(value) for name, value in kwargs.items()}
        made = operators.bounded(self.called(context, obj, *args, **kwargs))
        if "caller" in kwargs and made.__class__ is not Text:
            # Jinja writes the result of {% call %} into the text as it is.
            return Text(state.put(made))
        return made

    def called(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return what the call makes."""
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Apply a binary operator, within bounds."""
        del context
        if operator == "+" and (left.__class__ is Text or right.__class__ is Text):
            return FILTERS[TOGETHER]([left, right])
        return operators.binary(operator, settle(left), settle(right))

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """Apply a sign."""
        return super().call_unop(context, operator, settle(arg))


class TracingEnvironment(TemplateEnvironment):
    """The same for templates that see sealed texts."""

    def __init__(
        self, positions: type[Positions], finalize: Callable[[Context, Any], str]
    ) -> None:
        super().__init__(positions, finalize)
        self.filters |= {
            name: _lifted(made) for name, made in FILTERS.items() if name not in _MOVING
        }
        self.tests |= {name: _lifted(made) for name, made in TESTS.items()}
        self.tests["sameas"] = _same

    def called(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls, with texts that may be sealed."""
        function, given = obj, args
        if isinstance(obj, operators.Method):
            function, given = obj.func, (*obj.args, *args)
        if not isinstance(function, _CALLABLE) or not holds((given, kwargs)):
            return super().called(context, obj, *args, **kwargs)
        named = {name: kwargs[name] for name in kwargs.keys() - _JINJAS}
        return _lifted(function)(*given, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Apply a binary operator to texts that may be sealed."""
        if operator == "+" or not holds((left, right)):
            return super().call_binop(context, operator, left, right)
        return _lifted(operators.binary)(operator, settle(left), settle(right))


@cache
def _lifted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let *function* be given sealed texts."""

    def alone(*args: Any, **kwargs: Any) -> Any:
        render = CURRENT.get(None)
        state = Slots()
        token = CURRENT.set(state)
        try:
            made = function(*args, **kwargs)
        finally:
            CURRENT.reset(token)
        if state.values:
            # What is put aside here is not there where the result is used.
            raise NoPlan
        if render is not None:
            # With other texts it may make more: no text is longer than that.
            spent = max(MAX_MADE - state.made, 2 * LONGEST)
            render.spend(MAX_STEPS - state.steps, spent)
        return made

    return tracing.moving(function, alone)


def _same(value: Any, other: Any) -> bool:
    """Tell whether two values are one object.

    Raises:
        NoPlan: that depends on how they were made, which a plan does not tell.
    """
    value, other = settle(value), settle(other)
    if not any(each is only for each in (value, other) for only in _SINGLE):
        raise NoPlan
    return value is other


_SINGLE = (None, True, False)
_MOVING = frozenset(("d", "default", PRINT, SEARCHED, STEPS, TOGETHER, VALUE))
"""Filters that do not look at texts, or need the slots of the render."""
_JINJAS = frozenset(("_block_vars", "_loop_vars"))
"""Arguments that Jinja adds to some calls."""
_CALLABLE = (FunctionType, BuiltinFunctionType, MethodDescriptorType)


def _keeps_texts(called: Any) -> bool:
    return isinstance(called, _KEEP_TEXTS) or called is Namespace


def _attribute(obj: Any, name: str) -> Any:
    """Return the attribute *name* of *obj*, ``missing`` where templates have none."""
    for kind, methods in operators.METHODS:
        if isinstance(obj, kind) and name in methods:
            return operators.Method(methods[name], operators.searched(obj))
    for kind, names in _ATTRIBUTES:
        if isinstance(obj, kind) and name in names:
            return getattr(obj, name)
    if isinstance(obj, Namespace) and not name.startswith("_"):
        return getattr(obj, name, missing)
    return missing


def _named(obj: Any) -> str:
    for kind, name in _NAMES:
        if isinstance(obj, kind):
            return name
    return f"a {type(obj).__name__}"


ENVIRONMENT = TemplateEnvironment(Positions, _finalize)


@cache
def tracing_environment() -> TemplateEnvironment:
    """Return the environment of templates that see sealed texts."""
    # Jinja gives these to filters, beside the values: no text is in them.
    PLAIN.update((TracingEnvironment, nodes.EvalContext))
    return TracingEnvironment(Positions, _finalize)


@cache
def marking_environment() -> TemplateEnvironment:
    """Return the one that says where lines and values come from: for errors."""
    return TemplateEnvironment(MarkedPositions, _finalize_marking)
