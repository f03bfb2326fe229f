"""Sprig's functions for lists. They return new lists."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from injector.templates.go.sprig.casts import as_texts, to_int, to_text
from injector.templates.go.sprig.equality import deep_equal, empty
from injector.templates.go.sprig.limits import check_looks
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.types import ANYS
from injector.templates.go.values.values import Typed, items, kind_of
from injector.templates.go.values.values import typed as value_of

NIL_POINTER = "runtime error: invalid memory address or nil pointer dereference"
COMPARISON = 32
"""The cost of comparing two elements, in copied elements."""

_OUT_OF_BOUNDS = "reflect.Value.Slice: slice index out of bounds"


def _listed(value: Any, problem: str) -> list[Any]:
    """Return the elements of a list.

    Raises:
        FunctionError: the value is not a list; the message is *problem* and its kind.
    """
    kind = kind_of(value)
    if kind == "invalid":
        raise FunctionError(NIL_POINTER)
    if kind != "slice":
        raise FunctionError(f"{problem} {kind}")
    found = items(value)
    check_looks(len(found))
    return found


def _taking(name: str, choose: Callable[[list[Any]], Any]) -> Callable[[Any], Any]:
    return lambda value: choose(_listed(value, f"Cannot find {name} on type"))


def _append(value: Any, element: Any) -> list[Any]:
    made = _listed(value, "Cannot push on type")
    made.append(element)
    return made


def _prepend(value: Any, element: Any) -> list[Any]:
    return [element, *_listed(value, "Cannot prepend on type")]


def _concat(*values: Any) -> Any:
    joined: list[Any] = []
    for value in values:
        if kind_of(value) not in {"slice", "invalid"}:
            name = kind_of(value)
            raise FunctionError(f"Cannot concat type {name} as list")
        joined += _listed(value, "")
    return joined or Typed(ANYS, None)


def _compact(value: Any) -> list[Any]:
    elements = _listed(value, "Cannot compact on type")
    return [each for each in elements if not empty(each)]


def _uniq(elements: list[Any]) -> list[Any]:
    found: list[Any] = []
    for each in elements:
        if not _among(each, found):
            found.append(each)
    return found


def _among(element: Any, elements: list[Any]) -> bool:
    check_looks(len(elements) * COMPARISON)
    return any(deep_equal(element, each) for each in elements)


def _without(value: Any, *unwanted: Any) -> list[Any]:
    elements = _listed(value, "Cannot find without on type")
    return [each for each in elements if not _among(each, [*unwanted])]


def _has(element: Any, value: Any) -> bool:
    if value is None:
        return False
    return _among(element, _listed(value, "Cannot find has on type"))


def _slice(value: Any, *bounds: Any) -> Any:
    elements = _listed(value, "list should be type of slice or array but")
    if not elements:
        return None
    start, end, *_ = *map(to_int, bounds[:2]), *(0, len(elements))[len(bounds) :]
    if not 0 <= start <= end <= len(elements):
        raise FunctionError(_OUT_OF_BOUNDS)
    if isinstance(value, Typed):
        return value_of(value.type, value.value[start:end])
    return elements[start:end]


def _chunk(size: int, value: Any) -> list[list[Any]]:
    elements = _listed(value, "Cannot chunk type")
    count = math.floor((len(elements) - 1) / size) + 1 if size else -1
    # In Go a negative size gives no chunks, one, or an error.
    if count < 0 or (count > 0 and (size == -1 or (size < 0 and not elements))):
        raise FunctionError("runtime error: makeslice: len out of range")
    if size < 0:
        return [elements] if len(elements) == 1 else []
    return [elements[at : at + size] for at in range(0, len(elements), size)]


def _sorted(value: Any) -> list[str] | None:
    if kind_of(value) != "slice":
        return [to_text(value)]
    texts = as_texts(value)
    return texts and sorted(
        texts, key=lambda text: text.encode("utf-8", "surrogateescape")
    )


def _first(elements: list[Any]) -> Any:
    return elements[0] if elements else None


def _last(elements: list[Any]) -> Any:
    return elements[-1] if elements else None


_LIST_TO_LIST = "func(any) []any"
LISTS: Mapping[str, Function] = {
    "append": function("func(any, any) []any", _append),
    "chunk": function("func(int, any) [][]any", _chunk),
    "compact": function(_LIST_TO_LIST, _compact),
    "concat": function("func(...any) any", _concat),
    "first": function("func(any) any", _taking("first", _first)),
    "has": function("func(any, any) bool", _has),
    # Nil for an empty list, as in Go.
    "initial": function(
        _LIST_TO_LIST, _taking("initial", lambda all_: all_[:-1] if all_ else None)
    ),
    "last": function("func(any) any", _taking("last", _last)),
    "list": function("func(...any) []any", lambda *elements: [*elements]),
    "prepend": function("func(any, any) []any", _prepend),
    "rest": function(
        _LIST_TO_LIST, _taking("rest", lambda all_: all_[1:] if all_ else None)
    ),
    "reverse": function(_LIST_TO_LIST, _taking("reverse", lambda all_: all_[::-1])),
    "slice": function("func(any, ...any) any", _slice),
    "sortAlpha": function("func(any) []string", _sorted),
    "uniq": function(_LIST_TO_LIST, _taking("uniq", _uniq)),
    "without": function("func(any, ...any) []any", _without),
}
