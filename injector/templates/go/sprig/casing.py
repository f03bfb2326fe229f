"""Sprig's functions of upper and lower case, and of words."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from injector.formats.golang import SPACES
from injector.templates.go.values.functions import Function, function
from injector.templates.go.values.quoting import REPLACEMENT, encode

_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE_BYTES = re.compile("[\t\n\v\f\r \x85\xa0]")
_WORD_START = re.compile(rf"(?<![^{SPACES}])[^{SPACES}]")
_TITLE_START = re.compile(rf"(?<![^\x00-/:-@[-^`{{-\x7f{SPACES}]).", re.DOTALL)
_CONNECTORS = re.compile(rf"[{SPACES}_-]+")

# A pattern over the letters that _kind returns for characters.
_PARTS = re.compile(
    r"""
    (?P<mark>p[p_-]*)             # punctuation stays what it is
    | (?P<gap>[_\-s])             # stands between words already
    | d+l[ld]*                    # digits begin a word of small letters
    | u+(?=ul)                    # the last capital belongs to what follows
    | (?:ul+ | l+ | u+ | o+) (?:d+(?![dl]))?
    | d+
    """,
    re.VERBOSE,
)


def _mapped(convert: Callable[[str], str]) -> Callable[[str], str]:
    """Return *convert* of a text with a replacement for each byte outside UTF-8."""
    return lambda text: convert(_SURROGATE.sub(REPLACEMENT, text))


def _upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(map(_upper_char, text))


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(map(_lower_char, text))


def _upper_char(char: str) -> str:
    upper = char.upper()
    # Go maps one character to one. If Python gives several, the title case may be one.
    return upper if len(upper) == 1 else _title_char(char)


def _title_char(char: str) -> str:
    title = char.title()
    return title if len(title) == 1 else char


def _lower_char(char: str) -> str:
    # Go drops the dot of the capital I with a dot.
    return char.lower()[0]


def _title(text: str) -> str:
    return _TITLE_START.sub(lambda match: _title_char(match[0]), text)


def _untitle(text: str) -> str:
    return _WORD_START.sub(lambda match: _lower_char(match[0]), text)


def _swap(char: str) -> str:
    if char.isupper() or char.istitle():
        return _lower_char(char)
    return _title_char(char) if char.islower() else char


def _bytewise(text: str) -> str:
    """Return the bytes of *text* as characters, as two functions of sprig read them."""
    return encode(text).decode("latin-1")


def _initials(text: str) -> str:
    return "".join(word[0] for word in _SPACE_BYTES.split(_bytewise(text)) if word)


def _nospace(text: str) -> str:
    bytewise = _bytewise(text)
    return _SPACE_BYTES.sub("", bytewise) if _SPACE_BYTES.search(bytewise) else text


def _kind(char: str) -> str:
    category = unicodedata.category(char)
    if char in SPACES:
        return "s"
    if char in "_-":
        return char
    if category[0] in "NP":
        return {"N": "d", "P": "p"}[category[0]]
    if category == "Lu":
        return "u"
    return "l" if char.islower() or category == "Lt" else "o"


def _joined(separator: str) -> Callable[[str], str]:
    return lambda text: "".join(_parts(_SURROGATE.sub(REPLACEMENT, text), separator))


def _parts(text: str, separator: str) -> Iterator[str]:
    """Yield the words of *text* in lower case, and the separators."""
    between = True
    for match in _PARTS.finditer("".join(map(_kind, text))):
        part = text[match.start() : match.end()]
        if match.lastgroup is None:
            part = "".join(map(_small, part))
            yield part if between else separator + part
        else:
            yield separator if match.lastgroup == "gap" else part
        between = match.lastgroup is not None


def _small(char: str) -> str:
    return _lower_char(char) if _kind(char) == "u" else char


def _camel(text: str) -> str:
    leading = _CONNECTORS.match(text)
    if leading is not None and leading.end() == len(text):
        return text + text[-1]
    start = leading.end() if leading is not None else 0
    words, end = [text[:start]], start
    for gap in _CONNECTORS.finditer(text, start):
        # The last connector is dropped, except at the end of the text.
        kept = gap[0] if gap.end() == len(text) else gap[0][:-1]
        words += [_camel_word(text[end : gap.start()]), kept]
        end = gap.end()
    return "".join([*words, _camel_word(text[end:])])


def _camel_word(word: str) -> str:
    size = 0
    while size < len(word) and unicodedata.category(word[size]) == "Lu":
        size += 1
    return _upper(word[:1]) + _lower(word[1:size]) + word[max(1, size) :]


_TEXT_TO_TEXT = "func(string) string"
CASING: Mapping[str, Function] = {
    name: function(_TEXT_TO_TEXT, call)
    for name, call in {
        "camelcase": _mapped(_camel),
        "initials": _initials,
        "kebabcase": _joined("-"),
        "lower": _mapped(_lower),
        "nospace": _nospace,
        "snakecase": _joined("_"),
        "swapcase": _mapped(lambda text: "".join(map(_swap, text))),
        "title": _mapped(_title),
        "untitle": _mapped(_untitle),
        "upper": _mapped(_upper),
    }.items()
}
