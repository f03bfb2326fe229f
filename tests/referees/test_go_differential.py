"""Random Go templates, run by ours and by Go's own text/template."""

import json
import os
import random
import re
from pathlib import Path
from typing import Any

import go_tool
import pytest
from folders import TESTDATA
from go_templates import Templates, data
from go_types import FUNCTIONS, value

from injector.base.errors import TemplateError
from injector.templates.go import GoTemplate
from injector.templates.go.limits import MAX_DEPTH

SEED = int(os.environ.get("FUZZ_SEED") or 1)
FEW = 400
MANY = 20_000
# Where values are in memory differs from run to run.
ADDRESS = re.compile(r"0x[0-9a-f]{6,}|\b[0-9a-f]{9,12}\b")
# Where ours pretends that a pointer's value is, in each base that printf has.
PRETENDED = re.compile("|".join(f"{0xC000000000:{base}}" for base in "dxXob"))
DEPTH = re.compile(r"maximum template depth \(\d+\)")


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return go_tool.build("gotemplates", tmp_path_factory.mktemp("go"))


def compare(binary: Path, seed: int, count: int) -> None:
    """Compare *count* templates; fail with those that differ."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    templates = Templates(rng)
    requests: list[dict[str, Any]] = [
        {"template": templates.template(), "data": data(rng)} for _ in range(count)
    ]
    requests += [{"template": templates.flow(), "data": 1} for _ in range(count // 4)]

    answers = go_tool.run(binary, requests)

    outputs = sum("error" not in answer for answer in answers)
    assert outputs > count // 5, "too few templates are sound"
    differing = [
        f"{json.dumps(request)}\n  go:   {wanted!r}\n  ours: {got!r}"
        for request, answer in zip(requests, answers, strict=True)
        if not ADDRESS.search(wanted := answer.get("error") or answer["output"])
        and (got := ours(str(request["template"]), request["data"])) != depths(wanted)
        and not PRETENDED.search(got)
    ]
    assert not differing, "\n".join([f"seed {seed}", *differing[:5]])


def depths(text: str) -> str:
    """Return *text* with our limit of nesting for Go's."""
    return DEPTH.sub(f"maximum template depth ({MAX_DEPTH})", text)


def ours(template: str, data: Any) -> str:
    """Return what our engine prints."""
    try:
        return GoTemplate("inject", template, FUNCTIONS).execute(value(data))
    except TemplateError as e:
        return str(e)


def test_some_random_templates_do_what_go_does(binary: Path) -> None:
    compare(binary, SEED, FEW)


@pytest.mark.slow
def test_many_random_templates_do_what_go_does(binary: Path) -> None:
    print(f"seed {SEED}")  # noqa: T201 - to run it again

    compare(binary, SEED, MANY)


def test_the_recorded_cases_are_what_go_says(binary: Path) -> None:
    path = TESTDATA / "go_templates" / "cases.json"
    recorded = json.loads(path.read_text("utf-8"))
    requests = [
        {"template": case["template"], "data": recorded["data"]}
        for case in recorded["cases"]
    ]

    answers = go_tool.run(binary, requests)

    keys = ("output", "bytes", "stage", "error")
    assert [
        {key: answer[key] for key in keys if answer.get(key)} for answer in answers
    ] == [
        {key: case[key] for key in keys if case.get(key)}
        | ({"output": answer["output"]} if "bytes" in case else {})
        for case, answer in zip(recorded["cases"], answers, strict=True)
    ]
