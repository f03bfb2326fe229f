"""The merge of two mappings, key by key, and of all that is in them."""

from collections.abc import Hashable, Iterator
from typing import Any

from injector.merge.lists import (
    Path,
    check_order,
    fault,
    key_of,
    keys_of,
    named,
    ordered,
    places,
    want_list,
    want_mapping,
    without,
)
from injector.schema import Field, Struct

_PATCH = "$patch"
_RETAIN = "$retainKeys"
_REMOVE = "$deleteFromPrimitiveList"
_ORDER = "$setElementOrder"

_Json = dict[str, Any]
_Order = list[Hashable]


def merged(pod: _Json, overlay: _Json, of: Struct | None, path: Path) -> _Json:
    """Return a mapping with an overlay merged onto it, which shares parts with *pod*.

    Raises:
        MergeError: they do not go together.

    """
    for key in overlay:
        if key[:1] == "$":
            return _directed(pod, overlay, of, path)
    return _by_key(pod, overlay, of, path, {})


def _by_key(
    pod: _Json, overlay: _Json, of: Struct | None, path: Path, orders: dict[str, _Order]
) -> _Json:
    """Merge key by key: the pod's keys first, then what it lacks."""
    result = {}
    for key, value in pod.items():
        if key not in overlay:
            result[key] = value
            continue
        patch = overlay[key]
        field = of.fields.get(key) if of else None
        where = path, key
        if isinstance(patch, dict) and isinstance(value, dict):
            inner = field.type.struct if field else None
            result[key] = merged(value, patch, inner, where)
        elif (
            field is not None
            and "merge" in field.strategy
            and isinstance(patch, list)
            and isinstance(value, list)
        ):
            unite = _merged_list if field.merge_key else _united
            result[key] = unite(value, patch, field, where, orders.get(key))
        elif not _says_nothing(patch, path, key):
            result[key] = _taken(patch, where)
    for key, patch in overlay.items():
        if key not in pod and not _says_nothing(patch, path, key):
            result[key] = _taken(patch, (path, key))
    return result


def _taken(value: Any, path: Path) -> Any:
    """Return a copy without what only has a meaning for a pod that has it already."""
    if isinstance(value, dict):
        result = {}
        for key, item in value.items():
            if key[:1] == "$" and _is_directive(key, item, path):
                continue
            if isinstance(item, str):
                # Most values are strings: spare them the calls.
                result[key] = item
            elif not _says_nothing(item, path, key):
                result[key] = _taken(item, (path, key))
        return result
    if isinstance(value, list):
        return [
            item if isinstance(item, str) else _taken(item, (path, index))
            for index, item in enumerate(value)
            if item is None or not _says_nothing(item, path, index)
        ]
    return value


def _says_nothing(value: Any, path: Path, last: str | int) -> bool:
    """Tell whether a value of the overlay gives nothing to a pod that lacks it."""
    if isinstance(value, dict):
        return _PATCH in value and bool(_word(value, (path, last)))
    return value is None


def _directed(pod: _Json, overlay: _Json, of: Struct | None, path: Path) -> _Json:
    """Merge a mapping that has directives, or other keys that begin with a dollar."""
    if _PATCH in overlay:
        rest = {key: value for key, value in overlay.items() if key != _PATCH}
        return _taken(rest, path) if _word(overlay, path) == "replace" else {}
    patch: _Json = {}
    lists: dict[str, list[Any]] = {}
    for key, value in overlay.items():
        (lists if _is_directive(key, value, path) else patch)[key] = value
    pod = _retained(pod, patch, lists.pop(_RETAIN, None), path)
    orders: dict[str, _Order] = {}
    for name, items in _about(lists, _ORDER):
        merge_key = of.fields[name].merge_key if of and name in of.fields else ""
        orders[name] = keys_of(items, merge_key, (path, f"{_ORDER}/{name}"))
        _order(pod, patch, orders[name], merge_key, (path, name))
    leaving = dict(_about(lists, _REMOVE))
    # What leaves a list does so when the list is in order, else before all.
    _remove(pod, {name: leaving[name] for name in leaving if name not in orders}, path)
    result = _by_key(pod, patch, of, path, orders)
    _remove(result, {name: leaving[name] for name in leaving if name in orders}, path)
    return result


def _about(
    lists: dict[str, list[Any]], directive: str
) -> Iterator[tuple[str, list[Any]]]:
    """Return the lists that a directive is about, by name, with what it says."""
    for key, items in lists.items():
        kind, _, name = key.partition("/")
        if kind == directive and items:
            yield name, items


def _remove(mapping: _Json, leaving: dict[str, list[Any]], path: Path) -> None:
    for name, items in leaving.items():
        if isinstance(mapping.get(name), list):
            mapping[name] = without(mapping[name], items, (path, name))


def _order(
    pod: _Json, patch: _Json, order: _Order, merge_key: str, path: tuple[Path, str]
) -> None:
    """Check the order of the overlay's list; without one put the pod's in order."""
    name = path[1]
    if name in pod:
        want_list(pod[name], path)
    if name in patch:
        want_list(patch[name], path)
        items = [item for item in patch[name] if not _has_word(item)]
        check_order(keys_of(items, merge_key, path), order, path)
    elif name in pod:
        keys = keys_of(pod[name], merge_key, path)
        items = list(zip(keys, pod[name], strict=True))
        pod[name] = ordered(items, places(keys), order)


def _has_word(item: Any) -> bool:
    return isinstance(item, dict) and _PATCH in item


def _retained(pod: _Json, patch: _Json, keep: list[Any] | None, path: Path) -> _Json:
    """Return a copy of the mapping with the keys that may stay."""
    if keep is None:
        return dict(pod)
    kept = {key for key in keep if isinstance(key, str)}
    for key, value in patch.items():
        if value is not None and key not in kept:
            raise fault(path, f"{_RETAIN} leaves out {key!r}, which stands beside it")
    return {key: value for key, value in pod.items() if key in kept}


def _is_directive(key: str, value: Any, path: Path) -> bool:
    """Tell whether a key is a directive with a list, which is well-formed then."""
    if not key.startswith((_RETAIN, _REMOVE, _ORDER)):
        return False
    name = key.partition("/")[2]
    if key != _RETAIN and key not in (f"{_REMOVE}/{name}", f"{_ORDER}/{name}"):
        known = f"{_RETAIN}, {_REMOVE}/LIST or {_ORDER}/LIST"
        raise fault(path, f"unknown directive {key!r}, want {known}")
    want_list(value, (path, key))
    return True


def _word(overlay: _Json, path: Path) -> str:
    """Return what the directive ``$patch`` says."""
    word = overlay[_PATCH]
    if word not in ("delete", "replace"):
        raise fault((path, _PATCH), f"is {named(word)}, want 'delete' or 'replace'")
    return str(word)


def _united(
    pod: list[Any], overlay: list[Any], _: Field, path: Path, order: _Order | None
) -> list[Any]:
    """Return the strings or numbers of both lists, each of them once."""
    old = keys_of(pod, "", path, of_pod=True)
    new = keys_of(overlay, "", path)
    items = dict(zip([*old, *new], [*pod, *overlay], strict=True))
    return ordered(items.items(), places(old), order or new)


def _merged_list(
    pod: list[Any], overlay: list[Any], field: Field, path: Path, order: _Order | None
) -> list[Any]:
    """Return the items of both lists, merged where their keys are the same."""
    merge_key, elem = field.merge_key, field.type.elem
    of = elem.struct if elem else None
    gone = _leaving(overlay, merge_key, path)
    if gone is None:
        rest = _taken(overlay, path)
        keys = keys_of(rest, merge_key, path)
        return ordered(zip(keys, rest, strict=True), {}, order or keys)
    keys = keys_of(pod, merge_key, path, of_pod=True)
    items = [item for item in zip(keys, pod, strict=True) if item[0] not in gone]
    stood = places(key for key, _ in items)
    where, anchors = dict(stood), []
    for index, patch in enumerate(overlay):
        if _PATCH in patch:
            continue
        key = key_of(patch, merge_key, (path, index))
        anchors.append(key)
        at = where.setdefault(key, len(items))
        if at == len(items):
            items.append((key, _taken(patch, (path, index))))
        else:
            items[at] = key, merged(items[at][1], patch, of, (path, index))
    return ordered(items, stood, order or anchors)


def _leaving(overlay: list[Any], merge_key: str, path: Path) -> set[Hashable] | None:
    """Return the keys of the items that go, None if all of the pod's do."""
    gone: set[Hashable] = set()
    replaced = False
    for index, item in enumerate(overlay):
        where = path, index
        want_mapping(item, where)
        if _PATCH in item and _word(item, where) == "delete":
            gone.add(key_of(item, merge_key, where))
        elif _PATCH in item:
            replaced = True
    return None if replaced else gone
