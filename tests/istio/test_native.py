from typing import Any

import pytest

from injector.configuration.config import Cluster, Config
from injector.istio.pod import native
from injector.releases.release import Release


def is_native(
    switch: str = "",
    *,
    release: str = "1.30",
    clusters: dict[str, dict[str, str]] | None = None,
    cluster: str = "Kubernetes",
    pod: Any = None,
) -> bool:
    known = None
    if clusters is not None:
        known = {name: Cluster(nodes=nodes) for name, nodes in clusters.items()}
    features = {"ENABLE_NATIVE_SIDECARS": switch} if switch else {}
    config = Config(features=features, release=Release.parse(release), clusters=known)
    return native.is_native(pod or {}, cluster, config)


@pytest.mark.parametrize(
    ("release", "switch", "expected"),
    [
        ("1.18", "true", False),
        ("1.19", "", False),
        ("1.19", "T", True),
        ("1.26", "x", False),
        ("1.26", "auto", False),
        ("1.27", "", True),
        ("1.27", "auto", True),
        ("1.27", "true", True),
        ("1.27", "T", False),
        ("1.27", "false", False),
    ],
)
def test_the_switch_is_read_as_the_release_does(
    release: str, switch: str, *, expected: bool
) -> None:
    assert is_native(switch, release=release) is expected


@pytest.mark.parametrize(
    ("clusters", "expected"),
    [
        ({}, False),
        ({"other": {}}, False),
        ({"Kubernetes": {}}, True),
        ({"Kubernetes": {"a": "v1.33.0-gke.1", "b": "1.40+"}}, True),
        ({"Kubernetes": {"a": "v1.33.0", "b": "v1.32.9"}}, False),
        ({"Kubernetes": {"a": "v1.x"}}, False),
        ({"Kubernetes": {"a": ""}}, False),
    ],
)
def test_auto_asks_every_node_of_the_pod_s_cluster(
    clusters: dict[str, dict[str, str]], *, expected: bool
) -> None:
    assert is_native("auto", clusters=clusters) is expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [("new", True), ("old", False), ("unknown", False), (1, False)],
)
def test_auto_asks_the_pod_s_node_alone_if_it_is_known(
    node: Any, *, expected: bool
) -> None:
    clusters = {"c": {"old": "v1.30.0", "new": "v1.33.0"}}
    pod = {"spec": {"nodeName": node}}

    assert is_native("auto", clusters=clusters, cluster="c", pod=pod) is expected


@pytest.mark.parametrize(
    ("release", "word", "expected"),
    [
        ("1.24", "true", True),
        ("1.23", "true", False),
        ("1.30", "false", False),
        ("1.30", "yes", True),
    ],
)
def test_the_pod_s_word_is_above_the_switch_since_1_24(
    release: str, word: str, *, expected: bool
) -> None:
    pod = {"metadata": {"annotations": {"sidecar.istio.io/nativeSidecar": word}}}

    assert is_native(release=release, pod=pod) is expected
