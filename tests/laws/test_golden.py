"""Each golden case goes through both fronts, and both give the same."""

from collections.abc import Callable
from typing import Any

import apiserver
import golden
import pytest
from flask.testing import FlaskClient
from golden import Case

from injector.kubernetes import manifests
from injector.terminal.cli import main

CASES = golden.cases()
Manual = Callable[[Case], tuple[int, str, str]]


@pytest.fixture
def manual(capsys: pytest.CaptureFixture[str]) -> Manual:
    """Return what injects a case's manifest by the command: code, output, words."""

    def inject(case: Case) -> tuple[int, str, str]:
        files = ["--config", str(case.config), "-f", str(case.manifest)]
        place = ["--namespace", case.namespace, "--path", case.path]
        code = main(["inject", *files, *place])
        return code, *capsys.readouterr()

    return inject


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_manifest_is_injected_as_its_golden_file_says(
    case: Case, manual: Manual, *, update_golden: bool
) -> None:
    code, output, words = manual(case)

    if update_golden:
        golden_file = case.error if code else case.injected
        golden_file.write_text(words if code else output, encoding="utf-8")
    if code:
        assert not output
        assert words == case.error.read_text(encoding="utf-8")
    else:
        assert output == case.injected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_automatic_injection_equals_manual_injection(
    case: Case,
    start: Callable[..., FlaskClient],
    review: Callable[..., dict[str, Any]],
) -> None:
    client = start(CONFIG_FILE=str(case.config))

    answers = list(golden.automatic(case, client, review))

    if case.error.exists():
        messages = [answer.message for _, answer in answers if not answer.allowed]
        error = case.error.read_text(encoding="utf-8")
        assert messages
        assert all(message in error for message in messages)
        return
    expected = golden.documents(case.injected.read_text(encoding="utf-8"))
    found = [w for d in expected for w in manifests.find(d, case.namespace)]
    assert [answer.allowed for _, answer in answers] == [True] * len(found)
    for (_, answer), workload in zip(answers, found, strict=True):
        assert workload.pod == answer.pod


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.injected.exists()], ids=lambda case: case.name
)
def test_an_injected_pod_has_no_second_sidecar_after_another_injection(
    case: Case,
    start: Callable[..., FlaskClient],
    review: Callable[..., dict[str, Any]],
) -> None:
    client = start(CONFIG_FILE=str(case.config))

    once = [answer.pod for _, answer in golden.automatic(case, client, review)]
    twice = []
    for pod in once:
        asked = review(pod, namespace=case.namespace)
        answer = client.post(case.path, json=asked)
        admitted = apiserver.admit(asked, answer.status_code, answer.data)
        twice.append(admitted.pod)

    assert [_names(pod) for pod in twice] == [_names(pod) for pod in once]
    if case.manifest.parent.name in ("own", "disabled", "directives"):
        assert twice == once


def _names(pod: Any) -> dict[str, list[str]]:
    lists = ("containers", "initContainers", "volumes")
    return {key: [e["name"] for e in pod["spec"].get(key, [])] for key in lists}


def test_every_golden_file_belongs_to_a_manifest() -> None:
    assert golden.left_over() == []


def test_there_are_at_least_forty_cases() -> None:
    assert len(CASES) >= 40
