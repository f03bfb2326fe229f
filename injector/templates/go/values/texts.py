"""Strings as Go's formatting verbs write them."""

from injector.templates.go.values.numerals import Spec
from injector.templates.go.values.quoting import encode, quote

_BYTES = range(0xDC80, 0xDD00)


def string(text: str, verb: str, spec: Spec) -> str | None:
    """Return *text* by *verb*; None for a verb that strings do not have."""
    if verb in "xX":
        return _hexed(encode(text), verb, spec)
    if verb not in "svq":
        return None
    if verb == "v" and spec.sharp_v:
        verb = "q"
    if spec.precision is not None:
        text = text[: spec.precision]
    if verb == "q":
        text = _quoted(text, spec)
    return spec.pad(text)


def _quoted(text: str, spec: Spec) -> str:
    raw_ok = all(
        char == "\t" or (char not in "`\ufeff\x7f" and ord(char) >= ord(" "))
        for char in text
    ) and not any(ord(char) in _BYTES for char in text)
    if spec.sharp and raw_ok:
        return f"`{text}`"
    return quote(text, ascii_only=spec.plus)


def _hexed(data: bytes, verb: str, spec: Spec) -> str:
    if spec.precision is not None:
        data = data[: spec.precision]
    digits = [f"{byte:02{verb}}" for byte in data]
    prefix = f"0{verb}" if spec.sharp and digits else ""
    if spec.space:
        return spec.pad(" ".join(prefix + pair for pair in digits))
    return spec.pad(prefix + "".join(digits))
