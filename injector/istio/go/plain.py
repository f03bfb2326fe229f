"""Values of templates as plain JSON, in the order in which Go prints it."""

from collections.abc import Mapping
from typing import Any

from injector.istio.go.message_types import message_of
from injector.istio.go.pod_types import schema_of
from injector.istio.mesh.proxy_config import ordered
from injector.kubernetes import schema
from injector.kubernetes.schema import table
from injector.templates.go.values.values import Typed, deref, entries, items


def plain(value: Any) -> Any:
    """Return *value* as JSON: fields in the order of their struct, sorted map keys."""
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
        return schema.ordered(schema.typed(_as_scalar(kind, value.value), kind), kind)
    message = message_of(value.type)
    if message is not None:
        return ordered(value.value, *message)
    if value.type.kind == "map":
        return {key: plain(item) for key, item in entries(value).items()}
    if value.type.kind == "ptr":
        return plain(deref(value))
    return [*map(plain, items(value))] if value.type.kind == "slice" else value.value


def _as_scalar(kind: table.Type, held: Any) -> Any:
    """Return the number or text in a struct ``IntOrString``, as JSON has it."""
    if kind.kind == "int_or_string" and isinstance(held, Mapping):
        return held["StrVal" if held.get("Type") else "IntVal"]
    return held
