"""The second webhook: pods that slipped through, and pods that were altered."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import yaml

from e2e import manifests
from e2e.cluster import Cluster, Refused
from e2e.conftest import Serve
from e2e.manifests import injected
from e2e.processes import free_port
from e2e.registering import applied, injector, printed, registered

LACKING = "the pod lacks of its sidecars"


@pytest.fixture(scope="module", params=("warn", "deny"))
def validation(request: pytest.FixtureRequest) -> str:
    """Return what becomes of pods that lack their sidecars."""
    return str(request.param)


@pytest.fixture(scope="module")
def url(serve_for_all: Serve, validation: str) -> Iterator[str]:
    """Serve the function so, and return where."""
    served = serve_for_all({"VALIDATION": validation})
    yield served.url
    served.stop()


@pytest.fixture(scope="module")
def space(cluster: Cluster, url: str) -> Iterator[str]:
    """Return a namespace whose pods are validated, and which nobody injects.

    The mutating webhook is there, under Ignore, and its function is down.
    """
    down = printed(cluster, f"https://127.0.0.1:{free_port()}")
    with (
        applied(cluster, down),
        registered(cluster, url, "--validating", "--failure-policy=Fail"),
    ):
        yield cluster.namespace(istio_injection="enabled")


@pytest.fixture
def whole(space: str) -> dict[str, Any]:
    """Return a pod of the namespace, injected by hand."""
    text = manifests.text(manifests.pod("whole", namespace=space))
    pod: dict[str, Any] = yaml.safe_load(injector("inject", "-f", "-", given=text))
    return pod


def test_a_pod_that_slipped_through_bare_is_refused_or_warned_about(
    cluster: Cluster, validation: str, space: str
) -> None:
    bare = manifests.pod("bare", namespace=space)
    if validation == "deny":
        with pytest.raises(Refused, match=f"denied the request: {LACKING}"):
            cluster.create(bare)
        assert not cluster.pods(space, "-l", "app=bare")
    else:
        said = cluster.create(bare)
        assert f"Warning: {LACKING}" in said
        assert not injected(cluster.pod(space, "bare"))


def test_a_pod_that_need_not_be_injected_passes(cluster: Cluster, space: str) -> None:
    said = cluster.create(manifests.pod("host", namespace=space, hostNetwork=True))

    assert said == "pod/host created\n"


def test_an_injected_pod_passes(cluster: Cluster, whole: dict[str, Any]) -> None:
    said = cluster.create(whole)

    assert said == "pod/whole created\n"


@pytest.mark.parametrize("part", ["image", "variable", "label"])
def test_an_altered_sidecar_is_noticed(
    cluster: Cluster, validation: str, whole: dict[str, Any], part: str
) -> None:
    altered = deepcopy(whole)
    altered["metadata"]["name"] = f"altered-{part}"
    sidecar = altered["spec"]["initContainers"][1]
    assert sidecar["name"] == "istio-proxy"
    if part == "image":
        sidecar["image"] = "registry.example/other:1"
    elif part == "variable":
        sidecar["env"] = [
            each for each in sidecar["env"] if each["name"] != "ISTIO_META_MESH_ID"
        ]
    else:
        del altered["metadata"]["labels"]["security.istio.io/tlsMode"]
    text = manifests.text(altered)

    said = cluster.kubectl("create", "-f", "-", given=text, check=False)

    assert LACKING in said
    assert ("created" in said) == (validation == "warn")


def test_both_webhooks_together_let_every_pod_in_without_a_word(
    cluster: Cluster, url: str
) -> None:
    enabled = cluster.namespace(istio_injection="enabled")
    with registered(cluster, url), registered(cluster, url, "--validating"):
        said = cluster.create(
            manifests.pod("web", namespace=enabled),
            manifests.pod("declines", namespace=enabled, hostNetwork=True),
        )

    assert said == "pod/web created\npod/declines created\n"
    assert injected(cluster.pod(enabled, "web"))
