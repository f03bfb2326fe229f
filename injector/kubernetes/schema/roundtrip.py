"""JSON as a round trip through Go's types would print it.

Istio's injector reads a pod into those types and prints it again. The values that it
adds or changes lack the empty values that Go leaves out, have those that Go always
prints (a container's ``resources: {}``), and have canonical quantities.
"""

from collections.abc import Hashable
from functools import cache
from typing import Any

from injector.kubernetes.schema.copying import copy_json, identity, same_json
from injector.kubernetes.schema.quantity_fields import canonical_or_copy
from injector.kubernetes.schema.table import POD, Field, Struct, Type, as_type, struct

_ZEROS: dict[str, Any] = {
    "string": "",
    "bool": False,
    "int": 0,
    "float": 0,
    "quantity": "0",
    "int_or_string": 0,
    "bytes": "",
}
# Go's omitempty leaves these out when they are zero or have no items.
_EMPTY: dict[str, Any] = {
    "string": "",
    "bool": False,
    "int": 0,
    "float": 0,
    "bytes": "",
    "list": [],
    "map": {},
}
_ABSENT = object()


def typed(value: Any, of: Struct | Type = POD) -> Any:
    """Return a copy of *value* as its type prints it.

    Unknown fields and values of a wrong type are copied unchanged.
    """
    return _typed(value, as_type(of))


def zero(of: Struct | Type) -> Any:
    """Return the value that Go prints for an unset value of the type."""
    kind = as_type(of)
    if kind.pointer:
        return None
    if kind.struct is not None:
        return _struct({}, kind.struct)
    return _ZEROS.get(kind.kind)


def retyped(
    before: Any, after: Any, of: Struct | Type = POD, *, by_index: bool = False
) -> Any:
    """Return *after*, with its differences from *before* as its type prints them.

    Equal values stay as written, even where Go prints them otherwise: a patch between
    two typed values does not name them. The result may share parts with *after*.

    Istio's patches address the items of lists *by_index*: a value that Go does not
    print, such as an empty list, stays at its index and does not follow its item.
    """
    return _retyped(before, after, as_type(of), None if by_index else "")


def _typed(value: Any, kind: Type) -> Any:
    if isinstance(value, dict):
        of = kind.struct
        if of is not None:
            return _struct(value, of)
        if kind.kind == "map" and kind.elem is not None:
            elem = kind.elem
            return {key: _typed(item, elem) for key, item in value.items()}
    elif isinstance(value, list) and kind.elem is not None:
        elem = kind.elem
        return [_typed(item, elem) for item in value]
    elif value is None:
        return zero(kind)
    elif kind.kind == "quantity":
        return canonical_or_copy(value)
    return copy_json(value)


def _struct(value: dict[str, Any], of: Struct) -> dict[str, Any]:
    result = {}
    for key, item in value.items():
        field = of.fields.get(key)
        if item.__class__ is str and field is not None and field.kind == "string":
            # Most values are strings: spare them the calls.
            if item or field.always or field.pointer:
                result[key] = item
            continue
        printed = _printed(item, field)
        if printed is not _ABSENT:
            result[key] = printed
    for name, scalar, kind in _always(of.name):
        if name not in result:
            result[name] = scalar if kind is None else zero(kind)
    return result


@cache
def _always(name: str) -> tuple[tuple[str, Any, Type | None], ...]:
    """Return the fields that are always printed: name, scalar zero, type of others."""
    fields = [field for field in struct(name).fields.values() if field.always]
    return tuple(
        (field.name, None, field.type)
        if field.type.struct and not field.type.pointer
        else (field.name, zero(field.type), None)
        for field in fields
    )


def _printed(value: Any, field: Field | None) -> Any:
    """Return a field's value as printed; `_ABSENT` if Go leaves it out."""
    if value is _ABSENT:
        return zero(field.type) if field and field.always else _ABSENT
    if field is None:
        return _ABSENT if value is None else copy_json(value)
    printed = _typed(value, field.type)
    if field.always:
        return printed
    if printed is None or (
        not printed and not field.pointer and _empty(printed, field)
    ):
        return _ABSENT
    return printed


def _empty(printed: Any, field: Field) -> bool:
    return field.kind in _EMPTY and same_json(printed, _EMPTY[field.kind])


def _retyped(before: Any, after: Any, kind: Type, merge_key: str | None) -> Any:
    """Return *after* retyped; without a *merge_key*, lists are compared by index.

    With an empty merge key, items of a list are compared with equal ones.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        inner = None if merge_key is None else ""
        if kind.struct is not None:
            return _retyped_struct(before, after, kind.struct, inner)
        if kind.kind == "map" and kind.elem is not None:
            return {
                key: _retyped(before.get(key, _ABSENT), item, kind.elem, inner)
                for key, item in after.items()
            }
    if isinstance(before, list) and isinstance(after, list) and kind.elem is not None:
        return _retyped_list(before, after, kind.elem, merge_key)
    return after if same_json(before, after) else _typed(after, kind)


def _retyped_struct(
    before: dict[str, Any], after: dict[str, Any], of: Struct, merge_key: str | None
) -> dict[str, Any]:
    result = {}
    for key in after | before:
        old, new = before.get(key, _ABSENT), after.get(key, _ABSENT)
        if old is _ABSENT or new is _ABSENT or not same_json(old, new):
            new = _changed(old, new, of.fields.get(key), merge_key)
        if new is not _ABSENT:
            result[key] = new
    return result


def _changed(old: Any, new: Any, field: Field | None, merge_key: str | None) -> Any:
    """Return a field's value after a patch between the printed values.

    By index, a struct that is printed on both sides is patched field by field, even an
    empty one.
    """
    if merge_key is None and field is not None and _is_struct(old, field):
        lost = new is None or new is _ABSENT
        now = zero(field.type) if lost and field.always else new
        if _is_struct(now, field):
            return _retyped(old, now, field.type, None)
    if field is not None and _filled(old) and _filled(new):
        if merge_key is not None:
            merge_key = field.merge_key
        return _retyped(old, new, field.type, merge_key)
    printed = _printed(new, field)
    if same_json(_printed(old, field), printed):
        return old
    return printed


def _is_struct(value: Any, field: Field) -> bool:
    return isinstance(value, dict) and field.kind == "struct"


def _filled(value: Any) -> bool:
    return isinstance(value, dict | list) and len(value) > 0


def _retyped_list(
    before: list[Any], after: list[Any], elem: Type, merge_key: str | None
) -> list[Any]:
    """Return the list; equal items stay as written.

    An item is compared with the first of the same merge key, else with an equal one.
    """
    if merge_key is None:
        more = [_ABSENT] * (len(after) - len(before))
        pairs = zip([*before, *more], after, strict=False)
        return [_retyped(old, new, elem, None) for old, new in pairs]
    known: dict[Hashable, Any] = {}
    for item in before:
        known.setdefault(_key(item, merge_key), item)
    return [
        _retyped(known.get(_key(item, merge_key), _ABSENT), item, elem, "")
        for item in after
    ]


def _key(item: Any, merge_key: str) -> Hashable:
    if merge_key and isinstance(item, dict) and merge_key in item:
        return merge_key, identity(item[merge_key])
    return identity(item)
