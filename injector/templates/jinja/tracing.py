"""The environment of templates whose values may be sealed texts."""

from collections.abc import Callable
from functools import cache
from types import BuiltinFunctionType, FunctionType, MethodDescriptorType
from typing import Any

from jinja2 import nodes
from jinja2.runtime import Context

from injector.base import tracing
from injector.base.plans import PLAIN, NoPlan, holds
from injector.base.sealed_text import LONGEST
from injector.templates.jinja import operators
from injector.templates.jinja.filters import FILTERS, TESTS
from injector.templates.jinja.positions import Positions
from injector.templates.jinja.rewriting import CONCAT, LOOP, PRINT, SEARCHED, VALUE
from injector.templates.jinja.sandbox import TemplateEnvironment, finalize
from injector.templates.jinja.slots import CURRENT, MAX_MADE, MAX_STEPS, Slots, settle


class TracingEnvironment(TemplateEnvironment):
    """Runs filters, tests, functions and operators on sealed texts."""

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
        """Return the result of a call whose arguments may be sealed texts."""
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
    """Return *function* for arguments that may be sealed texts."""

    def alone(*args: Any, **kwargs: Any) -> Any:
        render = CURRENT.get(None)
        state = Slots()
        token = CURRENT.set(state)
        try:
            made = function(*args, **kwargs)
        finally:
            CURRENT.reset(token)
        if state.values:
            # The result has tokens, which mean nothing in the slots of the render.
            raise NoPlan
        if render is not None:
            # With other texts the result may be longer, up to the longest text.
            spent = max(MAX_MADE - state.made, 2 * LONGEST)
            render.spend(MAX_STEPS - state.steps, spent)
        return made

    return tracing.moving(function, alone)


def _same(value: Any, other: Any) -> bool:
    """Return whether two values are one object.

    Raises:
        NoPlan: the result depends on how the values were made; plans do not know.
    """
    value, other = settle(value), settle(other)
    if not any(each is only for each in (value, other) for only in _SINGLE):
        raise NoPlan
    return value is other


_SINGLE = (None, True, False)
_MOVING = frozenset(("d", "default", PRINT, SEARCHED, LOOP, CONCAT, VALUE))
"""Filters that do not read texts, or need the slots of the render."""
_JINJAS = frozenset(("_block_vars", "_loop_vars"))
"""Arguments that Jinja adds to some calls."""
_CALLABLE = (FunctionType, BuiltinFunctionType, MethodDescriptorType)


@cache
def tracing_environment() -> TemplateEnvironment:
    """Return the environment of templates whose values may be sealed texts."""
    # Jinja passes these to filters beside the values: they hold no text.
    PLAIN.update((TracingEnvironment, nodes.EvalContext))
    return TracingEnvironment(Positions, finalize)
