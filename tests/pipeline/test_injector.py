"""The pipeline: whose fault it is that a pod cannot be injected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from injector.base.errors import (
    ImpossibleValue,
    MergeError,
    OutOfTime,
    PodError,
    TemplateError,
)
from injector.configuration.config import Config
from injector.loading import products
from injector.pipeline.injector import Injector

WORDY = {"annotations": {"team": "shop"}}


@dataclass(frozen=True)
class Fake:
    """A template that fails on pods with annotations, or on every pod."""

    with_words: Exception | Mapping[str, Any]
    without: Exception | Mapping[str, Any]
    name: str = "sidecar"

    def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
        annotations = context["metadata"]["annotations"]
        outcome = self.with_words if annotations else self.without
        if isinstance(outcome, Exception):
            raise outcome
        return dict(outcome)


def injector(*templates: Fake, **more: Any) -> Injector:
    named = {template.name: template for template in templates}
    return products.injector(Config(policy="enabled", templates=named, **more))


def pod(**metadata: Any) -> dict[str, Any]:
    return {
        "metadata": metadata,
        "spec": {"containers": [{"name": "app", "image": "registry.example/app:1"}]},
    }


REQUEST = "inject.istio.io/templates"
GOOD = {"spec": {"containers": [{"name": "logs", "image": "registry.example/l:1"}]}}
TYPELESS = {"spec": {"containers": [{"name": "logs", "image": 5}]}}
NAMELESS = {"spec": {"containers": [{"image": "registry.example/l:1"}]}}


def test_a_template_that_fails_because_of_the_pod_is_the_authors_fault() -> None:
    template = Fake(with_words=TemplateError("no such team"), without=GOOD)

    with pytest.raises(PodError, match=r"^no such team$"):
        injector(template).inject(pod(**WORDY), "shop")


def test_a_template_that_always_fails_is_the_operators_fault() -> None:
    template = Fake(with_words=TemplateError("bad"), without=TemplateError("bad"))

    with pytest.raises(TemplateError, match=r"^bad$"):
        injector(template).inject(pod(**WORDY), "shop")


def test_an_overlay_that_never_merges_is_the_operators_fault() -> None:
    template = Fake(with_words=NAMELESS, without=NAMELESS)

    with pytest.raises(MergeError):
        injector(template).inject(pod(**WORDY), "shop")


def test_an_impossible_type_because_of_the_pod_is_the_authors_fault() -> None:
    template = Fake(with_words=TYPELESS, without=GOOD)

    with pytest.raises(
        PodError,
        match=r"^the patch makes spec.containers\[1\].image impossible: "
        r"is 5, want a string$",
    ):
        injector(template).inject(pod(**WORDY), "shop")


def test_an_impossible_type_in_every_pod_is_the_operators_fault() -> None:
    template = Fake(with_words=TYPELESS, without=TYPELESS)

    with pytest.raises(ImpossibleValue):
        injector(template).inject(pod(**WORDY), "shop")


def test_a_pod_with_two_faults_is_its_authors_fault() -> None:
    template = Fake(with_words=TemplateError("bad"), without=PodError("worse"))

    with pytest.raises(PodError, match=r"^bad$"):
        injector(template).inject(pod(**WORDY), "shop")


def test_a_pod_that_nothing_can_be_merged_into_is_its_authors_fault() -> None:
    template = Fake(with_words=TemplateError("bad"), without=GOOD)

    with pytest.raises(PodError, match=r"^bad$"):
        injector(template).inject({**pod(**WORDY), **NAMELESS}, "shop")


def test_a_part_of_a_pod_that_merges_with_no_overlay_is_its_authors_fault() -> None:
    template = Fake(with_words=GOOD, without=TemplateError("bad"))

    with pytest.raises(
        PodError, match=r"^spec\.containers\[0\] of the pod: has no 'name'"
    ) as error:
        injector(template).inject({**pod(**WORDY), **NAMELESS}, "shop")

    assert error.type is PodError


def test_a_missing_default_template_is_the_operators_fault() -> None:
    template = Fake(with_words=GOOD, without=GOOD)
    injects = injector(template, default_templates=("envoy",))

    with pytest.raises(
        TemplateError, match=r"^no template named 'envoy', have: sidecar$"
    ):
        injects.inject(pod(), "shop")


def test_a_template_that_fails_for_plain_pods_is_not_offered() -> None:
    good = Fake(with_words=GOOD, without=GOOD)
    bad = TemplateError("no gateway")
    gateway = Fake(with_words=bad, without=bad, name="waypoint")
    injects = injector(good, gateway)
    fault = f"annotation {REQUEST} is {{!r}}, want names out of: sidecar"

    for text, told in (("nope", ""), ("sidecar,waypoint", "; no gateway")):
        with pytest.raises(PodError) as error:
            injects.inject(pod(annotations={REQUEST: text}), "shop")
        assert str(error.value) == fault.format(text) + told


def test_a_named_template_is_rendered_if_the_default_is_missing() -> None:
    good = Fake(with_words=GOOD, without=GOOD)
    bad = Fake(with_words=TemplateError("bad"), without=GOOD, name="other")
    injects = injector(good, bad, default_templates=("envoy",))
    asked = {"annotations": {REQUEST: "sidecar"}}

    assert injects.inject(pod(**asked), "shop").templates == ("sidecar",)
    with pytest.raises(TemplateError, match=r"^bad$"):
        injects.inject(pod(annotations={REQUEST: "other"}), "shop")


def test_a_failure_is_the_authors_fault_if_plain_pods_work() -> None:
    class Counting:
        name = "sidecar"

        def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
            if len(context["spec"]["containers"]) > 1:
                raise TemplateError("too many containers")
            return GOOD

    two = {"spec": {"containers": [{"name": "a"}, {"name": "b"}]}}

    with pytest.raises(PodError, match=r"^too many containers$"):
        injector(Counting()).inject(two, "shop")  # type: ignore[arg-type]


def test_a_failure_is_the_authors_fault_if_the_pod_works_without_annotations() -> None:
    class Demanding:
        name = "sidecar"

        def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
            if "ports" not in context["spec"]["containers"][0]:
                raise TemplateError("no ports")
            if context["metadata"]["annotations"]:
                raise TemplateError("no such team")
            return GOOD

    ported = {"spec": {"containers": [{"name": "a", "ports": []}]}}

    with pytest.raises(PodError, match=r"^no such team$"):
        injector(Demanding()).inject({**ported, "metadata": WORDY}, "shop")  # type: ignore[arg-type]


def test_a_template_that_is_named_twice_is_rendered_once() -> None:
    first = Fake(with_words=GOOD, without=GOOD)
    other = Fake(with_words={}, without={}, name="other")
    asked = {"annotations": {"inject.istio.io/templates": "sidecar,other,sidecar"}}
    checks: list[None] = []

    injection = injector(first, other).inject(
        pod(**asked), "shop", checkpoint=lambda: checks.append(None)
    )

    assert injection.templates == ("other", "sidecar")
    assert len(checks) == 3


def test_a_checkpoint_stops_an_injection() -> None:
    def late() -> None:
        raise OutOfTime("too late")

    template = Fake(with_words=GOOD, without=GOOD)

    with pytest.raises(OutOfTime, match=r"^too late$"):
        injector(template).inject(pod(), "shop", checkpoint=late)


def test_a_value_that_an_api_server_refuses_is_a_warning() -> None:
    twice = {"containers": [*GOOD["spec"]["containers"], {"name": "app"}]}
    injects = injector(Fake(with_words=GOOD, without=GOOD))

    injection = injects.inject(
        {"spec": {"containers": twice["containers"] * 2}}, "shop"
    )

    assert injection.warnings[0] == "2 containers are named 'logs'"


def test_the_pipeline_remembers_no_answer_that_could_differ() -> None:
    injects = injector(Fake(with_words=GOOD, without=GOOD))

    injects.inject(pod(), "shop")

    assert list(injects.differences()) == []
