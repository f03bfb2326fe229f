"""Likely mistakes: labels and annotations that have no effect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from injector.base import annotations
from injector.kubernetes import pods
from injector.kubernetes.selectors import Operator, Requirement
from injector.releases.history import rule
from injector.releases.release import Release
from injector.terminal.explaining.webhook_matching import Call, Finding

DOMAIN = "istio.io"
LIKENESS = 0.8


def misplaced(
    title: str, around: Mapping[str, Mapping[str, Any]], pod: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the labels and annotations in other metadata than the pod's own."""
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
    """Yield the labels that the *release* does not read."""
    name, labels = annotations.INJECT, pods.labels(pod)
    if name in labels and not rule(release, "inject_label"):
        yield (
            f"label {name} is not read: the configuration follows release {release}, "
            "which reads the annotation of that name"
        )


def unseen(
    pod: Mapping[str, Any], findings: Sequence[Finding], *, called: bool
) -> Iterator[str]:
    """Yield the annotation that selectors want as a label."""
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
    """Yield the labels that are similar to those of selectors, and match none."""
    webhooks = [finding.webhook for finding in findings]
    yield from _unknown_labels(
        "namespace",
        call.namespace_labels,
        [r for webhook in webhooks for r in webhook.namespace_selector.requirements],
    )
    yield from _unknown_labels(
        "pod",
        call.labels,
        [r for webhook in webhooks for r in webhook.object_selector.requirements],
    )


def _unknown_labels(
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
        elif name not in known and (similar := _similar(name, known)):
            text = f"{what} label {name} is in no selector"
            yield f"{text}, did you mean {similar}?"


def _similar(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most similar to *name*, or an empty text."""
    lowered = {other.lower(): other for other in known}
    close = get_close_matches(name.lower(), lowered, n=1, cutoff=LIKENESS)
    return lowered[close[0]] if close else ""


def _concerns_injection(name: str) -> bool:
    prefix = name.rpartition("/")[0]
    return prefix == DOMAIN or prefix.endswith(f".{DOMAIN}")


def _place(name: str, kind: str) -> str:
    """Return the metadata that *name* belongs in: labels for the inject annotation."""
    return "labels" if name == annotations.INJECT else kind
