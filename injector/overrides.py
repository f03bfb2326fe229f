"""The containers that a pod's author and a template both have: the author's win.

What the author wrote is remembered in an annotation, so that a second injection,
which meets the finished containers, can tell the author's part from the template's.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from injector import annotations, depth, golang, pods, schema
from injector.errors import PodError
from injector.pods import CONTAINERS, INIT_CONTAINERS
from injector.releases import Release, rule
from injector.status import Status, names_in

KINDS = (CONTAINERS, INIT_CONTAINERS)
LISTS = dict.fromkeys(KINDS, schema.type_of("[]Container"))
AUTO_IMAGE = "auto"

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
    for containers in found:
        if containers is not None and pods.elements(containers) != containers:
            raise PodError(
                f"annotation {annotations.OVERRIDES} is no mapping with lists of "
                "containers; remove it"
            )
    return Overrides(
        containers=tuple(found[0] or ()), init_containers=tuple(found[1] or ())
    )


def visible(
    pod: Mapping[str, Any], status: Status | None, *, in_place: bool
) -> dict[str, Any]:
    """Return *pod* as its author wrote it: what templates see.

    What *status* says was injected is gone, what the author wrote in its stead is back:
    at its place, or at the end as Istio has it. Metadata and annotations are copies.

    Raises:
        PodError: what the author wrote cannot be read.

    """
    before = remembered(pod)
    spec = dict(pods.spec(pod))
    for kind in KINDS:
        gone = _injected(status, kind)
        theirs = before.named(kind)
        kept: list[Mapping[str, Any]] = []
        for container in pods.elements(spec.get(kind)):
            name = pods.name(container)
            if name not in gone:
                kept.append(container)
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

    A container that was injected before, and is injected now, is made anew from what
    the author wrote of it, so that nothing stale is left. One whose image is the
    author's own is an application that a template adds to: it
    stays as the pod has it now, with what others did to it since. A container that
    *status* names and no template of now makes is somebody else's: it stays.
    """
    before = remembered(pod)
    spec = dict(pods.spec(pod))
    for kind in KINDS:
        made = frozenset(names_in(pods.spec(template_pod).get(kind)))
        injected, theirs = _injected(status, kind), before.named(kind)
        containers = []
        for container in pods.elements(spec.get(kind)):
            author: Mapping[str, Any] | None = container
            if (name := pods.name(container)) in made:
                if name in injected:
                    author = theirs.get(name)
                if author is not None and not _has_own_image(author):
                    author = {key: author[key] for key in author if key != "image"}
                elif author is not None:
                    author = container
            if author is not None:
                containers.append(author)
        if kind in spec:
            spec[kind] = containers
    return {**pod, "spec": spec}


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


def shared(base: Mapping[str, Any], template_pod: Mapping[str, Any]) -> Overrides:
    """Return what *base* has of the containers that templates of our own have too."""
    made = {
        kind: frozenset(names_in(pods.spec(template_pod).get(kind))) for kind in KINDS
    }
    found = {
        kind: tuple(
            container
            for container in pods.containers(base, kind)
            if pods.name(container) in made[kind]
        )
        for kind in KINDS
    }
    return Overrides(
        containers=found[CONTAINERS], init_containers=found[INIT_CONTAINERS]
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


def add(pod: Mapping[str, Any], found: Overrides, status: Status | None) -> Overrides:
    """Return what to remember of templates of our own, which may share a pod.

    To what *pod* remembers come those *found* that *status* does not name: they were
    the author's until now.

    Raises:
        PodError: what was remembered cannot be read.

    """
    before = remembered(pod)
    lists = {}
    for kind in KINDS:
        known = before.named(kind).keys() | _injected(status, kind)
        new = [each for each in found.of(kind) if pods.name(each) not in known]
        lists[kind] = [*before.of(kind), *new]
    return Overrides(
        containers=tuple(lists[CONTAINERS]),
        init_containers=tuple(lists[INIT_CONTAINERS]),
    )


def remember(pod: dict[str, Any], overrides: Overrides, *, as_istio: bool) -> None:
    """Write the overrides on *pod*, in the order in which Go writes their fields.

    Istio remembers the overlays, without fields unknown to it. For templates of our own
    it is the author's containers as they were.
    """
    kind_of = schema.type_of("Container")
    document = {
        kind: [
            _in_order(_overlay(c) if as_istio else c, kind_of, unknown=not as_istio)
            for c in overrides.of(kind)
        ]
        for kind in KINDS
        if overrides.of(kind)
    }
    if document:
        pods.annotate(pod, annotations.OVERRIDES, golang.compact(document))


def _overlay(container: Mapping[str, Any]) -> dict[str, Any]:
    """Return a container as an overlay: as Go prints it, without ``image: auto``."""
    overlay: dict[str, Any] = schema.typed(container, schema.struct("Container"))
    if not _has_own_image(overlay):
        overlay.pop("image", None)
    return overlay


def _has_own_image(container: Mapping[str, Any]) -> bool:
    """Tell whether the author names the image, and does not leave it to a template."""
    return container.get("image") not in (None, "", AUTO_IMAGE)


def _in_order(value: Any, kind: schema.Type | None, *, unknown: bool) -> Any:
    """Return *value* with its fields in the order of its type, *unknown* ones last."""
    if isinstance(value, list):
        elem = kind.elem if kind else None
        return [_in_order(item, elem, unknown=unknown) for item in value]
    if not isinstance(value, dict):
        return value
    if kind is None or kind.kind != "struct" or kind.struct is None:
        return {key: value[key] for key in sorted(value)}
    fields = kind.struct.fields
    known = {
        name: _in_order(value[name], field.type, unknown=unknown)
        for name, field in fields.items()
        if name in value
    }
    others = {name: value[name] for name in value if name not in fields}
    return {**known, **others} if unknown else known
