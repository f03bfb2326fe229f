"""One table says which release does what."""

import pytest

from injector.releases.history import rule
from injector.releases.release import (
    CURRENT,
    LAST_PATCH,
    Facts,
    Release,
    holding,
    value_in,
)


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("1.20", Release(1, 20)),
        ("1.20.8", Release(1, 20, 8)),
        ("v1.20.8", Release(1, 20, 8)),
        ("1.30.0-rc.1", Release(1, 30, 0)),
        ("1.20-distroless", Release(1, 20)),
        ("1.9", Release(1, 9, LAST_PATCH)),
    ],
)
def test_a_text_that_begins_with_a_release_is_that_release(
    text: str, release: Release
) -> None:
    assert Release.parse(text) == release


@pytest.mark.parametrize("text", ["", "latest", "1", "1.x", "1.2.3.4", "x1.2", "1.20."])
def test_any_other_text_is_no_release(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no release, want one such as '1\.20'"):
        Release.parse(text)


def test_a_release_prints_as_people_name_it() -> None:
    assert str(Release(1, 20)) == "1.20"
    assert str(Release(1, 20, 0)) == "1.20.0"


@pytest.mark.parametrize(
    ("release", "reached"),
    [
        ("1.19", False),
        ("1.20.6", False),
        ("1.20.7", True),
        ("1.20", True),
        ("1.21.2", False),
        ("1.21.3", True),
        ("1.22.0", False),
        ("1.22.1", True),
        ("1.23.0", True),
        ("2.0", True),
        ("0.20.9", False),
    ],
)
def test_what_was_ported_back_begins_in_several_releases(
    release: str, *, reached: bool
) -> None:
    assert Release.parse(release).reached("1.20.7/1.21.3/1.22.1") is reached


@pytest.mark.parametrize(
    ("release", "reached"),
    [("1.24.3", False), ("1.24.4", True), ("1.24", False), ("1.23", True)],
)
def test_a_minor_alone_stands_for_the_patch_that_was_measured(
    release: str, *, reached: bool
) -> None:
    assert Release.parse(release).reached("1.23.6/1.24.4/1.25.1") is reached


def test_a_minor_as_a_start_means_all_of_its_patches() -> None:
    assert Release.parse("1.20.0").reached("1.20")
    assert not Release.parse("1.19.9").reached("1.20")


def test_the_value_of_the_last_step_that_a_release_has_reached_counts() -> None:
    steps = {"1.2": "b", "1.4": None, "1.6": "c"}

    values = [value_in(steps, Release(1, minor)) for minor in range(1, 8)]

    assert values == [None, "b", "b", None, None, "c", "c"]


def test_only_what_has_a_value_holds() -> None:
    facts: Facts = {
        "a": {"1.5": 0, "1.25": None},
        "b": {"1.6": False},
        "c": {"1.99": 1},
    }

    held = [holding(facts, Release.parse(each)) for each in ("1.5.0", "1.6", "1.25.0")]

    assert held == [{"a": 0}, {"a": 0, "b": False}, {"b": False}]


def test_our_own_configuration_follows_the_current_release() -> None:
    assert rule(CURRENT, "merge") == "strategic"
    assert rule(CURRENT, "proxy_config_merge") == "json"


@pytest.mark.parametrize(
    ("release", "ids"),
    [
        ("1.19", "kept"),
        ("1.20.1", "dropped"),
        ("1.21.0", "dropped"),
        ("1.22.1", "adopted"),
    ],
)
def test_a_rule_is_asked_by_release(release: str, ids: str) -> None:
    assert rule(Release.parse(release), "user_ids") == ids


@pytest.mark.parametrize(
    ("release", "sources"),
    [
        ("1.6", ()),
        ("1.7", ("values",)),
        ("1.8.6", ("values", "mesh")),
        ("1.9.0", ("values",)),
        ("1.9.1", ("values", "mesh")),
        ("1.10.0", ("values", "mesh")),
    ],
)
def test_a_release_may_forget_what_the_one_before_knew(
    release: str, sources: tuple[str, ...]
) -> None:
    assert rule(Release.parse(release), "hold_from") == sources
