"""The merge of two mappings, key by key and at any depth."""

from collections.abc import Hashable, Iterator
from typing import Any

from injector.kubernetes.merge.copies import (
    ORDER,
    PATCH,
    REMOVE,
    RETAIN,
    Rules,
    copied,
    is_directive,
    is_left_out,
    is_omitted,
    patch_directive,
)
from injector.kubernetes.merge.lists import (
    Path,
    check_order,
    fault,
    key_of,
    keys_of,
    ordered,
    places,
    want_list,
    want_mapping,
    without,
)
from injector.kubernetes.schema import Field, Type

_Json = dict[str, Any]
_Order = list[Hashable]


def merged(
    pod: _Json, overlay: _Json, kind: Type | None, path: Path, rules: Rules
) -> _Json:
    """Return *pod*, a mapping, with an overlay merged onto it; the two may share parts.

    Raises:
        MergeError: the overlay cannot be merged onto the mapping.
    """
    for key in overlay:
        if key[:1] == "$":
            return _directed(pod, overlay, kind, path, rules)
    return _by_key(pod, overlay, kind, path, rules, {})


def _by_key(
    pod: _Json,
    overlay: _Json,
    kind: Type | None,
    path: Path,
    rules: Rules,
    orders: dict[str, _Order],
) -> _Json:
    """Merge key by key: the pod's keys first, then what it lacks."""
    of = kind.struct if kind else None
    fields = of.fields if of else {}
    result = {}
    for key, value in pod.items():
        if key not in overlay:
            result[key] = value
            continue
        patch, field, where = overlay[key], fields.get(key), (path, key)
        inner = field.type if field else None
        alike = patch.__class__ is value.__class__
        if not alike or (not rules.strict and is_omitted(value, field)):
            if not is_left_out(patch, path, key, rules):
                result[key] = copied(patch, inner, where, rules)
        elif isinstance(patch, dict):
            result[key] = merged(value, patch, inner, where, rules)
        elif isinstance(patch, list):
            order = orders.get(key)
            result[key] = _list(value, patch, field, where, rules, order)
        elif patch is not None:
            result[key] = patch
    for key, patch in overlay.items():
        if key not in pod and not is_left_out(patch, path, key, rules):
            field = fields.get(key)
            # Kubernetes' library keeps nulls in a list whose order is given.
            chosen = rules if rules.strict or key not in orders else rules.ordered()
            inner = field.type if field else None
            result[key] = copied(patch, inner, (path, key), chosen)
    return result


def _directed(
    pod: _Json, overlay: _Json, kind: Type | None, path: Path, rules: Rules
) -> _Json:
    """Merge a mapping that has directives, or other keys that begin with a dollar."""
    if PATCH in overlay:
        rest = {key: value for key, value in overlay.items() if key != PATCH}
        replaces = patch_directive(overlay, path) == "replace"
        return copied(rest, kind, path, rules.of_lists()) if replaces else {}
    of = kind.struct if kind else None
    patch: _Json = {}
    lists: dict[str, list[Any]] = {}
    for key, value in overlay.items():
        (lists if is_directive(key, value, path) else patch)[key] = value
    pod = _retained(pod, patch, lists.pop(RETAIN, None), path)
    orders: dict[str, _Order] = {}
    for name, items in _with_directive(lists, ORDER):
        merge_key = of.fields[name].merge_key if of and name in of.fields else ""
        orders[name] = keys_of(items, merge_key, (path, f"{ORDER}/{name}"))
        _order(pod, patch, orders[name], merge_key, (path, name))
    # Items of an ordered list are removed after the merge, others before it.
    early: dict[str, list[Any]] = {}
    late: dict[str, list[Any]] = {}
    for name, items in _with_directive(lists, REMOVE):
        (late if name in orders else early)[name] = items
    _remove(pod, early, path)
    result = _by_key(pod, patch, kind, path, rules, orders)
    _remove(result, late, path)
    return result


def _with_directive(
    lists: dict[str, list[Any]], directive: str
) -> Iterator[tuple[str, list[Any]]]:
    """Yield the name of each list that has the directive, and the directive's items."""
    for key, items in lists.items():
        kind, _, name = key.partition("/")
        if kind == directive and items:
            yield name, items


def _remove(mapping: _Json, to_remove: dict[str, list[Any]], path: Path) -> None:
    for name, items in to_remove.items():
        if isinstance(mapping.get(name), list):
            mapping[name] = without(mapping[name], items, (path, name))


def _order(
    pod: _Json, patch: _Json, order: _Order, merge_key: str, path: tuple[Path, str]
) -> None:
    """Check the order of the overlay's list; without one, sort the pod's list."""
    name = path[1]
    if name in pod:
        want_list(pod[name], path)
    if name in patch:
        want_list(patch[name], path)
        items = [item for item in patch[name] if not _has_patch(item)]
        check_order(keys_of(items, merge_key, path), order, path)
    elif name in pod:
        keys = keys_of(pod[name], merge_key, path)
        items = list(zip(keys, pod[name], strict=True))
        pod[name] = ordered(items, places(keys), order)


def _has_patch(item: Any) -> bool:
    return isinstance(item, dict) and PATCH in item


def _retained(pod: _Json, patch: _Json, keep: list[Any] | None, path: Path) -> _Json:
    """Return a copy of the mapping with the keys that may stay."""
    if keep is None:
        return dict(pod)
    kept = {key for key in keep if isinstance(key, str)}
    for key, value in patch.items():
        if value is not None and key not in kept:
            raise fault(path, f"{RETAIN} leaves out {key!r}, which stands beside it")
    return {key: value for key, value in pod.items() if key in kept}


def _list(
    pod: list[Any],
    overlay: list[Any],
    field: Field | None,
    path: Path,
    rules: Rules,
    order: _Order | None,
) -> list[Any]:
    """Return the list after the merge: merged, united, or the overlay's."""
    if field is None or "merge" not in field.strategy:
        kind = field.type if field else None
        result: list[Any] = copied(overlay, kind, path, rules.of_lists())
        return result
    if not field.merge_key:
        return _united(pod, overlay, path, order)
    return _merged_list(pod, overlay, field, path, rules, order)


def _united(
    pod: list[Any], overlay: list[Any], path: Path, order: _Order | None
) -> list[Any]:
    """Return the strings or numbers of both lists, each of them once."""
    old = keys_of(pod, "", path, of_pod=True)
    new = keys_of(overlay, "", path)
    items = dict(zip([*old, *new], [*pod, *overlay], strict=True))
    return ordered(items.items(), places(old), order or new)


def _merged_list(
    pod: list[Any],
    overlay: list[Any],
    field: Field,
    path: Path,
    rules: Rules,
    order: _Order | None,
) -> list[Any]:
    """Return the items of both lists, merged where their keys are the same."""
    merge_key, elem, new = field.merge_key, field.type.elem, rules.of_lists()
    removed = _removals(overlay, merge_key, path)
    if removed is None:
        rest = [
            copied(item, elem, (path, index), new)
            for index, item in enumerate(overlay)
            if PATCH not in item
        ]
        keys = keys_of(rest, merge_key, path)
        return ordered(zip(keys, rest, strict=True), {}, order or keys)
    keys = keys_of(pod, merge_key, path, of_pod=True)
    items = [item for item in zip(keys, pod, strict=True) if item[0] not in removed]
    indices = places(key for key, _ in items)
    where, anchors = dict(indices), []
    for index, patch in enumerate(overlay):
        if PATCH in patch:
            continue
        key = key_of(patch, merge_key, (path, index))
        anchors.append(key)
        at = where.setdefault(key, len(items))
        if at == len(items):
            items.append((key, copied(patch, elem, (path, index), new)))
        else:
            items[at] = key, merged(items[at][1], patch, elem, (path, index), rules)
    return ordered(items, indices, order or anchors)


def _removals(overlay: list[Any], merge_key: str, path: Path) -> set[Hashable] | None:
    """Return the keys of the items to remove; None removes all of the pod's."""
    removed: set[Hashable] = set()
    replaced = False
    for index, item in enumerate(overlay):
        where = path, index
        want_mapping(item, where)
        if PATCH in item and patch_directive(item, where) == "delete":
            removed.add(key_of(item, merge_key, where))
        elif PATCH in item:
            replaced = True
    return None if replaced else removed
