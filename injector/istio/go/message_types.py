"""The types of Istio's mesh configuration as Go templates see them.

A message keeps its form in JSON: enums by name, durations as text, wrappers as their
value. The types read these forms when a template reaches a field.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from injector.formats import golang, gotext
from injector.istio.go.well_known_types import (
    DURATION,
    SCALARS,
    STRUCT,
    getter,
    wrapper,
)
from injector.istio.mesh import mesh_types
from injector.istio.mesh.mesh_types import ENUMS, WRAPPERS
from injector.releases.release import Release
from injector.templates.go.values.functions import Function
from injector.templates.go.values.types import (
    BASIC,
    STRING,
    Field,
    Type,
    map_of,
    named,
    pointer_to,
    slice_of,
)
from injector.templates.go.values.values import Typed, deref, raw, view

_PACKAGE = "v1alpha1"
_NAMES: dict[Type, tuple[str, Release]] = {}


def message_of(type_: Type) -> tuple[str, Release] | None:
    """Return the message and the release of *type_*, or of the type it points to."""
    while type_.kind == "ptr" and type_.elem is not None:
        type_ = type_.elem
    return _NAMES.get(type_)


class _Methods(Mapping[str, Function]):
    """The getters of a message's fields, each made at its first use."""

    def __init__(self, members: Mapping[str, Callable[[], Type]]) -> None:
        self._members = members
        self._made: dict[str, Function] = {}

    def __getitem__(self, name: str) -> Function:
        if name not in self._made:
            field_name = name.removeprefix("Get")
            self._made[name] = getter(field_name, self._members[name]())
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


@cache
def _enum(name: str) -> Type:
    numbers = ENUMS[name]
    names = {number: word for word, number in numbers.items()}

    def text(number: Any) -> str:
        return names.get(number, str(number))

    return named(
        _type_name(name),
        BASIC["int32"],
        read=lambda held: numbers.get(held, held) if isinstance(held, str) else held,
        text=text,
        methods={"String": Function(call=lambda held: text(raw(held)), result=STRING)},
    )


def go_name(proto: str) -> str:
    """Return the name in Go of a field by its name in the API's definition."""
    return re.sub(r"(?:^|_)([a-z])", lambda match: match[1].upper(), proto)


@cache
def message(name: str, release: Release) -> Type:
    """Return the type of pointers to the message *name* in *release*."""
    getters = {
        f"Get{go_name(field.proto)}": partial(_field_type, field, release)
        for field in mesh_types.fields(name, release)
    }
    struct = Type(
        name=_type_name(name),
        kind="struct",
        members=partial(_members, name, release),
        methods=_Methods(getters),
        text=partial(_text, name, release),
    )
    _NAMES[struct] = name, release
    return pointer_to(struct)


def _type_name(name: str) -> str:
    return f"{_PACKAGE}.{name.replace('.', '_')}"


def _members(name: str, release: Release) -> dict[str, Field]:
    """Return the fields of a message.

    A field of a oneof group is in the group's value. The getters of the message read it
    too, so it is a promoted field of the message, which is not printed.
    """
    members: dict[str, Field] = {}
    for field in mesh_types.fields(name, release):
        found = Field(
            type=_field_type(field, release),
            path=(field.name,),
            promoted=bool(field.oneof),
        )
        members[go_name(field.proto)] = found
    groups = {field.oneof for field in mesh_types.fields(name, release) if field.oneof}
    for group in sorted(groups):
        members[go_name(group)] = Field(type=_group(name, group, release), path=())
    return members


def _group(name: str, group: str, release: Release) -> Type:
    """Return the type of a oneof group: the interface that holds its field."""
    members = {
        go_name(field.proto): Field(
            type=_field_type(field, release), path=(field.name,)
        )
        for field in mesh_types.fields(name, release)
        if field.oneof == group
    }
    keys = [key for field in members.values() for key in field.path]

    def set_one(held: Any) -> Any:
        return held if any(key in held for key in keys) else None

    struct = Type(
        name=f"{_type_name(name)}_{go_name(group)}",
        kind="struct",
        members=lambda: members,
    )
    return Type(
        name=f"is{struct.name}", kind="ptr", elem=struct, read=set_one, text=str
    )


@cache
def _field_type(field: mesh_types.Field, release: Release) -> Type:
    found = _element_type(field, release)
    if field.shape == "list":
        return slice_of(found)
    return map_of(STRING, found) if field.shape == "map" else found


def _element_type(field: mesh_types.Field, release: Release) -> Type:
    if field.kind == "message":
        return message(field.of, release)
    if field.kind == "enum":
        return _enum(field.of)
    if field.kind in WRAPPERS:
        return pointer_to(wrapper(field.kind))
    return {"Duration": DURATION, "Struct": STRUCT}.get(field.kind) or SCALARS[
        field.kind
    ]


def _text(name: str, release: Release, held: Any) -> str:
    """Return a message in protobuf's text format, in one line."""
    parts: list[str] = []
    for field in mesh_types.fields(name, release):
        if field.name in held:
            parts += _field_texts(field, held[field.name], release)
    return " ".join(parts)


def _field_texts(field: mesh_types.Field, held: Any, release: Release) -> Iterator[str]:
    kind = _element_type(field, release)
    if field.shape == "list":
        yield from (f"{field.proto}:{_item_text(kind, item)}" for item in held)
    elif field.shape == "map":
        for key in sorted(held):
            entry = f"key:{golang.compact(key)} value:{_item_text(kind, held[key])}"
            yield f"{field.proto}:{{{entry}}}"
    else:
        yield f"{field.proto}:{_item_text(kind, held)}"


def _item_text(kind: Type, held: Any) -> str:
    value = deref(view(kind, held))
    if isinstance(value, Typed) and value.type.text is not None:
        text = value.type.text(value.value)
        return text if value.type.kind != "struct" else f"{{{text}}}"
    plain = raw(value)
    return golang.compact(plain) if isinstance(plain, str) else gotext.shown(plain)
