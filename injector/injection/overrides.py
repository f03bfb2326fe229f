"""Overrides: the author's containers that a template has too. The author's fields win.

As in Istio, an annotation keeps the author's containers. A second injection, which gets
the merged containers, reads them there. Our own templates keep what they add instead:
see ``additions``.
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
    """The author's containers that are merged onto the template's of the same name."""

    containers: tuple[Mapping[str, Any], ...] = ()
    init_containers: tuple[Mapping[str, Any], ...] = ()

    def of(self, kind: str) -> tuple[Mapping[str, Any], ...]:
        """Return the overrides of a kind."""
        return self.containers if kind == CONTAINERS else self.init_containers

    def named(self, kind: str) -> Mapping[str | None, Mapping[str, Any]]:
        """Return the overrides of a kind by name."""
        return pods.by_name(self.of(kind))

    def __bool__(self) -> bool:
        return bool(self.containers or self.init_containers)


def remembered(pod: Mapping[str, Any]) -> Overrides:
    """Return the author's containers in the annotation of an earlier injection.

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

    Injected containers, which *status* names, are removed; the author's are restored.
    Istio appends these at the end. *in_place*, as for our own templates, they get their
    old places, and additions to the other containers are removed.
    Metadata and annotations are copies.

    Raises:
        PodError: the annotation with the author's containers cannot be read.
    """
    before = remembered(pod)
    spec = dict(pods.spec(pod))
    for kind in KINDS:
        injected = _injected(status, kind)
        authors, added = before.named(kind), _added(status, kind) if in_place else {}
        kept: list[Mapping[str, Any]] = []
        for container in pods.elements(spec.get(kind)):
            name = pods.name(container)
            if name not in injected:
                kept.append(_without_additions(container, added))
            elif in_place and (author := authors.get(name)):
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
    """Return the names of injected containers by *status*."""
    return frozenset() if status is None else status.of(kind)


def base(
    pod: Mapping[str, Any],
    status: Status | None,
    template_pod: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the pod that overlays of our own templates are merged onto.

    Containers that were injected, and are injected again, are removed: nothing stale
    stays. A container that *status* names and no template has now stays: it belongs to
    another injector. Additions to the author's containers are removed.

    Older versions named the author's containers in the status, and kept them in the
    annotation. Such a container stays as it is in *pod* if the author names its image;
    else it is restored from the annotation.
    """
    before = remembered(pod)
    spec = dict(pods.spec(pod))
    for kind in KINDS:
        again = frozenset(names_in(pods.spec(template_pod).get(kind)))
        injected, authors = _injected(status, kind), before.named(kind)
        added = _added(status, kind)
        containers = []
        for container in pods.elements(spec.get(kind)):
            name = pods.name(container)
            author: Mapping[str, Any] | None = container
            if name not in injected:
                author = _without_additions(container, added)
            elif name in again:
                author = authors.get(name)
                if author is not None and additions.has_own_image(author):
                    author = container
            if author is not None:
                containers.append(author)
        if kind in spec:
            spec[kind] = containers
    return {**pod, "spec": spec}


def _added(status: Status | None, kind: str) -> dict[str, additions.Tree]:
    """Return the additions to containers that *status* names, by container."""
    found: dict[str, additions.Tree] = {}
    for group in status.added.get(kind, ()) if status else ():
        tree = additions.tree(group.paths)
        found.update(dict.fromkeys(group.names, tree))
    return found


def _without_additions(
    container: Mapping[str, Any], added: Mapping[str, additions.Tree]
) -> Mapping[str, Any]:
    """Return a container of the author's without the additions to it."""
    tree = added.get(pods.name(container) or "")
    return container if tree is None else additions.without(container, tree)


def find(
    pod: Mapping[str, Any],
    template_pod: Mapping[str, Any],
    status: Status | None,
    release: Release,
) -> Overrides:
    """Return the author's containers that the templates have too.

    Containers in the annotation win over those in *pod*. A container that *status*
    names was injected: it is not the author's.

    Raises:
        PodError: the annotation with the author's containers cannot be read.
    """
    before = remembered(pod)
    if rule(release, "injected_is_override"):
        status = None
    found: dict[str, list[Mapping[str, Any]]] = {kind: [] for kind in KINDS}
    for kind in KINDS:
        # Of containers of one name the first counts.
        candidates = [*before.of(kind), *pods.containers(pod, kind)]
        if kind == INIT_CONTAINERS and rule(release, "init_override_among_containers"):
            candidates += pods.containers(pod)
        authors = pods.by_name(candidates)
        injected = _injected(status, kind)
        found[kind] = [
            authors[name]
            for name in map(pods.name, pods.containers(template_pod, kind))
            if name in authors and name not in injected
        ]
    return Overrides(
        containers=tuple(found[CONTAINERS]),
        init_containers=tuple(found[INIT_CONTAINERS]),
    )


def reapply(
    merged: dict[str, Any], overrides: Overrides, merge: Merge
) -> dict[str, Any]:
    """Return *merged* with each override merged onto the template's container."""
    for kind in KINDS:
        # In the order of *merged*: a merge takes the order of the overlay's items.
        names = pods.by_name(pods.containers(merged, kind))
        places = {name: place for place, name in enumerate(names)}
        found = sorted(
            overrides.of(kind),
            key=lambda container: places.get(pods.name(container), -1),
        )
        if found:
            merged = merge(merged, {"spec": {kind: [_overlay(each) for each in found]}})
    return merged


def remember(pod: dict[str, Any], overrides: Overrides) -> None:
    """Annotate *pod* with the overrides, as overlays, with fields in Go's order."""
    type_ = schema.type_of("Container")
    document = {
        kind: [schema.ordered(_overlay(each), type_) for each in overrides.of(kind)]
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
