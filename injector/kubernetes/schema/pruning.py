"""Values without the fields that the types of a Pod, or of a release, do not have.

*lacks* has the fields of newer types that those of a release lack: struct and name.
"""

from collections.abc import Set as AbstractSet
from typing import Any

from injector.kubernetes.schema.spelling import respelled, types_of
from injector.kubernetes.schema.table import POD, Struct, Type, as_type

DIRECTIVE = "$"
"""The first character of the keys of merge directives."""

Lacks = AbstractSet[tuple[str, str]]
NOTHING: Lacks = frozenset()


def known(value: Any, of: Struct | Type = POD, *, lacks: Lacks = NOTHING) -> Any:
    """Return *value* without the fields that its type does not have.

    Istio reads a merged pod into Go's types, which drop other fields and take names in
    any case. Merge directives stay. The result shares parts with *value*.
    """
    return _pruned(value, as_type(of), lacks, strict=True)


def without(value: Any, lacks: Lacks, of: Struct | Type = POD) -> Any:
    """Return *value* without the fields in *lacks*; all others stay."""
    return _pruned(value, as_type(of), lacks, strict=False)


def restored(value: Any, before: Any, lacks: Lacks, of: Struct | Type = POD) -> Any:
    """Return *value* with the fields of *before* that are in *lacks*, by index.

    Istio's patches address the items of lists by index and never name a field that its
    types lack: the field stays at its index, even if the item there is another.
    """
    return _restored(value, before, as_type(of), lacks)


def _pruned(value: Any, kind: Type, lacks: Lacks, *, strict: bool) -> Any:
    if isinstance(value, dict):
        struct = kind.struct
        if struct is not None:
            fields = struct.fields
            if strict and not value.keys() <= fields.keys():
                value = respelled(value, types_of(kind))
            return {
                key: _pruned(item, fields[key].type, lacks, strict=strict)
                if key in fields and isinstance(item, dict | list)
                else item
                for key, item in value.items()
                if (
                    (key.startswith(DIRECTIVE) or not strict)
                    if key not in fields
                    else (struct.name, key) not in lacks
                )
            }
        if kind.elem is not None:
            elem = kind.elem
            return {
                key: _pruned(item, elem, lacks, strict=strict)
                for key, item in value.items()
            }
    if isinstance(value, list) and kind.elem is not None:
        elem = kind.elem
        return [_pruned(item, elem, lacks, strict=strict) for item in value]
    return value


def _restored(value: Any, before: Any, kind: Type, lacks: Lacks) -> Any:
    if isinstance(value, list) and isinstance(before, list) and kind.elem is not None:
        elem = kind.elem
        both = zip(value, before, strict=False)
        items = [_restored(item, was, elem, lacks) for item, was in both]
        return [*items, *value[len(items) :]]
    if not (isinstance(value, dict) and isinstance(before, dict)):
        return value
    struct = kind.struct
    if struct is None:
        return value
    result = {
        key: _restored(item, before[key], struct.fields[key].type, lacks)
        if isinstance(item, dict | list) and key in before and key in struct.fields
        else item
        for key, item in value.items()
    }
    result.update(
        (key, item) for key, item in before.items() if (struct.name, key) in lacks
    )
    return result
