import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import apiserver
import pytest

from injector.admission import answers, mutating, validating
from injector.base.errors import (
    ImpossibleValue,
    OutOfTime,
    PodError,
    ReviewError,
    TemplateError,
    UnprovedPatch,
)
from injector.pipeline.interface import Injection
from injector.wire import review
from injector.wire.address import Address

MakeReview = Callable[..., dict[str, Any]]
SIDECAR = {"name": "proxy", "image": "proxy:1"}
TEMPLATE_POD = {"spec": {"containers": [SIDECAR], "volumes": [{"name": "certs"}]}}


def injection(pod: Mapping[str, Any], /, **changes: Any) -> Injection:
    """Return the injection of a sidecar into *pod*."""
    injected: Any = copy.deepcopy(pod)
    injected["spec"]["containers"].append(SIDECAR)
    injected["spec"]["volumes"] = [{"name": "certs"}]
    fields = {
        "inject": True,
        "reason": "requested",
        "sentence": "the pod asks for sidecars",
        "pod": injected,
        "template_pod": TEMPLATE_POD,
        "operations": [
            {"op": "add", "path": "/spec/containers/-", "value": SIDECAR},
            {"op": "add", "path": "/spec/volumes", "value": [{"name": "certs"}]},
        ],
        "templates": ("sidecar", "log"),
        "workload": {"kind": "Deployment", "name": "web"},
        "warnings": (),
        "digest": "0123abcd",
    }
    return Injection(**(fields | changes))


def skip(pod: Any) -> Injection:
    return injection(
        {"spec": {"containers": []}},
        inject=False,
        reason="host_network",
        sentence="the pod uses the host network",
        pod=pod,
        operations=[],
        templates=(),
    )


@dataclass(kw_only=True)
class FakeInjector:
    """Gives an outcome, or raises it, and remembers what it was asked."""

    made: Injection | Exception
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def inject(
        self,
        pod: Mapping[str, Any],
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        checkpoint()
        self.asked.append((pod, namespace, address))
        if isinstance(self.made, Exception):
            raise self.made
        return self.made

    outcome = inject

    def differences(self) -> tuple[()]:
        return ()


def question(
    document: Mapping[str, Any], outcome: Injection | Exception
) -> answers.Question:
    return answers.Question(
        review=review.parse(json.dumps(document).encode()),
        address=Address(cluster="c1"),
        injector=FakeInjector(made=outcome),
        checkpoint=lambda: None,
    )


def admitted(
    document: Mapping[str, Any], answer: answers.Answer
) -> apiserver.Admission:
    return apiserver.admit(document, 200, json.dumps(answer.review).encode())


def test_an_injected_pod_is_patched(review: MakeReview, pod: dict[str, Any]) -> None:
    document = review()
    wanted = injection(pod)

    answer = mutating.mutate(question(document, wanted))

    admission = admitted(document, answer)
    assert admission.allowed
    assert admission.pod == wanted.pod
    assert admission.audit == {
        "reason": "requested",
        "templates": "sidecar,log",
        "config": "0123abcd",
    }
    assert answer.log_fields == {
        "decision": "inject",
        "reason": "requested",
        "message": "the pod asks for sidecars",
        "templates": "sidecar,log",
        "operations": 2,
        "workload": "Deployment/web",
        "config": "0123abcd",
    }


def test_the_injector_gets_the_reviews_namespace_and_address(
    review: MakeReview, pod: dict[str, Any]
) -> None:
    injector = FakeInjector(made=skip(pod))
    asked = question(review(), skip(pod))

    mutating.mutate(
        answers.Question(
            review=asked.review,
            address=asked.address,
            injector=injector,
            checkpoint=asked.checkpoint,
        )
    )

    assert injector.asked == [(pod, "shop", Address(cluster="c1"))]


def test_a_skipped_pod_has_no_patch(review: MakeReview, pod: dict[str, Any]) -> None:
    document = review()

    answer = mutating.mutate(question(document, skip(pod)))

    assert "patch" not in answer.review["response"]
    assert "patchType" not in answer.review["response"]
    assert admitted(document, answer).pod == pod
    assert answer.log_fields["decision"] == "skip"
    assert answer.log_fields["reason"] == "host_network"


def test_warnings_are_passed_on(review: MakeReview, pod: dict[str, Any]) -> None:
    document = review()

    answer = mutating.mutate(
        question(document, injection(pod, warnings=("a volume\ntwice",)))
    )

    assert admitted(document, answer).warnings == ("a volume twice",)


@pytest.mark.parametrize("ask", [mutating.mutate, validating.validate])
def test_a_review_that_creates_no_pod_is_allowed(
    review: MakeReview, ask: Callable[[answers.Question], answers.Answer]
) -> None:
    document = review(operation="UPDATE", object="odd")

    answer = ask(question(document, AssertionError("not to be asked")))

    assert admitted(document, answer) == apiserver.Admission(
        allowed=True, pod="odd", audit={"reason": "not_a_pod_creation"}
    )
    assert answer.log_fields == {
        "decision": "skip",
        "reason": "not_a_pod_creation",
        "message": "only the creation of a pod is looked at",
    }


def test_an_authors_fault_is_a_denial(review: MakeReview) -> None:
    document = review()

    answer = mutating.mutate(question(document, PodError("annotation x is 'y'")))

    admission = admitted(document, answer)
    assert not admission.allowed
    assert admission.message == "annotation x is 'y'"
    assert admission.reason == "impossible"
    assert answer.review["response"]["status"]["code"] == 422


def test_log_fields_hold_no_text_of_the_author(review: MakeReview) -> None:
    for ask in (mutating.mutate, validating.validate):
        answer = ask(question(review(), PodError("annotation x is 'hunter2'")))

        assert "hunter2" not in str(answer.log_fields)


@pytest.mark.parametrize("ask", [mutating.mutate, validating.validate])
@pytest.mark.parametrize(
    "error", [TemplateError("t"), UnprovedPatch("u"), KeyError("k"), OutOfTime("o")]
)
def test_a_fault_that_is_not_the_authors_is_raised(
    review: MakeReview,
    ask: Callable[[answers.Question], answers.Answer],
    error: Exception,
) -> None:
    with pytest.raises(type(error)) as raised:
        ask(question(review(), error))

    assert raised.value is error


@pytest.mark.parametrize("ask", [mutating.mutate, validating.validate])
@pytest.mark.parametrize(
    "outcome",
    [TypeError("x"), PodError("no port"), injection({"spec": {"containers": []}})],
)
def test_a_pod_with_impossible_types_is_the_callers_fault(
    review: MakeReview,
    pod: dict[str, Any],
    ask: Callable[[answers.Question], answers.Answer],
    outcome: Injection | Exception,
) -> None:
    pod["spec"]["containers"] = "hunter2"

    with pytest.raises(
        ReviewError, match=r"^request\.object: a field has an impossible type$"
    ):
        ask(question(review(pod), outcome))


def test_a_pod_with_impossible_types_may_be_skipped(
    review: MakeReview, pod: dict[str, Any]
) -> None:
    pod["spec"]["containers"] = "odd"
    document = review(pod)

    answer = mutating.mutate(question(document, skip(pod)))

    assert admitted(document, answer).pod == pod


def test_a_pod_with_impossible_types_may_run_out_of_time(
    review: MakeReview, pod: dict[str, Any]
) -> None:
    pod["spec"]["containers"] = "odd"

    with pytest.raises(OutOfTime):
        mutating.mutate(question(review(pod), OutOfTime("late")))


@pytest.mark.parametrize("deny", [False, True])
def test_a_pod_with_its_sidecars_passes_validation(
    review: MakeReview, pod: dict[str, Any], *, deny: bool
) -> None:
    wanted = injection(pod)
    document = review(wanted.pod)

    answer = validating.validate(question(document, wanted), deny=deny)

    assert admitted(document, answer) == apiserver.Admission(
        allowed=True,
        pod=wanted.pod,
        audit={
            "reason": "sidecars_present",
            "templates": "sidecar,log",
            "config": "0123abcd",
        },
    )
    assert answer.log_fields["decision"] == "allow"
    assert answer.log_fields["reason"] == "sidecars_present"
    assert answer.log_fields["operations"] == 0


@pytest.mark.parametrize("deny", [False, True])
def test_a_pod_that_needs_no_sidecar_passes_validation(
    review: MakeReview, pod: dict[str, Any], *, deny: bool
) -> None:
    document = review()

    answer = validating.validate(question(document, skip(pod)), deny=deny)

    assert admitted(document, answer).allowed
    assert admitted(document, answer).reason == "host_network"
    assert answer.log_fields["decision"] == "allow"


def test_a_container_that_the_author_wrote_too_is_found_by_its_name(
    review: MakeReview, pod: dict[str, Any]
) -> None:
    author = {"containers": [{"name": "proxy"}, {"image": "odd"}]}
    annotations = {"proxy.istio.io/overrides": json.dumps(author)}
    pod["metadata"]["annotations"] = annotations
    pod["spec"]["containers"].append({"name": "proxy", "image": "own:1"})
    pod["spec"]["volumes"] = [{"name": "certs"}]
    document = review(pod)

    answer = validating.validate(question(document, injection(pod)), deny=True)

    assert admitted(document, answer).reason == "sidecars_present"


LACKING = "the pod lacks of its sidecars spec.containers[proxy], spec.volumes[certs]"


def test_a_pod_without_sidecars_gets_a_warning(
    review: MakeReview, pod: dict[str, Any]
) -> None:
    document = review()

    answer = validating.validate(question(document, injection(pod)))

    admission = admitted(document, answer)
    assert admission.allowed
    assert admission.warnings == (LACKING,)
    assert admission.reason == "sidecars_lacking"
    assert answer.log_fields["decision"] == "warn"
    assert answer.log_fields["severity"] == "WARNING"
    assert answer.log_fields["config"] == "0123abcd"


def test_a_pod_without_sidecars_is_denied_if_configured(
    review: MakeReview, pod: dict[str, Any]
) -> None:
    document = review()

    answer = validating.validate(question(document, injection(pod)), deny=True)

    admission = admitted(document, answer)
    assert not admission.allowed
    assert admission.message == LACKING
    assert admission.reason == "sidecars_lacking"
    assert answer.log_fields["decision"] == "deny"


def test_many_missing_parts_are_counted(
    review: MakeReview, pod: dict[str, Any]
) -> None:
    names = [{"name": name, "image": "x"} for name in "abcde"]
    wanted = injection(
        pod,
        template_pod={"spec": {"containers": names}},
        pod={"spec": {"containers": names}},
    )
    document = review()

    answer = validating.validate(question(document, wanted), deny=True)

    assert admitted(document, answer).message == (
        "the pod lacks of its sidecars spec.containers[a], spec.containers[b], "
        "spec.containers[c] and 2 more"
    )


def test_a_long_path_of_a_missing_part_is_cut(
    review: MakeReview, pod: dict[str, Any]
) -> None:
    container = {"name": "n" * 10_000, "image": "x"}
    made = {"spec": {"containers": [container]}}
    wanted = injection(pod, template_pod=made, pod=made)
    document = review()

    answer = validating.validate(question(document, wanted), deny=True)

    assert admitted(document, answer).message == (
        f"the pod lacks of its sidecars spec.containers[{'n' * 48}...{'n' * 32}]"
    )


@pytest.mark.parametrize("deny", [False, True])
def test_validation_finds_an_invalid_annotation(
    review: MakeReview, *, deny: bool
) -> None:
    document = review()

    answer = validating.validate(question(document, PodError("no port")), deny=deny)

    admission = admitted(document, answer)
    assert admission.allowed is not deny
    assert admission.reason == "impossible"
    assert "no port" in (admission.message, *admission.warnings)


@pytest.mark.parametrize(("extra", "looks"), [(0, 3), (5_000, 1)])
def test_a_pod_that_lacks_sidecars_is_injected_again_unless_it_is_large(
    review: MakeReview, pod: dict[str, Any], extra: int, looks: int
) -> None:
    pod["spec"]["tolerations"] = [{}] * extra
    made = {"metadata": {"labels": {"app": "web"}}, **TEMPLATE_POD}
    asked = question(review(), injection(pod, template_pod=made))

    answer = validating.validate(asked)

    assert isinstance(asked.injector, FakeInjector)
    assert len(asked.injector.asked) == looks
    assert answer.log_fields["reason"] == "sidecars_lacking"


def test_a_template_may_fail_for_the_changed_pod(
    review: MakeReview, pod: dict[str, Any]
) -> None:
    pod["metadata"]["labels"]["grace"] = "5"
    wanted = injection(pod)

    class Picky(FakeInjector):
        def inject(self, pod: Mapping[str, Any], *args: Any, **named: Any) -> Injection:
            made: Injection = super().inject(pod, *args, **named)
            if "labels" not in pod["metadata"]:
                raise ImpossibleValue("is 'soon', want an integer")
            return made

    asked = question(review(), wanted)._replace(injector=Picky(made=wanted))

    answer = validating.validate(asked)

    assert answer.log_fields["reason"] == "sidecars_lacking"


@pytest.mark.parametrize(
    ("parts", "others", "rest"),
    [
        (["a", "a.b", "b"], [], ["a", "a.b", "b"]),
        (["a", "a.b", "ab", "b"], ["a.b", "a.b.c", "z"], ["a", "ab", "b"]),
        (["a[x].b", "c"], ["a[x]", "a[x].b"], ["c"]),
    ],
)
def test_parts_below_other_parts_are_left_out(
    parts: list[str], others: list[str], rest: list[str]
) -> None:
    assert validating._outside(parts, others) == rest  # noqa: SLF001
