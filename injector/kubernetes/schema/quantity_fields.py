"""The quantities in a Pod: finds their fields; ``formats.quantities`` prints them."""

from typing import Any

from injector.formats import quantities
from injector.kubernetes.schema.copying import copy_json
from injector.kubernetes.schema.table import POD, Struct, Type, as_type


def canonical(value: Any, of: Struct | Type = POD) -> Any:
    """Return a copy of *value* with canonical quantities, otherwise unchanged."""
    return _canonical(value, as_type(of))


def canonical_or_copy(value: Any) -> Any:
    """Return *value* as a canonical quantity, or a copy if it is no quantity."""
    try:
        return quantities.canonical(value)
    except ValueError:
        return copy_json(value)


def _canonical(value: Any, kind: Type | None) -> Any:
    if kind is None or value is None:
        return copy_json(value)
    if kind.kind == "quantity":
        return canonical_or_copy(value)
    if isinstance(value, dict) and kind.struct is not None:
        fields = kind.struct.fields
        return {
            key: _canonical(item, fields[key].type if key in fields else None)
            for key, item in value.items()
        }
    if isinstance(value, dict) and kind.kind == "map":
        return {key: _canonical(item, kind.elem) for key, item in value.items()}
    if isinstance(value, list) and kind.kind == "list":
        return [_canonical(item, kind.elem) for item in value]
    return copy_json(value)
