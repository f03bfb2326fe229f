"""The workload behind a pod: its Deployment, Job, ..., as Istio infers it."""

import re
from collections.abc import Mapping
from typing import Any

from injector.base.front import Front
from injector.base.tracing import pure
from injector.kubernetes import pods
from injector.releases.history import rule
from injector.releases.release import Release

TEMPLATE_HASH = "pod-template-hash"
ROLLOUT_HASH = "rollouts-pod-template-hash"
DEPLOYMENT_CONFIG = "deploymentconfig"


def workload(
    pod: Mapping[str, Any],
    namespace: str,
    release: Release,
    front: Front = Front.WEBHOOK,
) -> dict[str, str]:
    """Return name, namespace, kind and apiVersion of the workload of *pod*.

    A pod without a controller is its own workload. *namespace* is the request's. The
    controller of a manifest's pod is the workload itself, and has no owner of its own.
    """
    metadata = pods.mapping(pod.get("metadata"))
    controller = _controller(metadata) if metadata.get("generateName") else None
    found = {
        "name": pods.text(metadata.get("name")),
        "kind": "Pod",
        "apiVersion": "v1",
    }
    if controller is not None:
        found = {
            field: pods.text(controller.get(field))
            for field in ("name", "kind", "apiVersion")
        }
        if front is Front.WEBHOOK:
            found |= _controllers_workload(found, pods.labels(pod), release)
        # As in Istio, the pod's own name stands for the name that a controller lacks.
        found["name"] = found["name"] or pods.text(metadata.get("name"))
    own = pods.text(metadata.get("namespace"))
    of_pod = rule(release, "workload_namespace") == "pod"
    return {**found, "namespace": own or namespace if of_pod else namespace or own}


def hides_label(pod: Mapping[str, Any], release: Release) -> bool:
    """Tell whether *release* hides the DeploymentConfig label of *pod* from templates.

    Istio's injector removes the label from its copy of the labels.
    """
    return (
        rule(release, "hides_deployment_config_label")
        and workload(pod, "", release)["kind"] == "DeploymentConfig"
    )


def with_hidden_label(
    after: dict[str, Any], pod: Mapping[str, Any], release: Release
) -> dict[str, Any]:
    """Return the pod *after* injection as the patch of *release* makes it.

    If *pod* has no labels but the hidden one, the patch of Istio adds the whole mapping
    of labels, which replaces the hidden one.
    """
    labels = pods.labels(after)
    seen = {key: labels[key] for key in labels if key != DEPLOYMENT_CONFIG}
    others = len(pods.labels(pod)) > 1
    if not seen or others or not hides_label(pod, release):
        return after
    return {**after, "metadata": {**after["metadata"], "labels": seen}}


def _controller(metadata: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the owner reference of the controller; None without one."""
    for owner in pods.elements(metadata.get("ownerReferences")):
        if owner.get("controller") is True:
            return owner
    return None


def _controllers_workload(
    controller: Mapping[str, str], labels: Mapping[str, Any], release: Release
) -> dict[str, str]:
    """Return the fields in which the workload differs from the pod's *controller*."""
    kind, name = controller["kind"], controller["name"]
    if kind == "ReplicaSet":
        hashed = pods.text(labels.get(TEMPLATE_HASH))
        if name.endswith(hashed) and (hashed or not _needs_hash(release)):
            return {"kind": "Deployment", "name": name.removesuffix("-" + hashed)}
        if rule(release, "rollout_label") and _ends(name, labels.get(ROLLOUT_HASH)):
            rollout = name.removesuffix("-" + labels[ROLLOUT_HASH])
            return {"kind": "Rollout", "name": rollout, "apiVersion": "v1alpha1"}
    if (
        kind == "ReplicationController"
        and pods.text(labels.get(DEPLOYMENT_CONFIG))
        and rule(release, "deployment_config_label")
    ):
        return {"kind": "DeploymentConfig", "name": labels[DEPLOYMENT_CONFIG]}
    if kind == "Job" and (cron_job := _cron_job(name, release)):
        version = rule(release, "cron_job_api_version")
        return {"kind": "CronJob", "name": cron_job, "apiVersion": version}
    return {}


def _needs_hash(release: Release) -> bool:
    """Tell whether only a pod with the label of its hash has a Deployment."""
    return bool(rule(release, "workload_needs_template_hash"))


def _ends(name: str, label: Any) -> bool:
    """Tell whether *name* ends with the value of a label that is set."""
    return bool(pods.text(label)) and name.endswith(label)


def _cron_job(job: str, release: Release) -> str:
    """Return the name of the CronJob of *job*; empty if the name has no such form."""
    digits = rule(release, "cron_job_digits")
    return "" if digits is None else _without_digits(job, *digits)


@pure
def _without_digits(job: str, least: int, most: int) -> str:
    match = re.fullmatch(rf"(.+)-\d{{{least},{most}}}", job, re.ASCII | re.DOTALL)
    return match[1] if match else ""
