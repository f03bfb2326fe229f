"""What a merge takes from an overlay where the pod has nothing to merge it with.

Kubernetes' library copies it, nulls and directives included, and Go reads the copy into
its types: a null in a map or a list becomes a zero value, and a field's is not printed;
a directive is no field, so that its key is lost, and what stands beside it stays.
Newer versions of the library look first through what is new to a mapping, never
through what is new to a list. For templates of our own nulls and directives count for
nothing at any depth.
"""

from typing import Any, NamedTuple

from injector.kubernetes.merge.lists import Path, fault, named, want_list
from injector.kubernetes.schema import Field, Type, zero

PATCH = "$patch"
RETAIN = "$retainKeys"
REMOVE = "$deleteFromPrimitiveList"
ORDER = "$setElementOrder"


class Rules(NamedTuple):
    """What counts for nothing in what is taken."""

    drops_nulls: bool
    """Nulls in what is new to a mapping."""
    drops_directives: bool
    """Mappings with ``$patch`` in what is new to a mapping."""
    own: bool = False
    """Whether the same holds for what is new to a list, or replaces something, and
    directives are checked."""

    def of_lists(self) -> "Rules":
        """Return the rules for what is new to a list, or replaces something."""
        return self if self.own else _COPIES

    def ordered(self) -> "Rules":
        """Return the rules for a list that a mapping lacks, with its order given."""
        return self._replace(drops_nulls=False)


OWN = Rules(drops_nulls=True, drops_directives=True, own=True)
"""For templates of our own."""
_COPIES = Rules(drops_nulls=False, drops_directives=False)


def taken(value: Any, kind: Type | None, path: Path, rules: Rules) -> Any:
    """Return a copy of *value*, as its type reads what the rules leave of it.

    Raises:
        MergeError: a directive in it is wrong.

    """
    if isinstance(value, dict):
        of = kind.struct if kind else None
        elem = kind.elem if kind else None
        result = {}
        for key, item in value.items():
            if key[:1] == "$" and _goes(key, item, kind, path, rules):
                continue
            field = of.fields.get(key) if of else None
            inner = field.type if field else elem
            if isinstance(item, str):
                # Most values are strings: spare them the calls.
                result[key] = item
            elif item is None:
                if not rules.drops_nulls and elem is not None:
                    result[key] = zero(elem)
            elif not says_nothing(item, path, key, rules):
                result[key] = taken(item, inner, (path, key), rules)
        return result
    if isinstance(value, list):
        elem = kind.elem if kind else None
        return [
            item if isinstance(item, str) else _item(item, elem, (path, index), rules)
            for index, item in enumerate(value)
            if item is None or not says_nothing(item, path, index, rules)
        ]
    return value


def says_nothing(value: Any, path: Path, last: str | int, rules: Rules) -> bool:
    """Tell whether a value of the overlay gives nothing to a pod that lacks it.

    Raises:
        MergeError: a directive in it is wrong.

    """
    if isinstance(value, dict):
        if not rules.drops_directives or PATCH not in value:
            return False
        return not rules.own or bool(word(value, (path, last)))
    return value is None


def is_directive(key: str, value: Any, path: Path) -> bool:
    """Tell whether a key is a directive with a list, which is well-formed then.

    Raises:
        MergeError: it is not.

    """
    if not key.startswith((RETAIN, REMOVE, ORDER)):
        return False
    name = key.partition("/")[2]
    if key != RETAIN and key not in (f"{REMOVE}/{name}", f"{ORDER}/{name}"):
        known = f"{RETAIN}, {REMOVE}/LIST or {ORDER}/LIST"
        raise fault(path, f"unknown directive {key!r}, want {known}")
    want_list(value, (path, key))
    return True


def word(overlay: dict[str, Any], path: Path) -> str:
    """Return what the directive ``$patch`` says.

    Raises:
        MergeError: it says something else than it can.

    """
    said = overlay[PATCH]
    if said not in ("delete", "replace"):
        raise fault((path, PATCH), f"is {named(said)}, want 'delete' or 'replace'")
    return str(said)


def is_lacking(value: Any, field: Field | None) -> bool:
    """Tell whether Go does not print a field with that value, so that it is absent."""
    return (
        isinstance(value, dict | list)
        and not value
        and field is not None
        and field.omitempty
        and field.kind in ("list", "map")
    )


def _item(value: Any, elem: Type | None, path: Path, rules: Rules) -> Any:
    if value is None and not rules.own and elem is not None:
        return zero(elem)
    return taken(value, elem, path, rules)


def _goes(key: str, value: Any, kind: Type | None, path: Path, rules: Rules) -> bool:
    """Tell whether a key with a dollar goes: a directive, where it is no entry."""
    if rules.own:
        return is_directive(key, value, path)
    return kind is None or kind.kind != "map"
