"""The types of Istio's mesh configuration as Go templates see them.

A message stays in the form that JSON gives it: enums by name, durations as text,
wrappers as what they hold. Types read these forms when a template reaches them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, Final

from injector.formats import durations, golang, gotext
from injector.istio.mesh import mesh_types
from injector.istio.mesh.mesh_types import ENUMS, WRAPPERS
from injector.releases.release import Release
from injector.templates.go.values.functions import Function
from injector.templates.go.values.types import (
    BASIC,
    BOOL,
    FLOAT64,
    INT64,
    STRING,
    Field,
    Type,
    map_of,
    named,
    pointer_to,
    slice_of,
)
from injector.templates.go.values.values import Typed, deref, field, raw, view

_PACKAGE = "v1alpha1"
_SCALARS = {
    "string": STRING,
    "bool": BOOL,
    "int32": BASIC["int32"],
    "uint32": BASIC["uint32"],
    "double": FLOAT64,
}
_WIDE: Final = named("int64", INT64, read=int)
"""JSON has 64 bits as text."""
_NAMES: dict[Type, tuple[str, Release]] = {}


def message_of(type_: Type) -> tuple[str, Release] | None:
    """Return the message, and of which release, that *type_* is or points to."""
    while type_.kind == "ptr" and type_.elem is not None:
        type_ = type_.elem
    return _NAMES.get(type_)


def _getter(name: str, result: Type) -> Function:
    """Return the method that reads a field, also of nothing."""

    def get(receiver: Any) -> Any:
        inner = deref(receiver)
        nothing = not isinstance(inner, Typed) or inner.value is None
        return result.zero if nothing else raw(field(inner, name))

    return Function(call=get, result=result)


class _Methods(Mapping[str, Function]):
    """The getters of a message's fields, each made when it is first asked for."""

    def __init__(self, members: Mapping[str, Callable[[], Type]]) -> None:
        self._members = members
        self._made: dict[str, Function] = {}

    def __getitem__(self, name: str) -> Function:
        if name not in self._made:
            field_name = name.removeprefix("Get")
            self._made[name] = _getter(field_name, self._members[name]())
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


def _struct(name: str, members: Mapping[str, Field], **more: Any) -> Type:
    """Return a struct with a getter for each of its fields."""
    methods = {f"Get{key}": _getter(key, one.type) for key, one in members.items()}
    methods |= more.pop("methods", {})
    return Type(
        name=name, kind="struct", members=lambda: members, methods=methods, **more
    )


@cache
def _wrapper(kind: str) -> Type:
    held = WRAPPERS[kind]
    value = Field(type=_WIDE if held == "int64" else _SCALARS[held], path=("value",))
    return _struct(
        f"wrapperspb.{kind}",
        {"Value": value},
        read=lambda held: {"value": held},
        text=lambda held: f"value:{gotext.shown(held['value'])}",
    )


def _duration(text: str) -> dict[str, int]:
    seconds, nanos = divmod(abs(durations.parse(text)), durations.SECOND)
    sign = -1 if text.startswith("-") else 1
    return {"seconds": sign * seconds, "nanos": sign * nanos}


def _duration_text(held: Mapping[str, int]) -> str:
    parts = (f"{name}:{number}" for name, number in held.items() if number)
    return " ".join(parts)


def _nanoseconds(receiver: Any) -> int:
    held = raw(deref(receiver))
    return held["seconds"] * durations.SECOND + held["nanos"] if held else 0


_GO_DURATION: Final = named("time.Duration", INT64, text=durations.go)
_DURATION: Final = _struct(
    "durationpb.Duration",
    {
        "Seconds": Field(type=INT64, path=("seconds",)),
        "Nanos": Field(type=BASIC["int32"], path=("nanos",)),
    },
    read=_duration,
    text=_duration_text,
    methods={"AsDuration": Function(call=_nanoseconds, result=_GO_DURATION)},
)
DURATION: Final = pointer_to(_DURATION)
_STRUCT: Final = pointer_to(
    Type(name="structpb.Struct", kind="struct", text=gotext.marshal)
)


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
    """Return the name that Go gives to a field of that name."""
    return re.sub(r"(?:^|_)([a-z])", lambda match: match[1].upper(), proto)


@cache
def message(name: str, release: Release) -> Type:
    """Return the type of pointers to a message of *release*."""
    getters = {
        f"Get{go_name(one.proto)}": partial(_field_type, one, release)
        for one in mesh_types.fields(name, release)
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

    A field of a group is a field of what the group holds; getters see it in the
    message, too, so it stands there as what is not printed.
    """
    members: dict[str, Field] = {}
    for one in mesh_types.fields(name, release):
        found = Field(
            type=_field_type(one, release), path=(one.name,), promoted=bool(one.oneof)
        )
        members[go_name(one.proto)] = found
    groups = {one.oneof for one in mesh_types.fields(name, release) if one.oneof}
    for group in sorted(groups):
        members[go_name(group)] = Field(type=_group(name, group, release), path=())
    return members


def _group(name: str, group: str, release: Release) -> Type:
    """Return the type of a group: what holds the one field of it that is set."""
    members = {
        go_name(one.proto): Field(type=_field_type(one, release), path=(one.name,))
        for one in mesh_types.fields(name, release)
        if one.oneof == group
    }
    keys = [key for one in members.values() for key in one.path]

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
def _field_type(one: mesh_types.Field, release: Release) -> Type:
    found = _one(one, release)
    if one.shape == "list":
        return slice_of(found)
    return map_of(STRING, found) if one.shape == "map" else found


def _one(one: mesh_types.Field, release: Release) -> Type:
    if one.kind == "message":
        return message(one.of, release)
    if one.kind == "enum":
        return _enum(one.of)
    if one.kind in WRAPPERS:
        return pointer_to(_wrapper(one.kind))
    return {"Duration": DURATION, "Struct": _STRUCT}.get(one.kind) or _SCALARS[one.kind]


def _text(name: str, release: Release, held: Any) -> str:
    """Return a message as protobuf's text in one line."""
    parts: list[str] = []
    for one in mesh_types.fields(name, release):
        if one.name in held:
            parts += _field_texts(one, held[one.name], release)
    return " ".join(parts)


def _field_texts(one: mesh_types.Field, held: Any, release: Release) -> Iterator[str]:
    kind = _one(one, release)
    if one.shape == "list":
        yield from (f"{one.proto}:{_item(kind, item)}" for item in held)
    elif one.shape == "map":
        for key in sorted(held):
            entry = f"key:{golang.compact(key)} value:{_item(kind, held[key])}"
            yield f"{one.proto}:{{{entry}}}"
    else:
        yield f"{one.proto}:{_item(kind, held)}"


def _item(kind: Type, held: Any) -> str:
    value = deref(view(kind, held))
    if isinstance(value, Typed) and value.type.text is not None:
        text = value.type.text(value.value)
        return text if value.type.kind != "struct" else f"{{{text}}}"
    plain = raw(value)
    return golang.compact(plain) if isinstance(plain, str) else gotext.shown(plain)
