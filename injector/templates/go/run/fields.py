"""Fields, methods and entries of values, which a dot and a name select."""

from collections.abc import Callable, Sequence
from typing import Any

from injector.templates.go.values.arguments import ArgumentError, Boxed
from injector.templates.go.values.functions import Function, FunctionError
from injector.templates.go.values.types import ANY, STRING, Type
from injector.templates.go.values.values import (
    MISSING,
    Typed,
    deref,
    field,
    type_of,
    typed,
    view,
)


def chain(value: Any, names: Sequence[str]) -> Any:
    """Return the value at the end of a chain of fields, without its box.

    Raises:
        ArgumentError: there is no such field, or a method fails.
    """
    found = value.value if type(value) is Boxed else value
    try:
        for name in names:
            kind = type(found)
            if kind is dict:
                found = found.get(name, MISSING)
            elif kind is Typed and found.value is not None:
                type_ = found.type
                getter = type_.getters.get(name) or _getter(type_, name)
                found = getter(found.value)
            else:
                found = _step(found, name)
    except Exception:  # noqa: BLE001 - boxed_chain raises the exact error
        found = unboxed(boxed_chain(value, names))
    return found


def boxed_chain(value: Any, names: Sequence[str]) -> Any:
    """Return the same in a box if Go knows it as an interface; slow, with exact errors.

    Raises:
        ArgumentError: there is no such field, or a method fails.
    """
    for name in names:
        found = method(value, name)
        if found is None:
            value = entry(value, name)
            continue
        receiver, called = found
        if problem := miscounted(called, name, 0):
            raise ArgumentError(problem)
        try:
            made = called.call(receiver)
        except Exception as e:
            raise failed(name, e) from e
        value = boxed(typed(called.result, made), called.result)
    return value


def unboxed(value: Any) -> Any:
    """Return *value* without its box: None is a nil that is there."""
    return value.value if type(value) is Boxed else value


def boxed(value: Any, type_: Type) -> Any:
    """Return *value* as a slot of *type_* holds it."""
    return Boxed(value) if type_.kind == "interface" else value


def _step(value: Any, name: str) -> Any:
    """Return the field, entry or result of the method *name* of *value*."""
    return unboxed(boxed_chain(Boxed(value) if value is None else value, (name,)))


def _getter(type_: Type, name: str) -> Callable[[Any], Any]:
    """Return the reader of the field *name* of a raw value, and keep it."""
    getter = type_.getters[name] = _reader(type_, name) or (
        lambda held: _step(Typed(type_, held), name)
    )
    return getter


def _reader(type_: Type, name: str) -> Callable[[Any], Any] | None:
    """Return the reader of a field of a struct; None for other types and methods."""
    target = type_
    while target.kind == "ptr" and target.elem is not None:
        target = target.elem
    if target.kind != "struct" or name in target.methods:
        return None
    found = target.fields.get(name)
    if found is None or type_.read is not None or target.read is not None:
        return None
    return _at_path(found.type, found.path)


def _at_path(type_: Type, path: tuple[str, ...]) -> Callable[[Any], Any]:
    if len(path) != 1:
        return lambda held: view(type_, _at(held, path))
    (key,) = path
    if not type_.plain:
        return lambda held: view(type_, held.get(key))

    def plain(held: Any) -> Any:
        found = held.get(key)
        return view(type_, None) if found is None else found

    return plain


def _at(held: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        held = held.get(key) if held is not None else None
    return held


def method(value: Any, name: str) -> tuple[Any, Function] | None:
    """Return the receiver and the method *name* of *value*; None if it has none."""
    value = deref(unboxed(value))
    if isinstance(value, Typed) and name in value.type.methods:
        return value, value.type.methods[name]
    return None


def miscounted(called: Function, name: str, given: int) -> str:
    """Return the error of a wrong number of arguments; an empty text without one."""
    fixed, more = len(called.params), called.variadic is not None
    if given >= fixed and (more or given == fixed):
        return ""
    least = "at least " if more else ""
    return f"wrong number of args for {name}: want {least}{fixed} got {given}"


def failed(name: str, error: Exception) -> ArgumentError:
    """Return the error of a call: a function of a registry can raise anything."""
    kind = "" if isinstance(error, FunctionError) else f"{type(error).__name__}: "
    return ArgumentError(f"error calling {name}: {kind}{error}")


def entry(value: Any, name: str, *, arguments: bool = False) -> Any:
    """Return the field or entry *name* of *value*, in a box if its slot is an ``any``.

    Args:
        value: may be in a box.
        name: of the field.
        arguments: whether the template passes arguments, which fields do not take.

    Raises:
        ArgumentError: there is no such field, or arguments were passed.
    """
    if value is MISSING:
        return MISSING
    static = ANY if isinstance(value, Boxed) else type_of(value) or ANY
    inner = deref(unboxed(value))
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
    """Return whether the target of a pointer to *type_* has the field *name*."""
    return type_ is not None and (type_.kind != "struct" or name in type_.fields)


def _found(holder: Any, name: str, elem: Type) -> Any:
    held = (holder.value or {}) if isinstance(holder, Typed) else holder
    if name not in held:
        return MISSING
    return boxed(view(elem, held[name]), elem)
