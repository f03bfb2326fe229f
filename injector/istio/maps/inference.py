"""Which release an Istio's templates are of, by what first stood in them when."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from injector.kubernetes import pods
from injector.releases.release import LAST_PATCH, NEWEST, OLDEST, Release, newer

# What the template, or the template `sidecar`, has from a release on up to another.
_TOKENS: Final[tuple[tuple[str, str, str], ...]] = (
    (".DeploymentMeta", "1.1", ""),
    ("rewriteAppHTTPProbe:", "1.1", "1.9"),
    ("structToJSON", "1.3", ""),
    (".TypeMeta", "1.3", ""),
    ("protoToJSON", "1.4", ""),
    ("PROXY_CONFIG", "1.6", ""),
    ("holdApplicationUntilProxyStarts", "1.7", ""),
    ("appendMultusNetwork", "1.8", ""),
    ('ENABLE_LEGACY_FSGROUP_INJECTION" "true"', "1.9", "1.15"),
    ('ENABLE_LEGACY_FSGROUP_INJECTION" "false"', "1.15", "1.19"),
    (".EstimatedConcurrency", "1.11", "1.18"),
    (".ProxyImage", "1.13", ""),
    ("excludeInterfaces", "1.15", ""),
    ("ENABLE_NATIVE_SIDECARS", "1.19", "1.27"),
    (".ProxyUID", "1.20", ""),
    (".InboundTrafficPolicyMode", "1.22", ""),
    ("sidecar.istio.io/nativeSidecar", "1.24", ""),
    (".NativeSidecars", "1.27", ""),
    ("omitNil", "1.28.6/1.29.1", ""),
    ("otelResourceAttributes", "1.30", ""),
    (".ProxyInitImage", "1.31", ""),
)
# What only gateways' templates have tells when it is there, and not when it is missing.
_TELLING: Final[tuple[tuple[str, str, str], ...]] = (("strdict", "1.18", ""),)
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
LABELS: Final = (
    "app.kubernetes.io/version",
    "operator.istio.io/version",
    "helm.sh/chart",
)
"""Labels by which Istio's installers note their own version on what they install."""

_VERSION: Final = re.compile(r"(?<![0-9.])1\.[0-9]{1,3}(?:\.[0-9]{1,3})?(?![0-9])")
_GENERATIONS: Final = {"[[": ("1.0", "1.2"), "{{": ("1.2", "1.9")}


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
    rows = _rows(template, templates, values)
    present = [row for row in _TOKENS if row[0] in sidecar]
    known = [row for row in _TELLING if row[0] in whole]
    first = rows[:1] == [("[[", *_GENERATIONS["[["])]
    # Where nothing tells anything, it tells nothing that something is missing.
    tells = first or bool(present)
    absent = [row for row in _TOKENS if tells and row[0] not in sidecar]
    allowed = _allowed([*rows, *present, *known], absent)
    if not allowed:
        # A mixture of releases: what is there counts, and not what is missing.
        absent = []
        allowed = _allowed([*rows, *present, *known], [])
    if not allowed:
        allowed = [_latest_start([*rows, *present, *known])]
    oldest, newest = allowed[0], allowed[-1]
    said = [*_said(values, labels)]
    exact = [
        each
        for each in said
        if each.release.patch != LAST_PATCH
        and _fits(min(each.release, NEWEST), [*rows, *present, *known], absent)
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
        return min(said.release, NEWEST)
    patches = [each.release for each in exact if each.is_like(said.release)]
    minors = [r for r in allowed if r[:2] == min(said.release, NEWEST)[:2]]
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


def _rows(
    template: str, templates: Mapping[str, str] | None, values: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Return what the form of the configuration says."""
    if templates is not None:
        return [("templates", "1.9", "")]
    if not template:
        return []
    if values or ("{{" in template and "[[" not in template):
        return [("{{", *_GENERATIONS["{{"])]
    return [("[[", *_GENERATIONS["[["])]


def _candidates() -> list[Release]:
    """Return every minor, and the patches around a token's first."""
    found = {Release(1, minor) for minor in range(OLDEST.minor, NEWEST.minor + 1)}
    for _, start, _ in _TOKENS:
        for first in map(Release.parse, start.split("/")):
            if first != Release(first.major, first.minor):
                found |= {first, first._replace(patch=first.patch - 1)}
    return sorted(found)


_CANDIDATES: Final = _candidates()


def _allowed(
    present: list[tuple[str, str, str]], absent: list[tuple[str, str, str]]
) -> list[Release]:
    return [release for release in _CANDIDATES if _fits(release, present, absent)]


def _fits(
    release: Release,
    present: list[tuple[str, str, str]],
    absent: list[tuple[str, str, str]],
) -> bool:
    """Tell whether *release* has what is there, and has not what is missing."""
    has = all(release.within(start, end) for _, start, end in present)
    return has and not any(release.within(start, end) for _, start, end in absent)


def _latest_start(rows: list[tuple[str, str, str]]) -> Release:
    """Return the first minor that has the newest of what is there."""
    return max(
        Release(first.major, first.minor)
        for _, start, _ in rows
        for first in [Release.parse(start.rpartition("/")[2])]
    )


def _minor(release: Release) -> str:
    return f"{release.major}.{release.minor}"
