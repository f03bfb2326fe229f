from typing import Any

import pytest

from injector.istio.pod import order
from injector.releases.release import Release


def pod_of(kind: str, names: str) -> dict[str, Any]:
    return {"spec": {kind: [{"name": name} for name in names.split()]}}


def arranged(
    kind: str, names: str, release: str = "1.30", *, hold: bool = False
) -> str:
    pod = pod_of(kind, names)

    order.arrange(pod, Release.parse(release), hold=hold)

    return " ".join(container["name"] for container in pod["spec"][kind])


def test_the_sidecar_is_last() -> None:
    assert arranged("containers", "a istio-proxy b") == "a b istio-proxy"


def test_the_sidecar_is_first_where_the_application_waits_for_it() -> None:
    assert arranged("containers", "a istio-proxy b", hold=True) == "istio-proxy a b"


def test_redirection_is_last_and_its_check_first_among_init_containers() -> None:
    names = "enable-core-dump istio-init a istio-validation b"

    assert arranged("initContainers", names) == (
        "istio-validation a b istio-init enable-core-dump"
    )


def test_a_native_sidecar_runs_before_the_author_s_init_containers() -> None:
    names = "a enable-core-dump istio-proxy istio-validation b istio-init"

    assert arranged("initContainers", names) == (
        "istio-init istio-validation istio-proxy enable-core-dump a b"
    )


def test_an_init_container_named_as_the_sidecar_was_nothing_special_before_1_19() -> (
    None
):
    names = "istio-init istio-proxy istio-validation"

    assert arranged("initContainers", names, "1.18") == (
        "istio-validation istio-proxy istio-init"
    )


@pytest.mark.parametrize("spec", [None, {}, {"containers": None}, {"containers": "x"}])
def test_a_pod_without_containers_stays(spec: Any) -> None:
    pod = {"spec": spec}

    order.arrange(pod, Release.parse("1.30"), hold=True)

    assert pod == {"spec": spec}


def test_what_is_no_container_keeps_its_place() -> None:
    pod = {"spec": {"containers": [{"name": "istio-proxy"}, None, {"image": "i"}]}}

    order.arrange(pod, Release.parse("1.30"), hold=False)

    assert pod["spec"]["containers"] == [None, {"image": "i"}, {"name": "istio-proxy"}]


@pytest.mark.parametrize(
    ("release", "by_values", "by_mesh"),
    [("1.30", True, True), ("1.9.1", True, True), ("1.9.0", True, False)],
)
def test_values_or_mesh_make_the_application_wait(
    release: str, by_values: Any, by_mesh: Any
) -> None:
    since = Release.parse(release)
    switch = {"holdApplicationUntilProxyStarts": True}
    values = {"global": {"proxy": switch}}

    assert order.holds_application(values, {}, since) is by_values
    assert order.holds_application({}, switch, since) is by_mesh
    assert not order.holds_application({"global": None}, {}, since)
