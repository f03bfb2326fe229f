"""The two webhooks: a review answered by an injector, and what to tell of it.

Nothing here knows HTTP. What goes wrong and is not the author's fault is raised.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from injector.base.errors import (
    AuthorFault,
    OperatorFault,
    OutOfTime,
    ReviewError,
)
from injector.base.places import shortened
from injector.injection import overrides, status
from injector.kubernetes import pods, schema
from injector.pipeline.injector import Injection, Injects
from injector.wire import review
from injector.wire.address import Address
from injector.wire.review import Review, Written

IMPOSSIBLE = "impossible"
NOT_A_CREATION = "not_a_pod_creation"
SIDECARS_LACKING = "sidecars_lacking"
SIDECARS_PRESENT = "sidecars_present"

LACKING_SHOWN = 3

PATH_SHOWN = 100
"""Characters of a path in a message."""

FEW = 5_000
"""Values of a pod that is worth a second look; a real one has some hundreds."""

_POD = schema.type_of(schema.POD.name)
MARKED = ("labels", "annotations")


class Question(NamedTuple):
    """A review, the address that it was posted to, and who is to answer."""

    review: Review
    address: Address
    injector: Injects
    checkpoint: Callable[[], None]
    """Raises `OutOfTime` once an answer would come too late."""


class Answer(NamedTuple):
    """The review to send back, and what the log may tell of it."""

    review: dict[str, Any]
    told: dict[str, Any]


def mutate(question: Question) -> Answer:
    """Answer with the patch that injects the pod, if it is to be injected.

    Raises:
        ReviewError: the pod is to be injected and has fields of impossible types.
        InjectorError: the injection failed; an `AuthorFault` alone is a denial.
    """
    asked = question.review
    if asked.pod is None:
        return _untouched(asked)
    try:
        injection = _checked(question, asked.pod, question.injector.outcome)
    except AuthorFault as error:
        return _deny(asked, IMPOSSIBLE, str(error))
    answer = review.allow(
        asked,
        injection.operations,
        warnings=injection.warnings,
        audit=_audit(injection),
    )
    return Answer(review=answer, told=_told(injection))


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
        return _untouched(asked)
    object_to = _deny if deny else _warn
    try:
        injection, parts = _presence(question, asked.pod)
    except AuthorFault as error:
        return object_to(asked, IMPOSSIBLE, str(error))
    told = _told(injection) | {"operations": 0}
    if injection.inject:
        if parts:
            answer = object_to(asked, SIDECARS_LACKING, _sentence(parts))
            return Answer(review=answer.review, told=told | answer.told)
        told |= {"reason": SIDECARS_PRESENT, "message": "the pod has its sidecars"}
    audit = {**_audit(injection), "reason": told["reason"]}
    told["decision"] = "allow"
    return Answer(review=review.allow(asked, audit=audit), told=told)


def _inject(question: Question, pod: Mapping[str, Any]) -> Injection:
    injection: Injection = _checked(question, pod, question.injector.inject)
    return injection


def _checked(
    question: Question, pod: Mapping[str, Any], inject: Callable[..., Any]
) -> Any:
    """Return what *inject* makes of *pod*, if that can be a pod."""
    try:
        outcome = inject(
            pod,
            question.review.namespace,
            address=question.address,
            checkpoint=question.checkpoint,
        )
    except OutOfTime:
        raise
    except Exception:
        _check_types(question.review)
        raise
    # What was remembered was possible.
    if outcome.inject and not isinstance(outcome.operations, Written):
        _check_types(question.review)
    return outcome


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
    # Who only injects needs it not.
    from injector.admission import presence  # noqa: PLC0415

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


def _check_types(asked: Review) -> None:
    # No API server holds such a pod: neither its author's fault nor ours.
    if asked.pod is not None and not schema.possible(asked.pod, _POD):
        raise ReviewError("request.object: a field has an impossible type") from None


def _untouched(asked: Review) -> Answer:
    told = {
        "decision": "skip",
        "reason": NOT_A_CREATION,
        "message": "only the creation of a pod is looked at",
    }
    return Answer(
        review=review.allow(asked, audit={"reason": NOT_A_CREATION}), told=told
    )


def _deny(asked: Review, reason: str, message: str) -> Answer:
    # The log gets no message: it quotes the pod.
    told = {"severity": "WARNING", "decision": "deny", "reason": reason}
    return Answer(
        review=review.deny(asked, message, audit={"reason": reason}), told=told
    )


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


def _audit(injection: Injection) -> dict[str, str]:
    return {
        "reason": injection.reason,
        "templates": ",".join(injection.templates),
        "config": injection.digest,
    }


def _told(injection: Injection) -> dict[str, Any]:
    workload = injection.workload
    return {
        "decision": "inject" if injection.inject else "skip",
        "message": injection.sentence,
        **_audit(injection),
        "operations": len(injection.operations),
        "workload": f"{workload.get('kind', '')}/{workload.get('name', '')}",
    }
