"""Istio's own ConfigMaps, of old releases too, at an API server of today."""

from pathlib import Path

import pytest
from shared_data import istio_folder

from e2e import manifests
from e2e.cluster import Cluster
from e2e.conftest import Serve
from e2e.manifests import names
from e2e.registering import registered

RELEASES = ("1.0", "1.10", "1.20", "1.26", "1.30")
MAPS = ("istio-sidecar-injector.yaml", "istio.yaml")


@pytest.fixture(params=RELEASES)
def configuration(request: pytest.FixtureRequest, logs: Path) -> Path:
    """Return the ConfigMaps of a release, in one file."""
    folder = istio_folder() / request.param / "configmaps"
    texts = [(folder / name).read_text(encoding="utf-8") for name in MAPS]
    file = logs / f"istio-{request.param}.yaml"
    file.write_text("\n---\n".join(texts), encoding="utf-8")
    return file


def test_pods_with_the_sidecar_of_any_release_are_taken_and_found_whole(
    cluster: Cluster, serve: Serve, configuration: Path
) -> None:
    served = serve({"CONFIG_FILE": str(configuration), "VALIDATION": "deny"})
    options = (f"--config={configuration}", "--failure-policy=Fail")
    enabled = cluster.namespace(istio_injection="enabled")
    with (
        registered(cluster, served.url, *options),
        registered(cluster, served.url, *options, "--validating"),
    ):
        said = cluster.create(manifests.pod("web", namespace=enabled))

    assert said == "pod/web created\n"
    found = cluster.pod(enabled, "web")
    assert "istio-proxy" in names(found) + names(found, "initContainers")
    reasons = [line["reason"] for line in served.told(enabled)]
    assert reasons == ["policy_enabled", "sidecars_present"]
