"""Manifests that tests create, and pods made comparable."""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from injector.kubernetes import pods

IMAGE = "registry.example/app:1"

MARK = "only-in-the-pods-of-the-bench"
"""Stands in every pod, and so must stand in no log."""

_TOKEN_VOLUME = re.compile(r"kube-api-access-[a-z0-9]{5}")
_MADE = (
    *("name", "generateName", "uid", "resourceVersion", "creationTimestamp"),
    *("managedFields", "generation", "ownerReferences"),
)
_MADE_LABELS = (
    *("pod-template-hash", "controller-revision-hash"),
    *("controller-uid", "batch.kubernetes.io/controller-uid"),
)


def pod(
    name: str,
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    namespace: str = "",
    **spec: Any,
) -> dict[str, Any]:
    """Return a pod of one container; *spec* changes fields of its ``spec``."""
    metadata: dict[str, Any] = {"name": name, "labels": {"app": name, **(labels or {})}}
    if annotations:
        metadata["annotations"] = dict(annotations)
    if namespace:
        metadata["namespace"] = namespace
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": [container()], **spec},
    }


def container(name: str = "app", **fields: Any) -> dict[str, Any]:
    """Return a container as careful authors write it.

    Where an API server would fill in a default that templates print, it is written out:
    automatic injection sees it, and manual injection could not.
    """
    get = {"path": "/ready", "port": "web", "scheme": "HTTP"}
    return {
        "name": name,
        "image": IMAGE,
        "env": [{"name": "MARK", "value": MARK}],
        "ports": [{"containerPort": 8080, "name": "web", "protocol": "TCP"}],
        "readinessProbe": {"httpGet": get, "timeoutSeconds": 1},
        **fields,
    }


def template(name: str, **spec: Any) -> dict[str, Any]:
    """Return a pod template of workloads that select by ``app: name``."""
    whole = pod(name, **spec)
    return {"metadata": {"labels": whole["metadata"]["labels"]}, "spec": whole["spec"]}


def deployment(name: str, replicas: int = 1) -> dict[str, Any]:
    """Return a Deployment."""
    return _workload("apps/v1", "Deployment", name, replicas=replicas)


def stateful_set(name: str) -> dict[str, Any]:
    """Return a StatefulSet of one pod."""
    return _workload("apps/v1", "StatefulSet", name, replicas=1, serviceName=name)


def job(name: str, **spec: Any) -> dict[str, Any]:
    """Return a Job; *spec* are fields of its own."""
    made = template(name, restartPolicy="Never")
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"template": made, **spec},
    }


def cron_job(name: str) -> dict[str, Any]:
    """Return a CronJob that runs every minute."""
    made = job(name)
    return {
        **made,
        "kind": "CronJob",
        "spec": {
            "schedule": "* * * * *",
            "jobTemplate": {"metadata": {}, "spec": made["spec"]},
        },
    }


def _workload(version: str, kind: str, name: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": template(name),
            **spec,
        },
    }


def text(*made: Mapping[str, Any]) -> str:
    """Return manifests as YAML."""
    return yaml.safe_dump_all(made)


def names(pod: Mapping[str, Any], kind: str = "containers") -> list[str]:
    """Return the names of a pod's containers."""
    return [each["name"] for each in pods.elements(pod["spec"].get(kind))]


def injected(pod: Mapping[str, Any]) -> bool:
    """Tell whether the pod has the sidecar of the bundled configuration."""
    return "istio-proxy" in names(pod, "initContainers")


def comparable(pod: Mapping[str, Any]) -> str:
    """Return *pod* without what controllers and the API server make up, as YAML."""
    namespace = pod["metadata"]["namespace"]
    text = _TOKEN_VOLUME.sub("kube-api-access-xxxxx", json.dumps(pod))
    # A namespace is named in variables too.
    kept = json.loads(re.sub(rf"\b{namespace}\b", "NAMESPACE", text))
    kept.pop("status", None)
    for name in _MADE:
        kept["metadata"].pop(name, None)
    for name in _MADE_LABELS:
        kept["metadata"]["labels"].pop(name, None)
    # The service account's volume comes before or after the sidecars'.
    kept["spec"]["volumes"].sort(key=lambda volume: volume["name"])
    return yaml.safe_dump(kept)
