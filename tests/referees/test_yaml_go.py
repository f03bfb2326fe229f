"""Everything that reads YAML against Go's sigs.k8s.io/yaml."""

import json
import os
import random
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import go_tool
import pytest
from yaml_texts import (
    KEYS,
    MANIFESTS,
    PLAIN,
    REFUSED,
    TAGGED,
    Documents,
    scalar,
)

from injector.base.errors import ConfigError, ManifestError
from injector.configuration import document
from injector.formats import kubeyaml
from injector.istio.go import overlay
from injector.istio.go.overlay import OverlayError
from injector.istio.maps import documents
from injector.templates.jinja import filters, reading
from injector.templates.jinja.shapes import OutputError
from injector.templates.jinja.slots import Refused

SEED = int(os.environ.get("FUZZ_SEED") or 1)
FEW = 2_000
MANY = 50_000
NOTHING = "refused"
FAULTS = (ConfigError, ManifestError, OutputError, OverlayError, Refused)

SCALARS: dict[str, Callable[[str], Any]] = {
    "manifests": lambda text: kubeyaml.parse(text.encode(), "f.yaml")[0],
    "configurations": document.read,
    "outputs of Istio's templates": overlay.read,
    "texts in Istio's ConfigMaps": documents._value,  # noqa: SLF001 - one of the readers
    "templates": lambda text: reading.read(text).shape.fill(()),
    "the filter yaml": filters._yaml,  # noqa: SLF001 - one of the readers
}
"""What reads scalars."""

WHOLE = ("manifests", "outputs of Istio's templates")
"""Those that read all that Go reads, tags, merges and odd keys too."""


@pytest.fixture(params=SCALARS)
def read(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    return SCALARS[request.param]


@pytest.fixture(params=WHOLE)
def read_all(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    return SCALARS[request.param]


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return go_tool.build("yamljson", tmp_path_factory.mktemp("go"))


def answers(binary: Path, mode: str, texts: Sequence[str]) -> list[str]:
    """Return the JSON that Go reads in each text, or NOTHING."""
    lines = "".join(f"{json.dumps(text)}\n" for text in texts)
    done = subprocess.run(
        [binary, mode], input=lines, capture_output=True, text=True, check=True
    )
    found = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    return [NOTHING if "error" in each else printed(each["ok"]) for each in found]


def printed(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def ours(read: Callable[[str], Any], text: str) -> str:
    try:
        return printed(read(text))
    except FAULTS:
        return NOTHING


@pytest.mark.parametrize(("text", "value"), PLAIN.items())
def test_a_plain_scalar_means_what_it_means_to_go(
    text: str, value: Any, read: Callable[[str], Any]
) -> None:
    assert printed(read(f"a: {text}")) == printed({"a": value})


@pytest.mark.parametrize(("text", "value"), TAGGED.items())
def test_tags_and_quotes_mean_what_they_mean_to_go(
    text: str, value: Any, read_all: Callable[[str], Any]
) -> None:
    assert printed(read_all(f"a: {text}")) == printed({"a": value})


@pytest.mark.parametrize(("text", "key"), KEYS.items())
def test_a_key_is_the_text_that_it_is_to_go(
    text: str, key: str, read_all: Callable[[str], Any]
) -> None:
    assert read_all(f"{text}: 1") == {key: 1}


@pytest.mark.parametrize(("text", "told"), REFUSED.items())
def test_what_json_cannot_hold_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ManifestError) as raised:
        kubeyaml.parse(f"a: 1\nb: {text}".encode(), "f.yaml")

    assert str(raised.value) == f"f.yaml: line 2: {told}"


def test_the_tables_are_what_go_says(binary: Path) -> None:
    values = {**PLAIN, **TAGGED}
    texts = [
        *(f"a: {text}" for text in [*values, *REFUSED]),
        *(f"{k}: 1" for k in KEYS),
    ]
    wanted = [
        *(printed({"a": value}) for value in values.values()),
        *(NOTHING for _ in REFUSED),
        *(printed({key: 1}) for key in KEYS.values()),
    ]

    found = answers(binary, "yaml", texts)

    assert dict(zip(texts, found, strict=True)) == dict(zip(texts, wanted, strict=True))


def test_the_streams_are_what_kubectls_decoder_says(binary: Path) -> None:
    wanted = [printed(documents) for documents in MANIFESTS.values()]

    found = answers(binary, "manifests", list(MANIFESTS))

    assert dict(zip(MANIFESTS, found, strict=True)) == dict(
        zip(MANIFESTS, wanted, strict=True)
    )


def compare_scalars(binary: Path, count: int) -> None:
    rng = random.Random(SEED)  # noqa: S311 - no secret
    texts = sorted({f"a: {scalar(rng)}" for _ in range(count)})
    wanted = answers(binary, "yaml", texts)
    differing = [
        f"{text!r}: {name} {found}, go {answer}"
        for name, read in SCALARS.items()
        for text, answer in zip(texts, wanted, strict=True)
        if (found := ours(read, text)) != answer
    ]
    assert not differing, "\n".join([f"seed {SEED}", *differing[:10]])


def compare_documents(binary: Path, count: int) -> None:
    writer = Documents(random.Random(SEED))  # noqa: S311 - no secret
    texts = [writer.document() for _ in range(count)]
    texts += [f"{scalar(writer.rng)}: 1" for _ in range(count)]
    wanted = answers(binary, "yaml", texts)
    assert sum(answer != NOTHING for answer in wanted) > count // 5
    differing = [
        f"{text!r}: {name} {found}, go {answer}"
        for name in WHOLE
        for text, answer in zip(texts, wanted, strict=True)
        if (found := ours(SCALARS[name], text)) != answer
    ]
    assert not differing, "\n".join([f"seed {SEED}", *differing[:10]])


def test_some_random_scalars_mean_what_they_mean_to_go(binary: Path) -> None:
    compare_scalars(binary, FEW)


@pytest.mark.slow
def test_many_random_scalars_mean_what_they_mean_to_go(binary: Path) -> None:
    compare_scalars(binary, MANY)


def test_some_random_documents_are_read_as_by_go(binary: Path) -> None:
    compare_documents(binary, FEW)


@pytest.mark.slow
def test_many_random_documents_are_read_as_by_go(binary: Path) -> None:
    compare_documents(binary, MANY)
