"""Semantic versions as sprig reads them: with a leading v, and with missing parts."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from injector.formats import golang
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.types import BASIC, Type

_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_VERSION = re.compile(
    rf"v?([0-9]+)(?:\.([0-9]+)(?:\.([0-9]+))?)?(?:-({_IDENTIFIERS}))?"
    rf"(?:\+({_IDENTIFIERS}))?"
)
_MOST = (1 << 64) - 1


class Version(NamedTuple):
    """A version. ``original`` is its text."""

    major: int
    minor: int
    patch: int
    prerelease: str = ""
    metadata: str = ""
    original: str = ""

    def __str__(self) -> str:
        before = f"-{self.prerelease}" if self.prerelease else ""
        build = f"+{self.metadata}" if self.metadata else ""
        return f"{self.major}.{self.minor}.{self.patch}{before}{build}"

    @property
    def rank(self) -> tuple[Any, ...]:
        """Return the sort key of versions: a prerelease is less than its release."""
        identifiers = [
            (1, 0, each) if number is None else (0, number, "")
            for each in self.prerelease.split(".")
            for number in [golang.unsigned(each, _MOST)]
        ]
        return self.major, self.minor, self.patch, not self.prerelease, identifiers


def parse_version(text: str) -> Version:
    """Return the version that *text* is.

    Raises:
        FunctionError: the text is not a version.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise FunctionError("Invalid Semantic Version")
    numbers = [golang.unsigned(digits or "0", _MOST) for digits in match.group(1, 2, 3)]
    for digits, number in zip(match.group(1, 2, 3), numbers, strict=True):
        if number is None:
            problem = f'strconv.ParseUint: parsing "{digits}": value out of range'
            raise FunctionError(f"Error parsing version segment: {problem}")
    for each in (match[4] or "").split("."):
        if each.isdigit() and each[0] == "0" != each:
            raise FunctionError("Version segment starts with 0")
    major, minor, patch = numbers
    return Version(
        major=major or 0,
        minor=minor or 0,
        patch=patch or 0,
        prerelease=match[4] or "",
        metadata=match[5] or "",
        original=text,
    )


def _compare(one: Version, other: Version) -> int:
    return (one.rank > other.rank) - (one.rank < other.rank)


def _next(version: Version, part: str) -> Version:
    """Return the next version with a greater *part*."""
    # The next patch of a prerelease is its release.
    if part == "patch" and version.prerelease:
        later = version._replace(prerelease="", metadata="")
    else:
        at = ("major", "minor", "patch").index(part)
        parts = [version.major, version.minor, version.patch]
        parts = [*parts[:at], parts[at] + 1, *[0] * (2 - at)]
        later = Version(major=parts[0], minor=parts[1], patch=parts[2])
    prefix = "v" if version.original.startswith("v") else ""
    return later._replace(original=f"{prefix}{later}")


def _methods(names: Mapping[str, Type]) -> Mapping[str, Function]:
    def method(signature: str, call: Callable[..., Any]) -> Function:
        return function(
            signature, lambda receiver, *rest: call(receiver.value, *rest), names
        )

    def comparison(holds: Callable[[int], bool]) -> Function:
        return method(
            "func(*semver.Version) bool",
            lambda one, other: holds(_compare(one, other)),
        )

    def part(name: str, result: str) -> Function:
        return method(f"func() {result}", lambda version: getattr(version, name))

    def increased(name: str) -> Function:
        return method("func() semver.Version", lambda version: _next(version, name))

    return {
        "Compare": method("func(*semver.Version) int", _compare),
        "Equal": comparison(lambda order: order == 0),
        "GreaterThan": comparison(lambda order: order > 0),
        "GreaterThanEqual": comparison(lambda order: order >= 0),
        "IncMajor": increased("major"),
        "IncMinor": increased("minor"),
        "IncPatch": increased("patch"),
        "LessThan": comparison(lambda order: order < 0),
        "LessThanEqual": comparison(lambda order: order <= 0),
        "Major": part("major", "uint64"),
        "Metadata": part("metadata", "string"),
        "Minor": part("minor", "uint64"),
        "Original": part("original", "string"),
        "Patch": part("patch", "uint64"),
        "Prerelease": part("prerelease", "string"),
        "String": method("func() string", str),
    }


_METHODS: dict[str, Function] = {}
VERSION = Type(name="semver.Version", kind="struct", methods=_METHODS, text=str)
_NAMES = {**BASIC, "semver.Version": VERSION}
_METHODS.update(_methods(_NAMES))
VERSIONS: Mapping[str, Function] = {
    "semver": function("func(string) (*semver.Version, error)", parse_version, _NAMES),
}
