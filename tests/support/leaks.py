"""Finds secret texts in outputs, in all usual encodings."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

SHORTEST = 12
"""The fewest bytes of a needle, else it is found by chance. Of a longer needle so many
bytes of either end are searched too, since texts may be cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A needle in a text."""

    text: str
    """The name of the text."""
    needle: str
    form: str
    offset: int
    line: bytes
    """The line of the needle, cut."""

    def __str__(self) -> str:
        return (
            f"{self.text}, byte {self.offset}: {self.needle!r} as {self.form}: "
            f"{self.line!r}"
        )


def find(texts: Mapping[str, bytes | str], needles: Iterable[str]) -> tuple[Leak, ...]:
    """Return the first place of each form of each needle in each text.

    The forms are the needle, its start and its end, as UTF-8, in a JSON string (also in
    another JSON string), escaped for a URL, in hexadecimal, and in a longer text in
    Base64.

    Raises:
        ValueError: a needle is shorter than 12 bytes.
    """
    forms = [(needle, *form) for needle in needles for form in _forms(needle)]
    return tuple(
        Leak(
            text=name, needle=needle, form=form, offset=offset, line=_line(raw, offset)
        )
        for name, text in texts.items()
        for raw in [text.encode() if isinstance(text, str) else text]
        for needle, form, looked_for in forms
        if (offset := raw.find(looked_for)) >= 0
    )


def find_in_files(files: Iterable[Path], needles: Iterable[str]) -> tuple[Leak, ...]:
    """Return the same for files, by their paths; one is in memory at a time."""
    wanted = tuple(needles)
    return tuple(
        leak for file in files for leak in find({str(file): file.read_bytes()}, wanted)
    )


def _forms(needle: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each form."""
    whole = needle.encode()
    if len(whole) < SHORTEST:
        raise ValueError(f"needle {needle!r} is too short, want {SHORTEST} bytes")
    seen: set[bytes] = set()
    for part in (needle[:SHORTEST], needle[-SHORTEST:]):
        for form, text in _texts(part):
            for name, raw in ((form, text), *_encoded(form, text)):
                if raw not in seen:
                    seen.add(raw)
                    yield name, raw


def _texts(part: str) -> Iterator[tuple[str, bytes]]:
    yield "text", part.encode()
    for ascii_only in (True, False):
        once = json.dumps(part, ensure_ascii=ascii_only)[1:-1]
        yield "JSON", once.encode()
        yield "JSON", once.replace("/", "\\/").encode()
        yield "JSON in JSON", json.dumps(once, ensure_ascii=ascii_only)[1:-1].encode()
    for escaped in (quote(part), quote(part, safe=""), quote_plus(part)):
        yield "a URL", escaped.encode()
        yield "a URL", _lower_escapes(escaped).encode()
    yield "a URL", "".join(f"%{byte:02X}" for byte in part.encode()).encode()
    yield "a URL", "".join(f"%{byte:02x}" for byte in part.encode()).encode()


def _lower_escapes(text: str) -> str:
    first, *rest = text.split("%")
    return "%".join([first, *(part[:2].lower() + part[2:] for part in rest)])


def _encoded(form: str, text: bytes) -> Iterator[tuple[str, bytes]]:
    name = "" if form == "text" else f" of {form}"
    yield f"hexadecimal{name}", text.hex().encode()
    yield f"hexadecimal{name}", text.hex().upper().encode()
    for before in range(3):
        # The first and the last characters hold bits of the neighbours.
        start = -(-before * 8 // 6)
        end = (before + len(text)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield f"Base64{name}", encode(b"\0" * before + text)[start:end]


def _line(raw: bytes, offset: int) -> bytes:
    start = max(raw.rfind(b"\n", 0, offset) + 1, offset - 80)
    end = raw.find(b"\n", offset)
    return raw[start : min(end if end >= 0 else len(raw), offset + 80)]
