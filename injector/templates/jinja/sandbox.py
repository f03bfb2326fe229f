"""The sandbox of templates: a Jinja2 environment with few names and bounded work.

Templates see JSON values, given names and the filters of ``filters``. Attributes are
keys of mappings and a short list of methods; nothing else of Python can be reached.
Work is counted, so that no template blocks the function.
"""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Undefined, nodes, pass_context, pass_environment
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace, missing

from injector.templates.jinja import operators
from injector.templates.jinja.filters import FILTERS, TESTS, fail
from injector.templates.jinja.positions import MarkedPositions, Positions
from injector.templates.jinja.rewriting import CONCAT, LOOP, METHOD, NAMESPACE, rewrite
from injector.templates.jinja.slots import Text, concat, settle, slots

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
def finalize(_context: Context, value: Any) -> str:
    """Return the token of *value*; without a context, Jinja would print constants."""
    if value.__class__ is Text:
        raw: str = value.raw
        return raw
    return slots().put(value)


@pass_context
def _finalize_marking(context: Context, value: Any) -> str:
    printing = sys._getframe(1)  # noqa: SLF001 - only the caller knows its line
    state = slots()
    state.origins[len(state.values)] = printing.f_lineno
    return finalize(context, value)


@pass_environment
def _method(environment: "TemplateEnvironment", obj: Any, name: str) -> Any:
    """Return the function that ``obj.name(...)`` calls."""
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
        """Raise the current error: Jinja would read positions as lines."""
        del source
        error = sys.exc_info()[1]
        assert error is not None  # noqa: S101 - Jinja calls this in except blocks
        raise error

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        # Jinja's hook between the syntax tree and its code.
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
            # Raises the error of the first missing name.
            str(obj)
        hint = f"{_described(obj)} has no {name!r}"
        return self.undefined(hint, obj=obj, name=name)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return the bounded result of a call, which counts as a step."""
        state = slots()
        state.spend(1)
        if isinstance(obj, LoopContext):
            args = tuple(FILTERS[LOOP](arg) for arg in args)
        elif not _keeps_texts(obj):
            args = tuple(map(settle, args))
            kwargs = {name: settle(value) for name, value in kwargs.items()}
        made = operators.bounded(self.called(context, obj, *args, **kwargs))
        if "caller" in kwargs and made.__class__ is not Text:
            # Jinja writes the result of {% call %} into the text as it is.
            return Text(state.put(made))
        return made

    def called(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return the result of a call."""
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Apply a binary operator, within bounds."""
        del context
        if operator == "+" and (left.__class__ is Text or right.__class__ is Text):
            return FILTERS[CONCAT]([left, right])
        return operators.binary(operator, settle(left), settle(right))

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """Apply a sign."""
        return super().call_unop(context, operator, settle(arg))


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


def _described(obj: Any) -> str:
    for kind, name in _NAMES:
        if isinstance(obj, kind):
            return name
    return f"a {type(obj).__name__}"


ENVIRONMENT = TemplateEnvironment(Positions, finalize)


@cache
def marking_environment() -> TemplateEnvironment:
    """Return the environment that marks lines and values for error messages."""
    return TemplateEnvironment(MarkedPositions, _finalize_marking)
