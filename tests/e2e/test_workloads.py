from functools import partial

import pytest
import yaml

from e2e import manifests
from e2e.cluster import Cluster
from e2e.manifests import comparable, injected
from e2e.processes import wait_until
from e2e.registering import injector, registered
from e2e.serving import Served

WORKLOADS = (
    manifests.deployment("web", replicas=2),
    manifests.stateful_set("store"),
    manifests.job("once"),
    manifests.cron_job("tick"),
    manifests.pod("alone"),
)
NAMES = ("alone", "once", "store", "tick", "web")

A_MINUTE_AND_A_BIT = 90.0


@pytest.fixture(scope="module")
def automatic(cluster: Cluster) -> str:
    """Return a namespace in which the API server calls the function."""
    return cluster.namespace(istio_injection="enabled")


@pytest.fixture(scope="module")
def manual(cluster: Cluster) -> str:
    """Return a namespace whose pods nobody sends to the function."""
    return cluster.namespace()


@pytest.fixture(scope="module")
def _created(cluster: Cluster, url: str, automatic: str, manual: str) -> None:
    """Create the same workloads in both, once as they are and once injected."""
    text = yaml.safe_dump_all(WORKLOADS)
    by_hand = injector("inject", "-f", "-", "--namespace", manual, given=text)
    with registered(cluster, url):
        cluster.kubectl("create", "-n", automatic, "-f", "-", given=text)
        cluster.kubectl("create", "-n", manual, "-f", "-", given=by_hand)
        for namespace in (automatic, manual):
            # The CronJob waits for the next minute.
            wait_until(
                partial(_all_there, cluster, namespace),
                f"pods of all workloads in namespace {namespace}",
                seconds=A_MINUTE_AND_A_BIT,
            )


def _all_there(cluster: Cluster, namespace: str) -> bool:
    found = {pod["metadata"]["labels"]["app"] for pod in cluster.pods(namespace)}
    return found == set(NAMES)


@pytest.mark.usefixtures("_created")
@pytest.mark.parametrize("name", NAMES)
def test_pods_are_created_injected_whatever_creates_them(
    cluster: Cluster, automatic: str, name: str
) -> None:
    found = cluster.pods(automatic, "-l", f"app={name}")

    assert len(found) == (2 if name == "web" else 1)
    assert all(injected(pod) for pod in found)


@pytest.mark.usefixtures("_created")
@pytest.mark.parametrize("name", NAMES)
def test_manual_injection_gives_the_pod_that_automatic_injection_gives(
    cluster: Cluster, function: Served, automatic: str, manual: str, name: str
) -> None:
    by_webhook = cluster.pods(automatic, "-l", f"app={name}")[0]
    by_hand = cluster.pods(manual, "-l", f"app={name}")[0]

    assert comparable(by_hand) == comparable(by_webhook)
    assert not function.told(manual)


@pytest.mark.usefixtures("_created")
def test_the_function_knows_the_workload_behind_each_pod(
    function: Served, automatic: str
) -> None:
    told = {line["workload"] for line in function.told(automatic)}

    assert told == {
        "CronJob/tick",
        "Deployment/web",
        "Job/once",
        "Pod/alone",
        "StatefulSet/store",
    }
