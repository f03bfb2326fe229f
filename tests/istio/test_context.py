from typing import Any

import pytest
from istio_cases import exchanges
from recorded_pods import surroundings_of
from shared_data import istio_folder

from injector.base.errors import PodError
from injector.configuration.config import Cluster, Config, Namespace
from injector.istio.jinja_functions import JINJA
from injector.istio.mesh import mesh_config as meshes
from injector.istio.pod.context import Situation, Surroundings, context, surroundings
from injector.istio.pod.identity import Ids
from injector.kubernetes import pods
from injector.releases.release import Release
from injector.templates.jinja.sandbox import GLOBALS

OPENSHIFT = {"PLATFORM": "openshift"}
RANGE = {"openshift.io/sa.scc.uid-range": "1000/10"}


def around(
    pod: Any = None, situation: Situation | None = None, **config: Any
) -> Surroundings:
    given = Config(istio=True, **config)
    mesh = meshes.effective(given.mesh, given.release)
    return surroundings(pod or {}, situation or Situation(), given, mesh)


def seen(
    pod: dict[str, Any], situation: Situation | None = None, **config: Any
) -> dict[str, Any]:
    return context(pod, around(pod, situation, **config))


def test_templates_may_ask_for_what_a_pod_does_not_have() -> None:
    found = seen({"metadata": None, "spec": None})

    assert found["metadata"] == {"labels": {}, "annotations": {}}
    assert found["spec"] == {"containers": [], "initContainers": [], "volumes": []}
    assert found["pod"] == {"metadata": found["metadata"], "spec": found["spec"]}


def test_no_variable_hides_a_function_but_namespace() -> None:
    hidden = seen({}).keys() & {*GLOBALS, *JINJA}

    assert hidden == {"namespace"}


def test_what_a_pod_has_is_seen_as_it_is() -> None:
    pod = {
        "apiVersion": "v1",
        "metadata": {"name": "p", "namespace": "n", "labels": {"a": "b"}},
        "spec": {"containers": [{"name": "c"}, None], "future": 1},
    }

    found = seen(pod)

    assert found["pod"]["apiVersion"] == "v1"
    assert found["metadata"]["labels"] == {"a": "b"}
    assert found["spec"]["containers"] == [{"name": "c"}]
    assert found["spec"]["future"] == 1
    assert found["namespace"] == "n"


def test_a_namespace_that_nobody_names_is_called_default() -> None:
    found = seen({})

    assert found["namespace"] == "default"
    assert found["workload"]["namespace"] == "default"
    assert "namespace" not in found["metadata"]


def test_the_request_s_namespace_is_the_pod_s() -> None:
    found = seen({}, situation=Situation(namespace="shop"))
    old = seen({}, situation=Situation(namespace="shop"), release=Release(1, 0))

    assert found["namespace"] == found["metadata"]["namespace"] == "shop"
    assert "namespace" not in old["metadata"]


def test_what_the_operator_says_is_seen() -> None:
    found = seen(
        {}, values={"a": 1}, revision="canary", features={"COMPLIANCE_POLICY": "fips"}
    )

    assert found["values"] == {"a": 1}
    assert found["revision"] == found["istio"]["revision"] == "canary"
    assert found["istio"]["compliancePolicy"] == "fips"


def test_istio_s_computed_values_are_seen() -> None:
    values = {"global": {"hub": "h", "tag": "t"}}

    assert seen({}, values=values)["istio"] == {
        "image": "h/proxyv2:t",
        "initImage": "h/proxyv2:t",
        "uid": 1337,
        "gid": 1337,
        "nativeSidecars": True,
        "compliancePolicy": "",
        "inboundTrafficPolicyMode": "passthrough",
        "revision": "default",
    }


def test_the_inbound_policy_is_the_mesh_s() -> None:
    mesh = ({"inboundTrafficPolicy": {"mode": "LOCALHOST"}},)

    assert seen({}, mesh=mesh)["istio"]["inboundTrafficPolicyMode"] == "localhost"


def test_the_pod_s_proxy_configuration_is_above_the_mesh_s() -> None:
    pod = {"metadata": {"annotations": {"proxy.istio.io/config": "statusPort: 15099"}}}

    now = seen(pod)
    then = seen(pod, release=Release(1, 12))

    assert now["proxy"]["statusPort"] == then["proxy"]["statusPort"] == 15099
    assert now["mesh"]["defaultConfig"]["statusPort"] == 15020
    assert then["mesh"]["defaultConfig"]["statusPort"] == 15099


def test_an_ill_proxy_configuration_is_the_author_s_fault() -> None:
    pod = {"metadata": {"annotations": {"proxy.istio.io/config": "["}}}

    with pytest.raises(PodError):
        around(pod)


def test_a_proxy_configuration_that_is_no_text_is_none() -> None:
    pod = {"metadata": {"annotations": {"proxy.istio.io/config": 7}}}

    assert around(pod).proxy == around().proxy


def test_cluster_and_network_are_the_path_s_else_the_values() -> None:
    settings = {"network": "n0", "multiCluster": {"clusterName": "c0"}}
    values = {"global": settings}
    path = Situation(cluster="c1", network="n1")

    given = around(None, path, values=values)
    default = around(values=values)

    assert (given.cluster, given.network) == ("c1", "n1")
    assert (default.cluster, default.network) == ("c0", "n0")
    assert (around().cluster, around().network) == ("", "")
    assert seen({})["cluster"] == "Kubernetes"


@pytest.mark.parametrize("label", ["n2", ""])
def test_the_network_s_label_is_above_all(label: str) -> None:
    pod = {"metadata": {"labels": {"topology.istio.io/network": label}}}

    assert around(pod, Situation(network="n1")).network == label


@pytest.mark.parametrize(
    ("cluster", "namespace", "release", "expected"),
    [
        ("c1", "shop", "1.22", 1009),
        ("c1", "other", "1.22", 1337),
        ("c2", "shop", "1.22", 1337),
        ("c2", "shop", "1.21", 2009),
        ("", "shop", "1.30", 2009),
    ],
)
def test_openshift_s_ids_are_looked_up_in_the_request_s_cluster(
    cluster: str, namespace: str, release: str, expected: int
) -> None:
    usual = {"openshift.io/sa.scc.uid-range": "2000/10"}
    clusters = {
        "c1": Cluster(namespaces={"shop": Namespace(annotations=RANGE)}),
        "Kubernetes": Cluster(namespaces={"shop": Namespace(annotations=usual)}),
    }

    found = around(
        {},
        Situation(namespace=namespace, cluster=cluster),
        clusters=clusters,
        features=OPENSHIFT,
        release=Release.parse(release),
    )

    assert found.ids == Ids(uid=expected, gid=expected)


def test_the_pod_s_own_namespace_is_above_the_request_s() -> None:
    clusters = {"Kubernetes": Cluster(namespaces={"a": Namespace(annotations=RANGE)})}
    pod = {"metadata": {"namespace": "a"}}

    found = around(pod, Situation(namespace="b"), clusters=clusters, features=OPENSHIFT)

    assert found.ids.uid == 1009
    assert around(features=OPENSHIFT).ids.uid == 1337


def test_a_deployment_config_s_label_is_hidden_from_1_12_1_to_1_18() -> None:
    owner = {"kind": "ReplicationController", "name": "web-1", "controller": True}
    labels = {"deploymentconfig": "web", "a": "b"}
    metadata = {"generateName": "x", "labels": labels, "ownerReferences": [owner]}

    hidden = seen({"metadata": metadata}, release=Release(1, 18))
    shown = seen({"metadata": metadata}, release=Release(1, 19))
    unowned = seen({"metadata": {"labels": labels}}, release=Release(1, 18))

    assert hidden["metadata"]["labels"] == {"a": "b"}
    assert hidden["workload"]["name"] == "web"
    assert shown["metadata"]["labels"] == unowned["metadata"]["labels"] == labels


@pytest.mark.parametrize("release", ["1.20", "1.26", "1.30"])
def test_recorded_sidecars_have_cluster_network_and_image(release: str) -> None:
    istio_folder()
    compared = 0

    for exchange in exchanges(release):
        pod = exchange.request["request"]["object"]
        if exchange.patched is None:
            continue
        proxy = pods.named(pods.all_containers(exchange.patched), "istio-proxy")
        theirs = pods.named(pods.all_containers(pod), "istio-proxy")
        named = {"sidecar.istio.io/proxyImage", "inject.istio.io/templates"}
        if (
            exchange.denied
            or proxy is None
            or theirs
            or named & {*pods.annotations(pod)}
        ):
            continue
        found = context(pod, surroundings_of(exchange, pod))
        env = {variable["name"]: variable.get("value") for variable in proxy["env"]}
        assert env["ISTIO_META_CLUSTER_ID"] == found["cluster"], exchange.name
        assert env.get("ISTIO_META_NETWORK", "") == found["network"], exchange.name
        assert proxy["image"] == found["istio"]["image"], exchange.name
        compared += 1

    assert compared > 100
