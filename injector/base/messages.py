"""Values, texts and paths as messages print them: short, and in one line."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
QUOTED_LENGTH = 80
TEXT_SHOWN = 60
PROBLEM_SHOWN = 300
PROBLEMS_SHOWN = 5


def shown(value: Any) -> str:
    """Return *value* as problems quote it: short, and in one line."""
    match value:
        case str():
            return quoted(value, TEXT_SHOWN)
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return shortened(_number(value))


def _number(value: Any) -> str:
    try:
        return json.dumps(value)
    except ValueError:
        # Python prints no integer of more than 4300 digits.
        return f"a number of {value.bit_length()} bits"


def quoted(text: str, most: int = QUOTED_LENGTH) -> str:
    """Return *text* in quotes, cut after *most* characters."""
    return repr(text) if len(text) <= most else f"{text[:most]!r}..."


def cut(text: str, most: int) -> str:
    """Return *text*, cut after *most* characters."""
    return text if len(text) <= most else f"{text[:most]}..."


def shortened(text: str, most: int = TEXT_SHOWN) -> str:
    """Return *text*, without its middle if it has more than *most* characters.

    A sentence names the fault at its beginning or end.
    """
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 3]}...{text[-end:]}"


def listed(problems: Sequence[str]) -> str:
    """Return the first of several problems in one line, each of them short."""
    parts = [shortened(each, PROBLEM_SHOWN) for each in problems[:PROBLEMS_SHOWN]]
    if len(problems) > len(parts):
        parts.append(f"and {len(problems) - len(parts)} more")
    return "; ".join(parts)


def step(path: str, key: str | int, plain: re.Pattern[str] = PLAIN_KEY) -> str:
    """Return the path of an entry or item of the value at *path*.

    It is ``a.b``, ``a[0]``, or ``a['b.c']`` for a key that is not *plain*.
    """
    if isinstance(key, int):
        return f"{path}[{key}]"
    if plain.fullmatch(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{key!r}]"
