"""Sprig's functions, without those that need more than their arguments.

They have the results and errors of sprig 3.3, with these exceptions:

- ``keys`` and ``values`` are in the order of the keys, in Go in a random one;
- ``sortAlpha`` does not change its argument;
- a single text has at most ``limits.TEXT`` bytes, a list ``limits.LIST`` elements;
- regular expressions run on Python's engine, which can take long where Go's cannot,
  and have no scripts of Unicode;
- ``dateInZone`` takes numbers of seconds only, of the years 1 to 9999;
- merging maps with values of different types fails less often;
- ``snakecase`` and ``kebabcase`` replace bytes that are no UTF-8.

Functions in ``CHANGING`` change their first argument, as in Go: a template that uses
one of them needs a copy of the data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Final

from injector.templates.go.sprig.modules import MODULES
from injector.templates.go.values.functions import Function

__all__ = ["CHANGING", "REFUSED", "SPRIG"]

CHANGING: Final = frozenset(
    ("merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite", "set", "unset")
)
"""Functions that change their first argument."""

_CLOCK = "templates do not know the time"
_ZONE = "the local time zone is not for templates"
_CHANCE = "templates give the same result each time"
_KEYS = "templates make no keys and certificates"
_ENVIRONMENT = "the environment is not for templates"
_NETWORK = "templates do not use the network"

_TIMES = "templates have no times, but numbers of seconds"

REFUSED: Final[Mapping[str, str]] = {
    name: reason
    for reason, names in {
        _CLOCK: "ago now",
        _TIMES: "dateModify date_modify mustDateModify must_date_modify unixEpoch",
        _ENVIRONMENT: "env expandenv",
        _NETWORK: "getHostByName",
        _ZONE: "date htmlDate mustToDate toDate",
        _CHANCE: (
            "bcrypt encryptAES htpasswd randAlpha randAlphaNum randAscii randBytes "
            "randInt randNumeric shuffle uuidv4"
        ),
        _KEYS: (
            "buildCustomCert decryptAES derivePassword genCA genCAWithKey "
            "genPrivateKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert "
            "genSignedCertWithKey"
        ),
    }.items()
    for name in names.split()
}
"""Functions that templates may not use, and why."""

_PLACES: Mapping[str, tuple[str, str]] = {
    name: (module, table)
    for module, (table, names) in MODULES.items()
    for name in names.split()
}
_ALIASES: Mapping[str, str] = {
    "date_in_zone": "dateInZone",
    "mustPush": "append",
    "push": "append",
    "trimall": "trimAll",
    "tuple": "list",
    **{
        f"must{name[0].upper()}{name[1:]}": name
        for name in (
            *("deepCopy", "merge", "mergeOverwrite"),
            *MODULES["lists"][1].split(),
        )
        if name not in {"concat", "join", "list", "sortAlpha"}
    },
}


@cache
def _found(name: str) -> Function:
    """Return a function from its module."""
    known = _ALIASES.get(name, name)
    module, table = _PLACES[known]
    functions: Mapping[str, Function] = getattr(
        import_module(f"{__name__}.{module}"), table
    )
    return replace(functions[known], changes=name in CHANGING)


class _Sprig(Mapping[str, Function]):
    """The functions by name; a module is imported when one of its functions is used."""

    def __getitem__(self, name: str) -> Function:
        if name in _PLACES or name in _ALIASES:
            return _found(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        yield from _PLACES
        yield from _ALIASES

    def __len__(self) -> int:
        return len(_PLACES) + len(_ALIASES)


SPRIG: Final[Mapping[str, Function]] = _Sprig()
"""The functions by name."""
