"""The types and functions of ``tools/gotemplates``, for our templates."""

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.printing import sprint
from injector.templates.go.values.types import (
    ANY,
    BASIC,
    BOOL,
    FLOAT64,
    INT64,
    MAP,
    STRING,
    STRING_MAP,
    STRINGS,
    Field,
    Type,
    map_of,
    named,
    parse,
    pointer_to,
    slice_of,
)
from injector.templates.go.values.values import Typed, deref, field, raw, type_of, typed

COLORS = ("RED", "GREEN")


def _color(number: int) -> str:
    return COLORS[number] if number in range(len(COLORS)) else ""


def _name(item: Any) -> str:
    return "nobody" if raw(item) is None else str(field(deref(item), "Name"))


def _next(item: Any) -> Any:
    return None if raw(item) is None else raw(field(deref(item), "Next"))


def _fail(_: Any) -> str:
    raise FunctionError("it failed")


WORD = named("main.Word", STRING)
COLOR = named(
    "main.Color",
    BASIC["int32"],
    text=_color,
    methods={"String": function("func() string", lambda color: _color(raw(color)))},
)


def _meta(*path: str) -> dict[str, Field]:
    return {
        "Name": Field(type=STRING, path=(*path, "Name"), promoted=bool(path)),
        "Labels": Field(type=STRING_MAP, path=(*path, "Labels"), promoted=bool(path)),
    }


META = Type(name="main.Meta", kind="struct", members=_meta)


@cache
def _item() -> dict[str, Field]:
    kinds = {
        "Count": INT64,
        "Size": BASIC["int32"],
        "Small": BASIC["uint8"],
        "Ratio": FLOAT64,
        "On": BOOL,
        "Word": WORD,
        "Color": COLOR,
        "Limit": pointer_to(INT64),
        "Flag": pointer_to(BOOL),
        "Next": pointer_to(ITEM),
        "Value": META,
        "Items": slice_of(ITEM),
        "Words": STRINGS,
        "Any": ANY,
        "Things": MAP,
        "Parts": map_of(STRING, META),
    }
    promoted = {
        name: Field(type=member.type, path=member.path, promoted=True)
        for name, member in _meta().items()
    }
    return {
        "Meta": Field(type=META, path=()),
        **promoted,
        **{name: Field(type=kind, path=(name,)) for name, kind in kinds.items()},
    }


NAMES: dict[str, Type] = {}
METHODS: dict[str, Function] = {}
ITEM = Type(name="main.Item", kind="struct", members=_item, methods=METHODS)
NAMES.update({**BASIC, "Word": WORD, "Color": COLOR, "Item": ITEM, "Meta": META})
METHODS.update(
    {
        "GetName": function("func() string", _name),
        "GetNext": function("func() *Item", _next, NAMES),
        "Greet": function(
            "func(string, int) string", lambda _, who, times: f"hello {who} {times}"
        ),
        "Fail": function("func() (string, error)", _fail),
    }
)


def _refuse(text: str) -> str:
    raise FunctionError(f"refused {text}")


def _upto(count: int) -> list[int]:
    if count < 0:
        raise FunctionError("runtime error: makeslice: len out of range")
    return [0] * count


def _typename(value: Any) -> str:
    found = type_of(value)
    return found.name if found is not None else "<nil>"


FUNCTIONS = {
    "upto": function("func(int) []int", _upto),
    "join": function(
        "func(...string) string",
        lambda *texts: sprint([len(texts), typed(STRINGS, list(texts))]),
    ),
    "twice": function("func(string) string", lambda text: text * 2),
    "half": function("func(float64) float64", lambda number: number / 2),
    "next": function("func(int) int", lambda number: number + 1),
    "long": function("func(int64) int64", lambda number: number),
    "tiny": function("func(uint8) uint8", lambda number: number),
    "negate": function("func(bool) bool", lambda flag: not flag),
    "labels": function("func(map[string]string) int", lambda it: len(it or ())),
    "things": function("func(map[string]any) int", lambda it: len(it or ())),
    "anything": function("func(any) string", _typename),
    "same": function("func(any) any", lambda thing: thing),
    "nothing": function("func() any", lambda: None),
    "none": function("func() map[string]string", lambda: None),
    "item": function(
        "func(*Item) string",
        lambda item: _name(Typed(pointer_to(ITEM), item)),
        NAMES,
    ),
    "meta": function(
        "func(Meta) string", lambda meta: field(Typed(META, meta), "Name"), NAMES
    ),
    "refuse": function("func(string) (string, error)", _refuse),
    "two": function("func(string, int) string", lambda a, b: f"{a}{b}"),
    "func": function(
        "func() any", lambda: function("func(int) string", lambda n: f"n{n}")
    ),
}


def value(data: Any) -> Any:
    """Return the value that the tool reads from *data*."""
    if isinstance(data, bool) or data is None or isinstance(data, str):
        return data
    if isinstance(data, int | float):
        return float(data)
    if isinstance(data, list):
        return [value(item) for item in data]
    if "$" in data:
        return typed_value(parse(data["$"], NAMES), data["v"])
    return {key: value(item) for key, item in data.items()}


def typed_value(type_: Type, held: Any) -> Any:
    """Return the value of *type_* that the tool reads from the JSON value *held*."""
    return typed(type_, held_value(type_, held))


def held_value(  # noqa: PLR0911 - one for each kind
    type_: Type, held: Any
) -> Any:
    """Return the raw value of *type_* that the tool reads from *held*."""
    if type_.kind == "interface":
        return value(held)
    if held is None:
        return type_.zero
    if type_.name == "[]uint8":
        return list(base64.b64decode(held))
    if type_.kind == "slice" and isinstance(held, list) and type_.elem:
        return [held_value(type_.elem, item) for item in held]
    if type_.kind == "map" and type_.elem and type_.key:
        number = type_.key.kind == "int"
        return {
            int(key) if number else key: held_value(type_.elem, item)
            for key, item in held.items()
        }
    if type_.kind == "ptr" and type_.elem:
        return held_value(type_.elem, held)
    if type_.kind == "struct":
        return _struct(type_, held)
    return held


def _struct(type_: Type, held: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: held_value(type_.fields[name].type, item) for name, item in held.items()
    }
