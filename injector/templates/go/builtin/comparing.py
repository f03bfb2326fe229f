"""Go templates' comparisons: eq, ne, lt, le, gt, ge."""

from typing import Any

from injector.templates.go.values.functions import FunctionError
from injector.templates.go.values.numerals import Spec
from injector.templates.go.values.printing import show, verbed
from injector.templates.go.values.types import COMPLEX, FLOATS, INTS, UINTS, Type
from injector.templates.go.values.values import field, is_nil, raw, type_of

_GROUPS = {
    **dict.fromkeys(INTS, "int"),
    **dict.fromkeys(UINTS, "int"),
    **dict.fromkeys(FLOATS, "float"),
    **dict.fromkeys(COMPLEX, "complex"),
    "string": "string",
    "bool": "bool",
}
_DIRECT = frozenset({str, int, float})
_ORDERED = frozenset({"int", "float", "string"})


def equal(first: Any, *others: Any) -> bool:
    """Return whether *first* equals one of *others*.

    Raises:
        FunctionError: the values cannot be compared.
    """
    if not others:
        raise FunctionError("missing argument for comparison")
    if len(others) == 1:
        return _same(first, *others)
    return any(_same(first, other) for other in others)


def unequal(first: Any, second: Any) -> bool:
    """Return whether two values differ."""
    return not _same(first, second)


def less(first: Any, second: Any) -> bool:
    """Return whether *first* comes before *second*.

    Raises:
        FunctionError: the values have no order.
    """
    if type(first) is type(second) and type(first) in _DIRECT:
        return bool(first < second)
    types = type_of(first), type_of(second)
    groups = [_group(type_) for type_ in types]
    if None in groups:
        raise FunctionError("invalid type for comparison")
    if groups[0] != groups[1]:
        raise _incompatible(*types)
    if groups[0] not in _ORDERED:
        raise FunctionError("invalid type for comparison")
    return bool(raw(first) < raw(second))


def less_or_equal(first: Any, second: Any) -> bool:
    """Return whether *first* does not come after *second*."""
    return less(first, second) or _same(first, second)


def greater(first: Any, second: Any) -> bool:
    """Return whether *first* comes after *second*."""
    return not less_or_equal(first, second)


def greater_or_equal(first: Any, second: Any) -> bool:
    """Return whether *first* does not come before *second*."""
    return not less(first, second)


def _group(type_: Type | None) -> str | None:
    return _GROUPS.get(type_.kind) if type_ is not None else None


def _incompatible(first: Type | None, second: Type | None) -> FunctionError:
    names = [type_.name if type_ is not None else "nil" for type_ in (first, second)]
    return FunctionError(
        f"incompatible types for comparison: {names[0]} and {names[1]}"
    )


def _same(first: Any, second: Any) -> bool:
    kind = type(first)
    if kind is type(second) and (kind is str or kind is int or kind is bool):
        return bool(first == second)
    one, two = type_of(first), type_of(second)
    if one is None or two is None:
        return is_nil(first) and is_nil(second)
    group = _group(one)
    if group != _group(two):
        raise _incompatible(one, two)
    if group is not None:
        return bool(raw(first) == raw(second))
    return _alike(first, second, one, two)


def _alike(first: Any, second: Any, one: Type, two: Type) -> bool:
    """Return whether two values of types that are not basic are the same."""
    if one.kind != two.kind:
        text = verbed(first, "s", Spec())
        raise FunctionError(
            f"non-comparable types {text}: {one.name}, {two.name}: {show(second)}"
        )
    if is_nil(first) or is_nil(second):
        return is_nil(first) and is_nil(second)
    if not _comparable(two):
        text = verbed(second, "s", Spec())
        raise FunctionError(f"non-comparable type {text}: {two.name}")
    if one is not two:
        return False
    if one.kind == "ptr":
        return raw(first) is raw(second)
    return all(_equal_field(first, second, name) for name in one.fields)


def _equal_field(first: Any, second: Any, name: str) -> bool:
    return bool(raw(field(first, name)) == raw(field(second, name)))


def _comparable(type_: Type) -> bool:
    """Return whether Go compares values of the type."""
    if type_.kind == "struct":
        return all(_comparable(field.type) for field in type_.fields.values())
    return type_.kind not in {"slice", "map", "func"}
