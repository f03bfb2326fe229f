"""What Terraform plans, at the API server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import console
import pytest
import terraforming
import yaml
from folders import ROOT
from terraforming import Module

from e2e import manifests
from e2e.cluster import Cluster
from e2e.conftest import TOKEN
from e2e.registering import KINDS, applied, printed
from e2e.serving import Served

NAME = "serverless-sidecar-injector"
CLUSTER = "prod-eu"
CONDITION = "object.metadata.name != 'left-alone'"
MANAGER = "terraform-sidecar-injector"


@pytest.fixture(scope="module")
def planned(
    cluster: Cluster, function: Served, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """Return the manifests that modules/webhook alone plans, by their kind."""
    folder = terraforming.copy(tmp_path_factory.mktemp("terraform"))
    module = Module.initialized(folder / "terraform" / "modules" / "webhook")
    plan = module.plan(
        url=function.url,
        token=TOKEN,
        cluster=CLUSTER,
        ca_certificate=cluster.authority.certificate.read_text(encoding="utf-8"),
        webhook={
            "failure_policy": "Fail",
            "match_conditions": [{"name": "not-left-alone", "expression": CONDITION}],
            "validating": True,
        },
    )
    found = [values["manifest"] for values in terraforming.resources(plan).values()]
    return {manifest["kind"]: manifest for manifest in found}


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("MutatingWebhookConfiguration", []),
        ("ValidatingWebhookConfiguration", ["--validating"]),
    ],
)
def test_terraform_plans_what_the_terminal_prints(
    cluster: Cluster,
    url: str,
    planned: dict[str, dict[str, Any]],
    kind: str,
    options: list[str],
) -> None:
    fail = ("--failure-policy=Fail", f"--match-condition=not-left-alone={CONDITION}")
    told = printed(cluster, url, *fail, *options, cluster_name=CLUSTER)

    assert planned[kind] == told


def test_pods_are_injected_through_what_terraform_plans(
    cluster: Cluster, function: Served, planned: dict[str, dict[str, Any]]
) -> None:
    namespace = cluster.namespace(istio_injection="enabled")

    with applied(cluster, *planned.values()):
        for name in ("web", "left-alone"):
            pod = manifests.pod(name)
            cluster.kubectl(
                *("create", "-n", namespace, "-f", "-"), given=yaml.safe_dump(pod)
            )

    status = "sidecar.istio.io/status"
    web, alone = (cluster.pod(namespace, name) for name in ("web", "left-alone"))
    assert status in web["metadata"]["annotations"]
    assert status not in alone["metadata"].get("annotations", {})
    told = function.told(namespace)
    assert [line["endpoint"] for line in told] == ["inject", "validate"]
    assert {line["cluster"] for line in told} == {CLUSTER}


def test_the_commands_of_the_deployment_show_an_injected_pod(
    cluster: Cluster, planned: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    environ = {"KUBECONFIG": str(cluster.kubeconfig)}
    (example,) = console.examples(ROOT / "docs" / "deploy.md")

    with applied(cluster, planned["MutatingWebhookConfiguration"]):
        for command, said in example:
            printed = console.run(command, tmp_path, environ)

            assert console.matches(printed, said), printed


def apply(cluster: Cluster, manifest: dict[str, Any]) -> dict[str, Any]:
    """Apply *manifest* as the provider does; return what the API server keeps."""
    cluster.kubectl(
        *("apply", "--server-side", "--force-conflicts", "-f", "-"),
        f"--field-manager={MANAGER}",
        given=yaml.safe_dump(manifest),
    )
    return kept(cluster, manifest)


def kept(cluster: Cluster, manifest: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = cluster.get(manifest["kind"], manifest["metadata"]["name"])
    return found


def of(whole: Any, part: Any) -> Any:
    """Return *whole* without the fields that *part* does not have."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return {key: of(whole[key], part[key]) for key in part if key in whole}
    if isinstance(part, list) and isinstance(whole, list):
        return [of(*each) for each in zip(whole, part, strict=False)] + whole[
            len(part) :
        ]
    return whole


@pytest.fixture
def registered(
    cluster: Cluster, planned: dict[str, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Have Terraform's webhooks in the API server, applied as the provider does."""
    manifest = planned["MutatingWebhookConfiguration"]
    apply(cluster, manifest)
    yield manifest
    path = f"{KINDS[manifest['kind']]}/{manifest['metadata']['name']}"
    assert cluster.call("DELETE", path)[0] == 200


def changed_by_hand(cluster: Cluster, operation: dict[str, Any]) -> None:
    cluster.kubectl(
        *("patch", "mutatingwebhookconfiguration", NAME, "--type=json"),
        f"--patch={json.dumps([operation])}",
    )


def test_the_api_server_keeps_what_terraform_applies(
    cluster: Cluster, registered: dict[str, Any]
) -> None:
    # So the next plan, which compares the fields that the manifest has, is empty.
    assert of(kept(cluster, registered), registered) == registered


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/webhooks/0/failurePolicy", "Ignore"),
        ("/webhooks/1/timeoutSeconds", 30),
        ("/webhooks/0/clientConfig/url", "https://elsewhere.example.com/inject"),
        ("/webhooks/2/matchConditions/0/expression", "true"),
        ("/webhooks/3/namespaceSelector/matchExpressions/0/operator", "Exists"),
        ("/webhooks/0/rules/0/operations/0", "UPDATE"),
    ],
)
def test_a_field_that_was_changed_by_hand_is_drift_and_is_changed_back(
    cluster: Cluster, registered: dict[str, Any], path: str, value: Any
) -> None:
    changed_by_hand(cluster, {"op": "replace", "path": path, "value": value})

    assert of(kept(cluster, registered), registered) != registered
    assert of(apply(cluster, registered), registered) == registered


def test_a_condition_that_was_added_by_hand_is_drift_and_stays(
    cluster: Cluster, registered: dict[str, Any]
) -> None:
    condition = {"name": "by-hand", "expression": "false"}
    changed_by_hand(
        cluster,
        {"op": "add", "path": "/webhooks/0/matchConditions/-", "value": condition},
    )

    assert of(kept(cluster, registered), registered) != registered
    found = apply(cluster, registered)
    # Nobody takes away what another manager of fields added to a list of names.
    assert condition in found["webhooks"][0]["matchConditions"]


def test_what_the_manifest_does_not_say_is_not_looked_at(
    cluster: Cluster, registered: dict[str, Any]
) -> None:
    changed_by_hand(
        cluster,
        {"op": "replace", "path": "/webhooks/0/matchPolicy", "value": "Exact"},
    )

    assert of(kept(cluster, registered), registered) == registered
    assert apply(cluster, registered)["webhooks"][0]["matchPolicy"] == "Exact"
