from e2e.cluster import Cluster
from e2e.registering import registered


def test_a_pod_is_injected(cluster: Cluster, url: str) -> None:
    name = cluster.namespace(istio_injection="enabled")
    with registered(cluster, url):
        cluster.kubectl("run", "web", "-n", name, "--image=registry.example/app:1")
    pod = cluster.pod(name, "web")
    assert [c["name"] for c in pod["spec"]["initContainers"]] == [
        "istio-init",
        "istio-proxy",
    ]
