"""Which pods the API server sends at all."""

import pytest

from e2e import manifests
from e2e.cluster import Cluster
from e2e.manifests import injected
from e2e.registering import injector, registered, written
from e2e.serving import Served
from injector.base.annotations import INJECT, REVISION

CANARY = "canary"
EVERY = "--enable-namespaces-by-default"


def created(cluster: Cluster, namespace: str, **labels: str) -> bool:
    """Create a pod with *labels*; return whether it is injected."""
    named = {"inject": INJECT, "rev": REVISION}
    name = cluster.fresh("pod")
    words = {named.get(key, key): value for key, value in labels.items()}
    cluster.create(manifests.pod(name, namespace=namespace, labels=words))
    return injected(cluster.pod(namespace, name))


def test_a_label_on_the_pod_is_enough_where_the_namespace_says_nothing(
    cluster: Cluster, function: Served, url: str
) -> None:
    silent = cluster.namespace()
    with registered(cluster, url):
        assert created(cluster, silent, inject="true")
        assert not created(cluster, silent)

    assert len(function.told(silent)) == 1


def test_a_pod_that_declines_is_not_even_sent(
    cluster: Cluster, function: Served, url: str
) -> None:
    enabled = cluster.namespace(istio_injection="enabled")
    with registered(cluster, url):
        assert not created(cluster, enabled, inject="false")

    assert not function.told(enabled)


def test_kube_system_is_untouched_whatever_its_pods_say(
    cluster: Cluster, function: Served, url: str
) -> None:
    with registered(cluster, url, EVERY):
        assert not created(cluster, "kube-system", inject="true")
        assert not created(cluster, "kube-system")

    assert not function.told("kube-system")


def test_a_revision_is_called_for_those_that_name_it(
    cluster: Cluster, function: Served, url: str
) -> None:
    spaces = {
        "named": cluster.namespace(**{REVISION: CANARY}),
        "other": cluster.namespace(**{REVISION: "stable"}),
        "enabled": cluster.namespace(istio_injection="enabled"),
        "silent": cluster.namespace(),
    }
    with registered(cluster, url, f"--revision={CANARY}", EVERY):
        outcomes = {
            (namespace, revision): created(
                cluster, spaces[namespace], **({"rev": revision} if revision else {})
            )
            for namespace in spaces
            for revision in (CANARY, "stable", "")
        }

    assert {cell for cell, outcome in outcomes.items() if outcome} == {
        ("named", CANARY),
        # The namespace's word counts, and the pod's is not asked.
        ("named", "stable"),
        ("named", ""),
        ("silent", CANARY),
    }
    assert not function.told(spaces["enabled"])


def test_the_default_revision_serves_those_that_name_it_too(
    cluster: Cluster, url: str
) -> None:
    default = cluster.namespace(**{REVISION: "default"})
    other = cluster.namespace(**{REVISION: CANARY})
    with registered(cluster, url, EVERY):
        assert created(cluster, default)
        assert not created(cluster, other)


def test_both_revisions_side_by_side_never_inject_twice(
    cluster: Cluster, function: Served, url: str
) -> None:
    enabled = cluster.namespace(istio_injection="enabled")
    named = cluster.namespace(**{REVISION: CANARY})
    with registered(cluster, url), registered(cluster, url, f"--revision={CANARY}"):
        assert created(cluster, enabled)
        assert created(cluster, named)

    assert [len(function.told(each)) for each in (enabled, named)] == [1, 1]


def test_match_conditions_keep_pods_from_being_sent(
    cluster: Cluster, function: Served, url: str
) -> None:
    enabled = cluster.namespace(istio_injection="enabled")
    condition = 'no-batch=object.spec.?restartPolicy.orValue("") != "Never"'
    with registered(cluster, url, f"--match-condition={condition}") as webhooks:
        cluster.create(
            manifests.pod("batch", namespace=enabled, restartPolicy="Never"),
            manifests.pod("web", namespace=enabled),
        )
        outcomes = {
            pod["metadata"]["name"]: injected(pod) for pod in cluster.pods(enabled)
        }
    said = injector(
        *("explain", "-f", "-", "-n", enabled),
        f"--webhooks={written(webhooks, cluster.folder)}",
        "--namespace-labels=istio-injection=enabled",
        given=manifests.text(manifests.pod("web")),
    )

    assert outcomes == {"batch": False, "web": True}
    assert [line["workload"] for line in function.told(enabled)] == ["Pod/web"]
    assert "Pod/web in namespace" in said
    assert "injected if the match conditions hold" in said


@pytest.mark.parametrize("label", ["enabled", "disabled", None])
@pytest.mark.parametrize("every", [True, False])
def test_a_namespaces_label_and_the_default_decide_for_pods_that_say_nothing(
    cluster: Cluster, url: str, label: str | None, *, every: bool
) -> None:
    namespace = cluster.namespace(istio_injection=label)
    option = EVERY if every else "--no-enable-namespaces-by-default"
    with registered(cluster, url, option):
        outcome = created(cluster, namespace)

    assert outcome == (label == "enabled" or (label is None and every))
