"""What a merge gave, made comparable with what Kubernetes gives."""

from typing import Any

from injector.errors import MergeError
from injector.merge import merge


def settled(value: Any) -> Any:
    """Return JSON without nulls, directives and items with ``$patch``.

    Kubernetes leaves these in what it takes from an overlay, in some places only.
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
    """Return the merged pod, or None if pod and overlay cannot be merged."""
    try:
        return settled(merge(pod, overlay))
    except MergeError:
        return None
