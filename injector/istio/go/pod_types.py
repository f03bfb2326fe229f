"""The types of a pod and its parts as Go templates see them, from the table of types.

A pod stays JSON: a type has the JSON key of each of Go's fields.
"""

from functools import cache, partial
from typing import Any, Final

from injector.kubernetes import schema
from injector.kubernetes.schema import table
from injector.templates.go.values.types import (
    ANY,
    BASIC,
    BOOL,
    FLOAT64,
    INT64,
    STRING,
    STRING_MAP,
    Field,
    Type,
    map_of,
    named,
    pointer_to,
    slice_of,
)

_PACKAGE = "v1"
_OTHER_PACKAGES = {"UID": "types", "ResourceID": "types"}
_SCALARS = {
    "string": STRING,
    "bool": BOOL,
    "float": FLOAT64,
    "bytes": STRING,
    "any": ANY,
}
_QUANTITY: Final = named("resource.Quantity", STRING, text=str)
_TIME: Final = named("v1.Time", STRING, text=str)


def _int_or_string(held: Any) -> dict[str, Any]:
    """Return the struct ``IntOrString`` of a number or a text."""
    if isinstance(held, str):
        return {"Type": 1, "StrVal": held}
    return {"Type": 0, "IntVal": held}


def _shown(held: Any) -> str:
    return str(held["StrVal" if held.get("Type") else "IntVal"])


_INT_OR_STRING: Final = Type(
    name="intstr.IntOrString",
    kind="struct",
    members=lambda: {
        "Type": Field(type=INT64, path=("Type",)),
        "IntVal": Field(type=BASIC["int32"], path=("IntVal",)),
        "StrVal": Field(type=STRING, path=("StrVal",)),
    },
    read=_int_or_string,
    text=_shown,
)
_SPECIAL = {"quantity": _QUANTITY, "time": _TIME, "int_or_string": _INT_OR_STRING}
_SCHEMA: dict[Type, table.Type] = {}
"""The table's type of each type that differs from JSON's."""


def schema_of(type_: Type) -> table.Type | None:
    """Return the type of *type_* in the table; None for a type of JSON."""
    return _SCHEMA.get(type_)


@cache
def pod_type(text: str) -> Type:
    """Return the type that the table writes as *text*, such as ``[]Container``."""
    found = _parsed(text)
    if found not in (STRING, BOOL, FLOAT64, ANY, STRING_MAP):
        _SCHEMA[found] = table.type_of(text)
    return found


def _parsed(text: str) -> Type:
    if text.startswith("*"):
        return pointer_to(pod_type(text[1:]))
    if text.startswith("[]"):
        return slice_of(pod_type(text[2:]))
    if text.startswith("map["):
        key, _, elem = text[4:].partition("]")
        return map_of(pod_type(key), pod_type(elem))
    return _named(text)


def _named(text: str) -> Type:
    kind = table.type_of(text)
    name = f"{_OTHER_PACKAGES.get(text, _PACKAGE)}.{text}"
    if (under := table.under(text)) is not None:
        return named(name, pod_type(under))
    if kind.kind == "struct":
        return Type(name=name, kind="struct", members=partial(_members, text))
    if kind.kind == "int":
        return BASIC[kind.go]
    return _SPECIAL.get(kind.kind) or _SCALARS[kind.kind]


def _members(text: str) -> dict[str, Field]:
    """Return the fields of a struct; embedded structs share its JSON mapping."""
    struct = schema.struct(text)
    members = {
        name: Field(type=pod_type(embedded.name), path=())
        for name, embedded in struct.embedded.items()
    }
    inner = {name for embedded in struct.embedded.values() for name in embedded.fields}
    for name, field in struct.fields.items():
        members[field.go_name] = Field(
            type=pod_type(field.type.go), path=(name,), promoted=name in inner
        )
    return members


OBJECT_META: Final = pod_type("ObjectMeta")
TYPE_META: Final = pod_type("TypeMeta")
POD_SPEC: Final = pod_type("PodSpec")
CONTAINER: Final = pod_type("Container")
