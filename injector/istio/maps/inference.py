"""Which release an Istio's templates are of, by what first stood in them when."""

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
"""Labels by which Istio's installers note their own version on what they install."""

_VERSION: Final = re.compile(r"(?<![0-9.])1\.[0-9]{1,3}(?:\.[0-9]{1,3})?(?![0-9])")


class Inference(NamedTuple):
    """The release that a configuration was found to be of, and why."""

    release: Release
    oldest: Release
    """The oldest release that the text allows."""
    newest: Release
    reason: str
    newer: str = ""
    """A warning, where the tag is of a release that is newer than those known."""

    def __str__(self) -> str:
        allowed = f"{_minor(self.oldest)} to {_minor(self.newest)}"
        if (self.oldest.minor, self.oldest.major) == (
            self.newest.minor,
            self.newest.major,
        ):
            allowed = _minor(self.oldest)
        return f"its text allows {allowed}; {self.reason}"


class Said(NamedTuple):
    """A release that is named beside the templates, and where."""

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
        values: the operator's, whose tag decides between what the text allows.
        labels: the ConfigMap's, which decide where the tag names no release.
    """
    sidecar = template if templates is None else templates.get("sidecar", "")
    whole = "\n".join([template] if templates is None else templates.values())
    form = _form(template, templates, values)
    tokens = [*_found(TOKENS, sidecar)]
    present = [*form, *tokens, *_found(ELSEWHERE, whole)]
    # Where nothing tells anything, it tells nothing that something is missing.
    tells = bool(tokens) or form == [FORMS["[["]]
    absent = [steps for text, steps in TOKENS.items() if tells and text not in sidecar]
    allowed = _allowed(present, absent)
    if not allowed:
        # A mixture of releases: what is there counts, and not what is missing.
        absent = []
        allowed = _allowed(present, absent)
    if not allowed:
        allowed = [_latest_start(present)]
    oldest, newest = allowed[0], allowed[-1]
    said = [*_said(values, labels)]
    exact = [
        each
        for each in said
        if each.release.patch != LAST_PATCH
        and _fits(each.release.known, present, absent)
    ]
    for each in said:
        release = _decided(each, exact, allowed)
        if release is not None:
            return Inference(
                release=release,
                oldest=oldest,
                newest=newest,
                reason=f"{each.place} says so",
                newer=newer(each.release, each.place, each.value),
            )
    return Inference(
        release=newest, oldest=oldest, newest=newest, reason="the newest of them"
    )


def _decided(
    said: Said, exact: Sequence[Said], allowed: Sequence[Release]
) -> Release | None:
    """Return what *said* decides; None where it is none of the *allowed* releases.

    A minor alone is the patch that is said of it elsewhere, else its last allowed one.
    """
    if said in exact:
        return said.release.known
    patches = [each.release for each in exact if each.is_like(said.release)]
    minors = [r for r in allowed if r[:2] == said.release.known[:2]]
    return next(iter([*patches, *reversed(minors)]), None)


def _said(values: Mapping[str, Any], labels: Mapping[str, Any]) -> Iterator[Said]:
    """Yield the releases that are named, the operator's own tag first."""
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


def _read(place: str, text: str) -> Iterator[Said]:
    """Yield the release in *text*, which may have words before and after it."""
    match = _VERSION.search(text)
    if match is not None:
        yield Said(Release.parse(match[0]), place, match[0])


def _form(
    template: str, templates: Mapping[str, str] | None, values: Mapping[str, Any]
) -> list[Steps]:
    """Return the releases of the form that the configuration has, if it tells any."""
    if templates is not None:
        return [FORMS["templates"]]
    if not template:
        return []
    if values or ("{{" in template and "[[" not in template):
        return [FORMS["{{"]]
    return [FORMS["[["]]


def _found(tokens: Facts, text: str) -> Iterator[Steps]:
    """Yield the releases of each of *tokens* that stands in *text*."""
    return (steps for token, steps in tokens.items() if token in text)


def _candidates() -> list[Release]:
    """Return every minor, and the patches around a token's first."""
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
    """Tell whether *release* has what is there, and has not what is missing."""
    has = all(value_in(steps, release) for steps in present)
    return has and not any(value_in(steps, release) for steps in absent)


def _latest_start(present: Sequence[Steps]) -> Release:
    """Return the first minor that has the newest of what is there."""
    return max(
        Release(first.major, first.minor)
        for steps in present
        for first in [Release.parse(next(iter(steps)).rpartition("/")[2])]
    )


def _minor(release: Release) -> str:
    return f"{release.major}.{release.minor}"
