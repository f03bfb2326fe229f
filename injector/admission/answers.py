"""What both webhooks do: ask the injector, and answer the review.

No module of this room knows HTTP. A fault that is not the author's is raised.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from injector.base.errors import OutOfTime, ReviewError
from injector.kubernetes import schema
from injector.pipeline.injector import Injection, Injects
from injector.wire import review
from injector.wire.address import Address
from injector.wire.review import Review, Written

IMPOSSIBLE = "impossible"
NOT_A_CREATION = "not_a_pod_creation"

_POD = schema.type_of(schema.POD.name)


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


def checked(
    question: Question, pod: Mapping[str, Any], inject: Callable[..., Injection]
) -> Injection:
    """Return what becomes of *pod* by *inject*, one of the question's injector's.

    Raises:
        ReviewError: the review's pod has fields of impossible types.
        InjectorError: the injection failed.
    """
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


def _check_types(asked: Review) -> None:
    # No API server holds such a pod: neither its author's fault nor ours.
    if asked.pod is not None and not schema.possible(asked.pod, _POD):
        raise ReviewError("request.object: a field has an impossible type") from None


def untouched(asked: Review) -> Answer:
    """Return the answer to a review that creates no pod."""
    told = {
        "decision": "skip",
        "reason": NOT_A_CREATION,
        "message": "only the creation of a pod is looked at",
    }
    return Answer(
        review=review.allow(asked, audit={"reason": NOT_A_CREATION}), told=told
    )


def deny(asked: Review, reason: str, message: str) -> Answer:
    """Return a denial with *message* for the author."""
    # The log gets no message: it quotes the pod.
    told = {"severity": "WARNING", "decision": "deny", "reason": reason}
    return Answer(
        review=review.deny(asked, message, audit={"reason": reason}), told=told
    )


def audit(injection: Injection) -> dict[str, str]:
    """Return the audit annotations of an answer."""
    return {
        "reason": injection.reason,
        "templates": ",".join(injection.templates),
        "config": injection.digest,
    }


def log_fields(injection: Injection) -> dict[str, Any]:
    """Return what the log may hold of an injection."""
    workload = injection.workload
    return {
        "decision": "inject" if injection.inject else "skip",
        "message": injection.sentence,
        **audit(injection),
        "operations": len(injection.operations),
        "workload": f"{workload.get('kind', '')}/{workload.get('name', '')}",
    }
