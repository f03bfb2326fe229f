"""Values: frozen classes of named fields, made quickly.

``record`` does what ``dataclass`` does with ``frozen``, ``slots`` and ``kw_only``, and
as much of the rest as is used here. The library's writes and compiles six methods a
class, which was a third of what this program took to start; here only ``__init__`` is
written, the other methods are the same for all classes.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, field
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

T = TypeVar("T")

_OURS = ("__dict__", "__weakref__", "__annotations__")


@overload
def record(cls: type[T]) -> type[T]: ...
@overload
def record(
    *, frozen: bool = ..., kw_only: bool = ..., eq: bool = ...
) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(field, Field)
)
def record(
    cls: type[T] | None = None,
    *,
    frozen: bool = True,
    kw_only: bool = True,
    eq: bool = True,
) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a class with annotated fields one of values.

    Args:
        cls: it; fields take defaults, or ``dataclasses.field``.
        frozen: its fields cannot be set.
        kw_only: they are given by name only.
        eq: instances with the same fields are equal, and if frozen have one hash.
    """
    if cls is None:
        return lambda cls: _made(cls, frozen=frozen, kw_only=kw_only, eq=eq)
    return _made(cls, frozen=frozen, kw_only=kw_only, eq=eq)


def replace(instance: T, **changes: Any) -> T:
    """Return *instance* with other values of some fields."""
    of: Any = type(instance)
    names = _fields(of) or of.__dataclass_fields__
    kept = {name: getattr(instance, name) for name in names}
    made: T = of(**{**kept, **changes})
    return made


def _fields(cls: type) -> Mapping[str, Field[Any]]:
    found: Mapping[str, Field[Any]] = getattr(cls, "__value_fields__", {})
    return found


def _made(cls: type[T], *, frozen: bool, kw_only: bool, eq: bool) -> type[T]:
    body = dict(cls.__dict__)
    annotations = body.get("__annotations__", {})
    own = {}
    for name in annotations:
        given = body.pop(name, MISSING)
        own[name] = given if isinstance(given, Field) else field(default=given)
    fields = {**_fields(cls), **own}
    for name in _OURS[:2]:
        body.pop(name, None)
    body |= {
        "__slots__": tuple(own),
        "__value_fields__": fields,
        "__match_args__": () if kw_only else tuple(fields),
        "__init__": _waiting(fields, frozen=frozen, kw_only=kw_only),
        "__repr__": _repr,
        "__reduce__": _reduce,
    }
    if frozen:
        body |= {"__setattr__": _refuse, "__delattr__": _refuse}
    if eq:
        compared = [name for name, each in fields.items() if each.compare]
        body |= {"_compared": staticmethod(_getter(compared)), "__eq__": _eq}
        body["__hash__"] = _hash if frozen else None
    made: type[T] = type.__new__(type(cls), cls.__name__, cls.__bases__, body)
    body["__init__"].of = made
    return made


def _waiting(fields: Mapping[str, Field[Any]], *, frozen: bool, kw_only: bool) -> Any:
    """Return an ``__init__`` that is written when the class is first used."""

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        made = _init(fields, frozen=frozen, kw_only=kw_only)
        waiting.of.__init__ = made
        made(self, *args, **kwargs)

    waiting: Any = init
    return waiting


def _init(
    fields: Mapping[str, Field[Any]], *, frozen: bool, kw_only: bool
) -> Callable[..., None]:
    """Return the function that sets the fields."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_none": MISSING}
    parameters, lines = [], []
    for name, each in fields.items():
        code = name
        if each.default is not MISSING:
            known[f"_d_{name}"] = each.default
            parameters.append(f"{name}=_d_{name}")
        elif each.default_factory is not MISSING:
            known[f"_f_{name}"] = each.default_factory
            parameters.append(f"{name}=_none")
            code = f"_f_{name}() if {name} is _none else {name}"
        else:
            parameters.append(name)
        # The class is frozen: its own way of setting refuses.
        lines.append(
            f"_set(self, {name!r}, {code})" if frozen else f"self.{name} = {code}"
        )
    star = "*, " if kw_only and parameters else ""
    head = f"def __init__(self, {star}{', '.join(parameters)}):"
    exec("\n ".join([head, *(lines or ["pass"])]), known)  # noqa: S102 - names of fields
    made: Callable[..., None] = known["__init__"]
    return made


def _getter(names: list[str]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else lambda _: ()


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self._compared(self) == self._compared(other)


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _repr(self: Any) -> str:
    shown = [
        f"{name}={getattr(self, name)!r}"
        for name, each in _fields(type(self)).items()
        if each.repr
    ]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _reduce(self: Any) -> tuple[Any, ...]:
    """Say how copies are made."""
    kept = {name: getattr(self, name) for name in _fields(type(self))}
    return _rebuilt, (type(self), kept)


def _rebuilt(cls: type[T], kept: dict[str, Any]) -> T:
    return cls(**kept)


def _refuse(_self: Any, name: str, *_: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")
