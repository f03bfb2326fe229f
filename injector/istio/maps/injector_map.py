"""The text ``config`` of Istio's ConfigMap, read as istiod reads it.

Unknown keys are ignored, null is empty, and numbers and booleans become texts. A value
of an impossible type is a problem. A doubt is a value that istiod accepts, but that the
operator probably did not intend.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from injector.base.errors import Problem
from injector.base.messages import shown
from injector.base.places import Place
from injector.formats import gotext
from injector.kubernetes import selectors
from injector.kubernetes.selectors import Selector

KEYS: Final = (
    "policy",
    "template",
    "templates",
    "defaultTemplates",
    "aliases",
    "neverInjectSelector",
    "alwaysInjectSelector",
    "injectedAnnotations",
)
"""The keys that istiod reads."""

_OFTEN_NULL: Final = frozenset(
    ("aliases", "alwaysInjectSelector", "injectedAnnotations", "neverInjectSelector")
)
"""Keys that charts write as null on purpose."""


class InjectorMap:
    """The entries of the text, by the names that istiod knows.

    Args:
        place: the mapping in the text.
        doubts: the list that gets the doubts.
    """

    def __init__(self, place: Place, doubts: list[Problem]) -> None:
        self._problems = place.problems
        self._doubts = doubts
        self._entries = _by_known_name(place.entries(), doubts)
        for name, at in self._entries.items():
            if at.value is None and name not in _OFTEN_NULL:
                self.doubt(at, "is null, which is empty")

    def doubt(self, place: Place, message: str) -> None:
        """Add a doubt about the value at *place*."""
        self._doubts.append(Problem(place.path, message))

    def at(self, name: str) -> Place | None:
        """Return the entry *name*; None if it is absent or null."""
        found = self._entries.get(name)
        return None if found is None or found.value is None else found

    def text(self, name: str) -> str:
        """Return a text; empty if there is none."""
        found = self.at(name)
        return _text(found) if found else ""

    def texts(self, name: str) -> Mapping[str, str] | None:
        """Return a mapping of texts; None if there is none."""
        found = self.at(name)
        if found is None:
            return None
        texts = {key: _text(at) for key, at in found.entries().items()}
        return MappingProxyType(texts)

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list of names."""
        found = self.at(name)
        return _texts(found) if found else ()

    def aliases(self) -> Mapping[str, tuple[str, ...]]:
        """Return the templates that each alias stands for."""
        found = self.at("aliases")
        entries = found.entries().items() if found else ()
        return MappingProxyType({key: _texts(at) for key, at in entries})

    def selectors(self, name: str) -> tuple[Selector, ...]:
        """Return the label selectors that can match."""
        found = self.at(name)
        places = found.items("a list of label selectors") if found else []
        made = [self._selector(at) for at in places]
        return tuple(selector for selector in made if selector is not None)

    def _selector(self, place: Place) -> Selector | None:
        if place.value is not None and not isinstance(place.value, Mapping):
            place.want("a label selector")
            return None
        problems: list[Problem] = []
        selector = selectors.read(Place(place.value, place.path, problems))
        # istiod ignores unknown keys; a selector with another problem matches no pod.
        faults = [each for each in problems if "unknown key" not in each.message]
        self._doubts.extend(
            Problem(fault.path, f"{fault.message}; the selector matches no pod")
            for fault in faults
        )
        if not faults and not selector.requirements:
            self.doubt(place, "is empty, which matches no pod")
        return None if faults or not selector.requirements else selector


def _by_known_name(
    entries: Mapping[str, Place], doubts: list[Problem]
) -> dict[str, Place]:
    """Return the entries that istiod reads, whose names may have any case."""
    known = {name.lower(): name for name in KEYS}
    found: dict[str, Place] = {}
    for key, at in entries.items():
        name = known.get(key.lower())
        if name is None:
            wanted = ", ".join(KEYS)
            doubts.append(Problem(at.path, f"unknown key, ignored; known are {wanted}"))
        elif key == name or name not in entries:
            found[name] = at
    return found


def _text(place: Place) -> str:
    """Return a text; a number or boolean becomes one, null is empty."""
    value: Any = place.value
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return gotext.shown(value)
    if not isinstance(value, str):
        place.refuse(f"is {shown(value)}, want a text")
        return ""
    return value


def _texts(place: Place) -> tuple[str, ...]:
    return tuple(_text(at) for at in place.items("a list of templates' names"))
