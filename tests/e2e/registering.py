"""Webhook configurations, as ``injector webhook`` prints them, at the API server."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from subprocess import run
from typing import Any

import yaml
from folders import ROOT

from e2e.cluster import Cluster
from e2e.processes import wait_until

GROUP = "/apis/admissionregistration.k8s.io/v1"
KINDS = {
    "MutatingWebhookConfiguration": f"{GROUP}/mutatingwebhookconfigurations",
    "ValidatingWebhookConfiguration": f"{GROUP}/validatingwebhookconfigurations",
}


def injector(*arguments: str, given: str = "") -> str:
    """Return what the terminal prints to its standard output.

    Raises:
        AssertionError: it fails; with what it says.
    """
    done = run(
        [sys.executable, "-m", "injector", *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return done.stdout


def printed(
    cluster: Cluster, url: str, *options: str, cluster_name: str = ""
) -> dict[str, Any]:
    """Return the webhook configuration that ``injector webhook`` prints.

    Args:
        cluster: whose authority is trusted.
        url: where the function is, with the token's part of the path.
        options: of the command.
        cluster_name: what the path says of the cluster that calls.
    """
    path = f"/inject/cluster/{cluster_name}" if cluster_name else "/inject"
    trusted = f"--ca-file={cluster.authority.certificate}"
    text = injector("webhook", f"--url={url}", f"--path={path}", trusted, *options)
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@contextmanager
def applied(cluster: Cluster, *configurations: Mapping[str, Any]) -> Iterator[None]:
    """Have *configurations* in force, and no longer afterwards."""
    cluster.create(*configurations, command="apply")
    try:
        _wait_for_changes(cluster)
        yield
    finally:
        for each in configurations:
            cluster.call("DELETE", f"{KINDS[each['kind']]}/{each['metadata']['name']}")
        _wait_for_changes(cluster)


@contextmanager
def registered(
    cluster: Cluster, url: str, *options: str, cluster_name: str = ""
) -> Iterator[dict[str, Any]]:
    """Have what ``injector webhook`` prints in force; yield it."""
    found = printed(cluster, url, *options, cluster_name=cluster_name)
    with applied(cluster, found):
        yield found


def written(configuration: Mapping[str, Any], folder: Path) -> Path:
    """Write *configuration* into a file of *folder*; return the file."""
    file = folder / f"{configuration['metadata']['name']}.yaml"
    file.write_text(yaml.safe_dump(dict(configuration)), encoding="utf-8")
    return file


def _wait_for_changes(cluster: Cluster) -> None:
    """Return once the API server goes by all configurations written so far.

    It learns of them in order, so a later one that refuses a ConfigMap tells by that.
    """
    for kind, path in KINDS.items():
        name = cluster.fresh("canary")
        cluster.call("POST", path, _canary(kind, name))
        wait_until(partial(_refused, cluster, name), f"{kind}s are in force")
        cluster.call("DELETE", f"{path}/{name}")


def _canary(kind: str, name: str) -> dict[str, Any]:
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["CREATE"],
        "resources": ["configmaps"],
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": name},
        "webhooks": [
            {
                "name": f"{name}.canary.invalid",
                "admissionReviewVersions": ["v1"],
                # Nobody listens there.
                "clientConfig": {"url": "https://127.0.0.1:1/"},
                "rules": [rule],
                "objectSelector": {"matchLabels": {"canary": name}},
                "failurePolicy": "Fail",
                "sideEffects": "None",
            }
        ],
    }


def _refused(cluster: Cluster, name: str) -> bool:
    metadata = {"generateName": "canary-", "labels": {"canary": name}}
    path = "/api/v1/namespaces/default/configmaps?dryRun=All"
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    return cluster.call("POST", path, body)[0] >= 400
