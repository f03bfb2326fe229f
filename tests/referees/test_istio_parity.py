"""Every recorded case of Istio's on its own ConfigMaps, release by release."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import yaml
from istio_cases import (
    DEFAULT,
    RECORDED,
    Exchange,
    Setting,
    configuration,
    exchange,
    exchanges,
)
from parity import (
    BUNDLED,
    Documents,
    Outcome,
    answered,
    fronts,
    istios,
    kube_inject,
    unnamed,
    webhook,
)
from shared_data import istio_folder, recorded_folder

from injector.istio.maps.inference import infer
from injector.releases.release import Release

RELEASES = ("1.10", "1.20", "1.26", "1.30")

# Recorded with a switch that the record does not name: case 52 has the same manifest,
# configuration and environment, and another outcome.
UNEQUAL = {"1.10": {"27-hello-no-seccontext.yaml", "27-hello-no-seccontext.yaml 0"}}

ForDocuments = Callable[[str, Documents], Iterator[Outcome]]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    "front", [webhook, pytest.param(kube_inject, marks=pytest.mark.slow)]
)
def test_istios_documents_inject_what_istio_does(
    front: ForDocuments, release: str
) -> None:
    istio_folder()

    found = list(front(release, istios))

    assert found != []
    different = {outcome.case for outcome in found if outcome.differences}
    assert different - UNEQUAL.get(release, set()) == set()


@pytest.mark.parametrize("made", [istios, unnamed])
def test_a_release_newer_than_the_newest_merges_metrics_as_istio_does(
    made: Documents,
) -> None:
    recorded_folder("1.32")

    found = list(webhook("1.32", made))

    assert [outcome for outcome in found if outcome.differences] == []
    assert len(found) == 34


@pytest.mark.parametrize("release", RELEASES)
def test_the_release_is_inferred_from_every_recorded_configuration(
    release: str,
) -> None:
    istio_folder()

    for file in sorted((RECORDED / release / "configs").glob("*.json")):
        texts = configuration(release, file.stem)
        templates = yaml.safe_load(texts["config"])["templates"]
        found = infer("", templates, json.loads(texts["values"]))
        assert found.oldest <= Release.parse(release) <= found.newest


def test_the_bundled_templates_and_istios_make_the_same_pods() -> None:
    istio_folder()
    usual = [one for one in exchanges("1.30") if one.setting.config == DEFAULT]

    with fronts() as ours, fronts(istios) as theirs:
        different = [
            one.name
            for one in usual
            if one.templates <= BUNDLED and ours.post(one) != theirs.post(one)
        ]

    assert len(usual) > 100
    assert different == []


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES)
def test_an_inferred_release_gives_the_same_pods(release: str) -> None:
    istio_folder()

    with fronts(unnamed) as both:
        found = {one.name: answered(both, one) for one in exchanges(release)}

    different = {name for name, lines in found.items() if lines}
    assert different - UNEQUAL.get(release, set()) == set()


def test_single_records_are_equal() -> None:
    file = recorded_folder("1.0").parent.parent / "faults" / "records.json"
    if not file.exists():
        pytest.skip(f"no recorded cases in {file}")
    found = json.loads(file.read_text(encoding="utf-8"))

    with fronts(istios) as both:
        different = {
            f"{record['release']} {record['name']}": lines
            for record in found["records"]
            if (lines := answered(both, single(record, found["configs"])))
        }

    assert different == {}
    assert len(found["records"]) == 10


def single(record: Mapping[str, Any], configs: Mapping[str, Any]) -> Exchange:
    """Return a record that stands alone, with its configuration beside it."""
    setting = Setting(
        release=record["release"],
        config=record["config"],
        texts=configs[f"{record['release']}/{record['config']}"],
        env=record["env"],
        cluster=record["cluster"],
    )
    return exchange(record["name"], setting, record)
