"""Impossible types: JSON that the API server could not read into a Pod.

A null is possible everywhere, and so is any value of an unknown field.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from injector.base.errors import Problem
from injector.base.messages import shown, step
from injector.base.tracing import pure
from injector.formats import quantities
from injector.kubernetes.schema.table import POD, Struct, Type, as_type, struct, type_of

_Test = Callable[[Any], bool]

_INT_OR_STRING_BITS = 32
_CLEAR_KEY = re.compile(r"[^.\[]+")
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)

_WANTED = {
    "string": "a string",
    "bool": "true or false",
    "int": "an integer of {bits} bits",
    "float": "a number",
    "quantity": "a quantity such as '250m' or '1Gi'",
    "int_or_string": "an integer of 32 bits or a string",
    "time": "a time such as '2026-01-31T12:00:00Z'",
    "bytes": "a string",
    "list": "a list",
    "map": "a mapping",
    "struct": "a mapping",
}


def problems(value: Any, of: Struct | Type = POD, path: str = "") -> list[Problem]:
    """Return a problem for each part of *value* that the API server could not read."""
    kind = as_type(of)
    return [] if possible(value, kind) else list(_problems(value, kind, path))


def possible(value: Any, kind: Type) -> bool:
    """Return whether the API server can read *value* as that type; fast."""
    return value is None or _test(kind.go)(value)


def _problems(value: Any, kind: Type, path: str) -> Iterator[Problem]:
    if possible(value, kind):
        return
    if isinstance(value, dict) and kind.kind == "struct":
        fields = struct(kind.name).fields
        for key, item in value.items():
            if key in fields:
                yield from _problems(item, fields[key].type, join(path, key))
    elif isinstance(value, dict) and kind.kind == "map" and kind.elem:
        for key, item in value.items():
            yield from _problems(item, kind.elem, join(path, key))
    elif isinstance(value, list) and kind.kind == "list" and kind.elem:
        for index, item in enumerate(value):
            yield from _problems(item, kind.elem, join(path, index))
    else:
        wanted = _WANTED[kind.kind].format(bits=kind.bits)
        yield Problem(path, f"is {shown(value)}, want {wanted}")


def join(path: str, key: str | int) -> str:
    """Return the path of a part of a pod: ``a.b``, ``a[0]``, ``a['b.c']``."""
    return step(path, key, _CLEAR_KEY)


@cache
def _test(go: str) -> _Test:
    """Return the test of values that are not null for a type."""
    kind = type_of(go)
    if kind.kind == "struct":
        return _struct_test(struct(kind.name))
    if kind.elem is not None:
        elem = _test(kind.elem.go)
        return _list_test(elem) if kind.kind == "list" else _map_test(elem)
    if kind.kind == "int":
        return _int_test(kind.bits)
    return _TESTS[kind.kind]


def _struct_test(of: Struct) -> _Test:
    tests: dict[str, _Test] = {}

    def test(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        for key, item in value.items():
            # A pod has few of the many types: tests are made when needed.
            known = tests.get(key)
            if known is None:
                if key not in of.fields:
                    continue
                known = tests[key] = _test(of.fields[key].type.go)
            # Most values are strings: spare them the call.
            if known is _is_string and item.__class__ is str:
                continue
            if item is not None and not known(item):
                return False
        return True

    return test


def _list_test(elem: _Test) -> _Test:
    def test(value: Any) -> bool:
        return isinstance(value, list) and _all(elem, value)

    return test


def _map_test(elem: _Test) -> _Test:
    def test(value: Any) -> bool:
        return isinstance(value, dict) and _all(elem, value.values())

    return test


def _all(elem: _Test, items: Iterable[Any]) -> bool:
    for item in items:  # noqa: SIM110 - a generator takes twice the time
        if item is not None and not elem(item):
            return False
    return True


def _int_test(bits: int) -> _Test:
    limit = 1 << (bits - 1)

    def test(value: Any) -> bool:
        # In Python true is 1; 1.0 is refused by the API server's decoder.
        return type(value) is int and -limit <= value < limit

    return test


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


@pure
def _is_time(value: Any) -> bool:
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        return False
    try:
        # Python reads no long fractions; only the day and the time can be wrong.
        datetime.fromisoformat(f"{value[:19]}{_zone(value)}")
    except ValueError:
        return False
    return True


def _zone(value: str) -> str:
    return "Z" if value.endswith("Z") else value[-6:]


_is_int32 = _int_test(_INT_OR_STRING_BITS)

_TESTS: dict[str, _Test] = {
    "any": lambda _: True,
    "bool": lambda value: isinstance(value, bool),
    "bytes": _is_string,
    "float": lambda value: type(value) in (int, float),
    "int_or_string": lambda value: isinstance(value, str) or _is_int32(value),
    "quantity": quantities.is_quantity,
    "string": _is_string,
    "time": _is_time,
}
