"""Go types, as data: how Go would see a value.

A ``Type`` describes one Go type. Types without a name of their own are made by
``slice_of``, ``map_of`` and ``pointer_to`` (the same arguments give the same object, so
types are compared by ``is``) or read from Go's notation by ``parse``. Structs, named
types and enums are described beside the data: see ``Type`` and ``Field``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from injector.templates.go.values.functions import Function

INTS = frozenset({"int", "int8", "int16", "int32", "int64"})
UINTS = frozenset({"uint", "uint8", "uint16", "uint32", "uint64", "uintptr"})
FLOATS = frozenset({"float32", "float64"})
COMPLEX = frozenset({"complex64", "complex128"})
NUMBERS = INTS | UINTS | FLOATS | COMPLEX
NILABLE = frozenset({"interface", "map", "slice", "ptr", "func", "value"})

_ZEROS: Mapping[str, Any] = MappingProxyType(
    {
        "string": "",
        "bool": False,
        **dict.fromkeys(INTS | UINTS, 0),
        **dict.fromkeys(FLOATS, 0.0),
        **dict.fromkeys(COMPLEX, 0j),
        "struct": MappingProxyType({}),
    }
)
_NONE: Mapping[str, Any] = MappingProxyType({})


class Field(NamedTuple):
    """A field of a struct.

    ``path`` are the keys under which the struct's mapping has it: usually one; none for
    an embedded struct that shares the mapping; several for a field of an embedded
    struct that does not. ``promoted`` fields are reached by name, and not printed.
    """

    type: "Type"
    path: tuple[str, ...]
    promoted: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Type:
    """A Go type.

    Args:
        name: how Go writes it: ``string``, ``map[string]string``, ``v1.PodSpec``.
        kind: as reflect calls it: ``string``, ``int64``, ``slice``, ``map``, ``ptr``,
            ``struct``, ``interface``, ``func``; ``value`` is a parameter that takes
            anything as it is.
        key: of a map, the type of its keys.
        elem: of a slice, map or pointer, the type of what it holds.
        under: of a named type, the same type without the name.
        members: returns the fields of a struct by their names in Go, in Go's order.
            Called when first needed, so that types may name one another in a ring.
        methods: what templates may call as ``.Name``. The function's first argument
            is the receiver as templates see it (a nil pointer included); its
            parameters describe the others.
        read: turns the data's form of a value into the raw one, as an enum's name into
            its number. Not called for absent values.
        text: returns how a raw value prints itself (a String or Error method).
    """

    name: str
    kind: str
    key: "Type | None" = None
    elem: "Type | None" = None
    under: "Type | None" = None
    members: Callable[[], Mapping[str, Field]] = lambda: _NONE
    methods: Mapping[str, "Function"] = field(default_factory=lambda: _NONE)
    read: Callable[[Any], Any] | None = None
    text: Callable[[Any], str] | None = None

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Return the fields of a struct."""
        return self.members()

    @cached_property
    def plain(self) -> bool:
        """Return whether its values are Python's own, without a wrapper."""
        return self in PLAIN

    @cached_property
    def zero(self) -> Any:
        """Return the raw zero value: None for types that can be nil."""
        return _ZEROS.get(self.kind)

    @cached_property
    def getters(self) -> dict[str, Callable[[Any], Any]]:
        """Return the readers of fields of a raw value, by name: those used so far."""
        return {}

    @cached_property
    def nilable(self) -> bool:
        """Return whether nil is a value of the type."""
        return self.kind in NILABLE

    def __repr__(self) -> str:
        return f"<{self.name}>"


def _basic(kind: str) -> Type:
    return Type(name=kind, kind=kind)


ANY = Type(name="interface {}", kind="interface")
VALUE = Type(name="reflect.Value", kind="value")
STATIC = Type(name="reflect.Value", kind="value")
"""A parameter that Go's ``slice`` has: it sees whether a value comes in a box."""
_KINDS = {kind: _basic(kind) for kind in ("string", "bool", *sorted(NUMBERS))}
BASIC: Mapping[str, Type] = MappingProxyType(
    _KINDS
    | {
        "any": ANY,
        "interface {}": ANY,
        "interface{}": ANY,
        "value": VALUE,
        "static": STATIC,
    }
    | {"byte": _KINDS["uint8"], "rune": _KINDS["int32"]}
)
STRING = BASIC["string"]
BOOL = BASIC["bool"]
INT = BASIC["int"]
INT64 = BASIC["int64"]
FLOAT64 = BASIC["float64"]


@cache
def slice_of(elem: Type) -> Type:
    """Return the type of slices of *elem*."""
    return Type(name=f"[]{elem.name}", kind="slice", elem=elem)


@cache
def map_of(key: Type, elem: Type) -> Type:
    """Return the type of maps from *key* to *elem*."""
    return Type(name=f"map[{key.name}]{elem.name}", kind="map", key=key, elem=elem)


@cache
def pointer_to(elem: Type) -> Type:
    """Return the type of pointers to *elem*; it has *elem*'s methods."""
    return Type(
        name=f"*{elem.name}",
        kind="ptr",
        elem=elem,
        methods=elem.methods,
        text=elem.text,
    )


def named(name: str, under: Type, **more: Any) -> Type:
    """Return a type of that name that is otherwise *under*; *more* as for Type."""
    return Type(
        name=name,
        kind=under.kind,
        key=under.key,
        elem=under.elem,
        under=under.under or under,
        **{"members": under.members, **more},
    )


ANYS = slice_of(ANY)
STRINGS = slice_of(STRING)
MAP = map_of(STRING, ANY)
STRING_MAP = map_of(STRING, STRING)
PLAIN = frozenset({STRING, BOOL, INT, FLOAT64, ANY, ANYS, MAP, VALUE, STATIC})


def parse(text: str, names: Mapping[str, Type] = BASIC) -> Type:
    """Return the type that *text* is in Go's notation; *names* has the named ones."""
    text = text.strip()
    if text.startswith("*"):
        return pointer_to(parse(text[1:], names))
    if text.startswith("[]"):
        return slice_of(parse(text[2:], names))
    if text.startswith("map["):
        key, _, elem = text[4:].partition("]")
        return map_of(parse(key, names), parse(elem, names))
    return names[text] if text in names else BASIC[text]
