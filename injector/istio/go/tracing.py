"""Overlays of traced renderings: YAML is read with tokens in place of sealed texts.

YAML reads a token like a plain word. So only a sealed text that is a plain word becomes
a token; any other is opened, and the trace notes that.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from injector.base import tracing
from injector.base.plans import NoPlan
from injector.base.sealed_text import LONGEST, Trace
from injector.formats import yaml_scalars
from injector.istio.go.overlay import overlay
from injector.templates.go.limits import MAX_OUTPUT

_OPEN: Final = "\ue000"
_CLOSE: Final = "\ue001"
_TOKEN: Final = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_WORD: Final = re.compile("[A-Za-z][A-Za-z0-9._/-]*")


def traced_overlay(parts: Sequence[Any], trace: Trace) -> dict[str, Any]:
    """Return the overlay in the joined *parts*, with sealed texts as its values.

    Raises:
        OverlayError: the text is no overlay.
        NoPlan: a sealed text stands where YAML may read it as more than a word.
    """
    text = "".join([_token(part, trace) for part in parts])
    written = text.count(_OPEN)
    if len(text) + written * LONGEST > MAX_OUTPUT:
        raise NoPlan
    reader = _Reader(trace)
    made: dict[str, Any] = reader.read(overlay(text))
    if reader.found != written:
        # A token stands in a comment, a tag or an anchor, or ends an alias.
        raise NoPlan
    return made


def _token(part: Any, trace: Trace) -> str:
    if tracing.is_sealed(part) and not trace.is_open(part.index):
        if trace.derive(is_word, (part,)):
            return f"{_OPEN}{part.index}{_CLOSE}"
        if trace.derive(is_quoted_word, (part,)):
            return f'"{_OPEN}{part[1:-1].index}{_CLOSE}"'
    text = str(part)
    if _OPEN in text:
        raise NoPlan
    return text


def is_word(text: str) -> bool:
    """Tell whether YAML reads *text* as a text in every place."""
    return bool(_WORD.fullmatch(text)) and yaml_scalars.plain(text) == text


def is_quoted_word(text: str) -> bool:
    """Tell whether *text* is a word, as in ``is_word``, in double quotes."""
    return text[:1] == text[-1:] == '"' and is_word(text[1:-1])


def stays_text(text: str) -> bool:
    """Tell whether YAML reads *text*, a plain scalar, as a text."""
    return isinstance(yaml_scalars.plain(text), str)


class _Reader:
    """Replaces tokens by sealed texts, and counts them."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.found = 0

    def read(self, value: Any) -> Any:
        """Return *value* with sealed texts in place of tokens.

        Raises:
            NoPlan: a token is part of a key.
        """
        if isinstance(value, dict):
            if any(_OPEN in key for key in value):
                raise NoPlan
            return {key: self.read(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.read(item) for item in value]
        if isinstance(value, str) and _OPEN in value:
            return self._text(value)
        return value

    def _text(self, text: str) -> Any:
        pieces: list[Any] = _TOKEN.split(text)
        pieces[1::2] = [self.trace.sealed(int(index)) for index in pieces[1::2]]
        self.found += len(pieces) // 2
        if pieces[0] == pieces[-1] == "" and len(pieces) == len(("", text, "")):
            return pieces[1]
        whole = tracing.joined(pieces)
        if not self.trace.derive(stays_text, (whole,)):
            raise NoPlan
        return whole
