"""The two webhooks: a review answered by an injector, and what to tell of it.

Nothing here knows HTTP. What goes wrong and is not the author's fault is raised.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from injector import overrides, pods, presence, review, schema, status
from injector.address import Address
from injector.errors import OutOfTime, PodError, ReviewError
from injector.inject import Injection
from injector.overrides import Overrides
from injector.review import Review

IMPOSSIBLE = "impossible"
NOT_A_CREATION = "not_a_pod_creation"
SIDECARS_LACKING = "sidecars_lacking"
SIDECARS_PRESENT = "sidecars_present"

LACKING_SHOWN = 3


class Injects(Protocol):
    """What injects a pod."""

    def inject(
        self,
        pod: Mapping[str, Any],
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        """Return what becomes of *pod*."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A review, the address that it was posted to, and who is to answer."""

    review: Review
    address: Address
    injector: Injects
    checkpoint: Callable[[], None]
    """Raises `OutOfTime` once an answer would come too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The review to send back, and what the log may tell of it."""

    review: dict[str, Any]
    told: dict[str, Any]


def mutate(question: Question) -> Answer:
    """Answer with the patch that injects the pod, if it is to be injected.

    Raises:
        ReviewError: the pod is to be injected and has fields of impossible types.
        InjectorError: the injection failed; a `PodError` alone is a denial.
    """
    asked = question.review
    if asked.pod is None:
        return _untouched(asked)
    try:
        injection = _inject(question, asked.pod)
    except PodError as error:
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
        # As if for the first time: a second injection may forget the author's part.
        before = status.parse(asked.pod)
        written = overrides.visible(asked.pod, before, in_place=True)
        injection = _inject(question, written)
        rendered = _required(injection, overrides.remembered(asked.pod))
    except PodError as error:
        return object_to(asked, IMPOSSIBLE, str(error))
    told = _told(injection) | {"operations": 0}
    if injection.inject:
        parts = presence.lacking(rendered, injection.pod, asked.pod)
        if parts:
            answer = object_to(asked, SIDECARS_LACKING, _sentence(parts))
            return Answer(review=answer.review, told=told | answer.told)
        told |= {"reason": SIDECARS_PRESENT, "message": "the pod has its sidecars"}
    audit = {**_audit(injection), "reason": told["reason"]}
    told["decision"] = "allow"
    return Answer(review=review.allow(asked, audit=audit), told=told)


def _inject(question: Question, pod: Mapping[str, Any]) -> Injection:
    try:
        injection = question.injector.inject(
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
    if injection.inject:
        _check_types(question.review)
    return injection


def _required(injection: Injection, authored: Overrides) -> dict[str, Any]:
    """Return what the templates render; of what the author wrote too, the names."""
    spec = dict(pods.spec(injection.template_pod))
    names = [each.get("name") for kind in overrides.KINDS for each in authored.of(kind)]
    for kind in overrides.KINDS:
        spec[kind] = [
            {"name": each.get("name")} if each.get("name") in names else each
            for each in pods.elements(spec.get(kind))
        ]
    return {**injection.template_pod, "spec": spec}


def _check_types(asked: Review) -> None:
    # No API server holds such a pod: neither its author's fault nor ours.
    if schema.problems(asked.pod):
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
    return f"the pod lacks of its sidecars {', '.join(parts[:LACKING_SHOWN])}{rest}"


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
