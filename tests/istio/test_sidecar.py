from typing import Any

from injector.istio.pod import sidecar
from injector.releases.release import CURRENT, Release


def test_the_sidecar_may_be_an_init_container_since_1_19() -> None:
    pod = {"spec": {"initContainers": [{"name": "istio-proxy"}]}}

    assert sidecar.sidecar(pod, CURRENT) == {"name": "istio-proxy"}
    assert sidecar.sidecar(pod, Release.parse("1.18")) is None


def test_the_sidecar_among_the_containers_counts_first() -> None:
    spec = {
        "initContainers": [{"name": "istio-proxy"}],
        "containers": [{"name": "istio-proxy", "image": "i"}],
    }

    assert sidecar.sidecar({"spec": spec}, CURRENT) == spec["containers"][0]
    assert sidecar.sidecar({}, CURRENT) is None


def test_a_mesh_without_status_port_has_the_usual_one() -> None:
    assert sidecar.status_port({}) == 15020
    assert sidecar.status_port({"defaultConfig": {"statusPort": "x"}}) == 15020
    assert sidecar.status_port({"defaultConfig": {"statusPort": 1}}) == 1


def test_new_variables_end_the_list_sorted_and_their_namesakes_go() -> None:
    container: dict[str, Any] = {
        "env": [{"name": "B", "valueFrom": {}}, None, {"name": "C", "value": "c"}]
    }

    sidecar.replace_variables(container, {"B": "1", "A": ""})

    assert container["env"] == [
        None,
        {"name": "C", "value": "c"},
        {"name": "A"},
        {"name": "B", "value": "1"},
    ]
