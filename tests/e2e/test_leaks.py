"""What the whole run left behind, looked through last."""

from pathlib import Path

import pytest
from leaks import find_in_files

from e2e import manifests
from e2e.cluster import Cluster, Refused
from e2e.conftest import TOKEN
from e2e.registering import registered
from e2e.serving import Served
from e2e.test_changing import NEW, OLD

WISH = "no-port-at-all"
CONTROL_PLANE = ("etcd", "kube-apiserver", "kube-controller-manager", "audit")


@pytest.fixture(scope="module", autouse=True)
def _pods(cluster: Cluster, function: Served, url: str) -> None:
    """Have at least some pods injected, refused and not served."""
    enabled = cluster.namespace(istio_injection="enabled")
    with registered(cluster, url):
        cluster.create(manifests.pod("web", namespace=enabled))
        wish = {"status.sidecar.istio.io/port": WISH}
        with pytest.raises(Refused, match=WISH):
            # The author is told what he wrote; nobody else is.
            cluster.create(
                manifests.pod("impossible", namespace=enabled, annotations=wish)
            )
    with registered(cluster, f"{function.url}/t/{OLD}"):
        cluster.create(manifests.pod("unserved", namespace=enabled))


def test_the_functions_logs_hold_no_token_and_nothing_of_a_pod(logs: Path) -> None:
    files = sorted(logs.glob("function-*.log"))

    assert any("policy_enabled" in file.read_text(encoding="utf-8") for file in files)
    assert not find_in_files(files, [TOKEN, OLD, NEW, WISH, manifests.MARK])


def test_the_control_plane_learns_of_a_pod_only_the_wish_that_was_refused(
    logs: Path,
) -> None:
    files = [logs / f"{name}.log" for name in CONTROL_PLANE]

    audit = files[-1].read_text(encoding="utf-8")
    assert "sidecar-injector.internal/reason" in audit
    assert not find_in_files(files, [manifests.MARK])
    # The API server notes why it refused a pod, in the words that it was told.
    assert WISH in audit
