"""Inference of the release of Istio's templates from the texts in them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from injector.kubernetes import pods
from injector.releases.release import (
    LAST_PATCH,
    NEWEST,
    OLDEST,
    Facts,
    Release,
    Steps,
    newer,
    value_in,
)
from injector.releases.tokens import ELSEWHERE, FORMS, TOKENS

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
LABELS: Final = (
    "app.kubernetes.io/version",
    "operator.istio.io/version",
    "helm.sh/chart",
)
"""Labels in which Istio's installers note their version."""

_VERSION: Final = re.compile(r"(?<![0-9.])1\.[0-9]{1,3}(?:\.[0-9]{1,3})?(?![0-9])")


class Inference(NamedTuple):
    """The inferred release of a configuration, and the reason."""

    release: Release
    oldest: Release
    """The oldest release that the templates allow."""
    newest: Release
    reason: str
    newer: str = ""
    """A warning if the tag or label names a release newer than the newest known."""

    def __str__(self) -> str:
        allowed = f"{_minor(self.oldest)} to {_minor(self.newest)}"
        if (self.oldest.minor, self.oldest.major) == (
            self.newest.minor,
            self.newest.major,
        ):
            allowed = _minor(self.oldest)
        return f"its text allows {allowed}; {self.reason}"


class Named(NamedTuple):
    """A release that the tag or a label names."""

    release: Release
    place: str
    value: str

    def is_like(self, release: Release) -> bool:
        """Tell whether *release* is of the same minor."""
        return self.release[:2] == release[:2]


def infer(
    template: str,
    templates: Mapping[str, str] | None,
    values: Mapping[str, Any],
    labels: Mapping[str, Any] = _NONE,
) -> Inference:
    """Return the release of a configuration.

    Args:
        template: the one template of old releases.
        templates: the templates of newer ones; None if there is no such key.
        values: the operator's; their tag chooses among the releases that texts allow.
        labels: the ConfigMap's; they choose if the tag names no release.
    """
    present, absent = _evidence(template, templates, values)
    allowed = _allowed(present, absent)
    if not allowed:
        # A mixture of releases: only present texts count.
        absent = []
        allowed = _allowed(present, absent)
    if not allowed:
        allowed = [_latest_start(present)]
    oldest, newest = allowed[0], allowed[-1]
    named = [*_named(values, labels)]
    exact = [
        each
        for each in named
        if each.release.patch != LAST_PATCH
        and _fits(each.release.known, present, absent)
    ]
    for each in named:
        release = _chosen(each, exact, allowed)
        if release is not None:
            warning = newer(each.release, each.place, each.value)
            reason = f"{each.place} says so"
            return Inference(release, oldest, newest, reason, warning)
    return Inference(newest, oldest, newest, "the newest of them")


def _evidence(
    template: str, templates: Mapping[str, str] | None, values: Mapping[str, Any]
) -> tuple[list[Steps], list[Steps]]:
    """Return the releases of each text that is present, and of each that is absent."""
    sidecar = template if templates is None else templates.get("sidecar", "")
    whole = "\n".join([template] if templates is None else templates.values())
    form = _form(template, templates, values)
    tokens = [*_found(TOKENS, sidecar)]
    # A template without any of the texts may be the operator's own: nothing is absent.
    is_istios = bool(tokens) or form == [FORMS["[["]]
    absent = [at for text, at in TOKENS.items() if is_istios and text not in sidecar]
    return [*form, *tokens, *_found(ELSEWHERE, whole)], absent


def _chosen(
    named: Named, exact: Sequence[Named], allowed: Sequence[Release]
) -> Release | None:
    """Return the release that *named* chooses; None if it is not *allowed*.

    A minor alone means the patch of that minor in *exact*, else the last allowed one.
    """
    if named in exact:
        return named.release.known
    patches = [each.release for each in exact if each.is_like(named.release)]
    minors = [r for r in allowed if r[:2] == named.release.known[:2]]
    return next(iter([*patches, *reversed(minors)]), None)


def _named(values: Mapping[str, Any], labels: Mapping[str, Any]) -> Iterator[Named]:
    """Yield the releases that the tag and the labels name, in this order."""
    tag = pods.mapping(values.get("global")).get("tag")
    if isinstance(tag, float):
        tag = str(tag)
        # YAML reads 1.30 as the number 1.3.
        if Release.parse(f"{tag}0") <= NEWEST:
            yield from _read("values.global.tag", f"{tag}0")
    if isinstance(tag, str):
        yield from _read("values.global.tag", tag)
    for name in LABELS:
        text = labels.get(name)
        if isinstance(text, str):
            yield from _read(f"the ConfigMap's label {name}", text)


def _read(place: str, text: str) -> Iterator[Named]:
    """Yield the first release in *text*, if there is one."""
    match = _VERSION.search(text)
    if match is not None:
        yield Named(Release.parse(match[0]), place, match[0])


def _form(
    template: str, templates: Mapping[str, str] | None, values: Mapping[str, Any]
) -> list[Steps]:
    """Return the releases of the configuration's form; empty without a template."""
    if templates is not None:
        return [FORMS["templates"]]
    if not template:
        return []
    if values or ("{{" in template and "[[" not in template):
        return [FORMS["{{"]]
    return [FORMS["[["]]


def _found(tokens: Facts, text: str) -> Iterator[Steps]:
    """Return the releases of each of *tokens* in *text*."""
    return (steps for token, steps in tokens.items() if token in text)


def _candidates() -> list[Release]:
    """Return every minor, and the first patch with a token and the one before it."""
    found = {Release(1, minor) for minor in range(OLDEST.minor, NEWEST.minor + 1)}
    starts = "/".join(start for steps in TOKENS.values() for start in steps)
    for first in map(Release.parse, starts.split("/")):
        if first.patch != LAST_PATCH:
            found |= {first, first._replace(patch=first.patch - 1)}
    return sorted(found)


_CANDIDATES: Final = _candidates()


def _allowed(present: Sequence[Steps], absent: Sequence[Steps]) -> list[Release]:
    return [release for release in _CANDIDATES if _fits(release, present, absent)]


def _fits(release: Release, present: Sequence[Steps], absent: Sequence[Steps]) -> bool:
    """Tell whether *release* has all of *present* and none of *absent*."""
    has = all(value_in(steps, release) for steps in present)
    return has and not any(value_in(steps, release) for steps in absent)


def _latest_start(present: Sequence[Steps]) -> Release:
    """Return the first minor with the newest of *present*."""
    return max(
        Release(first.major, first.minor)
        for steps in present
        for first in [Release.parse(next(iter(steps)).rpartition("/")[2])]
    )


def _minor(release: Release) -> str:
    return f"{release.major}.{release.minor}"
