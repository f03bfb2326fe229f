"""Which release of Istio does what: one table, consulted by release.

Facts only. A row lists the values of a rule with the first release of each; a release
takes the last value whose start it has reached. A start names several patches where a
change was ported back: ``1.20.7/1.21.3/1.22.1`` holds for 1.20 from its patch 7 on, for
1.21 from patch 3, for 1.22 from patch 1, and for every later minor.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LAST_PATCH = 9999
"""The patch of a release that is named by its minor alone: its last."""


@dataclass(frozen=True, slots=True, order=True)
class Release:
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
        starts = [Release.parse(part) for part in start.split("/")]
        for first in starts:
            if self.minor == first.minor and self.major == first.major:
                # "1.20" as a start means all of 1.20, not its last patch.
                return first.patch == LAST_PATCH or self.patch >= first.patch
        return (self.major, self.minor) > max((s.major, s.minor) for s in starts)

    def __str__(self) -> str:
        minor = f"{self.major}.{self.minor}"
        return minor if self.patch == LAST_PATCH else f"{minor}.{self.patch}"


CURRENT = Release(1, 30)
"""What our own YAML follows unless it names another release."""

HISTORY: dict[str, tuple[tuple[str, Any], ...]] = {
    # Decision
    "ignored_namespaces": (
        ("1.0", ("kube-system", "kube-public")),
        (
            "1.9",
            ("kube-system", "kube-public", "kube-node-lease", "local-path-storage"),
        ),
    ),
    "fills_namespace": (("1.0", False), ("1.1", True)),
    "inject_label": (("1.0", False), ("1.12", True)),
    "inject_words": (("1.0", "y yes true on"), ("1.27", "true false")),
    "selectors": (("1.0", False), ("1.1", True)),
}


@lru_cache(maxsize=512)
def rule(release: Release, name: str) -> Any:
    """Return the value of the rule *name* in *release*."""
    value = None
    for start, since in HISTORY[name]:
        if release.reached(start):
            value = since
    return value
