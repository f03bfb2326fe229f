"""YAML scalars as Go's ``sigs.k8s.io/yaml`` reads them.

Kubernetes, kubectl and Istio read their YAML with it. It follows YAML 1.1 with
deviations: ``y`` and ``on`` are booleans, ``0o10`` and ``010`` are 8, ``1e3`` is 1000,
while dates, ``1:30`` and ``=`` are text. An integer of more than 64 bits is a float if
it is decimal, and text in other bases.
"""

import base64
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from injector.base.messages import shown
from injector.formats import golang

CORE: Final = "tag:yaml.org,2002:"

WHOLE: Final = 1e21
"""The least number that Go prints with an exponent."""

_LOWEST, _SIGNED, _UNSIGNED = -(1 << 63), 1 << 63, 1 << 64
_EXACT: Final = 1 << 53
_DIGITS: Final = range(1, 10)
"""Nine digits identify every float of 32 bits."""
_BREAKS: Final = {ord("\r"): None, ord("\n"): None}

_WORDS: Final[dict[str, bool | float | None]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **{
        word: value
        for value, words in ((True, "y yes true on"), (False, "n no false off"))
        for lower in words.split()
        for word in (lower, lower.capitalize(), lower.upper())
    },
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **{
        sign + word: number
        for sign, number in (("", math.inf), ("+", math.inf), ("-", -math.inf))
        for word in (".inf", ".Inf", ".INF")
    },
}
_NUMERIC: Final = frozenset("0123456789+-")
# The sign inside a binary number is a peculiarity of the Go module.
_INTEGER: Final = re.compile(
    r"([-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)"
    r"|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9][0-9]*))|0b(?P<s>[-+][01]+)"
)
_BASES: Final = {"x": 16, "b": 2, "o": 8, "d": 10, "s": 2}
_LONGEST: Final = 20
"""Decimal digits of the largest integer."""
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_FRACTION: Final = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:[Tt][0-9]{1,2}(?::[0-9]{1,2}){2}(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})"
    r"|\ [0-9]{1,2}(?::[0-9]{1,2}){2}(?:\.[0-9]+)?)?"
)


def plain(text: str) -> Any:
    """Return the JSON value of the scalar *text* without quotes and tag.

    Raises:
        ValueError: *text* is a number that JSON does not have.
    """
    return json_value(resolved(text))


def resolved(text: str) -> Any:
    """Return the YAML value of *text*: ``1e3`` is a float, in JSON an integer."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first in _NUMERIC:
        return _number(text)
    if first == "." and _FRACTION.fullmatch(text):
        return _finite(text, text)
    return text


def _number(text: str) -> Any:
    digits = text.replace("_", "")
    if match := _INTEGER.fullmatch(digits):
        kind = match.lastgroup or "d"
        figures = match[kind]
        if kind != "d" or len(figures) <= _LONGEST:
            value = int(f"{match[1] or ''}{figures}", _BASES[kind])
            # Go reads a number with a sign as a signed integer.
            if _LOWEST <= value < (_UNSIGNED if match[1] == "" else _SIGNED):
                return value
    return _finite(digits, text) if _FLOAT.fullmatch(digits) else text


def _finite(digits: str, text: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else text


def is_text(text: str) -> bool:
    """Return whether YAML reads the unquoted *text* as a string, and not as a date."""
    return resolved(text).__class__ is str and not _DATE.fullmatch(text)


def json_value(value: Any) -> Any:
    """Return the JSON value of a resolved scalar: whole numbers are integers.

    Raises:
        ValueError: *value* is a number that JSON does not have.
    """
    if value.__class__ is not float:
        return value
    if not math.isfinite(value):
        raise ValueError(f"{_infinite(value)} is no number that JSON has")
    if abs(value) >= WHOLE or not value.is_integer():
        return value
    # Beyond 53 bits Go prints the shortest digits and zeros.
    return int(value) if abs(value) < _EXACT else int(Decimal(repr(value)))


def number(text: str) -> int | float:
    """Return the number that *text* writes in JSON.

    Raises:
        ValueError: no float can hold the number.
    """
    value = plain(text)
    if isinstance(value, str):
        raise ValueError(f"{shown(text)} is no number that JSON has")  # noqa: TRY004 - the text is wrong
    found: int | float = value
    return found


def tagged(text: str, tag: str) -> Any:
    """Return the YAML value of *text* with a tag; an unknown tag makes a string.

    Raises:
        ValueError: the tag does not allow the text.
    """
    kind = tag.removeprefix(CORE)
    if kind == "binary":
        return _decoded(text)
    if kind not in _TAGGED:
        return text
    value = resolved(text)
    if kind == "float" and _is_integer(value) and value < _SIGNED:
        return float(value)
    if kind == "timestamp":
        value = text if _DATE.fullmatch(text) else None
    if not _TAGGED[kind](value):
        raise ValueError(f"{shown(text)} is no YAML of the tag !!{kind}")
    return value


def _is_integer(value: Any) -> bool:
    return value.__class__ is int


_TAGGED: Final[dict[str, Callable[[Any], bool]]] = {
    "bool": lambda value: value.__class__ is bool,
    "float": lambda value: value.__class__ is float,
    "int": _is_integer,
    "null": lambda value: value is None,
    "timestamp": lambda value: value is not None,
}


def _decoded(text: str) -> str:
    data = text.translate(_BREAKS)
    try:
        # Go writes U+FFFD into JSON for bytes that are not UTF-8.
        return base64.b64decode(data, validate=True).decode(errors="replace")
    except ValueError as e:
        raise ValueError(f"{shown(text)} is no base64") from e


def key(value: Any) -> str:
    """Return the key of a JSON object for a resolved scalar.

    Raises:
        ValueError: *value* is null or an integer beyond 63 bits, which Go refuses.
    """
    if value.__class__ is str:
        return value
    if value is None:
        raise ValueError("null cannot be a key")
    if value.__class__ is bool:
        return "true" if value else "false"
    if value.__class__ is float:
        return _float_key(value)
    if value >= _SIGNED:
        raise ValueError(f"{value} cannot be a key: it is beyond 63 bits")
    return str(value)


def _float_key(value: float) -> str:
    """Return a float in the shortest digits of 32 bits, as Go prints keys."""
    single = golang.single(value)
    if not math.isfinite(single):
        return _infinite(single)
    shortened = (float(f"{single:.{digits}g}") for digits in _DIGITS)
    short = next(number for number in shortened if golang.single(number) == single)
    return golang.decimal(short, *golang.SHORTEST)


def _infinite(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    return ".inf" if value > 0 else "-.inf"
