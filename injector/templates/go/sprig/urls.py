"""Sprig's urlParse and urlJoin."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from injector.templates.go.sprig.lists import NIL_POINTER
from injector.templates.go.values.functions import Function, FunctionError, function
from injector.templates.go.values.quoting import decode, encode, quote
from injector.templates.go.values.values import kind_of, raw

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
_ASCII_ESCAPE = re.compile("%(?!25)[0-7][0-9A-Fa-f]")
_NO_HOST = re.compile(r"[\x00- #/?@\\^`{|}\x7f]")
_NO_USER = re.compile(r"[^A-Za-z0-9._:~!$&'()*+,;=%@-]")
_PORT = re.compile(":[0-9]*|")
_USER_SAFE = "$&+,;="
_HOST_SAFE = "!$&'()*+,;=:[]<>\""
_PATH_SAFE = "$&+,/:;=@"
_FRAGMENT_SAFE = "$&+,/:;=?@!()*"
_WEB = frozenset({"http", "https"})
_KEYS = ("scheme", "host", "path", "query", "opaque", "fragment", "userinfo")


class _BadURLError(Exception):
    """The text is not a URL."""


def _url_parse(text: str) -> dict[str, str]:
    try:
        return _parsed(text)
    except FunctionError as e:
        raise FunctionError(f"unable to parse url: {e}") from None


def _parsed(text: str) -> dict[str, str]:
    """Return the parts of a URL.

    Raises:
        FunctionError: the text is not a URL.
    """
    before, _, fragment = text.partition("#")
    wrong = before
    try:
        parts = _split(before)
        wrong = text
        parts["fragment"] = _unescaped(fragment)
    except _BadURLError as e:
        raise FunctionError(f"parse {quote(wrong)}: {e}") from None
    return parts


def _split(text: str) -> dict[str, str]:
    if _CONTROL.search(text):
        raise _BadURLError("net/url: invalid control character in URL")
    if text.startswith(":"):
        raise _BadURLError("missing protocol scheme")
    parts = dict.fromkeys((*_KEYS, "hostname"), "")
    match = _SCHEME.match(text)
    if match is not None:
        parts["scheme"] = match[1].lower()
        text = text[match.end() :]
    rest, _, parts["query"] = text.partition("?")
    if match is not None and not rest.startswith("/"):
        return {**parts, "opaque": rest}
    if ":" in rest.partition("/")[0]:
        raise _BadURLError("first path segment in URL cannot contain colon")
    if rest.startswith("//") and (match is not None or not rest.startswith("///")):
        authority, slash, rest = rest[2:].partition("/")
        rest = slash + rest
        parts |= _authority(authority, parts["scheme"])
    return {**parts, "path": _unescaped(rest)}


def _authority(text: str, scheme: str) -> dict[str, str]:
    user, at, host = text.rpartition("@")
    named = _host(host, scheme)
    bracketed = named.startswith("[")
    end = "]" if bracketed else ":"
    hostname = named.rpartition(end)[0] if end in named else named
    parts = {"host": named, "hostname": hostname.removeprefix("[")}
    return {**parts, "userinfo": _userinfo(user)} if at else parts


def _host(text: str, scheme: str) -> str:
    if text.startswith("["):
        address, bracket, port = text.rpartition("]")
        if not bracket:
            raise _BadURLError("missing ']' in host")
        _check_port(port)
        address, percent, zone = address.partition("%25")
        if percent:
            return f"{_host_name(address)}%{_unescaped(zone)}]{port}"
    elif "[" in text:
        raise _BadURLError("invalid IP-literal")
    else:
        # The port follows the first colon in URLs of http, the last in others.
        port = text.partition(":")[2] if scheme in _WEB else text.rpartition(":")[2]
        _check_port(f":{port}" if ":" in text else "")
    return _host_name(text)


def _check_port(text: str) -> None:
    if not _PORT.fullmatch(text):
        raise _BadURLError(f"invalid port {quote(text)} after host")


def _host_name(text: str) -> str:
    for match in re.finditer(
        f"({_BAD_ESCAPE.pattern})|({_ASCII_ESCAPE.pattern})|({_NO_HOST.pattern})", text
    ):
        if match[3]:
            raise _BadURLError(f"invalid character {quote(match[3])} in host name")
        raise _BadURLError(f"invalid URL escape {quote(match[0])}")
    return _unescaped(text)


def _userinfo(text: str) -> str:
    if _NO_USER.search(text):
        raise _BadURLError("net/url: invalid userinfo")
    name, colon, password = text.partition(":")
    return (
        _escaped(_unescaped(name), _USER_SAFE)
        + colon
        + _escaped(_unescaped(password), _USER_SAFE)
    )


def _unescaped(text: str) -> str:
    bad = _BAD_ESCAPE.search(text)
    if bad is not None:
        raise _BadURLError(f"invalid URL escape {quote(bad[0])}")
    return decode(unquote_to_bytes(encode(text)))


def _escaped(text: str, safe: str) -> str:
    return quote_from_bytes(encode(text), safe=safe)


def _url_join(parts: Mapping[str, Any] | None) -> str:
    scheme, host, path, query, opaque, fragment, userinfo = (
        _part(parts or {}, key) for key in _KEYS
    )
    user = _joined_user(userinfo) if userinfo else ""
    text = f"{scheme}:" if scheme else ""
    if opaque:
        text += opaque
    else:
        if host or user or (scheme and path):
            text += "//"
        text += user + _escaped(host, _HOST_SAFE)
        text += _joined_path(path, host, text)
    text += f"?{query}" if query else ""
    return f"{text}#{_escaped(fragment, _FRAGMENT_SAFE)}" if fragment else text


def _part(parts: Mapping[str, Any], key: str) -> str:
    value = parts.get(key, "")
    kind = kind_of(value)
    if kind == "invalid":
        raise FunctionError(NIL_POINTER)
    if kind != "string":
        raise FunctionError(
            f"unable to parse {key} key, must be of type string, but {kind} found"
        )
    return str(raw(value))


def _joined_user(userinfo: str) -> str:
    """Return the user information before the host, with its ``@``."""
    url = f"proto://{userinfo}@host"
    try:
        parsed = _parsed(url)
    except FunctionError as e:
        raise FunctionError(f"unable to parse userinfo in dict: {e}") from None
    if parsed["host"] != "host" or parsed["path"] or parsed["query"]:
        return ""
    return f"{parsed['userinfo']}@"


def _joined_path(path: str, host: str, before: str) -> str:
    escaped = path if path == "*" else _escaped(path, _PATH_SAFE)
    if escaped and not escaped.startswith("/") and host:
        return f"/{escaped}"
    # Without ./ the beginning would be a scheme.
    return (
        f"./{escaped}" if not before and ":" in escaped.partition("/")[0] else escaped
    )


URLS: Mapping[str, Function] = {
    "urlJoin": function("func(map[string]any) string", _url_join),
    "urlParse": function("func(string) map[string]any", _url_parse),
}
