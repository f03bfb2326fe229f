"""Texts as Go reads and writes them, where a Go program is on the other side."""

import json
from typing import Any

from injector.sealed import pure

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})

SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""White space as Go trims it."""

# What encoding/json escapes so that the text can stand inside HTML and JavaScript.
ESCAPES = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
)


@pure
def compact(value: Any) -> str:
    """Return *value* as compact JSON; mappings keep their order."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(ESCAPES)


def boolean(text: Any) -> bool | None:
    """Return what *text* says; None if it is no boolean."""
    if not isinstance(text, str):
        return None
    return True if text in TRUE else False if text in FALSE else None
