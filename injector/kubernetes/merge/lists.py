"""Lists that merge: what tells their items apart, and in which order they stand."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from injector.base.errors import MergeError, UnmergeablePod
from injector.kubernetes.schema import identity, join

Path = tuple[Any, str | int] | None
"""Where something is: the path of what holds it, and its key or index there."""


def fault(
    path: Path, message: str, *, of_pod: bool = False
) -> MergeError | UnmergeablePod:
    """Return the error that names the path: ``spec.containers[0]: has no name``."""
    where = f"{_text(path)}{' of the pod' if of_pod else ''}: " if path else ""
    return (UnmergeablePod if of_pod else MergeError)(where + message)


def _text(path: Path) -> str:
    if path is None:
        return ""
    holder, last = path
    if isinstance(last, int):
        return f"{_text(holder)}[{last}]"
    return join(_text(holder), last)


def want_list(value: Any, path: Path) -> None:
    """Refuse what is no list.

    Raises:
        MergeError: it is something else.

    """
    if not isinstance(value, list):
        raise fault(path, f"is {named(value)}, want a list")


def want_mapping(value: Any, path: Path, *, of_pod: bool = False) -> None:
    """Refuse what is no mapping.

    Raises:
        MergeError: it is something else.

    """
    if not isinstance(value, dict):
        raise fault(path, f"is {named(value)}, want a mapping", of_pod=of_pod)


def key_of(item: Any, merge_key: str, path: Path, *, of_pod: bool = False) -> Hashable:
    """Return what tells an item from others, its merge key's value or the item itself.

    Raises:
        MergeError: it has nothing such.

    """
    key = item
    if merge_key:
        want_mapping(item, path, of_pod=of_pod)
        key = item.get(merge_key)
        if key is None:
            message = f"has no {merge_key!r}, by which the items of this list merge"
            raise fault(path, message, of_pod=of_pod)
    if key is None or isinstance(key, dict | list):
        raise fault(path, f"is {named(key)}, want a string or a number", of_pod=of_pod)
    return key if type(key) is str else identity(key)


def keys_of(
    items: Iterable[Any], merge_key: str, path: Path, *, of_pod: bool = False
) -> list[Hashable]:
    """Return the key of each item."""
    return [
        key_of(item, merge_key, (path, index), of_pod=of_pod)
        for index, item in enumerate(items)
    ]


def without(items: list[Any], leaving: list[Any], path: Path) -> list[Any]:
    """Return the strings and numbers that do not leave the list."""
    gone = set(keys_of(leaving, "", path))
    keys = keys_of(items, "", path)
    return [item for item, key in zip(items, keys, strict=True) if key not in gone]


def check_order(
    keys: Iterable[Hashable], order: Iterable[Hashable], path: Path
) -> None:
    """Refuse items that stand in another order than the directive says.

    Raises:
        MergeError: the order lacks an item, or has it elsewhere.

    """
    rest = iter(order)
    # Looking for a key uses up the order as far as there.
    if not all(key in rest for key in keys):
        raise fault(path, "not in the order that $setElementOrder says")


def places(keys: Iterable[Hashable]) -> dict[Hashable, int]:
    """Return where each key stands first."""
    result: dict[Hashable, int] = {}
    for index, key in enumerate(keys):
        result.setdefault(key, index)
    return result


def ordered(
    items: Iterable[tuple[Hashable, Any]],
    stood: Mapping[Hashable, int],
    anchors: Sequence[Hashable],
) -> list[Any]:
    """Return the items in order: anchored ones as their anchors, others as they stood.

    Where both meet, an item that stood before an anchored one stays before it, and
    anchored ones that are new come first.
    """
    rank = places(anchors)
    anchored: list[tuple[Hashable, Any]] = []
    others: list[tuple[Hashable, Any]] = []
    for item in items:
        (anchored if item[0] in rank else others).append(item)
    anchored.sort(key=lambda item: rank[item[0]])
    others.sort(key=lambda item: stood[item[0]])
    result = []
    index = 0
    for key, item in anchored:
        place = stood.get(key, -1)
        while index < len(others) and stood[others[index][0]] < place:
            result.append(others[index][1])
            index += 1
        result.append(item)
    result.extend(item for _, item in others[index:])
    return result


def named(value: Any) -> str:
    """Return what the value is, in words."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "null" if value is None else repr(value)
