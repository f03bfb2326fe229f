"""What a plain YAML scalar means to Kubernetes: YAML 1.1, a little simplified.

``yes``, ``no``, ``on``, ``off``, ``y`` and ``n`` are booleans, ``1e3`` and ``0x1F`` are
numbers; dates, ``1:30`` and ``=`` are strings. Infinity and not-a-number are none of
JSON's values and refused.
"""

import math
import re

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(
        ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True
    ),
    **dict.fromkeys(
        ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"),
        False,
    ),
}
_NUMERIC = frozenset("0123456789+-.")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)"
    r"|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
_BASES = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_EXACT = 1e15
_LONGEST = 80


def scalar(text: str) -> str | int | float | bool | None:
    """Return the value of the plain scalar *text*.

    Raises:
        ValueError: a number that JSON does not have.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INFINITE.fullmatch(text):
        raise ValueError(f"{text} is no number that JSON has")
    return _number(text)


def _number(text: str) -> str | int | float:
    digits = text if text[0] == "." else text.replace("_", "")
    integer = _INTEGER.fullmatch(digits)
    if integer and len(digits) < _LONGEST:
        base = integer.lastgroup or "dec"
        value = int(integer["sign"] + integer[base], _BASES[base])
        if -(1 << 63) <= value < 1 << 64:
            return value
    number = float(digits) if _FLOAT.fullmatch(digits) else math.inf
    if math.isinf(number):
        return text
    return int(number) if number.is_integer() and abs(number) < _EXACT else number
