"""A release of Istio, and which facts hold in one.

A fact has a name and steps: ``{"1.6": 2, "1.18": None}`` is nothing up to 1.5, then 2,
and from 1.18 on nothing again. A step names several patches where a change was ported
back: ``1.20.7/1.21.3/1.22.1`` holds for 1.20 from its patch 7 on, for 1.21 from patch
3, for 1.22 from patch 1, and for every later minor.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

Steps = Mapping[str, Any]
"""The values of a fact, each by the release from which on it holds; in order."""

Facts = Mapping[Any, Steps]
"""Facts by name."""

LAST_PATCH = 9999
"""The patch of a release that is named by its minor alone: its last."""


class Release(NamedTuple):
    """A release of Istio, such as 1.20.8."""

    major: int
    minor: int
    patch: int = LAST_PATCH

    @classmethod
    def parse(cls, text: str) -> "Release":
        """Read ``1.20`` (its last patch) or ``1.20.8``; what follows is ignored.

        Raises:
            ValueError: the text does not begin with a release.

        """
        match = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?![\d.])", text)
        if match is None:
            raise ValueError(f"{text!r} is no release, want one such as '1.20'")
        major, minor, patch = match.groups()
        return cls(int(major), int(minor), LAST_PATCH if patch is None else int(patch))

    def reached(self, start: str) -> bool:
        """Tell whether this release has what began with *start*."""
        starts = _starts(start)
        for first in starts:
            if self.minor == first.minor and self.major == first.major:
                # "1.20" as a start means all of 1.20, not its last patch.
                patch = MEASURED.get(self, self.patch)
                return first.patch == LAST_PATCH or patch >= first.patch
        return (self.major, self.minor) > max((s.major, s.minor) for s in starts)

    @property
    def known(self) -> "Release":
        """The release whose facts are taken: the newest known for a newer one."""
        return min(self, NEWEST)

    def __str__(self) -> str:
        minor = f"{self.major}.{self.minor}"
        return minor if self.patch == LAST_PATCH else f"{minor}.{self.patch}"


@cache
def _starts(text: str) -> tuple[Release, ...]:
    return tuple(Release.parse(part) for part in text.split("/"))


MEASURED = {Release(1, 24): 3, Release(1, 28): 3}
"""Minors of which an earlier patch than the last was measured.

One that is named alone stands for that patch, and not for what came later.
"""

OLDEST, NEWEST = Release(1, 0, 0), Release(1, 31)
"""The releases that are known; what is newer is taken as the newest."""

CURRENT = Release(1, 30)
"""What our own YAML follows unless it names another release."""


def newer(release: Release, path: str, said: str) -> str:
    """Return a warning that *release*, said at *path*, is newer than those known.

    It is empty for one that is not.
    """
    if release <= NEWEST:
        return ""
    return (
        f"{path}: is {said!r}, which is newer than {NEWEST}, the newest release that "
        f"is known: taken as {NEWEST}"
    )


def value_in(steps: Steps, release: Release) -> Any:
    """Return what holds in *release*: the value of the last step that it reached."""
    reached = [held for start, held in steps.items() if release.reached(start)]
    return reached[-1] if reached else None


def holding(facts: Facts, release: Release) -> dict[Any, Any]:
    """Return all that holds in *release*, by name: what has a value then."""
    values = {name: value_in(steps, release) for name, steps in facts.items()}
    return {name: held for name, held in values.items() if held is not None}
