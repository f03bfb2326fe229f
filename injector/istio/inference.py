"""Which release an Istio's templates are of, by what first stood in them when."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from injector import pods
from injector.releases import NEWEST, OLDEST, Release, newer

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


def infer(
    template: str, templates: Mapping[str, str] | None, values: Mapping[str, Any]
) -> Inference:
    """Return the release of a configuration.

    Args:
        template: the one template of old releases.
        templates: the templates of newer ones; None if there is no such key.
        values: the operator's, whose tag decides between what the text allows.
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
    tag = _tag(values)
    oldest, newest = allowed[0], allowed[-1]
    named = tag and _named(tag, allowed, [*rows, *present, *known], absent)
    if tag is not None and named is not None:
        return Inference(
            release=named,
            oldest=oldest,
            newest=newest,
            reason="values.global.tag says so",
            newer=newer(tag, "values.global.tag", str(tag)),
        )
    return Inference(
        release=newest, oldest=oldest, newest=newest, reason="the newest of them"
    )


def _named(
    tag: Release,
    allowed: list[Release],
    present: list[tuple[str, str, str]],
    absent: list[tuple[str, str, str]],
) -> Release | None:
    """Return the release of a *tag*, if the text allows it.

    A tag may name a minor alone, of which the text allows other patches.
    """
    release = min(tag, NEWEST)
    if _fits(release, present, absent):
        return release
    minor = [one for one in allowed if Release(one.major, one.minor) == tag]
    return minor[-1] if minor else None


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
    if not OLDEST <= release <= NEWEST:
        return False
    has = all(release.within(start, end) for _, start, end in present)
    return has and not any(release.within(start, end) for _, start, end in absent)


def _latest_start(rows: list[tuple[str, str, str]]) -> Release:
    """Return the first minor that has the newest of what is there."""
    return max(
        Release(first.major, first.minor)
        for _, start, _ in rows
        for first in [Release.parse(start.rpartition("/")[2])]
    )


def _tag(values: Mapping[str, Any]) -> Release | None:
    tag = pods.mapping(values.get("global")).get("tag")
    try:
        return Release.parse(tag) if isinstance(tag, str) else None
    except ValueError:
        return None


def _minor(release: Release) -> str:
    return f"{release.major}.{release.minor}"
