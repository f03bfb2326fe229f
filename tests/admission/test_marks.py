"""Validation where templates print what an earlier injection wrote, too."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apiserver
import pytest
from flask.testing import FlaskClient
from istio_cases import RECORDED, exchanges
from parity import Fronts, istios
from shared_data import istio_folder

Start = Callable[..., FlaskClient]
MakeReview = Callable[..., dict[str, Any]]
Ask = Callable[[str, dict[str, Any]], apiserver.Admission]

PRINTED = "env: [{name: ALL, value: {{ metadata.annotations | default({}) | string }}}]"
TEMPLATE = f"""\
metadata:
  labels: {{mesh: joined}}
  annotations: {{mesh: joined}}
spec:
  containers:
  - {{name: proxy, image: "proxy:1", {PRINTED}}}
"""


@pytest.fixture
def ask(start: Start, tmp_path: Path, review: MakeReview) -> Callable[..., Ask]:
    """Return what starts the function and then asks it of a pod at an endpoint."""

    def configured(**config: Any) -> Ask:
        document = {"templates": {"sidecar": TEMPLATE}, **config}
        file = tmp_path / "config.yaml"
        file.write_text(json.dumps(document), encoding="utf-8")
        client = start(CONFIG_FILE=str(file), VALIDATION="deny")

        def asked(endpoint: str, pod: dict[str, Any]) -> apiserver.Admission:
            document = review(pod)
            answer = client.post(f"/{endpoint}", json=document)
            return apiserver.admit(document, answer.status_code, answer.data)

        return asked

    return configured


ENABLED = {"policy": "enabled", "injectedAnnotations": {"by": "us"}}


def test_annotations_of_an_injection_are_not_taken_for_the_authors(
    ask: Callable[..., Ask], pod: dict[str, Any]
) -> None:
    asked = ask(**ENABLED)
    injected = asked("inject", pod).pod
    assert "by" not in injected["spec"]["containers"][1]["env"][0]["value"]

    admission = asked("validate", injected)

    assert admission.reason == "sidecars_present"


def test_a_changed_sidecar_is_found_beside_annotations_of_an_injection(
    ask: Callable[..., Ask], pod: dict[str, Any]
) -> None:
    asked = ask(**ENABLED)
    injected = asked("inject", pod).pod
    injected["spec"]["containers"][1]["image"] = "other:1"

    admission = asked("validate", injected)

    assert not admission.allowed
    assert admission.message == (
        "the pod lacks of its sidecars spec.containers[proxy].image"
    )


def test_the_author_may_have_had_an_annotation_that_injections_write(
    ask: Callable[..., Ask], pod: dict[str, Any]
) -> None:
    asked = ask(**ENABLED)
    pod["metadata"]["annotations"] = {"mesh": "joined", "mine": "too"}
    injected = asked("inject", pod).pod

    admission = asked("validate", injected)

    assert admission.reason == "sidecars_present"


def test_a_template_that_needs_its_own_annotations_sees_the_pod_with_them(
    ask: Callable[..., Ask], pod: dict[str, Any]
) -> None:
    template = TEMPLATE.replace("proxy:1", "proxy:{{ metadata.labels.mesh }}")
    asked = ask(**ENABLED, templates={"sidecar": template})
    pod["metadata"]["labels"]["mesh"] = "joined"

    admission = asked("validate", pod)

    assert admission.message == (
        "the pod lacks of its sidecars metadata.annotations[mesh], "
        "spec.containers[proxy]"
    )


def test_a_pod_that_is_injected_because_of_its_annotations_keeps_them(
    ask: Callable[..., Ask], pod: dict[str, Any]
) -> None:
    selector = [{"matchLabels": {"mesh": "joined"}}]
    asked = ask(policy="disabled", alwaysInjectSelector=selector)
    pod["metadata"]["labels"]["mesh"] = "joined"

    admission = asked("validate", pod)

    assert not admission.allowed
    assert admission.reason == "sidecars_lacking"


ELSEWHERE = {
    # Its probes came with a second sidecar, of another release.
    "1.30": {"55-merge-probers.yaml 0"},
    # The author left an annotation empty that the template fills in where it is none.
    "1.10": {"generated 1 7", "generated 5 8", "generated 5 8 again", "generated 29 7"},
}
"""Recorded pods that a second look takes for others, by release."""


@pytest.mark.slow
@pytest.mark.parametrize("release", ["1.0", "1.10", "1.20", "1.26", "1.30"])
def test_every_recorded_injected_pod_lacks_nothing(
    release: str, tmp_path: Path
) -> None:
    assert istio_folder() == RECORDED.resolve()

    found = set(lacking(release, Fronts(tmp_path, istios)))

    assert found == ELSEWHERE.get(release, set())


def lacking(release: str, fronts: Fronts) -> Iterator[str]:
    """Yield the recorded cases whose injected pod is said to lack something."""
    for exchange in exchanges(release):
        injected = fronts.post(exchange)
        if isinstance(injected, dict):
            request = exchange.request["request"] | {"object": injected}
            answer = fronts.validate(exchange, {**exchange.request, "request": request})
            if answer["auditAnnotations"]["reason"] == "sidecars_lacking":
                yield exchange.name
