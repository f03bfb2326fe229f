"""Go templates' html, js and urlquery."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote_plus

from injector.templates.go.values.printing import shown, sprint
from injector.templates.go.values.quoting import encode, printable
from injector.templates.go.values.values import MISSING, deref, type_of

_HTML = str.maketrans(
    {
        '"': "&#34;",
        "'": "&#39;",
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "\0": "\N{REPLACEMENT CHARACTER}",
    }
)
_JS = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    **{char: f"\\u{ord(char):04X}" for char in "<>&="},
}


def _text(values: Sequence[Any]) -> str:
    """Return *values* as one text; nil is named as at the top of a template."""
    return sprint(
        [shown(MISSING) if type_of(value) is None else deref(value) for value in values]
    )


def html(*values: Any) -> str:
    """Return *values* safe inside HTML."""
    return _text(values).translate(_HTML)


def js(*values: Any) -> str:
    """Return *values* safe inside a string of JavaScript."""
    return "".join(_JS.get(char) or _script(char) for char in _text(values))


def _script(char: str) -> str:
    return char if printable(char) else f"\\u{ord(char):04X}"


def urlquery(*values: Any) -> str:
    """Return *values* safe inside the query of a URL."""
    return quote_plus(encode(_text(values)), safe="~")
