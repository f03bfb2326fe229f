"""The bundled templates as the Python that Jinja makes of them.

Jinja takes longer to read a template than all else takes at a start. What it makes of
the bundled ones is written by ``make compiled`` and kept beside the program, where
Python keeps modules compiled. A test tells when it is out of date; a template whose
text, or a Jinja whose version is another is compiled as ever.
"""

import hashlib
from importlib.util import find_spec
from types import CodeType
from typing import Any

import jinja2

from injector.compiled.index import JINJA, NAMES


def digest(source: str) -> str:
    """Return what tells the text of a template from others."""
    return hashlib.sha256(source.encode()).hexdigest()


def code_of(source: str, version: str = jinja2.__version__) -> CodeType | None:
    """Return the code of the template with that text; None if there is none."""
    name = NAMES.get(digest(source))
    if name is None or version != JINJA:
        return None
    spec = find_spec(f"{__name__}.{name}")
    loader: Any = spec and spec.loader
    code: CodeType | None = loader.get_code(spec.name) if spec else None
    return code
