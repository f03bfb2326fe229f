"""A release of Istio, and the facts that hold in it.

A fact has a name and steps: ``{"1.6": 2, "1.18": None}`` is None up to 1.5, then 2, and
None again from 1.18 on. A step names several patches if a change was backported:
``1.20.7/1.21.3/1.22.1`` holds in 1.20 from patch 7 on, in 1.21 from patch 3, in 1.22
from patch 1, and in every later minor.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

Steps = Mapping[str, Any]
"""The values of a fact by first release, in order."""

Facts = Mapping[Any, Steps]
"""Facts by name."""

LAST_PATCH = 9999
"""The patch of a release that is named without one: the last."""


class Release(NamedTuple):
    """A release of Istio, such as 1.20.8."""

    major: int
    minor: int
    patch: int = LAST_PATCH

    @classmethod
    def parse(cls, text: str) -> "Release":
        """Return the release that starts *text*: ``1.20`` (the last patch), ``1.20.8``.

        Raises:
            ValueError: the text does not begin with a release.
        """
        match = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?![\d.])", text)
        if match is None:
            raise ValueError(f"{text!r} is no release, want one such as '1.20'")
        major, minor, patch = match.groups()
        return cls(int(major), int(minor), LAST_PATCH if patch is None else int(patch))

    def reached(self, start: str) -> bool:
        """Tell whether this release is *start* or later; *start* may name backports."""
        starts = _starts(start)
        for first in starts:
            if self.minor == first.minor and self.major == first.major:
                # "1.20" as a start means all of 1.20, not its last patch.
                patch = MEASURED.get(self, self.patch)
                return first.patch == LAST_PATCH or patch >= first.patch
        return (self.major, self.minor) > max((s.major, s.minor) for s in starts)

    @property
    def known(self) -> "Release":
        """The release whose facts apply: the newest known instead of a newer one."""
        return min(self, NEWEST)

    def __str__(self) -> str:
        minor = f"{self.major}.{self.minor}"
        return minor if self.patch == LAST_PATCH else f"{minor}.{self.patch}"


@cache
def _starts(text: str) -> tuple[Release, ...]:
    return tuple(Release.parse(part) for part in text.split("/"))


MEASURED = {Release(1, 24): 3, Release(1, 28): 3}
"""Minors of which an earlier patch than the last was measured.

Such a minor, named without a patch, stands for the measured patch.
"""

OLDEST, NEWEST = Release(1, 0, 0), Release(1, 31)
"""The known releases; a newer one is taken as the newest."""

CURRENT = Release(1, 30)
"""The release whose rules apply to our own documents that name none."""


def newer(release: Release, path: str, text: str) -> str:
    """Return a warning if *release*, given at *path*, is newer than NEWEST; else ""."""
    if release <= NEWEST:
        return ""
    return (
        f"{path}: is {text!r}, which is newer than {NEWEST}, the newest release that "
        f"is known: taken as {NEWEST}"
    )


def value_in(steps: Steps, release: Release) -> Any:
    """Return the value of a fact in *release*: that of the last step it reached."""
    reached = [held for start, held in steps.items() if release.reached(start)]
    return reached[-1] if reached else None


def holding(facts: Facts, release: Release) -> dict[Any, Any]:
    """Return the facts that are not None in *release*, by name."""
    values = {name: value_in(steps, release) for name, steps in facts.items()}
    return {name: held for name, held in values.items() if held is not None}
