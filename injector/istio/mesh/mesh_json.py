"""Mesh configuration as protobuf reads it from JSON, field by field.

``read`` keeps explicit zeros, which an overlay needs; ``settled`` drops them, since a
message has no difference between a zero and an unset field.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from injector.base.errors import Problem
from injector.base.messages import shown
from injector.formats import durations, golang
from injector.istio.mesh.mesh_types import ENUMS, WRAPPERS, Field, fields, is_unset
from injector.releases.release import Release

ZEROS: dict[str, Any] = {"string": "", "uint32": 0, "enum": 0, "message": {}}
"""The value of null inside a list or a map, by kind of element."""

RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
SPACES = " \t\r\n"
"""White space as JSON has it."""

EXACT = 2**53
"""A double holds every whole number below this one."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


class _Wrong(Exception):
    """A value has the wrong type; the argument names the right one."""


def read(
    value: Any, message: str, release: Release, path: str
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the fields of *message* that *value* sets, and every problem in it.

    Names are read in camelCase and in snake_case; unknown names and null are ignored.
    """
    reader = _Reader(release)
    try:
        found = reader.message(value, message, path)
    except _Wrong as e:
        return {}, [Problem(path, f"is {shown(value)}, want {e}")]
    return found, reader.problems


def settled(value: Mapping[str, Any], message: str, release: Release) -> dict[str, Any]:
    """Return the message *value* without zeros that mean unset, at any depth."""
    found: dict[str, Any] = {}
    for field in fields(message, release):
        if field.name not in value:
            continue
        item = settle(value[field.name], field, release)
        if not is_unset(item, field):
            found[field.name] = item
    return found


def settle(value: Any, field: Field, release: Release) -> Any:
    """Return the value of *field* with its messages settled."""
    if field.kind != "message":
        return value
    if field.shape == "list":
        return [settled(item, field.of, release) for item in value]
    if field.shape == "map":
        return {key: settled(item, field.of, release) for key, item in value.items()}
    return settled(value, field.of, release)


class _Reader:
    """Reads one document and collects its problems."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.problems: list[Problem] = []

    def message(self, value: Any, message: str, path: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _Wrong("a mapping")
        found: dict[str, Any] = {}
        groups: dict[str, str] = {}
        for field in fields(message, self.release):
            raw = value.get(field.name if field.name in value else field.proto)
            if raw is None:
                continue
            if field.oneof:
                # Of several fields of a group the last one counts.
                found.pop(groups.get(field.oneof, ""), None)
                groups[field.oneof] = field.name
            self.put(found, field.name, raw, field, f"{path}.{field.name}")
        return found

    def put(
        self, found: dict[str, Any], key: str, raw: Any, field: Field, path: str
    ) -> None:
        """Read a value into *found*, or note what is wrong with it."""
        try:
            found[key] = self.value(raw, field, path)
        except _Wrong as e:
            self.problems.append(Problem(path, f"is {shown(raw)}, want {e}"))

    def value(self, raw: Any, field: Field, path: str) -> Any:
        if field.shape == "one":
            return self.element(raw, field, path)
        if field.shape == "list":
            if not isinstance(raw, list):
                raise _Wrong("a list")
            places = [(f"[{index}]", item) for index, item in enumerate(raw)]
            return list(self.items(places, field, path).values())
        if not isinstance(raw, Mapping):
            raise _Wrong("a mapping")
        found = self.items([(f".{key}", raw[key]) for key in raw], field, path)
        return {key[1:]: item for key, item in found.items()}

    def items(
        self, places: Iterable[tuple[str, Any]], field: Field, path: str
    ) -> dict[str, Any]:
        """Return the items of a list or a map by place, the zero for null."""
        found: dict[str, Any] = {}
        single = field._replace(shape="one")
        for place, raw in places:
            item = ZEROS[field.kind] if raw is None else raw
            self.put(found, place, item, single, f"{path}{place}")
        return found

    def element(self, raw: Any, field: Field, path: str) -> Any:
        if field.kind == "message":
            return self.message(raw, field.of, path)
        if field.kind == "enum":
            return _enum(raw, field.of)
        return _SCALARS[WRAPPERS.get(field.kind, field.kind)](raw)


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Wrong("text")
    return raw


def _bool(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise _Wrong("true or false")
    return raw


def _integer(kind: str) -> Callable[[Any], int]:
    low, high = RANGES[kind]

    def integer(raw: Any) -> int:
        number = raw
        if isinstance(raw, str):
            digits = raw.strip(SPACES)
            if _INTEGER.fullmatch(digits):
                number = golang.integer(digits)
                if number is None:
                    raise _Wrong(f"a number from {low} to {high}")
        elif isinstance(raw, float) and raw.is_integer():
            number = int(raw)
        if isinstance(number, bool) or not isinstance(number, int):
            raise _Wrong("a whole number")
        if not low <= number <= high:
            raise _Wrong(f"a number from {low} to {high}")
        return number

    return integer


def _double(raw: Any) -> float:
    number = raw
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip(SPACES)):
        number = float(raw)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise _Wrong("a number")
    # Readers of YAML and JSON give no integers beyond 64 bits.
    if not math.isfinite(number):
        raise _Wrong("a finite number")
    return number if abs(number) < EXACT else float(number)


def _duration(raw: Any) -> str:
    try:
        return durations.protobuf(durations.parse(_text(raw)))
    except (ValueError, _Wrong):
        raise _Wrong("a duration such as '45s'") from None


def _struct(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise _Wrong("a mapping")
    return dict(raw)


def _enum(raw: Any, enum: str) -> Any:
    """Return the name of an enum's value; an unknown number is returned as it is."""
    names = ENUMS[enum]
    if isinstance(raw, str) and raw in names:
        return raw
    low, high = RANGES["int32"]
    if isinstance(raw, int) and not isinstance(raw, bool) and low <= raw <= high:
        return next((name for name, number in names.items() if number == raw), raw)
    raise _Wrong(f"one of {', '.join(names)}")


_SCALARS: dict[str, Callable[[Any], Any]] = {
    "string": _text,
    "bool": _bool,
    "int32": _integer("int32"),
    "uint32": _integer("uint32"),
    # 64 bits are text in protobuf's JSON.
    "int64": lambda raw: str(_integer("int64")(raw)),
    "double": _double,
    "Duration": _duration,
    "Struct": _struct,
}
