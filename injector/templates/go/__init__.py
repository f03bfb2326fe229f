"""Go's text/template: templates in its language, run on JSON with Go's types.

``GoTemplate`` is a template. ``values`` has the types and functions that templates see,
``parse`` the syntax, ``run`` the execution, ``builtin`` and ``sprig`` the functions.
"""

from injector.templates.go.template import GoTemplate
from injector.templates.go.values.functions import (
    Function,
    FunctionError,
    Refused,
    Registry,
    function,
)
from injector.templates.go.values.types import Field, Type
from injector.templates.go.values.values import Typed

__all__ = [
    "Field",
    "Function",
    "FunctionError",
    "GoTemplate",
    "Refused",
    "Registry",
    "Type",
    "Typed",
    "function",
]
