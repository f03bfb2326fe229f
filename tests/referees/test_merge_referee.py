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
from merging import merged, merged_as_read, read, settled
from pod_strategies import Json, mergeable_pods, overlays
from podtypes import Referee, referee

from injector.kubernetes import schema

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
    with referee(build("podtypes", tmp_path_factory.mktemp("go")), "merged") as running:
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
    return json.loads(done.stdout) if done.returncode == 0 else None


def whole(pod: Json) -> Json:
    """Return the pod as an API server has it, with a name and a container."""
    pod = schema.typed(pod)
    spec = pod["spec"] | {"containers": pod["spec"]["containers"] or [{"name": "e"}]}
    metadata = pod["metadata"] | {"name": "web"}
    more = {"metadata": metadata, "spec": spec}
    return {"apiVersion": "v1", "kind": "Pod"} | pod | more


def compare_with_kubectl(kubectl: str, pod: Json, overlay: Json) -> None:
    pod = whole(pod)
    if overlay.get("metadata", {}) is None:
        overlay = overlay | {"metadata": {}}

    ours = merged_as_read(pod, overlay), merged(pod, overlay)

    theirs = by_kubectl(kubectl, pod, overlay)
    note(f"ours:   {ours}\ntheirs: {theirs}")
    assert ours == (read(theirs) if theirs else None, settled(theirs))


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
    pod = whole(pod)

    ours = merged_as_read(copy.deepcopy(pod), copy.deepcopy(overlay))

    # Read and printed by Go: what counts is the pod, not the JSON on the way to it.
    answer = library.ask([pod, overlay])
    assume(EMPTY not in answer.get("error", ""))
    note(f"ours:   {ours}\ntheirs: {answer}")
    assert schema.same_json(ours, answer.get("ok"))
