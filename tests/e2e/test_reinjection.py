"""Pods that are injected twice: by reinvocation, and from a backup."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from e2e import manifests, peer
from e2e.cluster import Cluster
from e2e.manifests import comparable, names
from e2e.registering import applied, registered
from e2e.serving import Served

LATER = "zz-later"
"""Configurations are called in the order of their names."""


def add_container(request: Mapping[str, Any]) -> peer.Operations:
    """Add a container to the pod of *request*, once."""
    containers = request["object"]["spec"]["containers"]
    if any(each["name"] == "added" for each in containers):
        return []
    added = {"name": "added", "image": manifests.IMAGE}
    return [{"op": "add", "path": "/spec/containers/-", "value": added}]


def test_a_pod_that_another_webhook_changes_is_injected_again_without_a_duplicate(
    cluster: Cluster, function: Served, url: str
) -> None:
    enabled = cluster.namespace(istio_injection="enabled")
    changed = manifests.pod("changed", namespace=enabled, labels={LATER: "true"})
    with (
        peer.serving(cluster.authority, add_container) as other,
        registered(cluster, url, "--reinvocation-policy=IfNeeded"),
        applied(cluster, peer.registration(other, cluster.authority, LATER)),
    ):
        cluster.create(changed)

        found = cluster.pod(enabled, "changed")
        # The same pod, whose author wrote the container himself.
        changed["metadata"]["name"] = "whole"
        changed["metadata"]["labels"]["app"] = "changed"
        changed["spec"]["containers"].append(
            {"name": "added", "image": manifests.IMAGE}
        )
        cluster.create(changed)
        whole = cluster.pod(enabled, "whole")

    counted = Counter(line["workload"] for line in function.told(enabled))
    # The API server itself changes what was injected: it mounts the service account.
    assert counted == {"Pod/changed": 2, "Pod/whole": 2}
    assert names(found) == ["app", "added"]
    assert names(found, "initContainers") == ["istio-init", "istio-proxy"]
    volumes = [volume["name"] for volume in found["spec"]["volumes"]]
    assert len(volumes) == len(set(volumes))
    assert "added" in variables(found)["ISTIO_META_APP_CONTAINERS"]
    assert sorted_variables(found) == sorted_variables(whole)


def variables(pod: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables of the sidecar by their names."""
    (sidecar,) = (
        each for each in pod["spec"]["initContainers"] if each["name"] == "istio-proxy"
    )
    return {each["name"]: each.get("value", each) for each in sidecar["env"]}


def sorted_variables(pod: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the variables but those that name the pod's workload, sorted."""
    found = variables(pod)
    return sorted(
        (name, value)
        for name, value in found.items()
        if name not in ("ISTIO_META_WORKLOAD_NAME", "ISTIO_META_OWNER")
    )


def test_a_pod_restored_from_a_backup_is_the_pod_that_was_backed_up(
    cluster: Cluster, function: Served, url: str
) -> None:
    enabled = cluster.namespace(istio_injection="enabled")
    with registered(cluster, url):
        cluster.create(manifests.pod("kept", namespace=enabled))
        before = cluster.pod(enabled, "kept")
        backup = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                key: before["metadata"][key]
                for key in ("name", "namespace", "labels", "annotations")
            },
            "spec": before["spec"],
        }
        cluster.kubectl("delete", "pod", "kept", "-n", enabled, "--force")

        cluster.create(backup)

    assert len(function.told(enabled)) == 2
    assert comparable(cluster.pod(enabled, "kept")) == comparable(before)
