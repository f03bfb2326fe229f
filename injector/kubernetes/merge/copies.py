"""Copies of overlay values that the pod lacks.

Kubernetes' library copies nulls and directives too, and Go reads the copy into its
types: a null in a map or a list becomes a zero value, a null field is not printed, and
the key of a directive is dropped, since it is no field. Newer versions of the library
first remove nulls and directives from values that are new in a mapping, never in a
list. For Jinja templates both are removed at any depth.
"""

from typing import Any, NamedTuple

from injector.kubernetes.merge.lists import Path, described, fault, want_list
from injector.kubernetes.schema import Field, Type, zero

PATCH = "$patch"
RETAIN = "$retainKeys"
REMOVE = "$deleteFromPrimitiveList"
ORDER = "$setElementOrder"


class Rules(NamedTuple):
    """The parts of an overlay's value that are not copied."""

    drops_nulls: bool
    """Nulls in values that are new in a mapping."""
    drops_directives: bool
    """Mappings with ``$patch`` in values that are new in a mapping."""
    strict: bool = False
    """Whether the same holds for values that are new in a list or replace others, and
    directives are checked."""

    def of_lists(self) -> "Rules":
        """Return the rules for a value that is new in a list or replaces another."""
        return self if self.strict else _COPIES

    def ordered(self) -> "Rules":
        """Return the rules for a list that is new in a mapping and has an order."""
        return self._replace(drops_nulls=False)


STRICT = Rules(drops_nulls=True, drops_directives=True, strict=True)
"""The rules for Jinja templates."""
_COPIES = Rules(drops_nulls=False, drops_directives=False)


def copied(value: Any, kind: Type | None, path: Path, rules: Rules) -> Any:
    """Return a copy of *value* by the rules, as Go reads it into its type.

    Raises:
        MergeError: a directive in *value* is malformed.
    """
    if isinstance(value, dict):
        of = kind.struct if kind else None
        elem = kind.elem if kind else None
        result = {}
        for key, item in value.items():
            if key[:1] == "$" and _is_dropped(key, item, kind, path, rules):
                continue
            field = of.fields.get(key) if of else None
            inner = field.type if field else elem
            if isinstance(item, str):
                # Most values are strings: spare them the calls.
                result[key] = item
            elif item is None:
                if not rules.drops_nulls and elem is not None:
                    result[key] = zero(elem)
            elif not is_left_out(item, path, key, rules):
                result[key] = copied(item, inner, (path, key), rules)
        return result
    if isinstance(value, list):
        elem = kind.elem if kind else None
        return [
            item if isinstance(item, str) else _item(item, elem, (path, index), rules)
            for index, item in enumerate(value)
            if item is None or not is_left_out(item, path, index, rules)
        ]
    return value


def is_left_out(value: Any, path: Path, last: str | int, rules: Rules) -> bool:
    """Return whether no part of a value is copied.

    Raises:
        MergeError: a directive in *value* is malformed.
    """
    if isinstance(value, dict):
        if not rules.drops_directives or PATCH not in value:
            return False
        return not rules.strict or bool(patch_directive(value, (path, last)))
    return value is None


def is_directive(key: str, value: Any, path: Path) -> bool:
    """Return whether *key* is a directive with a list.

    Raises:
        MergeError: the directive is malformed.
    """
    if not key.startswith((RETAIN, REMOVE, ORDER)):
        return False
    name = key.partition("/")[2]
    if key != RETAIN and key not in (f"{REMOVE}/{name}", f"{ORDER}/{name}"):
        known = f"{RETAIN}, {REMOVE}/LIST or {ORDER}/LIST"
        raise fault(path, f"unknown directive {key!r}, want {known}")
    want_list(value, (path, key))
    return True


def patch_directive(overlay: dict[str, Any], path: Path) -> str:
    """Return the value of ``$patch``.

    Raises:
        MergeError: the value is neither ``delete`` nor ``replace``.
    """
    value = overlay[PATCH]
    if value not in ("delete", "replace"):
        raise fault((path, PATCH), f"is {described(value)}, want 'delete' or 'replace'")
    return str(value)


def is_omitted(value: Any, field: Field | None) -> bool:
    """Return whether Go leaves a field with that value out when it prints."""
    return (
        isinstance(value, dict | list)
        and not value
        and field is not None
        and field.omitempty
        and field.kind in ("list", "map")
    )


def _item(value: Any, elem: Type | None, path: Path, rules: Rules) -> Any:
    if value is None and not rules.strict and elem is not None:
        return zero(elem)
    return copied(value, elem, path, rules)


def _is_dropped(
    key: str, value: Any, kind: Type | None, path: Path, rules: Rules
) -> bool:
    """Return whether a key with a dollar is dropped: it is no key of a map."""
    if rules.strict:
        return is_directive(key, value, path)
    return kind is None or kind.kind != "map"
