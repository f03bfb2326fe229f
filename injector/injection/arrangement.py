"""The order of the containers of a pod with overlays of our own templates."""

from collections.abc import Mapping, Sequence
from typing import Any

from injector.injection.status import names_in
from injector.kubernetes import pods
from injector.kubernetes.pods import CONTAINERS, INIT_CONTAINERS
from injector.kubernetes.schema import identity, same_json


def arrange(
    pod: dict[str, Any],
    base: Mapping[str, Any],
    overlays: Sequence[Mapping[str, Any]],
) -> None:
    """Put injected containers after the author's, injected init containers before.

    Injected ones are in the order of the templates, the author's in the author's order.
    Any other list keeps the order of *base* if nothing was added. A list with a
    directive for its order stays as the merge made it.
    """
    specs = [pods.spec(overlay) for overlay in overlays]
    merged = pods.spec(pod)
    for key in merged.keys() - {CONTAINERS, INIT_CONTAINERS}:
        if not _is_ordered(key, specs):
            merged[key] = _in_order(pods.spec(base).get(key), merged[key])
    for kind, first in ((CONTAINERS, False), (INIT_CONTAINERS, True)):
        containers = pods.spec(pod).get(kind)
        if not isinstance(containers, list):
            continue
        if _is_ordered(kind, specs):
            continue
        named = [name for spec in specs for name in names_in(spec.get(kind))]
        before = names_in(pods.spec(base).get(kind))
        known = frozenset(before)
        new = [name for name in named if name not in known]
        order = [*new, *before] if first else [*before, *new]
        places = {name: place for place, name in reversed(list(enumerate(order)))}
        containers.sort(
            key=lambda container, places=places: _place(container, places)  # type: ignore[misc]
        )


def _is_ordered(key: str, specs: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether an overlay has a directive for the order of the list at *key*."""
    return any(f"$setElementOrder/{key}" in spec for spec in specs)


def _in_order(before: Any, after: Any) -> Any:
    """Return *before* if *after* has the same elements in another order."""
    if not isinstance(before, list) or not isinstance(after, list):
        return after
    if same_json(before, after):
        return before
    if len(before) != len(after):
        return after
    return before if {*map(identity, after)} <= {*map(identity, before)} else after


def _place(container: Any, places: Mapping[str, int]) -> int:
    name = pods.text(pods.mapping(container).get("name"))
    return places.get(name, len(places))
