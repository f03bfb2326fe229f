"""The operations that turn one object into another."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Hashable, Mapping
from typing import Any

from injector.kubernetes.schema import POD_TYPE, Type, identity, same_json

Operation = dict[str, Any]
"""An operation of RFC 6902: ``op``, ``path`` and, except to remove, ``value``."""

# A list with more changes than this, and than items that stay, is replaced.
_MANY_CHANGES = 16


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Operation]:
    """Return the operations that turn *before* into *after*.

    Mappings are compared key by key. Items of lists are the same if their merge keys or
    they themselves are equal; items between them are removed, added and replaced. The
    operations share their values with *after*.
    """
    operations: list[Operation] = []
    _mappings(operations, before, after, POD_TYPE, "")
    return operations


def _mappings(
    operations: list[Operation],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    kind: Type | None,
    path: str,
) -> None:
    of = kind.struct if kind else None
    operations.extend(
        {"op": "remove", "path": _below(path, key)}
        for key in before
        if key not in after
    )
    for key, value in after.items():
        old = before.get(key)
        if old is None and (value is not None or key not in before):
            # ``add`` also replaces a null, which some libraries read as an absent key.
            where = _below(path, key)
            operations.append({"op": "add", "path": where, "value": value})
        elif not same_json(old, value):
            field = of.fields.get(key) if of else None
            inner = field.type if field else kind and kind.elem
            merge_key = field.merge_key if field else ""
            _values(operations, old, value, inner, merge_key, _below(path, key))


def _values(
    operations: list[Operation],
    before: Any,
    after: Any,
    kind: Type | None,
    merge_key: str,
    path: str,
) -> None:
    if isinstance(before, dict) and isinstance(after, dict):
        if before.keys() & after.keys() or len(before) + len(after) <= 1:
            _mappings(operations, before, after, kind, path)
            return
    elif isinstance(before, list) and isinstance(after, list):
        old = [_key(item, merge_key) for item in before]
        new = [_key(item, merge_key) for item in after]
        stays = _staying(old, new)
        if not _is_replaced(len(stays), len(old), len(new)):
            elem = kind.elem if kind else None
            _lists(operations, before, after, stays, elem, path)
            return
    operations.append({"op": "replace", "path": path, "value": after})


def _lists(
    operations: list[Operation],
    before: list[Any],
    after: list[Any],
    stays: list[tuple[int, int]],
    elem: Type | None,
    path: str,
) -> None:
    """Turn one list into the other: the items that stay, and those between them.

    The lists are changed from the beginning, so that indices are those of *after*.
    """
    old = new = 0
    for next_old, next_new in [*stays, (len(before), len(after))]:
        replaced = min(next_old - old, next_new - new)
        for index in range(new, next_new):
            op = "replace" if index < new + replaced else "add"
            where = f"{path}/{index}"
            operations.append({"op": op, "path": where, "value": after[index]})
        operations.extend(
            {"op": "remove", "path": f"{path}/{next_new}"}
            for _ in range(old + replaced, next_old)
        )
        if next_old < len(before) and not same_json(before[next_old], after[next_new]):
            where = f"{path}/{next_new}"
            _values(operations, before[next_old], after[next_new], elem, "", where)
        old, new = next_old + 1, next_new + 1


def _is_replaced(stays: int, old: int, new: int) -> bool:
    """Return whether so few items of a list stay that it is replaced."""
    changes = max(old, new) - stays
    if not stays:
        return old + new > 1
    return changes > max(stays, _MANY_CHANGES)


def _key(item: Any, merge_key: str) -> Hashable:
    if isinstance(item, dict) and merge_key in item:
        return identity(item[merge_key])
    return identity(item)


def _staying(old: list[Hashable], new: list[Hashable]) -> list[tuple[int, int]]:
    """Return the indices, in both lists, of the items that stay in order."""
    start = stop = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    while stop < shorter - start and old[-1 - stop] == new[-1 - stop]:
        stop += 1
    places: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for place in range(start, len(old) - stop):
        places[old[place]].append(place)
    pairs = [
        (places[new[place]].popleft(), place)
        for place in range(start, len(new) - stop)
        if places[new[place]]
    ]
    ends = zip(
        range(len(old) - stop, len(old)), range(len(new) - stop, len(new)), strict=True
    )
    return [
        *zip(range(start), range(start), strict=True),
        *_longest_rising(pairs),
        *ends,
    ]


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence of *pairs* whose first numbers rise."""
    # By length: the least last number of a subsequence, and its pair; by pair: the
    # pair before it.
    lowest: list[int] = []
    ends: list[int] = []
    follows: list[int] = []
    for index, (place, _) in enumerate(pairs):
        length = bisect_left(lowest, place)
        lowest[length : length + 1] = [place]
        ends[length : length + 1] = [index]
        follows.append(ends[length - 1] if length else -1)
    result = []
    index = ends[-1] if ends else -1
    while index >= 0:
        result.append(pairs[index])
        index = follows[index]
    return result[::-1]


def _below(path: str, key: str) -> str:
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{path}/{key}"
