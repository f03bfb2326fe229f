"""The parts of the bench that need no API server."""

import os
from pathlib import Path

import pytest
from e2e import assets, histograms
from e2e.processes import Process, wait_until

METRICS = """\
# TYPE waits histogram
waits_bucket{name="a",le="0.1"} 50
waits_bucket{name="a",le="0.5"} 90
waits_bucket{name="a",le="+Inf"} 100
waits_sum{name="a"} 12
waits_count{name="a"} 100
waits_bucket{name="b",le="0.1"} 1
waits_bucket{name="b",le="+Inf"} 1
"""


def test_the_release_is_the_one_of_the_go_module() -> None:
    module = (assets.SOURCE / "go.mod").read_text(encoding="utf-8")

    assert f"require k8s.io/kubernetes v{assets.RELEASE}\n" in module


def test_a_folder_of_binaries_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*assets.COMPONENTS, "kubectl"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))

    found = assets.find()

    assert found.apiserver == [str(tmp_path / "kube-apiserver")]
    assert found.kubectl == str(tmp_path / "kubectl")


def test_a_folder_without_a_binary_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etcd").touch()
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))

    with pytest.raises(assets.NoAssets) as refused:
        assets.find()

    assert str(refused.value) == (
        f"KUBEBUILDER_ASSETS is '{tmp_path}', which has no "
        "kube-apiserver, kube-controller-manager"
    )


def test_without_go_and_without_a_folder_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(assets.NoAssets) as refused:
        assets.find()

    assert str(refused.value) == (
        "go is not installed, and KUBEBUILDER_ASSETS is not set"
    )


def test_without_kubectl_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in assets.COMPONENTS:
        (tmp_path / name).touch()
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    monkeypatch.setenv("PATH", os.devnull)

    with pytest.raises(assets.NoAssets, match="kubectl is not installed"):
        assets.find()


def test_a_program_that_does_not_get_ready_is_told_of() -> None:
    with pytest.raises(AssertionError, match=r"still waiting after 0\.1 s: a miracle"):
        wait_until(lambda: False, "a miracle", seconds=0.1)


def test_a_program_can_be_started_again_with_the_same_log(tmp_path: Path) -> None:
    process = Process(name="echo", command=["echo", "hello"], log=tmp_path / "log")
    for _ in range(2):
        process.start()
        wait_until(lambda: process.ended, "it ends")
        process.stop()

    assert process.log.read_text() == "hello\nhello\n"


def test_quantiles_are_linear_within_a_bucket() -> None:
    waits = histograms.read(METRICS, "waits", name="a")

    assert waits.count == 100
    assert waits.quantile(0.25) == pytest.approx(0.05)
    assert waits.quantile(0.7) == pytest.approx(0.3)
    assert waits.quantile(0.99) == pytest.approx(0.5)


def test_histograms_of_several_labels_are_added_and_earlier_ones_taken_off() -> None:
    both = histograms.read(METRICS, "waits")
    b = histograms.read(METRICS, "waits", name="b")

    assert both.count == 101
    assert both.since(b).count == 100
    assert both.since(b).quantile(0.25) == pytest.approx(0.05)
    assert b.since(b).quantile(0.5) == 0
