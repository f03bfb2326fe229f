"""What the API server tells users when the function is slow or away."""

from typing import Any

import pytest

from e2e import manifests
from e2e.cluster import Cluster
from e2e.conftest import TOKEN, Serve
from e2e.processes import wait_until
from e2e.registering import registered

FAIL = ("--failure-policy=Fail", "--timeout=1")


def failures(cluster: Cluster, namespace: str) -> list[str]:
    """Return what events and conditions say of pods that could not be created."""
    events = cluster.get("events", "-n", namespace)["items"]
    workloads = cluster.get("replicasets,deployments", "-n", namespace)["items"]
    conditions: list[dict[str, Any]] = [
        condition
        for workload in workloads
        for condition in workload["status"].get("conditions", [])
        if condition["type"] == "ReplicaFailure"
    ]
    failed = [each["message"] for each in events if each["reason"] == "FailedCreate"]
    return failed + [condition["message"] for condition in conditions]


@pytest.mark.parametrize("how", ["slow", "away"])
def test_the_url_with_its_token_stands_in_events_and_conditions(
    cluster: Cluster, serve: Serve, how: str
) -> None:
    served = serve({"PATH_TOKENS": f'["{TOKEN}"]'})
    url = f"{served.url}/t/{TOKEN}"
    enabled = cluster.namespace(istio_injection="enabled")
    with registered(cluster, url, *FAIL):
        if how == "slow":
            served.pause()
        else:
            served.stop()
        cluster.create(
            {**manifests.deployment("web"), "metadata": named("web", enabled)}
        )

        # Of the event, of the ReplicaSet and of the Deployment.
        wait_until(
            lambda: len(failures(cluster, enabled)) >= 3, "the failure is told of"
        )
        if how == "slow":
            served.resume()

    told = failures(cluster, enabled)
    assert all(f"{url}/inject?timeout=1s" in message for message in told)
    why = {"slow": "context deadline exceeded", "away": "connection refused"}[how]
    assert any(why in message for message in told)


def named(name: str, namespace: str) -> dict[str, str]:
    return {"name": name, "namespace": namespace}


def test_a_failure_of_the_functions_own_is_told_without_the_url(
    cluster: Cluster, serve: Serve
) -> None:
    served = serve({"PATH_TOKENS": f'["{TOKEN}"]'})
    enabled = cluster.namespace(istio_injection="enabled")
    with registered(cluster, f"{served.url}/t/{'w' * 30}", *FAIL):
        cluster.create(
            {**manifests.deployment("web"), "metadata": named("web", enabled)}
        )
        wait_until(lambda: bool(failures(cluster, enabled)), "the failure is told of")

    told = failures(cluster, enabled)
    assert all("the server could not find the requested resource" in m for m in told)
    assert not any(served.url in message for message in told)
    assert not any("w" * 30 in message for message in told)
