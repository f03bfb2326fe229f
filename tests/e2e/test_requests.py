"""What else pods go through: dry runs, updates, debugging, policies, audits."""

from collections.abc import Iterator
from typing import Any

import pytest

from e2e import manifests
from e2e.cluster import Cluster, Refused
from e2e.manifests import injected, pod
from e2e.processes import wait_until
from e2e.registering import registered
from e2e.serving import Served
from injector.base.annotations import INJECT

WEBHOOK = "namespace.sidecar-injector.internal"
RESTRICTED = "restricted"

# Fields that came to pods long after release 1.10 of Istio, each with what it needs.
NEW_FIELDS: dict[str, Any] = {
    "hostUsers": False,
    "schedulingGates": [{"name": "example.com/wait"}],
    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}},
    "os": {"name": "linux"},
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app": "new"}},
            "matchLabelKeys": ["version"],
            "nodeTaintsPolicy": "Honor",
        }
    ],
}
NEW_CONTAINER_FIELDS: dict[str, Any] = {
    "resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
    "restartPolicy": "Never",
    "restartPolicyRules": [
        {"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}
    ],
    "livenessProbe": {"grpc": {"port": 9000}, "terminationGracePeriodSeconds": 3},
    "lifecycle": {"preStop": {"sleep": {"seconds": 2}}, "stopSignal": "SIGUSR1"},
}


@pytest.fixture(scope="module")
def space(cluster: Cluster, url: str) -> Iterator[str]:
    """Return a namespace whose pods are sent to the function."""
    with registered(cluster, url):
        yield cluster.namespace(istio_injection="enabled")


def test_a_server_dry_run_shows_the_sidecar_and_creates_nothing(
    cluster: Cluster, space: str
) -> None:
    shown = cluster.kubectl(
        *("create", "-f", "-", "-o", "name", "--dry-run=server"),
        given=manifests.text(pod("dry", namespace=space)),
    )
    whole = cluster.kubectl(
        *("create", "-f", "-", "-o", "jsonpath={.spec.initContainers[*].name}"),
        "--dry-run=server",
        given=manifests.text(pod("dry", namespace=space)),
    )

    assert "pod/dry" in shown
    assert whole.split() == ["istio-init", "istio-proxy"]
    assert not [each for each in cluster.pods(space) if "dry" in str(each["metadata"])]


@pytest.mark.parametrize("how", ["--server-side=false", "--server-side"])
@pytest.mark.parametrize("kind", ["Pod", "Deployment"])
def test_applying_the_same_manifest_again_changes_nothing(
    cluster: Cluster, space: str, kind: str, how: str
) -> None:
    name = cluster.fresh("again")
    # Istio rewrites probes, and no update of a pod may take that back.
    unprobed = manifests.container()
    del unprobed["readinessProbe"]
    made = {
        "Pod": pod(name, containers=[unprobed]),
        "Deployment": manifests.deployment(name),
    }[kind]
    apply = ("-n", space, how, "-f", "-")
    cluster.kubectl("apply", *apply, given=manifests.text(made))

    second = cluster.kubectl("apply", *apply, given=manifests.text(made))
    difference = cluster.kubectl("diff", *apply, given=manifests.text(made))

    assert second.rstrip().endswith(("unchanged", "serverside-applied"))
    assert not difference


def test_debugging_and_exec_are_undisturbed(
    cluster: Cluster, function: Served, space: str
) -> None:
    cluster.create(pod("debugged", namespace=space))
    before = len(function.lines())

    cluster.kubectl(
        *("debug", "debugged", "-n", space, "--image=registry.example/tools:1"),
        *("--target=app", "--container=debugger"),
    )
    said = cluster.kubectl("exec", "debugged", "-n", space, "--", "ls", check=False)

    found = cluster.pod(space, "debugged")
    assert [each["name"] for each in found["spec"]["ephemeralContainers"]] == [
        "debugger"
    ]
    assert "does not have a host assigned" in said
    assert len(function.lines()) == before


def test_updates_and_deletions_are_no_business_of_the_functions(
    cluster: Cluster, function: Served, space: str
) -> None:
    cluster.create(pod("changed", namespace=space))
    before = len(function.lines())
    first = cluster.pod(space, "changed")

    cluster.kubectl("label", "pod", "changed", "-n", space, "changed=yes")
    second = cluster.pod(space, "changed")
    cluster.kubectl("delete", "pod", "changed", "-n", space, "--force")

    assert first["spec"] == second["spec"]
    assert len(function.lines()) == before


def test_fields_newer_than_istios_old_releases_survive(
    cluster: Cluster, space: str
) -> None:
    plain = cluster.namespace()
    fields = NEW_FIELDS | {
        "containers": [manifests.container(**NEW_CONTAINER_FIELDS)],
        "restartPolicy": "Never",
    }
    for namespace in (space, plain):
        cluster.create(pod("new", namespace=namespace, **fields))

    with_sidecar, without = (cluster.pod(each, "new") for each in (space, plain))

    assert injected(with_sidecar)
    for name in NEW_FIELDS:
        assert with_sidecar["spec"][name] == without["spec"][name]
    ours, theirs = (
        each["spec"]["containers"][0] | {"volumeMounts": []}
        for each in (with_sidecar, without)
    )
    # Istio rewrites the probe; the rest is the author's.
    probe = ours.pop("readinessProbe")
    assert probe["httpGet"]["path"] == "/app-health/app/readyz"
    liveness = ours.pop("livenessProbe")
    assert liveness["httpGet"]["path"] == "/app-health/app/livez"
    assert liveness["terminationGracePeriodSeconds"] == 3
    del theirs["readinessProbe"], theirs["livenessProbe"]
    assert ours == theirs


def test_a_native_sidecar_is_accepted_and_stays(cluster: Cluster, space: str) -> None:
    authors = {"name": "authors", "image": manifests.IMAGE, "restartPolicy": "Always"}
    cluster.create(pod("native", namespace=space, initContainers=[authors]))

    found = cluster.pod(space, "native")["spec"]["initContainers"]

    assert [(each["name"], each.get("restartPolicy")) for each in found] == [
        ("istio-init", None),
        ("istio-proxy", "Always"),
        ("authors", "Always"),
    ]


@pytest.mark.usefixtures("space")
def test_a_restricted_namespace_says_which_container_of_ours_it_refuses(
    cluster: Cluster,
) -> None:
    enforced = cluster.namespace(
        istio_injection="enabled",
        **{"pod-security.kubernetes.io/enforce": RESTRICTED},
    )
    secured = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    containers = [manifests.container(securityContext=secured)]
    manifest = pod("strict", namespace=enforced, containers=containers)

    with pytest.raises(Refused) as refused:
        cluster.create(manifest)

    assert 'violates PodSecurity "restricted:latest"' in str(refused.value)
    assert 'container "istio-init" must not include "NET_ADMIN"' in str(refused.value)
    # It is ours alone: without it the pod is welcome.
    manifest["metadata"]["labels"][INJECT] = "false"
    cluster.create(manifest)


def test_warnings_reach_kubectl(cluster: Cluster, space: str) -> None:
    said = cluster.create(
        pod("puzzled", namespace=space, annotations={INJECT: "maybe"})
    )

    assert f"Warning: annotation {INJECT} is 'maybe'" in said
    assert "pod/puzzled created" in said


def test_the_reason_reaches_the_audit_log(
    cluster: Cluster, function: Served, space: str
) -> None:
    cluster.create(pod("audited", namespace=space))
    cluster.create(pod("hosted", namespace=space, hostNetwork=True))

    wait_until(lambda: len(events(cluster, space)) == 2, "the audit log has both")

    noted = events(cluster, space)
    reasons = {name: each[f"{WEBHOOK}/reason"] for name, each in noted.items()}
    assert reasons == {"audited": "policy_enabled", "hosted": "host_network"}
    told = {line["workload"]: line["reason"] for line in function.told(space)}
    assert told["Pod/audited"] == "policy_enabled"
    assert told["Pod/hosted"] == "host_network"


def events(cluster: Cluster, namespace: str) -> dict[str, dict[str, str]]:
    """Return the audit annotations of the two pods of the test by their names."""
    return {
        event["objectRef"]["name"]: event["annotations"]
        for event in cluster.audited(namespace)
        if event["objectRef"].get("name") in ("audited", "hosted")
    }


def test_an_impossible_wish_is_refused_with_our_sentence(
    cluster: Cluster, space: str
) -> None:
    wish = {"status.sidecar.istio.io/port": "no-port"}

    with pytest.raises(Refused) as refused:
        cluster.create(pod("impossible", namespace=space, annotations=wish))

    said = str(refused.value)
    assert f'admission webhook "{WEBHOOK}" denied the request: ' in said
    assert "no-port" in said
    assert "status.sidecar.istio.io/port" in said
