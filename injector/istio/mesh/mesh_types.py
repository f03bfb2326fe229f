"""The types of Istio's mesh configuration: messages, their fields in order, enums.

``mesh_types.json`` holds those of the newest release (``tools/meshtypes`` prints it);
``releases/mesh_fields.py`` holds the differences of other releases.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pkgutil import get_data
from typing import Any, NamedTuple

from injector.releases.mesh_fields import FIELDS, FOLLOWED
from injector.releases.release import Release, value_in

MESH = "MeshConfig"
PROXY = "ProxyConfig"

WRAPPERS = {
    "BoolValue": "bool",
    "Int32Value": "int32",
    "UInt32Value": "uint32",
    "Int64Value": "int64",
}
"""Messages that hold one value, so that a zero differs from an unset field."""


class Field(NamedTuple):
    """One field of a message."""

    name: str
    proto: str
    """The name in the API's definition, which JSON may use as well."""
    kind: str
    """A scalar's or wrapper's name, ``Duration``, ``Struct``, ``enum``, ``message``."""
    of: str = ""
    """The enum or message, if it is one."""
    shape: str = "one"
    """``one``, ``list`` or ``map`` (from text)."""
    oneof: str = ""
    """The group of which at most one field is set."""

    @property
    def present(self) -> bool:
        """Whether a zero of this field differs from an unset one."""
        scalar = self.shape == "one" and self.kind not in WRAPPERS
        return not scalar or bool(self.oneof) or self.kind in STRUCTURED


STRUCTURED = frozenset({"Duration", "Struct", "message"})

_TABLE: Mapping[str, Any] = json.loads(get_data(__name__, "mesh_types.json") or "")
MESSAGES: Mapping[str, Sequence[Sequence[str]]] = _TABLE["messages"] | {
    "ThriftConfig": (
        ("rateLimitUrl", "rate_limit_url", "string"),
        ("rateLimitTimeout", "rate_limit_timeout", "Duration"),
    )
}
"""The fields of each message: name, name in the API's definition, type, group."""

ENUMS: Mapping[str, Mapping[str, int]] = _TABLE["enums"] | {
    "AuthPolicy": {"NONE": 0, "MUTUAL_TLS": 1}
}


@lru_cache(maxsize=512)
def fields(message: str, release: Release) -> tuple[Field, ...]:
    """Return the fields that *release* has in *message*, in their order."""
    changing = FIELDS.get(message, {})
    types = (
        (name, proto, value_in(changing[name], release) if name in changing else typed)
        for name, proto, typed in _rows(message)
    )
    return tuple(_field(name, proto, typed) for name, proto, typed in types if typed)


def _rows(message: str) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the name in the definition and the newest type of each field.

    Fields that the newest release lacks have an empty type.
    """
    seen = set()
    for name, proto, *typed in MESSAGES[message]:
        yield name, proto, " oneof ".join(typed)
        seen.add(name)
        if old := FOLLOWED.get(name):
            yield old, _proto(old), ""
            seen.add(old)
    for old in FIELDS.get(message, {}):
        if old not in seen:
            yield old, _proto(old), ""


def _proto(name: str) -> str:
    return re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name)


def _field(name: str, proto: str, typed: str) -> Field:
    whole, _, oneof = typed.partition(" oneof ")
    words = whole.split()
    shape = words.pop(0) if words[0] in {"list", "map"} else "one"
    of = words[-1] if len(words) > 1 else ""
    return Field(name, proto, words[0], of, shape, oneof)


def is_unset(value: Any, field: Field) -> bool:
    """Tell whether *value* is the zero of a field that protobuf takes as unset."""
    if field.present:
        return False
    if field.kind == "enum":
        return value == 0 or ENUMS[field.of].get(value) == 0
    return not value


def is_empty(value: Any, field: Field) -> bool:
    """Tell whether *value* is such a zero, or an empty list or map."""
    return is_unset(value, field) or (field.shape != "one" and not value)
