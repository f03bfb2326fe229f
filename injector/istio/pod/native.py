"""Native sidecars: init containers with ``restartPolicy: Always``."""

import re
from collections.abc import Mapping
from typing import Any

from injector.base import annotations
from injector.configuration.config import Cluster, Config
from injector.formats import golang
from injector.kubernetes import pods
from injector.releases.history import rule

SWITCH = "ENABLE_NATIVE_SIDECARS"
AUTO = "auto"
FIRST_MINOR = 33
"""The first minor of Kubernetes where Istio uses native sidecars."""


def is_switched_on(pod: Mapping[str, Any], cluster: str, config: Config) -> bool:
    """Tell whether the operator's switch makes the sidecar of *pod* a native one."""
    form = rule(config.release, "native_sidecars")
    default = rule(config.release, "native_sidecars_default")
    value = config.features.get(SWITCH) or default
    if form == "auto" and value == AUTO:
        return _is_supported(pod, cluster, config.clusters)
    if form == "auto":
        return bool(value == "true")
    return form == "bool" and golang.boolean(value) is True


def is_native(pod: Mapping[str, Any], cluster: str, config: Config) -> bool:
    """Tell whether the sidecar of *pod* is native: by annotation, else by switch."""
    value = pods.annotations(pod).get(annotations.NATIVE_SIDECAR)
    if rule(config.release, "native_annotation") and value in ("true", "false"):
        return bool(value == "true")
    return is_switched_on(pod, cluster, config)


def _is_supported(
    pod: Mapping[str, Any], cluster: str, clusters: Mapping[str, Cluster] | None
) -> bool:
    """Tell whether the kubelets that may run *pod* support native sidecars.

    Without any *clusters* they do, as every supported Kubernetes does.
    """
    if clusters is None:
        return True
    if cluster not in clusters:
        return False
    nodes = clusters[cluster].nodes
    node = pods.spec(pod).get("nodeName")
    versions = (
        [nodes[node]] if isinstance(node, str) and node in nodes else nodes.values()
    )
    return all(_minor(version) >= FIRST_MINOR for version in versions)


def _minor(version: str) -> int:
    """Return the minor of a kubelet's version; 0 if the text is no version."""
    match = re.match(r"v?[0-9]+\.([0-9]{1,9})(?![0-9])", version)
    return int(match[1]) if match else 0
