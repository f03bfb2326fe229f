"""Readers of the keys of a configuration document.

A reader adds its problems to its place, and returns a value all the same.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from injector.base.errors import ConfigError
from injector.base.places import Place
from injector.configuration import document
from injector.kubernetes.selectors import Selector, is_name, read
from injector.releases.history import rule
from injector.releases.release import CURRENT, OLDEST, Release, newer

TEMPLATE_NAME = re.compile(r"[^\s,]([^,]*[^\s,])?")
"""Without commas, which separate the names in a pod's annotation."""
DEFAULT_TEMPLATE = "sidecar"
CheckMesh = Callable[[Sequence[Mapping[str, Any]], Release], object]


def template_sources(
    place: Place, read_file: Callable[[str], str]
) -> dict[str, str | None]:
    """Return each template's source by name; None if it cannot be read."""
    if place.value in (None, {}):
        place.refuse("is empty, leave the key out for the bundled templates")
    entries = place.entries()
    for name, at in entries.items():
        if not TEMPLATE_NAME.fullmatch(name):
            at.refuse(f"pods cannot name a template {name!r}")
    return {name: _source(at, read_file) for name, at in entries.items()}


def _source(place: Place, read_file: Callable[[str], str]) -> str | None:
    if isinstance(place.value, str):
        return place.value
    if not isinstance(place.value, Mapping):
        place.want("a template's text or {file: PATH}")
        return None
    file = place.fields("file")["file"]
    if not file.value or not isinstance(file.value, str):
        file.want("the path of a file beside the configuration")
        return None
    try:
        return read_file(file.value)
    except ConfigError as e:
        file.adopt(e)
        return None


def aliases(place: Place, sources: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Return the templates that each alias stands for."""
    # An alias cannot stand for another alias: names are looked up once.
    entries = place.entries()
    names = {name: template_names(at, sources) for name, at in entries.items()}
    return MappingProxyType(names)


def default_templates(place: Place, known: Collection[str]) -> tuple[str, ...]:
    """Return the names of templates and aliases for pods that name none."""
    names = template_names(place, known)
    if names or place.value:
        return names
    if known and DEFAULT_TEMPLATE not in known:
        place.refuse(
            f"is empty, which means [{DEFAULT_TEMPLATE}], "
            f"and no template is named {DEFAULT_TEMPLATE!r}"
        )
    return (DEFAULT_TEMPLATE,)


def template_names(place: Place, known: Collection[str]) -> tuple[str, ...]:
    """Return a list of names, each of which must be *known*."""
    items = place.items("a list of templates' names")
    for at in items:
        # Without any template, the missing templates are the problem.
        if known and isinstance(at.value, str) and at.value not in known:
            at.refuse(f"no template named {at.value!r}")
    return tuple(at.text("a template's name", null=False) for at in items)


def selectors(place: Place) -> tuple[Selector, ...]:
    """Return a list of label selectors, none of them empty."""
    return tuple(_selector(at) for at in place.items("a list of label selectors"))


def _selector(place: Place) -> Selector:
    before = len(place.problems)
    selector = read(place)
    if not selector.requirements and len(place.problems) == before:
        # As in Istio. Elsewhere in Kubernetes it would match everything.
        place.refuse("is empty, which would match no pod")
    return selector


def annotations(place: Place) -> Mapping[str, str]:
    """Return a mapping of annotations."""
    entries = place.entries()
    for name, at in entries.items():
        if not is_name(name):
            at.refuse(f"{name!r} is no name of an annotation")
    return MappingProxyType({name: at.text() for name, at in entries.items()})


def namespaces(place: Place, release: Release) -> frozenset[str]:
    """Return the names of the namespaces without injection."""
    if place.value is None:
        return frozenset(rule(release, "ignored_namespaces"))
    return frozenset(at.text("a namespace's name", null=False) for at in place.items())


def free_form(place: Place) -> Mapping[str, Any]:
    """Return a mapping of any shape, which may be given as a text of YAML or JSON."""
    value = place.value
    if isinstance(value, str):
        try:
            value = document.read(value)
        except ConfigError as e:
            place.adopt(e)
            return {}
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        place.want("a mapping or its YAML or JSON text")
        return {}
    return value


def mesh(
    places: Sequence[Place], release: Release, check: CheckMesh
) -> list[Mapping[str, Any]]:
    """Return the layers of mesh configuration, checked by *check*."""
    layers = [free_form(place) for place in places]
    try:
        check(layers, release)
    except ConfigError as e:
        places[-1].problems.extend(e.problems)
    return layers


def release(place: Place) -> Release:
    """Return the release whose rules apply: the newest known instead of a newer one."""
    wanted = "a release from '1.0' on, such as '1.30', in quotes"
    text = place.text(wanted)
    if not text:
        return CURRENT
    try:
        found = Release.parse(text)
    except ValueError:
        found = None
    if found is None or found < OLDEST:
        place.want(wanted)
        return CURRENT
    return found.known


def newer_release(place: Place) -> str:
    """Return a warning if the release is newer than the newest known; else empty."""
    try:
        found = Release.parse(place.value)
    except (TypeError, ValueError):
        return ""
    return newer(found, place.path, place.value)


def features(place: Place, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the features that are not empty; the document's win over *environment*."""
    given = {name: _feature(at) for name, at in place.entries().items()}
    known = {**environment, **given}
    return MappingProxyType({name: value for name, value in known.items() if value})


def _feature(place: Place) -> str:
    if isinstance(place.value, bool):
        return "true" if place.value else "false"
    return place.text("a text or a boolean")
