"""Sprig's functions: those that need nothing but their arguments.

They do what sprig 3.3 does, its odd results and errors included, but for these:

- the order of ``keys`` and ``values`` is that of the keys, Go's is random;
- ``sortAlpha`` leaves the list that it is given alone;
- a single text has at most ``limits.TEXT`` bytes, a list ``limits.LIST`` elements;
- regular expressions run on Python's engine, which can take long where Go's cannot,
  and know no scripts of Unicode;
- ``dateInZone`` takes numbers of seconds only, of the years 1 to 9999;
- merging maps of one type with values of another fails more rarely;
- ``snakecase`` and ``kebabcase`` replace bytes that are no UTF-8.

Functions in ``CHANGING`` change their first argument, as Go's do: who runs a template
that uses one of them gives it data of its own.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from injector.templates.go.functions import Function
from injector.templates.go.sprig.casing import CASING
from injector.templates.go.sprig.constraints import CONSTRAINTS
from injector.templates.go.sprig.defaults import DEFAULTS
from injector.templates.go.sprig.dicts import CHANGING, DICTS
from injector.templates.go.sprig.digests import DIGESTS
from injector.templates.go.sprig.durations import TIMES
from injector.templates.go.sprig.equality import REFLECTION
from injector.templates.go.sprig.fromjson import READING
from injector.templates.go.sprig.lists import LISTS
from injector.templates.go.sprig.numbers import NUMBERS
from injector.templates.go.sprig.paths import PATHS
from injector.templates.go.sprig.regexes import REGEXES
from injector.templates.go.sprig.splitting import SPLITTING
from injector.templates.go.sprig.strings import STRINGS
from injector.templates.go.sprig.tojson import WRITING
from injector.templates.go.sprig.urls import URLS
from injector.templates.go.sprig.versions import VERSIONS

__all__ = ["CHANGING", "REFUSED", "SPRIG"]

_CLOCK = "templates do not know the time"
_ZONE = "the local time zone is not for templates"
_CHANCE = "templates give the same result each time"
_KEYS = "templates make no keys and certificates"
_ENVIRONMENT = "the environment is not for templates"
_NETWORK = "templates do not use the network"

REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("ago", "now"), _CLOCK),
    **dict.fromkeys(
        (
            "dateModify",
            "date_modify",
            "mustDateModify",
            "must_date_modify",
            "unixEpoch",
        ),
        "templates have no times, but numbers of seconds",
    ),
    **dict.fromkeys(("env", "expandenv"), _ENVIRONMENT),
    "getHostByName": _NETWORK,
    **dict.fromkeys(("date", "htmlDate", "mustToDate", "toDate"), _ZONE),
    **dict.fromkeys(
        (
            "bcrypt",
            "encryptAES",
            "htpasswd",
            "randAlpha",
            "randAlphaNum",
            "randAscii",
            "randBytes",
            "randInt",
            "randNumeric",
            "shuffle",
            "uuidv4",
        ),
        _CHANCE,
    ),
    **dict.fromkeys(
        (
            "buildCustomCert",
            "decryptAES",
            "derivePassword",
            "genCA",
            "genCAWithKey",
            "genPrivateKey",
            "genSelfSignedCert",
            "genSelfSignedCertWithKey",
            "genSignedCert",
            "genSignedCertWithKey",
        ),
        _KEYS,
    ),
}
"""Functions that templates may not use, and why."""

_PURE: Mapping[str, Function] = {
    **CASING,
    **CONSTRAINTS,
    **DEFAULTS,
    **DICTS,
    **DIGESTS,
    **LISTS,
    **NUMBERS,
    **PATHS,
    **READING,
    **REFLECTION,
    **REGEXES,
    **SPLITTING,
    **STRINGS,
    **TIMES,
    **URLS,
    **VERSIONS,
    **WRITING,
}
_ALIASES: Mapping[str, str] = {
    "date_in_zone": "dateInZone",
    "mustPush": "append",
    "push": "append",
    "trimall": "trimAll",
    "tuple": "list",
    **{
        f"must{name[0].upper()}{name[1:]}": name
        for name in ("deepCopy", "merge", "mergeOverwrite", *LISTS)
        if name not in {"concat", "join", "list", "sortAlpha"}
    },
}
_ALL: Mapping[str, Function] = {
    **_PURE,
    **{alias: _PURE[name] for alias, name in _ALIASES.items()},
}
SPRIG: Final[Mapping[str, Function]] = {
    name: replace(called, changes=name in CHANGING) for name, called in _ALL.items()
}
"""The functions by their names."""
