"""Functions with Go's signatures, which templates may call.

A registry is a ``Mapping[str, Function | Refused]``. A function is made from Go's
notation of its type and a Python callable::

    REGISTRY = {
        "upper": function("func(string) string", str.upper),
        "dict": function("func(...any) map[string]any", make_dict),
        "index": function("func(value, ...value) value", index),
        "env": Refused("the environment is not for templates"),
    }

The callable gets **raw** values of the parameters' types and returns a raw value of
the result's: for ``string`` a str, ``int64`` an int, ``map[string]string`` a dict of
str (or None: a nil map), ``[]string`` a list of str. For ``any`` raw means any value of
the module ``values``, a ``Typed`` included: None for nil. The engine checks the
arguments as Go does and turns results into values: of ``int64`` into a ``Typed``.

A callable must not change its arguments, unless that is its purpose (``changes``).
It raises ``FunctionError`` where Go returns an error: the template fails with ``error
calling f: ...``. A variadic callable gets the rest as further positional arguments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from injector.templates.go.values.types import ANY, BASIC, Type, parse


class FunctionError(Exception):
    """A function refuses its arguments."""


class Refused(NamedTuple):
    """A function that templates may not use, and why: using it fails at parse."""

    reason: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Function:
    """A function that templates may call, and a value of their data.

    Args:
        call: gets raw arguments, returns the raw result.
        params: the types of the parameters, without a variadic one.
        variadic: the type of each further argument; None if there are none.
        result: the type of the result.
        changes: whether it changes its arguments. Answers of a template that uses such
            a function are not remembered.
    """

    call: Callable[..., Any]
    params: tuple[Type, ...] = ()
    variadic: Type | None = None
    result: Type = ANY
    changes: bool = False

    @cached_property
    def type(self) -> Type:
        """Return its type, as Go writes it."""
        names = [param.name for param in self.params]
        if self.variadic is not None:
            names.append(f"...{self.variadic.name}")
        name = f"func({', '.join(names)}) {self.result.name}"
        return Type(name=name, kind="func")


Registry = Mapping[str, Function | Refused]


def function(
    signature: str, call: Callable[..., Any], names: Mapping[str, Type] = BASIC
) -> Function:
    """Return the function *call* with Go's *signature*.

    Args:
        signature: ``func(string, ...any) string``; a second result ``error`` may
            stand there: ``func(string) (int, error)``. Parameters have no names.
        call: the Python callable.
        names: further types that the signature may name.
    """
    params, _, result = signature.removeprefix("func(").partition(")")
    texts = [text.strip() for text in params.split(",") if text.strip()]
    variadic = None
    if texts and texts[-1].startswith("..."):
        variadic = parse(texts.pop()[3:], names)
    result = result.strip().removeprefix("(").removesuffix(")").partition(",")[0]
    return Function(
        call=call,
        params=tuple(parse(text, names) for text in texts),
        variadic=variadic,
        result=parse(result, names),
    )
