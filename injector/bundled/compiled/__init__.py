"""The bundled configuration as Python: its document, and its templates as Jinja's code.

Jinja takes longer to compile a template than the rest of a start takes. So ``make
compiled`` writes the code of the bundled templates here, and Python caches it like any
module. A test compares it with Jinja's. Other texts, or another version of Jinja, are
compiled at the start.
"""

import hashlib
from collections.abc import Mapping
from copy import deepcopy
from importlib import import_module
from importlib.util import find_spec
from types import CodeType
from typing import Any

import jinja2

from injector.bundled.compiled.index import DOCUMENT, JINJA, NAMES


def digest(data: bytes) -> str:
    """Return the SHA-256 digest of *data*, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def document_of(data: bytes) -> Mapping[str, Any] | None:
    """Return a copy of the bundled document; None if *data* is another."""
    if digest(data) != DOCUMENT:
        return None
    document: Mapping[str, Any] = import_module(f"{__name__}.document").DOCUMENT
    return deepcopy(document)


def code_of(source: str, version: str = jinja2.__version__) -> CodeType | None:
    """Return the code of the template *source*; None if none is compiled."""
    name = NAMES.get(digest(source.encode()))
    if name is None or version != JINJA:
        return None
    spec = find_spec(f"{__name__}.{name}")
    loader: Any = spec and spec.loader
    code: CodeType | None = loader.get_code(spec.name) if spec else None
    return code
