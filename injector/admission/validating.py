"""The validating webhook: it checks that a pod has its sidecars."""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from injector.admission import answers, presence
from injector.admission.answers import Answer, Question
from injector.base.errors import AuthorFault, OperatorFault
from injector.base.messages import shortened
from injector.injection import overrides, status
from injector.kubernetes import pods
from injector.pipeline.interface import Injection
from injector.wire import response
from injector.wire.review import Review

SIDECARS_LACKING = "sidecars_lacking"
SIDECARS_PRESENT = "sidecars_present"

LACKING_SHOWN = 3

PATH_SHOWN = 100
"""The most characters of a path in a message."""

FEW = 5_000
"""The most values of a pod that is injected twice; a real pod has some hundreds."""

METADATA = ("labels", "annotations")


def validate(question: Question, *, deny: bool = False) -> Answer:
    """Return the answer: allowed, or with a warning or a denial if sidecars lack.

    Args:
        question: about a pod as it is after all mutations.
        deny: deny a pod that lacks sidecars, instead of a warning.

    Raises:
        ReviewError: as for `mutate`.
        InjectorError: as for `mutate`.
    """
    request = question.review
    if request.pod is None:
        return answers.untouched(request)
    object_to = answers.deny if deny else _warn
    try:
        injection, parts = _presence(question, request.pod)
    except AuthorFault as error:
        return object_to(request, answers.IMPOSSIBLE, str(error))
    fields = answers.log_fields(injection) | {"operations": 0}
    if injection.inject:
        if parts:
            answer = object_to(request, SIDECARS_LACKING, _sentence(parts))
            return Answer(answer.review, fields | answer.log_fields)
        fields |= {"reason": SIDECARS_PRESENT, "message": "the pod has its sidecars"}
    audit = {**answers.audit(injection), "reason": fields["reason"]}
    fields["decision"] = "allow"
    return Answer(review=response.allow(request, audit=audit), log_fields=fields)


def _inject(question: Question, pod: Mapping[str, Any]) -> Injection:
    return answers.checked(question, pod, question.injector.inject)


def _presence(
    question: Question, pod: Mapping[str, Any]
) -> tuple[Injection, list[str]]:
    """Return the injection of *pod* without its sidecars, and the parts it lacks."""
    # Not a second injection, which may lose the author's part of a sidecar.
    written = overrides.visible(pod, status.parse(pod), in_place=True)
    injection = _inject(question, written)
    parts = _lacking(injection, pod)
    if not parts or pods.values(pod) > FEW:
        return injection, parts
    unmarked = _unmarked(question, written, injection)
    first = injection if unmarked == written else _tried(question, unmarked)
    if first is None or not first.inject:
        return injection, parts
    # These depend on labels and annotations that an injection adds too: the author may
    # or may not have had them before.
    unsure = _lacking(injection, first.pod)
    return injection, _outside(_lacking(first, pod), unsure)


def _outside(parts: Sequence[str], others: Iterable[str]) -> list[str]:
    """Return the *parts* that do not start with one of the *others*."""
    shortest: list[str] = []
    for path in sorted(others):
        # A path with another one as its start is sorted after that one.
        if not (shortest and path.startswith(shortest[-1])):
            shortest.append(path)
    return [
        part
        for part in parts
        if not part.startswith(tuple(shortest[: bisect(shortest, part)][-1:]))
    ]


def _lacking(injection: Injection, pod: Mapping[str, Any]) -> list[str]:
    """Return the path of each rendered part that *pod* lacks."""
    if not injection.inject:
        return []
    authored = overrides.remembered(pod)
    spec = dict(pods.spec(injection.template_pod))
    names = {pods.name(each) for kind in overrides.KINDS for each in authored.of(kind)}
    for kind in overrides.KINDS:
        # Of a container that the author wrote too, only the name is compared.
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

    Templates may print all labels of a pod; the first injection saw none of these.
    """
    metadata = dict(pods.mapping(pod.get("metadata")))
    bare = {key: metadata[key] for key in metadata if key not in METADATA}
    plain = _tried(question, {**pod, "metadata": bare})
    overlays = [injection.template_pod, {} if plain is None else plain.pod]
    for kind in METADATA:
        added = {key for each in overlays for key in _entries(each, kind)}
        metadata[kind] = {
            key: text for key, text in _entries(pod, kind).items() if key not in added
        }
    return {**pod, "metadata": metadata}


def _tried(question: Question, pod: Mapping[str, Any]) -> Injection | None:
    """Return the injection of a changed pod; None if it fails."""
    try:
        return _inject(question, pod)
    except (AuthorFault, OperatorFault):
        return None


def _entries(pod: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return pods.mapping(pods.mapping(pod.get("metadata")).get(kind))


def _warn(request: Review, reason: str, message: str) -> Answer:
    fields = {"severity": "WARNING", "decision": "warn", "reason": reason}
    answer = response.allow(request, warnings=[message], audit={"reason": reason})
    return Answer(review=answer, log_fields=fields)


def _sentence(parts: Sequence[str]) -> str:
    more = len(parts) - LACKING_SHOWN
    rest = f" and {more} more" if more > 0 else ""
    # A path may hold an author's text, where a template names elements by it.
    shown = [shortened(part, PATH_SHOWN) for part in parts[:LACKING_SHOWN]]
    return f"the pod lacks of its sidecars {', '.join(shown)}{rest}"
