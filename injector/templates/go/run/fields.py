"""Fields, methods and entries of values: what a dot and a name mean."""

from typing import Any

from injector.templates.go.values.arguments import ArgumentError, Boxed
from injector.templates.go.values.functions import Function
from injector.templates.go.values.types import ANY, STRING, Type
from injector.templates.go.values.values import (
    MISSING,
    Typed,
    deref,
    field,
    type_of,
    view,
)


def method(value: Any, name: str) -> tuple[Any, Function] | None:
    """Return the receiver and the method *name* of *value*; None if it has none."""
    value = deref(value.value if isinstance(value, Boxed) else value)
    if isinstance(value, Typed) and name in value.type.methods:
        return value, value.type.methods[name]
    return None


def entry(value: Any, name: str, *, arguments: bool = False) -> Any:
    """Return the field or entry *name* of *value*, in a box if Go knows no more of it.

    Args:
        value: may be in a box.
        name: of the field.
        arguments: whether the template gives arguments, which none takes.

    Raises:
        ArgumentError: there is none, or it takes no arguments.
    """
    if value is MISSING:
        return MISSING
    static = ANY if isinstance(value, Boxed) else type_of(value) or ANY
    inner = deref(value.value if isinstance(value, Boxed) else value)
    if inner is None:
        raise ArgumentError(f"nil pointer evaluating {static.name}.{name}")
    type_ = type_of(inner) or ANY
    if isinstance(inner, Typed) and type_.kind == "struct" and name in type_.fields:
        if arguments:
            raise ArgumentError(
                f"{name} has arguments but cannot be invoked as function"
            )
        return boxed(field(inner, name), type_.fields[name].type)
    if type_.kind == "map" and type_.key is STRING:
        if arguments:
            raise ArgumentError(f"{name} is not a method but has arguments")
        return _found(inner, name, type_.elem or ANY)
    if type_.kind == "ptr" and _has(type_.elem, name):
        raise ArgumentError(f"nil pointer evaluating {static.name}.{name}")
    raise ArgumentError(f"can't evaluate field {name} in type {static.name}")


def _has(type_: Type | None, name: str) -> bool:
    """Tell whether a pointer to *type_* would lead to *name*."""
    return type_ is not None and (type_.kind != "struct" or name in type_.fields)


def _found(holder: Any, name: str, elem: Type) -> Any:
    held = (holder.value or {}) if isinstance(holder, Typed) else holder
    if name not in held:
        return MISSING
    return boxed(view(elem, held[name]), elem)


def boxed(value: Any, type_: Type) -> Any:
    """Return *value* as a slot of *type_* holds it."""
    return Boxed(value) if type_.kind == "interface" else value
