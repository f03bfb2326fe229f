"""How deep JSON nests, which is counted before it is read.

Python's own reader gives up at a depth that depends on its version and on the calls
that led to it, and what it has read may be too deep for what comes after.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

DEPTH: Final = 100
"""How deep the JSON in a text may nest, such as that of an annotation."""

_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET: Final = re.compile(r"[][{}]")


def check(text: str, most: int = DEPTH) -> None:
    """Return if the JSON *text* nests no deeper than *most* levels.

    Raises:
        ValueError: it nests deeper.
    """
    # So many levels there are at most.
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
    """Return what the JSON *text* says; *hooks* are those of ``json.loads``.

    Raises:
        ValueError: it is no JSON, nests deeper than `DEPTH`, or has a number that no
            float can hold.
        TypeError: it is no text.
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
"""What Python reads and nobody else: NaN and Infinity."""
