"""Constraints on versions: sprig's semverCompare.

========================  =========================================================
``>=1.2, <2`` ``>=1 <2``  all of them
``1.x || 3``              one of them
``1.2 - 3``               between the two, both included
``1.2`` ``1.2.x``         any patch: missing parts are not compared
``~1.2.3``                the same minor version, not before
``^1.2.3``                the same first number that is not 0, not before
========================  =========================================================

Prereleases are allowed only by constraints that name one.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from injector.templates.go.sprig.versions import Version, parse_version
from injector.templates.go.values.functions import Function, FunctionError, function

_OPERATOR = r"=[><]?|!=|>=?|<=?|~>?|\^"
_IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_WRITTEN = (
    r"v?(?:[0-9]+|[xX*])(?:\.(?:[0-9]+|[xX*])(?:\.(?:[0-9]+|[xX*]))?)?"
    rf"(?:-{_IDENTIFIERS})?(?:\+{_IDENTIFIERS})?"
)
_ONE = re.compile(
    rf"(?:(?P<operator>{_OPERATOR})\s*)?v?(?P<major>[0-9]+|[xX*])"
    r"(?:\.(?P<minor>[0-9]+|[xX*])(?:\.(?P<patch>[0-9]+|[xX*]))?)?"
    rf"(?P<rest>(?:-{_IDENTIFIERS})?(?:\+{_IDENTIFIERS})?)"
)
_CONSTRAINT = rf"(?:(?:{_OPERATOR})\s*)?{_WRITTEN}"
_ALL = re.compile(rf"\s*{_CONSTRAINT}(?:(?:\s*,\s*|\s+){_CONSTRAINT})*\s*")
_BETWEEN = re.compile(rf"\s*({_WRITTEN})\s+-\s+({_WRITTEN})\s*")
_LONGEST = 1024
_WILD = frozenset({"x", "X", "*", None})


class _Constraint(NamedTuple):
    """One operator and version; ``known`` counts its leading parts that are numbers.

    ``anything``: the version is a lone wildcard, read as 0.0.0.
    """

    operator: str
    version: Version
    known: int
    anything: bool

    def allows(self, version: Version) -> bool:
        """Return whether the constraint allows *version*."""
        unnamed = version.prerelease and not self.version.prerelease
        # Only != with a whole version allows any prerelease.
        if unnamed and not (self.operator == "!=" and self.whole):
            return False
        return _OPERATORS[self.operator](self, version)

    @property
    def whole(self) -> bool:
        """Return whether all three parts are given."""
        return self.known == len(_PARTS) and not self.anything


_PARTS = ("major", "minor", "patch")
_NO_PATCH = 2


def _parts(version: Version) -> tuple[int, int, int]:
    return version.major, version.minor, version.patch


def _order(constraint: _Constraint, version: Version, most: int = 3) -> int:
    """Return the order of *version* by the first *most* parts of the constraint."""
    mine = _parts(version)[: min(constraint.known, most)]
    theirs = _parts(constraint.version)[: min(constraint.known, most)]
    return (mine > theirs) - (mine < theirs)


def _equal(constraint: _Constraint, version: Version) -> bool:
    if constraint.whole:
        return version.rank == constraint.version.rank
    return _tilde(constraint, version)


def _unequal(constraint: _Constraint, version: Version) -> bool:
    if constraint.known == len(_PARTS):
        return version.rank != constraint.version.rank
    if _order(constraint, version):
        return True
    # Without a patch number the prereleases are compared, without a minor one not.
    given, named = version.prerelease, constraint.version.prerelease
    return constraint.known == _NO_PATCH and given != named


def _greater(constraint: _Constraint, version: Version) -> bool:
    if constraint.known == len(_PARTS):
        return version.rank > constraint.version.rank
    return _order(constraint, version) > 0


def _less(constraint: _Constraint, version: Version) -> bool:
    return version.rank < constraint.version.rank


def _at_least(constraint: _Constraint, version: Version) -> bool:
    return version.rank >= constraint.version.rank


def _at_most(constraint: _Constraint, version: Version) -> bool:
    if constraint.whole:
        return version.rank <= constraint.version.rank
    return _order(constraint, version, _NO_PATCH) <= 0


def _tilde(constraint: _Constraint, version: Version) -> bool:
    if version.rank < constraint.version.rank:
        return False
    # 0.0.0 with all its parts allows every version.
    if constraint.known == len(_PARTS) and not any(_parts(constraint.version)):
        return True
    known = min(constraint.known, _NO_PATCH)
    return _parts(version)[:known] == _parts(constraint.version)[:known]


def _caret(constraint: _Constraint, version: Version) -> bool:
    if version.rank < constraint.version.rank:
        return False
    wanted = _parts(constraint.version)[: constraint.known]
    significant = next((at for at, part in enumerate(wanted) if part), len(wanted) - 1)
    return _parts(version)[: significant + 1] == wanted[: significant + 1]


_OPERATORS: Mapping[str, Callable[[_Constraint, Version], bool]] = {
    "": _equal,
    "=": _equal,
    "!=": _unequal,
    ">": _greater,
    "<": _less,
    ">=": _at_least,
    "=>": _at_least,
    "<=": _at_most,
    "=<": _at_most,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}


def _parsed(text: str) -> list[_Constraint]:
    """Return the constraints in *text*, all of which must hold."""
    text = _BETWEEN.sub(r">= \1, <= \2 ", text)
    if not _ALL.fullmatch(text):
        raise FunctionError(f"improper constraint: {text}")
    return [_constraint(each) for each in _ONE.finditer(text)]


def _constraint(match: re.Match[str]) -> _Constraint:
    numbers = match.group("major", "minor", "patch")
    known = next((at for at, part in enumerate(numbers) if part in _WILD), len(_PARTS))
    digits = [part if at < known else "0" for at, part in enumerate(numbers)]
    try:
        version = parse_version(".".join(map(str, digits)) + match["rest"])
    except FunctionError:
        raise FunctionError("constraint Parser Error") from None
    return _Constraint(
        operator=match["operator"] or "",
        version=version,
        known=known or len(_PARTS),
        anything=not known,
    )


def _compare(constraint: str, text: str) -> bool:
    """Return whether the constraint allows the version; | and spaces separate parts."""
    if len(constraint) > _LONGEST:
        raise FunctionError(f"the constraint is longer than {_LONGEST} characters")
    groups = [_parsed(part) for part in constraint.split("||")]
    version = parse_version(text)
    return any(all(each.allows(version) for each in group) for group in groups)


CONSTRAINTS: Mapping[str, Function] = {
    "semverCompare": function("func(string, string) (bool, error)", _compare),
}
