"""Additions of our own templates to containers that the pod's author wrote.

The author's fields stay: only fields that the author's container lacks are merged,
unless the directive ``$patch`` replaces them. The status annotation lists the additions
as paths. A second injection removes them first, so a template's later version replaces
the additions of an earlier one.

===========================  ==========================================================
path                         addition
===========================  ==========================================================
``command``                  the whole field
``env/LEVEL``                an item of a list that merges, by its merge key
``resources/limits/cpu``     an entry of a mapping, or of a struct in ``_DIVISIBLE``
``image/auto``               the field, which was ``auto``
===========================  ==========================================================
"""

from collections.abc import Iterable, Mapping
from typing import Any

from injector.injection.status import Added, names_in
from injector.kubernetes import pods, schema
from injector.kubernetes.pods import CONTAINERS, INIT_CONTAINERS
from injector.kubernetes.schema import Field, Struct

Json = dict[str, Any]
Tree = dict[str, Any]
"""Paths as nested steps; the last step of a path has an empty tree."""

KINDS = (CONTAINERS, INIT_CONTAINERS)
AUTO_IMAGE = "auto"

_CONTAINER = schema.struct("Container")
_IMAGE = "image"
_PATCH = "$patch"
_DIVISIBLE = frozenset(
    ("Capabilities", "Lifecycle", "ResourceRequirements", "SecurityContext")
)
"""Structs whose fields are added one by one. Any other is added as a whole: a probe
with two handlers, for example, is invalid."""


def has_own_image(container: Mapping[str, Any]) -> bool:
    """Tell whether *container* names an image: not empty, and not ``auto``."""
    return container.get(_IMAGE) not in (None, "", AUTO_IMAGE)


def reduced(overlay: Mapping[str, Any], pod: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *overlay* without the fields that containers in *pod* have."""
    spec = pods.spec(overlay)
    lists = {
        kind: _lacked_items(spec[kind], pods.spec(pod)[kind], _field("PodSpec", kind))
        for kind in KINDS
        if isinstance(spec.get(kind), list) and pods.containers(pod, kind)
    }
    return {**overlay, "spec": {**spec, **lists}} if lists else overlay


def find(
    author: Mapping[str, Any], pod: Mapping[str, Any], template_pod: Mapping[str, Any]
) -> dict[str, tuple[Added, ...]]:
    """Return the additions of *pod* to containers of *author*, by kind of container.

    Only containers that *template_pod* has too get additions.
    """
    found = {}
    for kind in KINDS:
        before = pods.by_name(pods.containers(author, kind))
        after = pods.by_name(pods.containers(pod, kind))
        groups: dict[tuple[str, ...], list[str]] = {}
        for name in dict.fromkeys(names_in(pods.spec(template_pod).get(kind))):
            if name in before and name in after:
                paths = tuple(sorted(_paths(before[name], after[name], _CONTAINER, "")))
                groups.setdefault(paths, []).append(name)
        added = [Added(tuple(groups[paths]), paths) for paths in groups if paths]
        if added:
            found[kind] = tuple(added)
    return found


def tree(paths: Iterable[str]) -> Tree:
    """Return *paths* as a tree, for ``without``."""
    root: Tree = {}
    for path in paths:
        at = root
        for step in path.split("/"):
            at = at.setdefault(step.replace("~1", "/").replace("~0", "~"), {})
    return root


def without(container: Mapping[str, Any], added: Tree) -> Json:
    """Return *container* without the additions *added*."""
    return _without(container, added, _CONTAINER)


def _field(struct: str, name: str) -> Field:
    return schema.struct(struct).fields[name]


def _lacked(overlay: Json, author: Mapping[str, Any], of: Struct, name: str) -> Json:
    """Return the fields of *overlay* that *author* lacks, and its merge key *name*."""
    result: Json = {}
    for key, value in overlay.items():
        present = author.get(key)
        lacks = present is None or _is_auto(key, present)
        if lacks or key == name or key[:1] == "$":
            result[key] = value
        elif (part := _lacked_part(value, present, of.fields.get(key))) is not None:
            result[key] = part
    return result


def _is_auto(key: str, value: Any) -> bool:
    return key == _IMAGE and not has_own_image({key: value})


def _lacked_part(value: Any, present: Any, field: Field | None) -> Any:
    """Return the part of *value* that *present*, the author's, lacks; None if none."""
    if isinstance(value, dict) and _PATCH in value:
        return value
    if field is None:
        return None
    if isinstance(value, dict) and isinstance(present, dict):
        of = field.type.struct
        if of is None:
            part = {key: value[key] for key in value if key not in present}
        else:
            part = _lacked(value, present, of, "") if of.name in _DIVISIBLE else {}
        return part or None
    if isinstance(value, list) and isinstance(present, list) and _merges(field):
        return _lacked_items(value, present, field)
    return None


def _lacked_items(items: list[Any], present: list[Any], field: Field) -> list[Any]:
    """Return the items that *present* lacks; of containers, their lacked fields."""
    name = field.merge_key
    known = {_key(each, name): each for each in reversed(pods.elements(present))}
    of = field.elem.struct if field.elem else None
    directives = [each for each in pods.elements(items) if _PATCH in each]
    if any(each[_PATCH] == "replace" for each in directives):
        return items
    directed = {_key(each, name) for each in directives}
    result = []
    for item in items:
        key = _key(item, name) if isinstance(item, dict) else None
        if key not in known or key in directed:
            result.append(item)
        elif of is not None and of.name == "Container":
            result.append(_lacked(item, known[key], of, name))
        elif any(each[:1] == "$" for each in item):
            result.append(item)
    return result


def _key(item: Mapping[str, Any], name: str) -> Any:
    return schema.identity(item.get(name))


def _merges(field: Field) -> bool:
    return bool(field.merge_key) and "merge" in field.strategy


def _paths(
    before: Mapping[str, Any], after: Mapping[str, Any], of: Struct | None, path: str
) -> Iterable[str]:
    """Yield the paths of the additions in *after*, below *path*."""
    for key, value in after.items():
        old, field = before.get(key), of.fields.get(key) if of else None
        place = path + key.replace("~", "~0").replace("/", "~1")
        if field is not None and _merges(field) and isinstance(value, list):
            known = {_key(each, field.merge_key) for each in pods.elements(old)}
            for item in pods.elements(value):
                if _key(item, field.merge_key) not in known:
                    name = str(item.get(field.merge_key))
                    yield f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
        elif field is not None and _divides(field) and isinstance(value, dict):
            yield from _paths(pods.mapping(old), value, field.type.struct, f"{place}/")
        elif old is None:
            yield place
        elif _is_auto(key, old) and has_own_image(after):
            yield f"{place}/{old}"


def _divides(field: Field) -> bool:
    """Tell whether the entries of a field are added one by one."""
    of = field.type.struct
    return field.kind == "map" or (of is not None and of.name in _DIVISIBLE)


def _without(value: Mapping[str, Any], added: Tree, of: Struct | None) -> Json:
    result: Json = {}
    for key, item in value.items():
        steps = added.get(key)
        if steps is None:
            result[key] = item
        elif key == _IMAGE and steps:
            result[key] = next(iter(steps))
        elif steps:
            field = of.fields.get(key) if of else None
            if rest := _rest(item, steps, field):
                result[key] = rest
    return result


def _rest(value: Any, added: Tree, field: Field | None) -> Any:
    if isinstance(value, dict):
        return _without(value, added, field.type.struct if field else None)
    if isinstance(value, list) and field is not None and field.merge_key:
        return [
            item
            for item in value
            if not (isinstance(item, dict) and str(item.get(field.merge_key)) in added)
        ]
    return value
