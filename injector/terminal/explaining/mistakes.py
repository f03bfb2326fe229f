"""The classic mistakes: labels and annotations that say something to nobody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from injector.base import annotations
from injector.kubernetes import pods
from injector.kubernetes.selectors import Operator, Requirement
from injector.releases.history import rule
from injector.releases.release import Release
from injector.terminal.explaining.reach import Call, Finding

DOMAIN = "istio.io"
LIKENESS = 0.8


def misplaced(
    title: str, around: Mapping[str, Mapping[str, Any]], pod: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what stands in the metadata *around* a pod's own, where it is not read."""
    for path, metadata in around.items():
        for kind in ("annotations", "labels"):
            own = pods.mapping(pods.mapping(pod.get("metadata")).get(kind))
            for name, value in pods.mapping(metadata.get(kind)).items():
                if _concerns_injection(name) and own.get(name) != value:
                    yield (
                        f"{kind[:-1]} {name} stands in {path} of {title}, where no pod "
                        f"gets it: move it to metadata.{_place(name, kind)} of the pod "
                        "template"
                    )


def unread(pod: Mapping[str, Any], release: Release) -> Iterator[str]:
    """Yield what the pod says in a way that the function does not read."""
    name, labels = annotations.INJECT, pods.labels(pod)
    if name in labels and not rule(release, "inject_label"):
        yield (
            f"label {name} is not read: the configuration follows release {release}, "
            "which reads the annotation of that name"
        )


def unseen(
    pod: Mapping[str, Any], findings: Sequence[Finding], *, called: bool
) -> Iterator[str]:
    """Yield the annotation that stands where selectors look for a label."""
    name = annotations.INJECT
    word = pods.annotations(pod).get(name)
    looked_at = any(
        requirement.key == name
        for finding in findings
        for requirement in finding.webhook.object_selector.requirements
    )
    if word is None or name in pods.labels(pod) or not looked_at:
        return
    effect = (
        "the webhook is called before the function reads it"
        if called
        else "no webhook is called because of it"
    )
    yield (
        f"annotation {name} is {word!r}, but an objectSelector sees labels only, so "
        f"{effect}: make it a label"
    )


def unmatched(findings: Sequence[Finding], call: Call) -> Iterator[str]:
    """Yield the labels that look as if a selector should know them, and none does."""
    webhooks = [finding.webhook for finding in findings]
    yield from _strangers(
        "namespace",
        call.namespace_labels,
        [r for webhook in webhooks for r in webhook.namespace_selector.requirements],
    )
    yield from _strangers(
        "pod",
        call.labels,
        [r for webhook in webhooks for r in webhook.object_selector.requirements],
    )


def _strangers(
    what: str, labels: Mapping[str, Any], requirements: Iterable[Requirement]
) -> Iterator[str]:
    known: dict[str, set[str]] = {}
    chosen = set()
    for requirement in requirements:
        known.setdefault(requirement.key, set()).update(requirement.values)
        if requirement.operator is Operator.IN:
            chosen.add(requirement.key)
    for name, value in labels.items():
        values = sorted(known.get(name, ()))
        if name in chosen and value not in values:
            text = f"no selector names the value {value!r} of {what} label {name}"
            yield f"{text}, they name {' and '.join(map(repr, values))}"
        elif name not in known and (like := _like(name, known)):
            text = f"{what} label {name} is in no selector"
            yield f"{text}, did you mean {like}?"


def _like(name: str, known: Iterable[str]) -> str:
    """Return the known name that *name* looks like, empty if there is none."""
    lowered = {other.lower(): other for other in known}
    close = get_close_matches(name.lower(), lowered, n=1, cutoff=LIKENESS)
    return lowered[close[0]] if close else ""


def _concerns_injection(name: str) -> bool:
    prefix = name.rpartition("/")[0]
    return prefix == DOMAIN or prefix.endswith(f".{DOMAIN}")


def _place(name: str, kind: str) -> str:
    """Return where *name* belongs: for one of them a label is the better place."""
    return "labels" if name == annotations.INJECT else kind
