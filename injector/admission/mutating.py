"""The mutating webhook: a review is answered with the patch that injects its pod."""

from injector.admission import answers
from injector.admission.answers import Answer, Question
from injector.base.errors import AuthorFault
from injector.wire import review


def mutate(question: Question) -> Answer:
    """Answer with the patch that injects the pod, if it is to be injected.

    Raises:
        ReviewError: the pod is to be injected and has fields of impossible types.
        InjectorError: the injection failed; an `AuthorFault` alone is a denial.
    """
    asked = question.review
    if asked.pod is None:
        return answers.untouched(asked)
    try:
        injection = answers.checked(question, asked.pod, question.injector.outcome)
    except AuthorFault as error:
        return answers.deny(asked, answers.IMPOSSIBLE, str(error))
    answer = review.allow(
        asked,
        injection.operations,
        warnings=injection.warnings,
        audit=answers.audit(injection),
    )
    return Answer(review=answer, told=answers.log_fields(injection))
