"""The bundled configuration as Python: its document, and what Jinja makes of templates.

Jinja takes longer to read a template than all else takes at a start. What it makes of
the bundled ones is written by ``make compiled`` and kept beside the program, where
Python keeps modules compiled. A test tells when it is out of date; what has another
text, or another version of Jinja, is read as ever.
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
    """Return what tells a text from others."""
    return hashlib.sha256(data).hexdigest()


def document_of(data: bytes) -> Mapping[str, Any] | None:
    """Return the document in *data*; None if it is not the bundled one."""
    if digest(data) != DOCUMENT:
        return None
    found: Mapping[str, Any] = import_module(f"{__name__}.document").DOCUMENT
    return deepcopy(found)


def code_of(source: str, version: str = jinja2.__version__) -> CodeType | None:
    """Return the code of the template with that text; None if there is none."""
    name = NAMES.get(digest(source.encode()))
    if name is None or version != JINJA:
        return None
    spec = find_spec(f"{__name__}.{name}")
    loader: Any = spec and spec.loader
    code: CodeType | None = loader.get_code(spec.name) if spec else None
    return code
