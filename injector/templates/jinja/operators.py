"""The operators and methods of templates, with bounded results."""

import operator
import re
from collections.abc import Callable, Mapping
from functools import partial
from types import GeneratorType
from typing import Any

from injector.base.tracing import extent
from injector.formats import golang
from injector.templates.jinja.slots import (
    MAX_OUTPUT,
    MAX_STEPS,
    Refused,
    as_text,
    slots,
)

_INT64 = 1 << 63
_BITS = 64
_WIDEST = 1000
_QUICK = 8
_SPECIFIER = re.compile(
    r"%(?:%|(?:\([^()]*([()]))?[-#0 +]*((?:[1-9*][0-9*]*)?)(?:\.([0-9*]*))?)"
)
_SCALARS = (str, int, float)


def bounded(value: Any) -> Any:
    """Return *value*, a generator as a list; raise Refused if it is too large."""
    if value.__class__ is GeneratorType:
        return counted(value)
    if isinstance(value, str | list):
        length = extent(value)
        slots().spend(1, length)
        _limit(length)
    return value


def searched(value: Any) -> Any:
    """Return *value*, after counting the work of a search in it."""
    if isinstance(value, list | tuple | str):
        slots().spend(1, extent(value) // _QUICK)
    return value


def counted(many: Any) -> list[Any]:
    """Return *many* as a list; each item counts as a step."""
    state = slots()
    made = []
    for item in many:
        state.spend(1)
        made.append(item)
    return made


def _limit(length: int) -> None:
    if length > MAX_OUTPUT:
        raise Refused(f"a value longer than {MAX_OUTPUT:,}")


def _times(left: Any, right: Any) -> Any:
    if isinstance(left, int):
        left, right = right, left
    if isinstance(left, str | list | tuple) and isinstance(right, int):
        _limit(len(left) * max(right, 0))
        if not isinstance(left, str):
            slots().spend(len(left) * max(right, 0))
    return left * right


def _power(left: Any, right: Any) -> Any:
    whole = isinstance(left, int) and isinstance(right, int)
    if whole and right > 0 and left.bit_length() * right > 2 * _BITS:
        raise Refused("the result is out of range")
    return left**right


def formatted(text: Any, arguments: Any) -> str:
    """Return ``text % arguments``, with values in the text form of templates."""
    if not isinstance(text, str):
        raise TypeError("only text can be formatted")
    for bracket, *widths in _SPECIFIER.findall(text):
        if bracket == "(":
            raise Refused("a name with a bracket in it cannot be formatted")
        if any(golang.unsigned(width or "0", _WIDEST) is None for width in widths):
            raise Refused(f"a width that is over {_WIDEST}")
    if isinstance(arguments, Mapping):
        return text % {key: _argument(value) for key, value in arguments.items()}
    if not isinstance(arguments, tuple):
        arguments = (arguments,)
    return text % tuple(_argument(value) for value in arguments)


def _argument(value: Any) -> Any:
    plain = isinstance(value, _SCALARS) and not isinstance(value, bool)
    return value if plain else as_text(value)


def _modulo(left: Any, right: Any) -> Any:
    return formatted(left, right) if isinstance(left, str) else left % right


BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": _times,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": _modulo,
    "**": _power,
}


def binary(name: str, left: Any, right: Any) -> Any:
    """Apply the operator *name*; raise Refused where the result is out of bounds."""
    made = BINARY[name](left, right)
    if isinstance(made, int) and not -_INT64 <= made < 2 * _INT64:
        raise Refused("the result is out of range")
    return bounded(made)


def joined(separator: str, many: Any) -> str:
    """Return *many* in their text form with *separator* between them."""
    texts = [as_text(item) for item in many]
    _limit(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def replaced(text: str, old: Any, new: Any, count: int = -1) -> str:
    """Return *text* with *old* replaced by *new*."""
    old, new = as_text(old), as_text(new)
    times = text.count(old)
    _limit(len(text) + times * (len(new) - len(old)))
    return text.replace(old, new, count)


def get(mapping: Mapping[str, Any], key: Any, default: Any = None) -> Any:
    """Return the value of *key*, *default* where there is none."""
    return mapping.get(key, default)


def items(mapping: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the keys and values of *mapping*."""
    return list(mapping.items())


def keys(mapping: Mapping[str, Any]) -> list[str]:
    """Return the keys of *mapping*."""
    return list(mapping)


def values(mapping: Mapping[str, Any]) -> list[Any]:
    """Return the values of *mapping*."""
    return list(mapping.values())


class Method(partial[Any]):
    """A method of a value, not called yet."""


_TEXT: dict[str, Callable[..., Any]] = {
    "join": joined,
    "replace": replaced,
    **{
        name: getattr(str, name)
        for name in (
            *("capitalize", "casefold", "count", "endswith", "find", "index"),
            *("isalnum", "isalpha", "isdecimal", "isdigit", "islower", "isspace"),
            *("istitle", "isupper", "lower", "lstrip", "partition", "removeprefix"),
            *("removesuffix", "rfind", "rindex", "rpartition", "rsplit", "rstrip"),
            *("split", "splitlines", "startswith", "strip", "swapcase", "title"),
            "upper",
        )
    },
}

MAPPING: Mapping[str, Callable[..., Any]] = {
    "get": get,
    "items": items,
    "keys": keys,
    "values": values,
}

METHODS: tuple[tuple[type, Mapping[str, Callable[..., Any]]], ...] = (
    (str, _TEXT),
    (Mapping, MAPPING),
    (list, {"count": list.count, "index": list.index}),
    (tuple, {"count": tuple.count, "index": tuple.index}),
)
"""The methods that templates may call, by type."""


def bounded_range(*arguments: int) -> range:
    """Return a range; raise Refused for more than `MAX_STEPS` numbers."""
    made = range(*arguments)
    if len(made) > MAX_STEPS:
        raise Refused(f"a range of more than {MAX_STEPS:,} numbers")
    return made
