"""The table of types: every struct that a Pod reaches, field by field.

``pod_types.json`` is written by ``tools/podtypes`` from the types of the Kubernetes
API. A type is written as Go writes it, without packages: ``[]Container``, ``*int64``,
``map[ResourceName]quantity``.
"""

import json
from collections.abc import Mapping
from functools import cache
from pkgutil import get_data
from types import MappingProxyType
from typing import Any, NamedTuple

_TABLE: Mapping[str, Any] = json.loads(get_data(__name__, "pod_types.json") or "")

# Go's basic types, and the types that have a JSON form of their own.
_KINDS = {
    "string": "string",
    "bool": "bool",
    "int32": "int",
    "int64": "int",
    "float64": "float",
    "quantity": "quantity",
    "int_or_string": "int_or_string",
    "time": "time",
    "microtime": "time",
    "bytes": "bytes",
    "any": "any",
}
# Go's omitempty leaves out zero and empty values of these kinds, but no struct.
_LEAVES_OUT_EMPTY = frozenset(
    ("string", "bool", "int", "float", "bytes", "list", "map")
)


class Type(NamedTuple):
    """A type: ``kind`` says what JSON it takes.

    The kinds are string, int, bool, float, quantity, int_or_string, time, bytes, any,
    struct, list and map; the last two have ``elem``. ``go`` is the type in Go's syntax,
    and ``name`` the same without the star of a pointer.
    """

    go: str
    name: str
    kind: str
    pointer: bool = False
    elem: "Type | None" = None
    bits: int = 0

    @property
    def struct(self) -> "Struct | None":
        """Return the struct of the type or of its pointer; None for other kinds."""
        return struct(self.name) if self.kind == "struct" else None


class Field(NamedTuple):
    """A field of a struct: its two names, its type, how it is printed and merged.

    ``always``: Go prints the field even if it is unset.
    """

    name: str
    go_name: str
    type: Type
    omitempty: bool
    always: bool
    strategy: tuple[str, ...] = ()
    merge_key: str = ""

    @property
    def kind(self) -> str:
        """Return its type's kind."""
        return self.type.kind

    @property
    def elem(self) -> Type | None:
        """Return the type of the elements of a list or a map."""
        return self.type.elem

    @property
    def pointer(self) -> bool:
        """Return whether the type is a pointer, which may be unset."""
        return self.type.pointer


class Struct(NamedTuple):
    """A struct: its fields by their names in JSON, those of embedded ones included.

    ``embedded`` has the structs that Go embeds, by name.
    """

    name: str
    fields: Mapping[str, Field]
    embedded: Mapping[str, "Struct"]


@cache
def type_of(text: str) -> Type:
    """Return the type that *text* names."""
    if text.startswith("*"):
        base = type_of(text[1:])
        return base._replace(go=text, pointer=True)
    if text.startswith("[]"):
        return Type(go=text, name=text, kind="list", elem=type_of(text[2:]))
    if text.startswith("map["):
        return Type(
            go=text, name=text, kind="map", elem=type_of(text[text.index("]") + 1 :])
        )
    if text in _TABLE["structs"]:
        return Type(go=text, name=text, kind="struct")
    if text in _TABLE["names"]:
        base = type_of(_TABLE["names"][text])
        return base._replace(go=text, name=text)
    bits = int(text[3:]) if text in ("int32", "int64") else 0
    return Type(go=text, name=text, kind=_KINDS[text], bits=bits)


def as_type(of: Struct | Type) -> Type:
    """Return a type; of a struct, the type that it defines."""
    return type_of(of.name) if isinstance(of, Struct) else of


def under(name: str) -> str | None:
    """Return the definition of a named type; None for structs and basic types."""
    found: str | None = _TABLE["names"].get(name)
    return found


@cache
def struct(name: str) -> Struct:
    """Return the struct of that name."""
    fields: dict[str, Field] = {}
    embedded: dict[str, Struct] = {}
    for row in _TABLE["structs"][name]:
        json_name, go_name, text, flags, strategy, merge_key = row + [""] * (
            6 - len(row)
        )
        if not json_name:
            embedded[go_name] = struct(text)
            fields.update(embedded[go_name].fields)
            continue
        kind = type_of(text)
        omitempty = "o" in flags
        leaves_out = kind.pointer or kind.kind in _LEAVES_OUT_EMPTY
        fields[json_name] = Field(
            name=json_name,
            go_name=go_name,
            type=kind,
            omitempty=omitempty,
            always=not (omitempty and leaves_out) and "z" not in flags,
            strategy=tuple(strategy.split(",")) if strategy else (),
            merge_key=merge_key,
        )
    return Struct(
        name=name,
        fields=MappingProxyType(fields),
        embedded=MappingProxyType(embedded),
    )


POD = struct("Pod")
POD_TYPE = type_of("Pod")
