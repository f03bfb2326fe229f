"""Values without what the types of a Pod do not know."""

from typing import Any

from injector.schema.table import POD, Struct, Type, type_of

DIRECTIVE = "$"
"""What the keys begin with by which an overlay says how it is merged."""


def known(value: Any, of: Struct | Type = POD) -> Any:
    """Return *value* without the fields that its type does not have.

    Istio reads a merged pod into Go's types, where nothing else has a place. What is no
    field, and says how an overlay is merged, stays. The result shares parts with
    *value*.
    """
    return _known(value, type_of(of.name) if isinstance(of, Struct) else of)


def _known(value: Any, kind: Type) -> Any:
    if isinstance(value, dict):
        struct = kind.struct
        if struct is not None:
            fields = struct.fields
            return {
                key: _known(item, fields[key].type) if key in fields else item
                for key, item in value.items()
                if key in fields or key.startswith(DIRECTIVE)
            }
        if kind.elem is not None:
            elem = kind.elem
            return {key: _known(item, elem) for key, item in value.items()}
    if isinstance(value, list) and kind.elem is not None:
        elem = kind.elem
        return [_known(item, elem) for item in value]
    return value
