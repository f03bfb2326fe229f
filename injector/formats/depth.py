"""The nesting depth of JSON, counted before the text is read.

Python's reader fails at a depth that depends on its version and on the call stack, and
later steps may fail at a smaller one.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

DEPTH: Final = 100
"""Nesting levels of JSON in a text such as an annotation."""

_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET: Final = re.compile(r"[][{}]")


def check(text: str, most: int = DEPTH) -> None:
    """Check that the JSON *text* nests at most *most* levels deep.

    Raises:
        ValueError: *text* nests deeper.
    """
    # There cannot be more levels than opening brackets.
    if _brackets(text) <= most:
        return
    depth = 0
    for bracket in _BRACKET.findall(_TEXT.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > most:
            raise ValueError(f"nests deeper than {most} levels")


def parts(text: str) -> int:
    """Return how many mappings and lists the JSON *text* has."""
    return _brackets(_TEXT.sub("", text))


def _brackets(text: str) -> int:
    return text.count("[") + text.count("{")


def loads(text: str, **hooks: Any) -> Any:
    """Return the value of the JSON *text*; *hooks* are those of ``json.loads``.

    Raises:
        ValueError: *text* is no JSON, nests deeper than `DEPTH`, or has a number that
            no float can hold.
        TypeError: *text* is no string.
    """
    if isinstance(text, str):
        check(text)
    return json.loads(text, **{**_NUMBERS, **hooks})


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is out of range")
    return number


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


_NUMBERS: Final[Mapping[str, Any]] = {
    "parse_constant": _refuse,
    "parse_float": _finite,
}
"""Hooks that refuse what only Python reads: NaN, Infinity, floats out of range."""
