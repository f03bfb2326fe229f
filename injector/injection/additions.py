"""What templates of our own add to containers that the pod's author wrote.

The author's stays: of a template's container of the same name only what the author's
lacks is merged, unless ``$patch`` says otherwise. What was added is remembered by name,
as paths: a second injection takes it away first, so that a template's later version
replaces what an earlier one added.

===========================  ==========================================================
path                         what was added
===========================  ==========================================================
``command``                  the whole field
``env/LEVEL``                an item of a list that merges, by its merge key
``resources/limits/cpu``     an entry of a mapping, or of a struct of separate wishes
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
"""Paths, step by step; what goes as a whole has no more steps."""

KINDS = (CONTAINERS, INIT_CONTAINERS)
AUTO_IMAGE = "auto"

_CONTAINER = schema.struct("Container")
_IMAGE = "image"
_PATCH = "$patch"
_WISHES = frozenset(
    ("Capabilities", "Lifecycle", "ResourceRequirements", "SecurityContext")
)
"""Structs whose fields are wishes of their own. Any other is one wish: a probe with two
handlers, for example, would be none."""


def has_own_image(container: Mapping[str, Any]) -> bool:
    """Tell whether the author names the image, and does not leave it to a template."""
    return container.get(_IMAGE) not in (None, "", AUTO_IMAGE)


def lacked(overlay: Mapping[str, Any], pod: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *overlay* without what the author's containers in *pod* have already."""
    spec = pods.spec(overlay)
    less = {
        kind: _lacked_items(spec[kind], pods.spec(pod)[kind], _field("PodSpec", kind))
        for kind in KINDS
        if isinstance(spec.get(kind), list) and pods.containers(pod, kind)
    }
    return {**overlay, "spec": {**spec, **less}} if less else overlay


def made_to(
    author: Mapping[str, Any], pod: Mapping[str, Any], template_pod: Mapping[str, Any]
) -> dict[str, tuple[Added, ...]]:
    """Return what *pod* has more than *author* in containers that templates name."""
    found = {}
    for kind in KINDS:
        theirs = pods.by_name(pods.containers(author, kind))
        now = pods.by_name(pods.containers(pod, kind))
        groups: dict[tuple[str, ...], list[str]] = {}
        for name in dict.fromkeys(names_in(pods.spec(template_pod).get(kind))):
            if name in theirs and name in now:
                paths = tuple(sorted(_made(theirs[name], now[name], _CONTAINER, "")))
                groups.setdefault(paths, []).append(name)
        added = [Added(tuple(groups[paths]), paths) for paths in groups if paths]
        if added:
            found[kind] = tuple(added)
    return found


def tree(paths: Iterable[str]) -> Tree:
    """Return *paths* in a form in which they are taken away at once."""
    root: Tree = {}
    for path in paths:
        at = root
        for step in path.split("/"):
            at = at.setdefault(step.replace("~1", "/").replace("~0", "~"), {})
    return root


def without(container: Mapping[str, Any], added: Tree) -> Json:
    """Return *container* as it was before *added* was added."""
    return _without(container, added, _CONTAINER)


def _field(struct: str, name: str) -> Field:
    return schema.struct(struct).fields[name]


def _lacked(overlay: Json, author: Mapping[str, Any], of: Struct, name: str) -> Json:
    """Return what *author* lacks of *overlay*, which is told by its key *name*."""
    result: Json = {}
    for key, value in overlay.items():
        theirs = author.get(key)
        lacks = theirs is None or _is_auto(key, theirs)
        if lacks or key == name or key[:1] == "$":
            result[key] = value
        elif (less := _less(value, theirs, of.fields.get(key))) is not None:
            result[key] = less
    return result


def _is_auto(key: str, value: Any) -> bool:
    return key == _IMAGE and not has_own_image({key: value})


def _less(value: Any, theirs: Any, field: Field | None) -> Any:
    """Return what is lacked of a field that the author has; None if nothing is."""
    if isinstance(value, dict) and _PATCH in value:
        return value
    if field is None:
        return None
    if isinstance(value, dict) and isinstance(theirs, dict):
        of = field.type.struct
        if of is None:
            less = {key: value[key] for key in value if key not in theirs}
        else:
            less = _lacked(value, theirs, of, "") if of.name in _WISHES else {}
        return less or None
    if isinstance(value, list) and isinstance(theirs, list) and _merges(field):
        return _lacked_items(value, theirs, field)
    return None


def _lacked_items(items: list[Any], theirs: list[Any], field: Field) -> list[Any]:
    """Return the items that the author lacks; of containers, what they lack."""
    name = field.merge_key
    known = {_key(each, name): each for each in reversed(pods.elements(theirs))}
    of = field.elem.struct if field.elem else None
    says = [each for each in pods.elements(items) if _PATCH in each]
    if any(each[_PATCH] == "replace" for each in says):
        return items
    gone = {_key(each, name) for each in says}
    result = []
    for item in items:
        key = _key(item, name) if isinstance(item, dict) else None
        if key not in known or key in gone:
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


def _made(
    before: Mapping[str, Any], after: Mapping[str, Any], of: Struct | None, path: str
) -> Iterable[str]:
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
            yield from _made(pods.mapping(old), value, field.type.struct, f"{place}/")
        elif old is None:
            yield place
        elif _is_auto(key, old) and has_own_image(after):
            yield f"{place}/{old}"


def _divides(field: Field) -> bool:
    """Tell whether what is in a field counts one by one."""
    of = field.type.struct
    return field.kind == "map" or (of is not None and of.name in _WISHES)


def _without(value: Mapping[str, Any], added: Tree, of: Struct | None) -> Json:
    result: Json = {}
    for key, item in value.items():
        more = added.get(key)
        if more is None:
            result[key] = item
        elif key == _IMAGE and more:
            result[key] = next(iter(more))
        elif more:
            field = of.fields.get(key) if of else None
            if left := _left(item, more, field):
                result[key] = left
    return result


def _left(value: Any, added: Tree, field: Field | None) -> Any:
    if isinstance(value, dict):
        return _without(value, added, field.type.struct if field else None)
    if isinstance(value, list) and field is not None and field.merge_key:
        return [
            item
            for item in value
            if not (isinstance(item, dict) and str(item.get(field.merge_key)) in added)
        ]
    return value
