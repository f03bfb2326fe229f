"""What the pages say of releases is what the facts say."""

import re
from collections.abc import Callable

import pytest
from folders import ROOT

from injector.releases.history import rule
from injector.releases.pod_fields import lacking
from injector.releases.release import (
    CURRENT,
    LAST_PATCH,
    MEASURED,
    NEWEST,
    OLDEST,
    Release,
)

ISTIO = (ROOT / "docs" / "istio.md").read_text(encoding="utf-8")
NEXT = (ROOT / "docs" / "releases.md").read_text(encoding="utf-8")
PARITY = (ROOT / "docs" / "parity.md").read_text(encoding="utf-8")
PATCHES = [*range(20), LAST_PATCH]
EVERY = [
    Release(1, minor, patch)
    for minor in range(OLDEST.minor, NEWEST.minor + 1)
    for patch in PATCHES
]


def words(text: str) -> str:
    """Return *text* with spaces in place of line breaks."""
    return " ".join(text.split())


def span(has: Callable[[Release], bool]) -> str:
    """Return the releases from the first to the last that *has* it, as pages do."""
    found = [release for release in EVERY if has(release)]
    first, last = found[0], found[-1]
    begin = f"1.{first.minor}" if first.patch == 0 else str(first)
    return begin if (first.minor, LAST_PATCH) == last[1:] else f"{begin} to {last}"


def own(release: Release) -> bool:
    """Tell whether kube-inject was a program of its own."""
    return not rule(release, "kube_inject_is_webhook")


KUBE_INJECT: list[tuple[str, Callable[[Release], bool]]] = [
    ("leaves a pod alone that has a container", lambda r: skips(r) == "sidecar"),
    ("leaves a pod alone that has a status", lambda r: skips(r) == "status"),
    ("asks neither the pod's word nor", own),
    ("merges no metrics", lambda r: not rule(r, "kube_inject_merges_metrics")),
    ("replaces `dnsConfig`", lambda r: own(r) and rule(r, "rendered_dns_config")),
    ("adds no pull secrets", lambda r: not rule(r, "kube_inject_pull_secrets")),
    (
        "adds the template's `podRedirectAnnot`",
        lambda r: rule(r, "renders_redirection"),
    ),
    ("replaces the label", lambda r: own(r) and rule(r, "revision_label")),
    ("fills in no defaults", lambda r: rule(r, "fills_api_defaults")),
]


def skips(release: Release) -> str | None:
    """Return by what kube-inject knows a pod that it leaves alone."""
    return rule(release, "kube_inject_skips")  # type: ignore[no-any-return]


@pytest.mark.parametrize(("what", "has"), KUBE_INJECT)
def test_the_page_says_which_releases_kube_inject_differs_in(
    what: str, has: Callable[[Release], bool]
) -> None:
    rows = re.findall(r"^\| (1\.[^|]*) \| (.*) \|$", ISTIO, re.MULTILINE)

    said = [releases for releases, text in rows if text.startswith(what)]

    assert len(rows) == len(KUBE_INJECT)
    assert [releases.replace(", ", " to ") for releases in said] == [span(has)]


def test_the_page_says_which_releases_are_known() -> None:
    page = words(ISTIO)

    assert f"of any release from {OLDEST.major}.{OLDEST.minor} on" in page
    assert f"newer than {NEWEST} is taken as {NEWEST}" in page
    measured = [
        f"{release} for {release}.{patch}" for release, patch in MEASURED.items()
    ]
    assert f"its last patch, but {' and '.join(measured)}." in page
    auto = span(lambda release: rule(release, "native_sidecars_default") == "auto")
    assert f"is `auto` (the default since {auto.split(' ', maxsplit=1)[0]})" in page


def test_the_page_of_parity_counts_known_releases_and_what_comes_next() -> None:
    counted = re.findall(
        r"^\| (\d+\.\d+)(\.\d+)?( \(master\))? \|", PARITY, re.MULTILINE
    )

    newer = [found for found in counted if Release.parse(found[0]) > NEWEST]

    assert len(counted) == 8
    assert newer == [("1.32", "", " (master)")]


def test_the_page_of_parity_says_what_releases_lack() -> None:
    assert "a `grpc` probe in 1.10" in words(PARITY)
    assert ("Probe", "grpc") in lacking(Release(1, 10))
    assert "a volume of kind `image` in 1.20" in words(PARITY)
    assert ("Volume", "image") in lacking(Release(1, 20))
    assert f"what a release lacks, and {CURRENT} lacks nothing" in words(PARITY)
    assert not lacking(CURRENT)


def test_the_page_of_new_releases_names_every_module_of_facts() -> None:
    named = re.findall(r"^\| `(\w+)` \|", NEXT, re.MULTILINE)

    modules = {path.stem for path in (ROOT / "injector" / "releases").glob("*.py")}

    assert sorted(named) == sorted(modules - {"__init__", "release"})


def test_the_page_of_new_releases_names_files_and_the_newest_release() -> None:
    texts = re.findall(r"`((?:injector|istio|tests|tools)/[\w./]+)`", NEXT)

    gone = [
        text
        for text in texts
        if not (ROOT / text).exists() and not (ROOT / "injector" / text).exists()
    ]

    assert gone == []
    assert f"(`NEWEST` in `release.py`, {NEWEST})" in words(NEXT)
