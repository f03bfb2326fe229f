"""What a merge gave, made comparable with what Kubernetes gives."""

from typing import Any

from injector.base.errors import MergeError
from injector.kubernetes import schema
from injector.kubernetes.merge import OWN, Rules, merge

KUBERNETES = Rules(drops_nulls=True, drops_directives=True)
"""How the library merges today."""


def read(pod: Any) -> Any:
    """Return a pod as Kubernetes' types read and print it, None if they cannot."""
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
    """Return what Kubernetes' types read of the merged pod, None if nothing."""
    try:
        made = merge(pod, overlay, KUBERNETES)
    except MergeError:
        return None
    return None if schema.problems(made) else schema.typed(made)


def settled(value: Any) -> Any:
    """Return JSON without nulls, directives and items with ``$patch``.

    Kubernetes leaves these in what it takes from an overlay, in some places only; for
    templates of our own they count for nothing in any.
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
    """Return what a template of our own gives, None if it cannot be merged."""
    try:
        return settled(merge(pod, overlay, OWN))
    except MergeError:
        return None
