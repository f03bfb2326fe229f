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

# Go's basic types that occur, and the types that speak for themselves in JSON.
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
# Go's omitempty leaves out what has a length of nothing or is zero; a struct never.
_LEAVES_OUT_EMPTY = frozenset(
    ("string", "bool", "int", "float", "bytes", "list", "map")
)


class Type(NamedTuple):
    """A type: ``kind`` says what JSON it takes.

    The kinds are string, int, bool, float, quantity, int_or_string, time, bytes, any,
    struct, list and map; the last two have ``elem``. ``go`` is what Go calls it, and
    ``name`` the same without the star of a pointer.
    """

    go: str
    name: str
    kind: str
    pointer: bool = False
    elem: "Type | None" = None
    bits: int = 0

    @property
    def struct(self) -> "Struct | None":
        """Return the struct that it is, a pointer to one included."""
        return struct(self.name) if self.kind == "struct" else None


class Field(NamedTuple):
    """A field of a struct: its two names, its type, how it is printed and merged.

    ``always`` holds for a field that Go prints even when nobody set it.
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
        """Return what it is a list or a map of."""
        return self.type.elem

    @property
    def pointer(self) -> bool:
        """Tell whether Go tells its zero value from its absence."""
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


def under(name: str) -> str | None:
    """Return what the type of that name is made of; None of a struct or scalar."""
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
