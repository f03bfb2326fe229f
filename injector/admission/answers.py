"""What both webhooks share: the call of the injector, denials, and log fields."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from injector.base.errors import OutOfTime, ReviewError
from injector.kubernetes import schema
from injector.pipeline.interface import Injection, Injects
from injector.wire import response
from injector.wire.address import Address
from injector.wire.response import EncodedOperations
from injector.wire.review import Review

IMPOSSIBLE = "impossible"
NOT_A_CREATION = "not_a_pod_creation"


class Question(NamedTuple):
    """A review, the parsed path of its request, and the injector that decides."""

    review: Review
    address: Address
    injector: Injects
    checkpoint: Callable[[], None]
    """Raises `OutOfTime` when an answer would be too late."""


class Answer(NamedTuple):
    """The review to send back, and the fields of its log line."""

    review: dict[str, Any]
    log_fields: dict[str, Any]


def checked(
    question: Question, pod: Mapping[str, Any], inject: Callable[..., Injection]
) -> Injection:
    """Return the outcome of *inject*, a method of the question's injector, for *pod*.

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
    # Memory holds no pods with impossible types.
    if outcome.inject and not isinstance(outcome.operations, EncodedOperations):
        _check_types(question.review)
    return outcome


def _check_types(request: Review) -> None:
    # No API server sends such a pod: the caller's fault, not its author's.
    if request.pod is not None and not schema.possible(request.pod, schema.POD_TYPE):
        raise ReviewError("request.object: a field has an impossible type") from None


def untouched(request: Review) -> Answer:
    """Return the answer to a review that creates no pod."""
    fields = {
        "decision": "skip",
        "reason": NOT_A_CREATION,
        "message": "only the creation of a pod is looked at",
    }
    answer = response.allow(request, audit={"reason": NOT_A_CREATION})
    return Answer(review=answer, log_fields=fields)


def deny(request: Review, reason: str, message: str) -> Answer:
    """Return a denial with *message* for the author."""
    # The log gets no message: it quotes the pod.
    fields = {"severity": "WARNING", "decision": "deny", "reason": reason}
    answer = response.deny(request, message, audit={"reason": reason})
    return Answer(review=answer, log_fields=fields)


def audit(injection: Injection) -> dict[str, str]:
    """Return the audit annotations of an answer."""
    return {
        "reason": injection.reason,
        "templates": ",".join(injection.templates),
        "config": injection.digest,
    }


def log_fields(injection: Injection) -> dict[str, Any]:
    """Return the log fields of an injection: no part of the pod but its names."""
    workload = injection.workload
    return {
        "decision": "inject" if injection.inject else "skip",
        "message": injection.sentence,
        **audit(injection),
        "operations": len(injection.operations),
        "workload": f"{workload.get('kind', '')}/{workload.get('name', '')}",
    }
