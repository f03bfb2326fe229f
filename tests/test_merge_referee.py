"""Our strategic merge against Kubernetes' own: kubectl's, and its Go library's."""

import copy
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from go_tool import build
from hypothesis import HealthCheck, assume, given, note, settings
from merging import merged, settled
from pod_strategies import Json, mergeable_pods, overlays
from podtypes import Referee, referee

# Kubernetes cannot order an empty list; we can.
EMPTY = "no elements in any of the given slices"
UNHURRIED = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def kubectl() -> str:
    found = shutil.which("kubectl")
    if found is None and os.environ.get("REQUIRE_KUBECTL") == "1":
        pytest.fail("kubectl is not installed")
    return found or pytest.skip("kubectl is not installed")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Referee]:
    with referee(build("podtypes", tmp_path_factory.mktemp("go")), "merge") as running:
        yield running


def by_kubectl(kubectl: str, pod: Json, overlay: Json) -> Any:
    """Return what kubectl makes of both, None if it refuses."""
    command = [kubectl, "patch", "--local", "--type", "strategic", "-f", "-"]
    done = subprocess.run(
        [*command, "-o", "json", "-p", json.dumps(overlay)],
        input=json.dumps(pod),
        capture_output=True,
        text=True,
        check=False,
    )
    assume(EMPTY not in done.stderr)
    return settled(json.loads(done.stdout)) if done.returncode == 0 else None


def named(pod: Json) -> Json:
    """Return the pod with what kubectl insists on."""
    metadata = pod.get("metadata", {}) | {"name": "web"}
    return {"apiVersion": "v1", "kind": "Pod"} | pod | {"metadata": metadata}


def compare_with_kubectl(kubectl: str, pod: Json, overlay: Json) -> None:
    pod = named(pod)
    if overlay.get("metadata", {}) is None:
        overlay = overlay | {"metadata": {}}

    ours = merged(pod, overlay)

    theirs = by_kubectl(kubectl, pod, overlay)
    note(f"ours:   {ours}\ntheirs: {theirs}")
    assert ours == theirs


@settings(UNHURRIED, max_examples=25)
@given(pod=mergeable_pods(), overlay=overlays())
def test_any_overlay_merges_as_kubectl_merges_it(
    kubectl: str, pod: Json, overlay: Json
) -> None:
    compare_with_kubectl(kubectl, pod, overlay)


@pytest.mark.slow
@settings(UNHURRIED, max_examples=600)
@given(pod=mergeable_pods(), overlay=overlays())
def test_many_overlays_merge_as_kubectl_merges_them(
    kubectl: str, pod: Json, overlay: Json
) -> None:
    compare_with_kubectl(kubectl, pod, overlay)


@pytest.mark.slow
@settings(UNHURRIED, max_examples=4000)
@given(pod=mergeable_pods(), overlay=overlays())
def test_many_overlays_merge_as_kubernetes_library_merges_them(
    library: Referee, pod: Json, overlay: Json
) -> None:
    ours = merged(copy.deepcopy(pod), copy.deepcopy(overlay))

    answer = library.ask([pod, overlay])

    assume(EMPTY not in answer.get("error", ""))
    note(f"ours:   {ours}\ntheirs: {answer}")
    assert ours == (settled(answer["ok"]) if "ok" in answer else None)
