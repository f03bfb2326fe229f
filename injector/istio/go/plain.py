"""Values of templates as the JSON that Go prints of them."""

from collections.abc import Mapping
from typing import Any

from injector.istio.go.message_types import message_of
from injector.istio.go.pod_types import schema_of
from injector.istio.mesh.proxy_config import ordered
from injector.kubernetes import schema
from injector.kubernetes.schema import table
from injector.templates.go.values.values import Typed, deref, entries, items


def plain(value: Any) -> Any:
    """Return *value* as JSON: fields in their order, the keys of maps sorted."""
    if isinstance(value, Typed):
        return None if value.value is None else _typed(value)
    if isinstance(value, Mapping):
        return {key: plain(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def _typed(value: Typed) -> Any:
    kind = schema_of(value.type)
    if kind is not None:
        return _ordered(schema.typed(_unread(kind, value.value), kind), kind)
    message = message_of(value.type)
    if message is not None:
        return ordered(value.value, *message)
    if value.type.kind == "map":
        return {key: plain(item) for key, item in entries(value).items()}
    if value.type.kind == "ptr":
        return plain(deref(value))
    return [*map(plain, items(value))] if value.type.kind == "slice" else value.value


def _unread(kind: table.Type, held: Any) -> Any:
    """Return what JSON has where a struct of Go stands for a number or a text."""
    if kind.kind == "int_or_string" and isinstance(held, Mapping):
        return held["StrVal" if held.get("Type") else "IntVal"]
    return held


def _ordered(value: Any, kind: table.Type) -> Any:
    """Return *value* with the fields of structs in their order."""
    if isinstance(value, dict):
        struct = kind.struct
        if struct is None:
            elem = kind.elem or kind
            return {key: _ordered(value[key], elem) for key in sorted(value)}
        return {
            name: _ordered(value[name], field.type)
            for name, field in struct.fields.items()
            if name in value
        }
    if isinstance(value, list) and kind.elem is not None:
        return [_ordered(item, kind.elem) for item in value]
    return value
