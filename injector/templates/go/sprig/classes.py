"""The classes of characters in Go's regular expressions."""

import sys
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

Ranges = tuple[tuple[int, int], ...]
LAST = sys.maxunicode


def of(*pairs: str) -> Ranges:
    """Return the ranges of *pairs* like ``az``; a single character is itself."""
    return tuple((ord(pair[0]), ord(pair[-1])) for pair in pairs)


def union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return *ranges* in order, without overlaps."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return tuple(merged)


def without(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return all characters but those in *ranges*."""
    rest, start = [], 0
    for low, high in union(ranges):
        if start < low:
            rest.append((start, low - 1))
        start = high + 1
    return (*rest, (start, LAST)) if start <= LAST else tuple(rest)


def pattern(ranges: Ranges, *, negative: bool = False) -> str:
    """Return Python's pattern for one of the characters, if *negative* for another."""
    if not ranges:
        return "(?!)"
    body = "".join(
        rf"\U{low:08x}" if low == high else rf"\U{low:08x}-\U{high:08x}"
        for low, high in ranges
    )
    return f"[^{body}]" if negative else f"[{body}]"


def category(name: str) -> Ranges | None:
    """Return the characters of a Unicode category; None for an unknown name."""
    if name == "Any":
        return ((0, LAST),)
    # Unknown names are not cached: templates may use any number of them.
    known = name and any(each.startswith(name) for each in _CATEGORIES)
    return _characters(name) if known else None


@cache
def _characters(name: str) -> Ranges:
    wanted = {each for each in _CATEGORIES if each.startswith(name)}
    codes = range(LAST + 1)
    found = (code for code in codes if unicodedata.category(chr(code)) in wanted)
    return union((code, code) for code in found)


_CATEGORIES = frozenset(
    f"{first}{second}"
    for first, seconds in {
        "C": "cfos",
        "L": "lmotu",
        "M": "cen",
        "N": "dlo",
        "P": "cdefios",
        "S": "ckmo",
        "Z": "lps",
    }.items()
    for second in seconds
)
_WORD = of("09", "AZ", "__", "az")
PERL: Final[Mapping[str, Ranges]] = MappingProxyType(
    {
        letter: ranges
        for lower, members in {
            "d": of("09"),
            "s": of("\t\n", "\f\r", " "),
            "w": _WORD,
        }.items()
        for letter, ranges in (
            (lower, union(members)),
            (lower.upper(), without(members)),
        )
    }
)
"""The classes that are written with a backslash."""

POSIX: Final[Mapping[str, Ranges]] = MappingProxyType(
    {
        "alnum": of("09", "AZ", "az"),
        "alpha": of("AZ", "az"),
        "ascii": of("\x00\x7f"),
        "blank": of("\t", " "),
        "cntrl": of("\x00\x1f", "\x7f"),
        "digit": of("09"),
        "graph": of("!~"),
        "lower": of("az"),
        "print": of(" ~"),
        "punct": of("!/", ":@", "[`", "{~"),
        "space": of("\t\r", " "),
        "upper": of("AZ"),
        "word": _WORD,
        "xdigit": of("09", "AF", "af"),
    }
)
"""The classes that are written between ``[:`` and ``:]``."""
