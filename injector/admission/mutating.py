"""The mutating webhook: the answer is the patch that injects the pod."""

from injector.admission import answers
from injector.admission.answers import Answer, Question
from injector.base.errors import AuthorFault
from injector.wire import response


def mutate(question: Question) -> Answer:
    """Return the answer: a patch, no patch for a skipped pod, or a denial.

    Only an `AuthorFault` is a denial; every other error is raised.

    Raises:
        ReviewError: the pod is to be injected and has fields of impossible types.
        InjectorError: the injection failed.
    """
    request = question.review
    if request.pod is None:
        return answers.untouched(request)
    try:
        injection = answers.checked(question, request.pod, question.injector.outcome)
    except AuthorFault as error:
        return answers.deny(request, answers.IMPOSSIBLE, str(error))
    answer = response.allow(
        request,
        injection.operations,
        warnings=injection.warnings,
        audit=answers.audit(injection),
    )
    return Answer(review=answer, log_fields=answers.log_fields(injection))
