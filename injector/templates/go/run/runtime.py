"""What generated code calls. All of it may raise: then the walker says what is wrong.

Generated code holds values without boxes: None is a nil that is there, ``MISSING`` is
nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NoReturn

from injector.templates.go.limits import Budget
from injector.templates.go.run.fields import entry, method
from injector.templates.go.run.ranging import rounds
from injector.templates.go.values.arguments import ArgumentError, Boxed
from injector.templates.go.values.functions import Function
from injector.templates.go.values.printing import shown
from injector.templates.go.values.types import STRING_MAP, Type
from injector.templates.go.values.values import MISSING, Typed, typed, view

MANY = 1000
"""From so many rounds on a loop's are counted one by one."""


def fail() -> NoReturn:
    """Stop: the walker knows better."""
    raise ArgumentError("the walker knows better")


def step(value: Any, name: str) -> Any:
    """Return the field, entry or result of the method *name* of *value*."""
    kind = type(value)
    if kind is dict:
        return value.get(name, MISSING)
    if kind is Typed:
        type_, held = value.type, value.value
        if held is not None:
            getter = type_.getters.get(name) or _getter(type_, name)
            if getter is not None:
                return getter(held)
    found = method(value, name)
    if found is not None:
        receiver, called = found
        if called.params:
            fail()
        return typed(called.result, called.call(receiver))
    return _plain(entry(Boxed(value) if value is None else value, name))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Boxed) else value


def chain(value: Any, names: tuple[str, ...]) -> Any:
    """Return what the fields *names* lead to, one after the other."""
    for name in names:
        value = value.get(name, MISSING) if type(value) is dict else step(value, name)
    return value


def _getter(type_: Type, name: str) -> Callable[[Any], Any] | None:
    """Return what reads the field *name* of a raw value, and remember it."""
    target = type_
    while target.kind == "ptr" and target.elem is not None:
        target = target.elem
    if target.kind != "struct" or name in target.methods:
        return None
    field = target.fields.get(name)
    if field is None or type_.read is not None or target.read is not None:
        return None
    getter = _reader(field.type, field.path)
    type_.getters[name] = getter
    return getter


def _reader(type_: Type, path: tuple[str, ...]) -> Callable[[Any], Any]:
    if len(path) != 1:
        return lambda held: view(type_, _at(held, path))
    (key,) = path
    if type_.plain and type_.zero is not None:
        zero = type_.zero

        def plain(held: Any) -> Any:
            found = held.get(key)
            return zero if found is None else found

        return plain
    return lambda held: view(type_, held.get(key))


def _at(held: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        held = held.get(key) if held is not None else None
    return held


def pointed(value: Any) -> Any:
    """Return *value*, as pipelines do: of nil, what is missing."""
    return MISSING if value is None else value


def anything(value: Any) -> Any:
    """Return *value* as a parameter gets it that takes anything."""
    return None if value is MISSING else value


def written(value: Any) -> str:
    """Return *value* as text, if Go prints such values."""
    if isinstance(value, Function):
        fail()
    return shown(value)


def at_key(value: Any, key: Any, index: Callable[..., Any]) -> Any:
    """Return what *index* finds at *key*; fast for maps from text."""
    if type(key) is str:
        if type(value) is dict:
            return value.get(key)
        if type(value) is Typed and value.type is STRING_MAP:
            found = value.value.get(key) if value.value is not None else None
            return "" if found is None else found
    return index(value, key)


def elements(value: Any, budget: Budget) -> Iterable[Any]:
    """Return what a loop with at most one variable goes through."""
    if type(value) is list:
        return _counted(value, budget)
    pairs, _ = rounds(pointed(value), 1)
    return _counted_pairs((item for _, item in pairs), budget)


def pairs(value: Any, budget: Budget) -> Iterable[tuple[Any, Any]]:
    """Return what a loop with two variables goes through."""
    found, _ = rounds(pointed(value), 2)
    return _counted_pairs(found, budget)


def _counted(items: Sequence[Any], budget: Budget) -> Iterable[Any]:
    if len(items) > MANY:
        return _ticking(items, budget)
    budget.step(len(items))
    return items


def _counted_pairs(items: Iterable[Any], budget: Budget) -> Iterable[Any]:
    """Return *items*, an empty list if there are none."""
    iterator = iter(items)
    first = []
    for item in iterator:
        first.append(item)
        if len(first) > MANY:
            return _ticking(_joined(first, iterator), budget)
    budget.step(len(first))
    return first


def _joined(first: list[Any], rest: Iterator[Any]) -> Iterator[Any]:
    yield from first
    yield from rest


def _ticking(items: Iterable[Any], budget: Budget) -> Iterator[Any]:
    for item in items:
        budget.step()
        yield item
