"""The workload behind a pod: what a controller's pod is called before it has a name."""

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
    """Return name, namespace, kind and apiVersion of the workload that made *pod*.

    A pod that no controller made is its own workload. *namespace* is the request's,
    for a pod that does not say one. The controller of a manifest's pod is the workload
    itself, so no maker of it is looked for.
    """
    metadata = pods.mapping(pod.get("metadata"))
    owner = _controller(metadata) if metadata.get("generateName") else None
    found = {
        "name": pods.text(metadata.get("name")),
        "kind": "Pod",
        "apiVersion": "v1",
    }
    if owner is not None:
        found = {
            field: pods.text(owner.get(field))
            for field in ("name", "kind", "apiVersion")
        }
        if front is Front.WEBHOOK:
            found |= _maker(found["kind"], found["name"], pods.labels(pod), release)
        # A controller without a name leaves the pod's own, as ill as it is.
        found["name"] = found["name"] or pods.text(metadata.get("name"))
    own = pods.text(metadata.get("namespace"))
    of_pod = rule(release, "workload_namespace") == "pod"
    return {**found, "namespace": own or namespace if of_pod else namespace or own}


def hides_label(pod: Mapping[str, Any], release: Release) -> bool:
    """Tell whether the injector of *release* takes the workload's label off *pod*.

    It names the pod's DeploymentConfig by it, and sees it no more after that.
    """
    return (
        rule(release, "hides_deployment_config_label")
        and workload(pod, "", release)["kind"] == "DeploymentConfig"
    )


def with_hidden_label(
    after: dict[str, Any], pod: Mapping[str, Any], release: Release
) -> dict[str, Any]:
    """Return the pod *after* injection as the patch of *release* gives it.

    The patch says nothing of a label that the injector did not see. If *pod* has no
    other labels, it sets all labels anew, and so the label is lost.
    """
    labels = pods.labels(after)
    seen = {key: labels[key] for key in labels if key != DEPLOYMENT_CONFIG}
    others = len(pods.labels(pod)) > 1
    if not seen or others or not hides_label(pod, release):
        return after
    return {**after, "metadata": {**after["metadata"], "labels": seen}}


def _controller(metadata: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the owner reference that says it is the controller, or None."""
    for owner in pods.elements(metadata.get("ownerReferences")):
        if owner.get("controller") is True:
            return owner
    return None


def _maker(
    kind: str, name: str, labels: Mapping[str, Any], release: Release
) -> dict[str, str]:
    """Return what is to be said differently because *kind* is made by another kind."""
    if kind == "ReplicaSet":
        hashed = pods.text(labels.get(TEMPLATE_HASH))
        if name.endswith(hashed) and (hashed or not _needs_hash(release)):
            return {"kind": "Deployment", "name": name.removesuffix("-" + hashed)}
        if rule(release, "rollout_label") and _ends(name, labels.get(ROLLOUT_HASH)):
            cut = name.removesuffix("-" + labels[ROLLOUT_HASH])
            return {"kind": "Rollout", "name": cut, "apiVersion": "v1alpha1"}
    if (
        kind == "ReplicationController"
        and pods.text(labels.get(DEPLOYMENT_CONFIG))
        and rule(release, "deployment_config_label")
    ):
        return {"kind": "DeploymentConfig", "name": labels[DEPLOYMENT_CONFIG]}
    if kind == "Job" and (cut := _cron_job(name, release)):
        version = rule(release, "cron_job_api_version")
        return {"kind": "CronJob", "name": cut, "apiVersion": version}
    return {}


def _needs_hash(release: Release) -> bool:
    """Tell whether the ReplicaSets of Deployments are known by a label."""
    return bool(rule(release, "workload_needs_template_hash"))


def _ends(name: str, label: Any) -> bool:
    """Tell whether *name* ends with the value of a label that is there."""
    return bool(pods.text(label)) and name.endswith(label)


def _cron_job(job: str, release: Release) -> str:
    """Return the CronJob that names its jobs so; empty if *job* is no such name."""
    digits = rule(release, "cron_job_digits")
    return "" if digits is None else _without_digits(job, *digits)


@pure
def _without_digits(job: str, least: int, most: int) -> str:
    match = re.fullmatch(rf"(.+)-\d{{{least},{most}}}", job, re.ASCII | re.DOTALL)
    return match[1] if match else ""
