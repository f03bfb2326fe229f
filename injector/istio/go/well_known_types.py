"""Protobuf's well-known types as Go templates see them: wrappers, Duration, Struct."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from injector.formats import durations, gotext
from injector.istio.mesh.mesh_types import WRAPPERS
from injector.templates.go.values.functions import Function
from injector.templates.go.values.types import (
    BASIC,
    BOOL,
    FLOAT64,
    INT64,
    STRING,
    Field,
    Type,
    named,
    pointer_to,
)
from injector.templates.go.values.values import Typed, deref, field, raw

SCALARS = {
    "string": STRING,
    "bool": BOOL,
    "int32": BASIC["int32"],
    "uint32": BASIC["uint32"],
    "double": FLOAT64,
}
_WIDE: Final = named("int64", INT64, read=int)
"""In protobuf's JSON, integers of 64 bits are texts."""


def getter(name: str, result: Type) -> Function:
    """Return the method that reads a field; of a nil receiver it returns the zero."""

    def get(receiver: Any) -> Any:
        inner = deref(receiver)
        is_nil = not isinstance(inner, Typed) or inner.value is None
        return result.zero if is_nil else raw(field(inner, name))

    return Function(call=get, result=result)


def _struct(name: str, members: Mapping[str, Field], **options: Any) -> Type:
    """Return a struct with a getter for each of its fields."""
    methods = {f"Get{key}": getter(key, each.type) for key, each in members.items()}
    methods |= options.pop("methods", {})
    return Type(
        name=name, kind="struct", members=lambda: members, methods=methods, **options
    )


@cache
def wrapper(kind: str) -> Type:
    """Return the type of a wrapper, such as ``BoolValue``."""
    held = WRAPPERS[kind]
    value = Field(type=_WIDE if held == "int64" else SCALARS[held], path=("value",))
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
STRUCT: Final = pointer_to(
    Type(name="structpb.Struct", kind="struct", text=gotext.marshal)
)
