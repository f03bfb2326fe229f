"""The containers that a pod's author and a template both have: the author's win.

As Istio has it, what the author wrote is remembered in an annotation, so that a second
injection, which meets the finished containers, can tell the author's part from the
template's. For templates of our own what was added is remembered: see ``additions``.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from injector.base import annotations
from injector.base.errors import PodError
from injector.formats import depth, golang
from injector.injection import additions
from injector.injection.status import Status, names_in
from injector.kubernetes import pods, schema
from injector.kubernetes.pods import CONTAINERS, INIT_CONTAINERS
from injector.releases.history import rule
from injector.releases.release import Release

KINDS = (CONTAINERS, INIT_CONTAINERS)
_CONTAINERS = schema.type_of("[]Container")
LISTS = dict.fromkeys(KINDS, _CONTAINERS)

Merge = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]


class Overrides(NamedTuple):
    """Containers of the author's, to be laid over the template's of the same name."""

    containers: tuple[Mapping[str, Any], ...] = ()
    init_containers: tuple[Mapping[str, Any], ...] = ()

    def of(self, kind: str) -> tuple[Mapping[str, Any], ...]:
        """Return the containers, or the init containers."""
        return self.containers if kind == CONTAINERS else self.init_containers

    def named(self, kind: str) -> Mapping[str | None, Mapping[str, Any]]:
        """Return the overrides of a kind by name, to look many of them up."""
        return pods.by_name(self.of(kind))

    def __bool__(self) -> bool:
        return bool(self.containers or self.init_containers)


def remembered(pod: Mapping[str, Any]) -> Overrides:
    """Return what an earlier injection remembered of the author's containers.

    Raises:
        PodError: the annotation cannot be read.

    """
    text = pods.annotations(pod).get(annotations.OVERRIDES)
    if text is None:
        return Overrides()
    try:
        document = depth.loads(text)
    except (TypeError, ValueError) as e:
        raise PodError(
            f"annotation {annotations.OVERRIDES} is no JSON; remove it"
        ) from e
    document = schema.respelled(pods.mapping(document), LISTS, order=list)
    found = [
        schema.spelled(document.get(kind), LISTS[kind], order=list) for kind in KINDS
    ]
    for kind, containers in zip(KINDS, found, strict=True):
        if containers is not None and pods.elements(containers) != containers:
            raise PodError(
                f"annotation {annotations.OVERRIDES} is no mapping with lists of "
                "containers; remove it"
            )
        for problem in schema.problems(containers, _CONTAINERS, kind)[:1]:
            raise PodError(
                f"annotation {annotations.OVERRIDES} is wrong: {problem}; remove it"
            )
    return Overrides(
        containers=tuple(found[0] or ()), init_containers=tuple(found[1] or ())
    )


def visible(
    pod: Mapping[str, Any], status: Status | None, *, in_place: bool
) -> dict[str, Any]:
    """Return *pod* as its author wrote it: what templates see.

    What *status* says was injected is gone, what the author wrote in its stead is back:
    at its place, or at the end as Istio has it, which adds to no container: *in_place*
    what *status* says was added is taken away, too.
    Metadata and annotations are copies.

    Raises:
        PodError: what the author wrote cannot be read.

    """
    before = remembered(pod)
    spec = dict(pods.spec(pod))
    for kind in KINDS:
        gone = _injected(status, kind)
        theirs, added = before.named(kind), _added(status, kind) if in_place else {}
        kept: list[Mapping[str, Any]] = []
        for container in pods.elements(spec.get(kind)):
            name = pods.name(container)
            if name not in gone:
                kept.append(_bare(container, added))
            elif in_place and (author := theirs.get(name)):
                kept.append(author)
        names = {pods.name(container) for container in kept}
        kept += [c for c in before.of(kind) if pods.name(c) not in names]
        if kept or spec.get(kind):
            spec[kind] = kept
    metadata = dict(pods.mapping(pod.get("metadata")))
    metadata["annotations"] = dict(pods.annotations(pod))
    if status is not None:
        metadata["annotations"].pop(annotations.STATUS, None)
    return {**pod, "metadata": metadata, "spec": spec}


def _injected(status: Status | None, kind: str) -> frozenset[str]:
    """Return the names of what *status* says was injected."""
    return frozenset() if status is None else status.of(kind)


def base(
    pod: Mapping[str, Any],
    status: Status | None,
    template_pod: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what overlays of templates of our own are merged onto.

    A container that was injected before, and is injected now, is made anew, so that
    nothing stale is left. One that *status* names and no template of now makes is
    somebody else's: it stays. From the author's what was added is taken away; others
    may have changed them since.

    Once whole containers of the author were remembered, and named in the status: one
    whose image is the author's own stays as the pod has it, of another there is what
    was remembered.
    """
    before = remembered(pod)
    spec = dict(pods.spec(pod))
    for kind in KINDS:
        made = frozenset(names_in(pods.spec(template_pod).get(kind)))
        injected, theirs = _injected(status, kind), before.named(kind)
        added = _added(status, kind)
        containers = []
        for container in pods.elements(spec.get(kind)):
            name = pods.name(container)
            author: Mapping[str, Any] | None = container
            if name not in injected:
                author = _bare(container, added)
            elif name in made:
                author = theirs.get(name)
                if author is not None and additions.has_own_image(author):
                    author = container
            if author is not None:
                containers.append(author)
        if kind in spec:
            spec[kind] = containers
    return {**pod, "spec": spec}


def _added(status: Status | None, kind: str) -> dict[str, additions.Tree]:
    """Return what *status* says was added to containers, by name."""
    found: dict[str, additions.Tree] = {}
    for group in status.added.get(kind, ()) if status else ():
        tree = additions.tree(group.paths)
        found.update(dict.fromkeys(group.names, tree))
    return found


def _bare(
    container: Mapping[str, Any], added: Mapping[str, additions.Tree]
) -> Mapping[str, Any]:
    """Return a container of the author's without what was added to it."""
    tree = added.get(pods.name(container) or "")
    return container if tree is None else additions.without(container, tree)


def find(
    pod: Mapping[str, Any],
    template_pod: Mapping[str, Any],
    status: Status | None,
    release: Release,
) -> Overrides:
    """Return the author's containers that the templates have too.

    What was remembered counts more than what the pod has now. A container that
    *status* says was injected is not the author's.

    Raises:
        PodError: what was remembered cannot be read.

    """
    before = remembered(pod)
    if rule(release, "injected_is_override"):
        status = None
    found: dict[str, list[Mapping[str, Any]]] = {kind: [] for kind in KINDS}
    for kind in KINDS:
        # What stands first counts.
        places = [*before.of(kind), *pods.containers(pod, kind)]
        if kind == INIT_CONTAINERS and rule(release, "init_override_among_containers"):
            places += pods.containers(pod)
        theirs = pods.by_name(places)
        injected = _injected(status, kind)
        found[kind] = [
            theirs[name]
            for name in map(pods.name, pods.containers(template_pod, kind))
            if name in theirs and name not in injected
        ]
    return Overrides(
        containers=tuple(found[CONTAINERS]),
        init_containers=tuple(found[INIT_CONTAINERS]),
    )


def reapply(
    merged: dict[str, Any], overrides: Overrides, merge: Merge
) -> dict[str, Any]:
    """Return *merged* with each override laid over the template's container."""
    for kind in KINDS:
        # In the order in which they stand: an overlay says the order of its items.
        names = pods.by_name(pods.containers(merged, kind))
        places = {name: place for place, name in enumerate(names)}
        laid = sorted(
            overrides.of(kind),
            key=lambda container: places.get(pods.name(container), -1),
        )
        if laid:
            merged = merge(merged, {"spec": {kind: [_overlay(each) for each in laid]}})
    return merged


def remember(pod: dict[str, Any], overrides: Overrides) -> None:
    """Write the overrides on *pod*, as overlays, with fields in Go's order."""
    kind_of = schema.type_of("Container")
    document = {
        kind: [
            _in_order(_overlay(container), kind_of) for container in overrides.of(kind)
        ]
        for kind in KINDS
        if overrides.of(kind)
    }
    if document:
        pods.annotate(pod, annotations.OVERRIDES, golang.compact(document))


def _overlay(container: Mapping[str, Any]) -> dict[str, Any]:
    """Return a container as an overlay: as Go prints it, without ``image: auto``."""
    overlay: dict[str, Any] = schema.typed(container, schema.struct("Container"))
    if not additions.has_own_image(overlay):
        overlay.pop("image", None)
    return overlay


def _in_order(value: Any, kind: schema.Type | None) -> Any:
    """Return *value* with its fields in the order of its type, without unknown ones."""
    if isinstance(value, list):
        elem = kind.elem if kind else None
        return [_in_order(item, elem) for item in value]
    if not isinstance(value, dict):
        return value
    if kind is None or kind.kind != "struct" or kind.struct is None:
        return {key: value[key] for key in sorted(value)}
    return {
        name: _in_order(value[name], field.type)
        for name, field in kind.struct.fields.items()
        if name in value
    }
