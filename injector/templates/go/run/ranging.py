"""What ``range`` goes through."""

from collections.abc import Iterator
from typing import Any

from injector.templates.go.values.arguments import ArgumentError
from injector.templates.go.values.printing import show
from injector.templates.go.values.types import ANY, INTS, UINTS
from injector.templates.go.values.values import (
    MISSING,
    Typed,
    deref,
    items,
    raw,
    type_of,
    typed,
    view,
)

_WHOLE = INTS | UINTS


def rounds(value: Any, variables: int) -> tuple[Iterator[tuple[Any, Any]], bool]:
    """Return the pairs of index and element, and whether elements can be anything.

    Args:
        value: of the pipeline.
        variables: how many take them.

    Raises:
        ArgumentError: there is nothing to go through in such a value.
    """
    value = deref(value)
    if value is MISSING:
        return iter(()), False
    type_ = type_of(value) or ANY
    if type_.kind == "slice":
        return enumerate(items(value)).__iter__(), type_.elem is ANY
    if type_.kind == "map":
        key, elem, held = type_.key or ANY, type_.elem or ANY, raw(value) or {}
        pairs = [(view(key, name), view(elem, held[name])) for name in sorted(held)]
        return iter(pairs), elem is ANY
    if type_.kind in _WHOLE:
        if variables > 1:
            raise ArgumentError(
                f"can't use {show(value)} to iterate over more than one variable"
            )
        count = raw(value)
        if isinstance(value, Typed):
            return ((at, typed(type_, at)) for at in range(count)), False
        return ((at, at) for at in range(count)), False
    raise ArgumentError(f"range can't iterate over {show(value)}")
