"""Lists that merge: the keys of their items, and the order of the result."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from injector.base.errors import MergeError, UnmergeablePod
from injector.kubernetes.schema import identity, join

Path = tuple[Any, str | int] | None
"""The path of a value: that of its parent, and its key or index; None is the root."""


def fault(
    path: Path, message: str, *, of_pod: bool = False
) -> MergeError | UnmergeablePod:
    """Return an error with the path: ``spec.containers[0]: has no name``."""
    where = f"{_text(path)}{' of the pod' if of_pod else ''}: " if path else ""
    return (UnmergeablePod if of_pod else MergeError)(where + message)


def _text(path: Path) -> str:
    if path is None:
        return ""
    parent, last = path
    return join(_text(parent), last)


def want_list(value: Any, path: Path) -> None:
    """Check that *value* is a list.

    Raises:
        MergeError: *value* has another type.
    """
    if not isinstance(value, list):
        raise fault(path, f"is {described(value)}, want a list")


def want_mapping(value: Any, path: Path, *, of_pod: bool = False) -> None:
    """Check that *value* is a mapping.

    Raises:
        MergeError: *value* has another type.
    """
    if not isinstance(value, dict):
        raise fault(path, f"is {described(value)}, want a mapping", of_pod=of_pod)


def key_of(item: Any, merge_key: str, path: Path, *, of_pod: bool = False) -> Hashable:
    """Return the key of an item: its merge key's value, or without one the item itself.

    Raises:
        MergeError: the item has no key, or one that is no string or number.
    """
    key = item
    if merge_key:
        want_mapping(item, path, of_pod=of_pod)
        key = item.get(merge_key)
        if key is None:
            message = f"has no {merge_key!r}, by which the items of this list merge"
            raise fault(path, message, of_pod=of_pod)
    if key is None or isinstance(key, dict | list):
        message = f"is {described(key)}, want a string or a number"
        raise fault(path, message, of_pod=of_pod)
    return key if type(key) is str else identity(key)


def keys_of(
    items: Iterable[Any], merge_key: str, path: Path, *, of_pod: bool = False
) -> list[Hashable]:
    """Return the key of each item."""
    return [
        key_of(item, merge_key, (path, index), of_pod=of_pod)
        for index, item in enumerate(items)
    ]


def without(items: list[Any], to_remove: list[Any], path: Path) -> list[Any]:
    """Return the strings and numbers in *items* but not in *to_remove*."""
    removed = set(keys_of(to_remove, "", path))
    keys = keys_of(items, "", path)
    return [item for item, key in zip(items, keys, strict=True) if key not in removed]


def check_order(
    keys: Iterable[Hashable], order: Iterable[Hashable], path: Path
) -> None:
    """Check that items stand in the order of the directive.

    Raises:
        MergeError: the order lacks an item, or has it elsewhere.
    """
    rest = iter(order)
    # ``in`` consumes the iterator up to the key: later keys must come after it.
    if not all(key in rest for key in keys):
        raise fault(path, "not in the order that $setElementOrder says")


def places(keys: Iterable[Hashable]) -> dict[Hashable, int]:
    """Return the first index of each key."""
    result: dict[Hashable, int] = {}
    for index, key in enumerate(keys):
        result.setdefault(key, index)
    return result


def ordered(
    items: Iterable[tuple[Hashable, Any]],
    indices: Mapping[Hashable, int],
    anchors: Sequence[Hashable],
) -> list[Any]:
    """Return the items: some in the order of *anchors*, others by their old *indices*.

    An item that came before an anchored item stays before it. New anchored items come
    before the others.
    """
    rank = places(anchors)
    anchored: list[tuple[Hashable, Any]] = []
    others: list[tuple[Hashable, Any]] = []
    for item in items:
        (anchored if item[0] in rank else others).append(item)
    anchored.sort(key=lambda item: rank[item[0]])
    others.sort(key=lambda item: indices[item[0]])
    result = []
    index = 0
    for key, item in anchored:
        place = indices.get(key, -1)
        while index < len(others) and indices[others[index][0]] < place:
            result.append(others[index][1])
            index += 1
        result.append(item)
    result.extend(item for _, item in others[index:])
    return result


def described(value: Any) -> str:
    """Return a description of *value* for messages."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "null" if value is None else repr(value)
