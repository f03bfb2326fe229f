"""Makes results of merges comparable with those of Kubernetes."""

from typing import Any

from injector.base.errors import MergeError
from injector.kubernetes import schema
from injector.kubernetes.merge import STRICT, Rules, merge

KUBERNETES = Rules(drops_nulls=True, drops_directives=True)
"""The rules of the current version of the library."""


def read(pod: Any) -> Any:
    """Return a pod as Kubernetes' types read and print it; None if they fail."""
    return None if schema.problems(pod) else schema.typed(_fields(pod, schema.POD.name))


def _fields(value: Any, go: str) -> Any:
    """Return JSON without directives where only fields have a place."""
    kind = schema.type_of(go)
    if isinstance(value, dict) and kind.struct is not None:
        fields = kind.struct.fields
        return {
            key: _fields(item, fields[key].type.go) if key in fields else item
            for key, item in value.items()
            if key[:1] != "$"
        }
    if isinstance(value, list) and kind.elem is not None:
        return [_fields(item, kind.elem.go) for item in value]
    return value


def merged_as_read(pod: dict[str, Any], overlay: dict[str, Any]) -> Any:
    """Return the merged pod as Kubernetes' types read it; None if they fail."""
    try:
        made = merge(pod, overlay, KUBERNETES)
    except MergeError:
        return None
    return None if schema.problems(made) else schema.typed(made)


def settled(value: Any) -> Any:
    """Return JSON without nulls, directives and items with ``$patch``.

    Kubernetes keeps these of an overlay in some places; for an operator's own templates
    they have no effect.
    """
    if isinstance(value, dict):
        return {
            key: settled(item)
            for key, item in value.items()
            if item is not None and key[:1] != "$" and not _directed(item)
        }
    if isinstance(value, list):
        return [settled(item) for item in value if not _directed(item)]
    return value


def _directed(value: Any) -> bool:
    return isinstance(value, dict) and "$patch" in value


def merged(pod: dict[str, Any], overlay: dict[str, Any]) -> Any:
    """Return the result for an own template; None if it cannot be merged."""
    try:
        return settled(merge(pod, overlay, STRICT))
    except MergeError:
        return None
