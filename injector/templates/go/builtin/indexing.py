"""Go templates' index, slice and len."""

from itertools import pairwise
from typing import Any

from injector.templates.go.values.arguments import Boxed, assignable
from injector.templates.go.values.functions import FunctionError
from injector.templates.go.values.quoting import decode, encode
from injector.templates.go.values.types import ANY, BASIC, INTS, UINTS, Type
from injector.templates.go.values.values import (
    MISSING,
    Typed,
    deref,
    items,
    kind_of,
    raw,
    type_of,
    typed,
    view,
)

_WHOLE = INTS | UINTS
_MAX_BOUNDS = 3


def length(value: Any) -> int:
    """Return the number of bytes, elements or entries.

    Raises:
        FunctionError: *value* has no length.
    """
    kind = type(value)
    if kind is str:
        return len(value) if value.isascii() else len(encode(value))
    if kind is list or kind is dict:
        return len(value)
    if value is MISSING:
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    value = deref(value)
    found, held = type_of(value), raw(value)
    if found is None or (found.kind == "ptr" and held is None):
        raise FunctionError("len of nil pointer")
    if found.kind == "string":
        return len(encode(held))
    if found.kind in {"slice", "map"}:
        return len(held or ())
    raise FunctionError(f"len of type {found.name}")


def index(value: Any, *keys: Any) -> Any:
    """Return the element of *value* at the first key, its element at the second...

    Raises:
        FunctionError: an index is out of range, or the types do not fit.
    """
    if len(keys) == 1 and type(keys[0]) is str and type(value) is dict:
        return value.get(keys[0])
    if value is None or value is MISSING:
        raise FunctionError("index of untyped nil")
    for key in keys:
        value = deref(value)
        if value is None or (kind_of(value) == "ptr" and raw(value) is None):
            raise FunctionError("index of nil pointer")
        value = _element(value, key)
    return value


def _element(value: Any, key: Any) -> Any:
    """Return the element of *value* at *key*."""
    kind = kind_of(value)
    if kind == "map":
        return _entry(value, key)
    if kind not in {"slice", "string"}:
        found = type_of(value)
        raise FunctionError(f"can't index item of type {found.name if found else ''}")
    data = encode(raw(value)) if kind == "string" else items(value)
    at = _position(key, len(data))
    if at == len(data):
        raise FunctionError(f"reflect: {kind} index out of range")
    return Typed(BASIC["uint8"], data[at]) if isinstance(data, bytes) else data[at]


def _entry(value: Any, key: Any) -> Any:
    type_ = type_of(value)
    wanted, elem = (
        (type_.key or ANY, type_.elem or ANY) if type_ is not None else (ANY, ANY)
    )
    held = raw(value) or {}
    return view(elem, held.get(prepared(key, wanted)))


def prepared(value: Any, wanted: Type) -> Any:
    """Return the raw value that a map's key or a called value's parameter gets.

    Raises:
        FunctionError: the types do not fit.
    """
    found = type_of(value)
    if found is None:
        if not wanted.nilable:
            raise FunctionError(f"value is nil; should be of type {wanted.name}")
        return None
    if found.kind in _WHOLE and wanted.kind in _WHOLE:
        return raw(value)
    if not assignable(found, wanted):
        raise FunctionError(f"value has type {found.name}; should be {wanted.name}")
    return value if wanted.kind == "interface" else raw(value)


def _position(key: Any, most: int) -> int:
    """Return the number that *key* is, up to *most*."""
    if isinstance(key, Boxed):
        raise FunctionError("cannot index slice/array with type interface {}")
    type_ = type_of(key)
    if type_ is None:
        raise FunctionError("cannot index slice/array with nil")
    if type_.kind not in _WHOLE:
        raise FunctionError(f"cannot index slice/array with type {type_.name}")
    at = int(raw(key))
    if not 0 <= at <= most:
        raise FunctionError(f"index out of range: {at}")
    return at


def cut(value: Any, *bounds: Any) -> Any:
    """Return the part of a string or slice from the first bound to the second.

    Raises:
        FunctionError: a bound is out of range, or *value* cannot be cut.
    """
    if value is None or value is MISSING:
        raise FunctionError("slice of untyped nil")
    value = deref(value)
    kind, type_ = kind_of(value), type_of(value)
    if kind == "ptr":
        raise FunctionError("slice of nil pointer")
    if len(bounds) > _MAX_BOUNDS:
        raise FunctionError(f"too many slice indexes: {len(bounds)}")
    if type_ is None or kind not in {"string", "slice"}:
        raise FunctionError(f"can't slice item of type {type_.name if type_ else ''}")
    if kind == "string" and len(bounds) == _MAX_BOUNDS:
        raise FunctionError("cannot 3-index slice a string")
    held = raw(value)
    data = encode(held) if kind == "string" else held or []
    ends = [0, len(data)]
    for at, bound in enumerate(bounds):
        ends[at : at + 1] = [_position(bound, len(data))]
    for before, after in pairwise(ends):
        if before > after:
            raise FunctionError(f"invalid slice index: {before} > {after}")
    part = data[ends[0] : ends[1]]
    return typed(type_, decode(part) if isinstance(part, bytes) else part)
