"""The validating webhook: whether a pod has the sidecars that it must have."""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from injector.admission import answers, presence
from injector.admission.answers import Answer, Question
from injector.base.errors import AuthorFault, OperatorFault
from injector.base.places import shortened
from injector.injection import overrides, status
from injector.kubernetes import pods
from injector.pipeline.injector import Injection
from injector.wire import review
from injector.wire.review import Review

SIDECARS_LACKING = "sidecars_lacking"
SIDECARS_PRESENT = "sidecars_present"

LACKING_SHOWN = 3

PATH_SHOWN = 100
"""Characters of a path in a message."""

FEW = 5_000
"""Values of a pod that is worth a second look; a real one has some hundreds."""

MARKED = ("labels", "annotations")


def validate(question: Question, *, deny: bool = False) -> Answer:
    """Answer whether the pod has the sidecars that it must have.

    Args:
        question: about a pod as it is after all mutations.
        deny: refuse a pod that has them not, instead of a warning.

    Raises:
        ReviewError: as for `mutate`.
        InjectorError: as for `mutate`.
    """
    asked = question.review
    if asked.pod is None:
        return answers.untouched(asked)
    object_to = answers.deny if deny else _warn
    try:
        injection, parts = _presence(question, asked.pod)
    except AuthorFault as error:
        return object_to(asked, answers.IMPOSSIBLE, str(error))
    told = answers.log_fields(injection) | {"operations": 0}
    if injection.inject:
        if parts:
            answer = object_to(asked, SIDECARS_LACKING, _sentence(parts))
            return Answer(review=answer.review, told=told | answer.told)
        told |= {"reason": SIDECARS_PRESENT, "message": "the pod has its sidecars"}
    audit = {**answers.audit(injection), "reason": told["reason"]}
    told["decision"] = "allow"
    return Answer(review=review.allow(asked, audit=audit), told=told)


def _inject(question: Question, pod: Mapping[str, Any]) -> Injection:
    return answers.checked(question, pod, question.injector.inject)


def _presence(
    question: Question, pod: Mapping[str, Any]
) -> tuple[Injection, list[str]]:
    """Return *pod*, injected as if nobody had yet, and what it lacks of that."""
    # Not as a second injection, which may forget the author's part.
    written = overrides.visible(pod, status.parse(pod), in_place=True)
    injection = _inject(question, written)
    parts = _lacking(injection, pod)
    if not parts or pods.values(pod) > FEW:
        return injection, parts
    unmarked = _unmarked(question, written, injection)
    first = injection if unmarked == written else _tried(question, unmarked)
    if first is None or not first.inject:
        return injection, parts
    # What follows from labels and annotations that an injection adds too: whether the
    # author had them before, nobody can tell any more.
    unsure = _lacking(injection, first.pod)
    return injection, _outside(_lacking(first, pod), unsure)


def _outside(parts: Sequence[str], others: Iterable[str]) -> list[str]:
    """Return those of *parts* that do not begin as one of the *others*."""
    shortest: list[str] = []
    for path in sorted(others):
        # What begins as another one stands behind it.
        if not (shortest and path.startswith(shortest[-1])):
            shortest.append(path)
    return [
        part
        for part in parts
        if not part.startswith(tuple(shortest[: bisect(shortest, part)][-1:]))
    ]


def _lacking(injection: Injection, pod: Mapping[str, Any]) -> list[str]:
    """Return what *pod* lacks of what the templates render."""
    if not injection.inject:
        return []
    authored = overrides.remembered(pod)
    spec = dict(pods.spec(injection.template_pod))
    names = {pods.name(each) for kind in overrides.KINDS for each in authored.of(kind)}
    for kind in overrides.KINDS:
        # Of what the author wrote too, the name counts.
        spec[kind] = [
            {"name": pods.name(each)} if pods.name(each) in names else each
            for each in pods.elements(spec.get(kind))
        ]
    rendered = {**injection.template_pod, "spec": spec}
    return presence.lacking(rendered, injection.pod, pod)


def _unmarked(
    question: Question, pod: Mapping[str, Any], injection: Injection
) -> dict[str, Any]:
    """Return *pod* without the labels and annotations that injections add.

    Templates may print all that there are, and these were not there yet.
    """
    metadata = dict(pods.mapping(pod.get("metadata")))
    bare = {key: metadata[key] for key in metadata if key not in MARKED}
    plain = _tried(question, {**pod, "metadata": bare})
    made = [injection.template_pod, {} if plain is None else plain.pod]
    for kind in MARKED:
        added = {key for each in made for key in _marks(each, kind)}
        metadata[kind] = {
            key: text for key, text in _marks(pod, kind).items() if key not in added
        }
    return {**pod, "metadata": metadata}


def _tried(question: Question, pod: Mapping[str, Any]) -> Injection | None:
    """Return the injection of a pod that nobody sent, None if it fails."""
    try:
        return _inject(question, pod)
    except (AuthorFault, OperatorFault):
        return None


def _marks(pod: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return pods.mapping(pods.mapping(pod.get("metadata")).get(kind))


def _warn(asked: Review, reason: str, message: str) -> Answer:
    told = {"severity": "WARNING", "decision": "warn", "reason": reason}
    answer = review.allow(asked, warnings=[message], audit={"reason": reason})
    return Answer(review=answer, told=told)


def _sentence(parts: Sequence[str]) -> str:
    more = len(parts) - LACKING_SHOWN
    rest = f" and {more} more" if more > 0 else ""
    # An author's text may be part of a path, where a template names things by it.
    told = [shortened(part, PATH_SHOWN) for part in parts[:LACKING_SHOWN]]
    return f"the pod lacks of its sidecars {', '.join(told)}{rest}"
