from typing import Any

import pytest

from injector.base.front import Front
from injector.configuration.config import Config
from injector.istio.kube_inject import KubeInject, for_every_pod
from injector.kubernetes.selectors import Selector
from injector.loading.products import injector, manifest_front
from injector.releases.release import Release

INJECT = "sidecar.istio.io/inject"
STATUS = "sidecar.istio.io/status"
HOST = {"spec": {"hostNetwork": True}}
ASKED_NOT = {"metadata": {"annotations": {INJECT: "false"}}, "spec": {}}


def config(release: str, **more: Any) -> Config:
    """Return a configuration of Istio's own documents that injects nothing."""
    return Config(
        policy="disabled", release=Release.parse(release), from_istio=True, **more
    )


def decided(pod: dict[str, Any], release: str, namespace: str = "") -> Any:
    """Return whether *pod* is injected by hand, and why."""
    ignored = frozenset({"kube-system"})
    given = config(release, ignored_namespaces=ignored)
    found = KubeInject(given).decide(pod, namespace)
    return found.inject, found.reason


def test_a_configuration_of_our_own_is_followed_as_ever() -> None:
    assert manifest_front(Config()) is Front.WEBHOOK
    assert manifest_front(config("1.30")) is Front.KUBE_INJECT


@pytest.mark.parametrize(("release", "own"), [("1.7", True), ("1.8", False)])
def test_kube_inject_was_another_program_up_to_1_7(release: str, *, own: bool) -> None:
    product = injector(config(release), Front.KUBE_INJECT).product

    assert isinstance(product, KubeInject)
    assert (product.front is Front.KUBE_INJECT) is own


@pytest.mark.parametrize("release", ["1.0", "1.7"])
def test_the_other_program_looked_at_no_metadata(release: str) -> None:
    assert decided(ASKED_NOT, release, "kube-system") == (True, "by_hand")
    assert decided(HOST, release) == (False, "host_network")


def test_later_all_counts_but_policy_and_selectors() -> None:
    assert decided({}, "1.8") == (True, "policy_enabled")
    assert decided(ASKED_NOT, "1.8") == (False, "declined")
    assert decided({}, "1.8", "kube-system") == (False, "ignored_namespace")


def test_the_template_is_the_sidecars() -> None:
    selectors = (Selector(),)
    given = for_every_pod(
        config("1.30", default_templates=("x",), never_inject_selectors=selectors)
    )

    assert given.policy == "enabled"
    assert given.default_templates == ("sidecar",)
    assert given.never_inject_selectors == ()


@pytest.mark.parametrize(
    ("release", "done"),
    [("1.1", False), ("1.2", True), ("1.8", True), ("1.9", False), ("1.30", False)],
)
def test_a_pod_with_a_sidecar_was_left_alone(release: str, *, done: bool) -> None:
    pod = {"spec": {"containers": [{"name": "app"}, {"name": "istio-proxy"}]}}

    assert (decided(pod, release) == (False, "has_sidecar")) is done


def test_a_pod_that_is_a_sidecar_was_not() -> None:
    pod = {"spec": {"containers": [{"name": "istio-proxy"}]}}

    assert decided(pod, "1.5") == (True, "by_hand")


@pytest.mark.parametrize(
    ("release", "done"),
    [("1.8", False), ("1.9", True), ("1.16", True), ("1.17", False)],
)
def test_a_pod_with_a_status_was_left_alone(release: str, *, done: bool) -> None:
    pod = {"metadata": {"annotations": {STATUS: ""}}, "spec": {}}

    assert (decided(pod, release) == (False, "has_sidecar")) is done
