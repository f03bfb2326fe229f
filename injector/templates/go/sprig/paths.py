"""Sprig's functions for paths with slashes: Go's packages path and filepath."""

import posixpath
from collections.abc import Mapping

from injector.templates.go.values.functions import Function, function


def _clean(path: str) -> str:
    path = posixpath.normpath(path)
    # POSIX keeps two slashes at the beginning, Go one.
    return path[1:] if path.startswith("//") else path


def _base(path: str) -> str:
    stripped = path.rstrip("/")
    if not stripped:
        return "/" if path else "."
    return stripped.rpartition("/")[2]


def _dir(path: str) -> str:
    folder, slash, _ = path.rpartition("/")
    return _clean(folder + slash)


def _ext(path: str) -> str:
    _, dot, ending = path.rpartition("/")[2].rpartition(".")
    return dot + ending if dot else ""


_PATHS: Mapping[str, Function] = {
    "base": function("func(string) string", _base),
    "clean": function("func(string) string", _clean),
    "dir": function("func(string) string", _dir),
    "ext": function("func(string) string", _ext),
    "isAbs": function("func(string) bool", lambda path: path.startswith("/")),
}
PATHS: Mapping[str, Function] = {
    **_PATHS,
    **{f"os{name[0].upper()}{name[1:]}": each for name, each in _PATHS.items()},
}
