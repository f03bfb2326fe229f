from typing import Any

import pytest
from istio_cases import exchanges
from shared_data import istio_folder

from injector.base.front import Front
from injector.injection.workload import with_hidden_label, workload
from injector.kubernetes import pods
from injector.releases.release import Release


def owned(kind: str, name: Any, **labels: str) -> dict[str, Any]:
    owner = {"apiVersion": "v0", "kind": kind, "name": name, "controller": True}
    return {
        "metadata": {
            "generateName": "x-",
            "labels": labels,
            "ownerReferences": [{"kind": "Other", "name": "o"}, owner],
        }
    }


def hashed(kind: str, name: str, label: str) -> dict[str, Any]:
    pod = owned(kind, name)
    pod["metadata"]["labels"] = {label: "7d6"}
    return pod


def told(pod: dict[str, Any], release: str = "1.30") -> str:
    found = workload(pod, "shop", Release.parse(release))
    return f"{found['apiVersion']} {found['kind']} {found['namespace']}/{found['name']}"


def test_a_pod_of_nobody_is_its_own_workload() -> None:
    assert told({"metadata": {"name": "p", "namespace": "n"}}) == "v1 Pod n/p"
    assert told({"metadata": None}) == "v1 Pod shop/"


def test_a_pod_with_a_name_of_its_own_is_its_own_workload() -> None:
    pod = owned("StatefulSet", "db")
    pod["metadata"] |= {"generateName": "", "name": "db-0"}

    assert told(pod) == "v1 Pod shop/db-0"


def test_only_the_controller_among_owners_counts() -> None:
    pod = owned("DaemonSet", "agent")

    assert told(pod) == "v0 DaemonSet shop/agent"
    pod["metadata"]["ownerReferences"].pop()
    assert told(pod) == "v1 Pod shop/"


def test_a_controller_without_anything_leaves_the_pod_s_name() -> None:
    pod = owned("", None)
    pod["metadata"]["name"] = "p"
    pod["metadata"]["ownerReferences"][1] = {"controller": True}

    assert told(pod) == "  shop/p"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web-7d6", "v0 Deployment shop/web"),
        ("web7d6", "v0 Deployment shop/web7d6"),
        ("web-other", "v0 ReplicaSet shop/web-other"),
    ],
)
def test_a_replica_set_is_its_deployment_s(name: str, expected: str) -> None:
    assert told(hashed("ReplicaSet", name, "pod-template-hash")) == expected


def test_a_replica_set_without_hash_is_itself() -> None:
    assert told(owned("ReplicaSet", "web-")) == "v0 ReplicaSet shop/web-"


def test_a_replica_set_may_be_a_rollout_s_since_1_22() -> None:
    pod = hashed("ReplicaSet", "web-7d6", "rollouts-pod-template-hash")

    assert told(pod) == "v1alpha1 Rollout shop/web"
    assert told(pod, "1.21") == "v0 ReplicaSet shop/web-7d6"


def test_a_replication_controller_may_be_a_deployment_config_s() -> None:
    pod = owned("ReplicationController", "web-3", deploymentconfig="web")

    assert told(pod) == "v0 DeploymentConfig shop/web"
    assert told(pod, "1.12.0") == "v0 ReplicationController shop/web-3"
    assert told(owned("ReplicationController", "web-3")).endswith(
        "Controller shop/web-3"
    )


def test_every_replica_set_was_a_deployment_s_up_to_1_7() -> None:
    assert told(owned("ReplicaSet", "web"), "1.7") == "v0 Deployment shop/web"
    assert told(owned("ReplicaSet", "web"), "1.8") == "v0 ReplicaSet shop/web"
    hashed_pod = hashed("ReplicaSet", "web-7d6", "pod-template-hash")
    assert told(hashed_pod, "1.3") == "v0 Deployment shop/web"


def test_the_namespace_was_the_requests_up_to_1_7() -> None:
    pod = {"metadata": {"name": "p", "namespace": "n"}}

    assert told(pod, "1.7") == "v1 Pod shop/p"
    assert told(pod, "1.8") == "v1 Pod n/p"
    assert workload(pod, "", Release(1, 7))["namespace"] == "n"


def test_a_controller_that_nobody_made_is_the_workload() -> None:
    pod = owned("ReplicaSet", "web")

    found = workload(pod, "shop", Release(1, 5), Front.KUBE_INJECT)

    assert (found["kind"], found["name"]) == ("ReplicaSet", "web")


@pytest.mark.parametrize(
    ("release", "name", "expected"),
    [
        ("1.30", "tidy-28401234", "batch/v1 CronJob shop/tidy"),
        ("1.21", "tidy-1234567890", "batch/v1beta1 CronJob shop/tidy"),
        ("1.30", "tidy-1234567", "v0 Job shop/tidy-1234567"),
        ("1.30", "tidy-12345678901", "v0 Job shop/tidy-12345678901"),
        ("1.30", "-12345678", "v0 Job shop/-12345678"),
        ("1.9", "tidy-28401234", "v0 Job shop/tidy-28401234"),
        ("1.9", "tidy-1234567890", "batch/v1beta1 CronJob shop/tidy"),
        ("1.5", "tidy-1234567890", "v0 Job shop/tidy-1234567890"),
    ],
)
def test_a_job_may_be_a_cron_job_s(release: str, name: str, expected: str) -> None:
    assert told(owned("Job", name), release) == expected


@pytest.mark.parametrize("release", ["1.10", "1.20", "1.26", "1.30"])
def test_recorded_sidecars_name_the_workload(release: str) -> None:
    istio_folder()
    compared = 0

    for exchange in exchanges(release):
        if exchange.denied:
            continue
        request = exchange.request["request"]
        found = workload(
            request["object"], request.get("namespace", ""), Release.parse(release)
        )
        namespace = found["namespace"] or "default"
        owner = (
            f"kubernetes://apis/{found['apiVersion']}/namespaces/{namespace}/"
            f"{found['kind'].lower()}s/{found['name']}"
        )
        for container in pods.all_containers(exchange.patched):
            variable = pods.named(container.get("env") or [], "ISTIO_META_OWNER")
            if container["name"] == "istio-proxy" and variable:
                assert variable["value"] == owner, exchange.name
                compared += 1

    assert compared > 150


@pytest.mark.parametrize(
    ("release", "labels", "after", "left"),
    [
        ("1.18", {}, {"a": "b"}, {"a": "b"}),
        ("1.12.1", {}, {"a": "b"}, {"a": "b"}),
        ("1.19", {}, {"a": "b"}, {"a": "b", "deploymentconfig": "web"}),
        ("1.18", {"c": "d"}, {"a": "b"}, {"a": "b", "deploymentconfig": "web"}),
        ("1.18", {}, {}, {"deploymentconfig": "web"}),
    ],
)
def test_a_label_that_the_injector_did_not_see_is_lost_with_no_other(
    release: str, labels: dict[str, str], after: dict[str, str], left: dict[str, str]
) -> None:
    own = {"deploymentconfig": "web"}
    pod = owned("ReplicationController", "web-1", **own, **labels)
    injected = {**pod, "metadata": {**pod["metadata"], "labels": {**own, **after}}}

    found = with_hidden_label(injected, pod, Release.parse(release))

    assert found["metadata"]["labels"] == left
