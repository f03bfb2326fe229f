"""Native sidecars: whether a sidecar runs as an init container that goes on running."""

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
"""The first minor of Kubernetes that Istio trusts with native sidecars."""


def is_switched_on(pod: Mapping[str, Any], cluster: str, config: Config) -> bool:
    """Tell whether the operator's switch makes the sidecar of *pod* a native one."""
    form = rule(config.release, "native_sidecars")
    default = rule(config.release, "native_sidecars_default")
    word = config.features.get(SWITCH) or default
    if form == "auto" and word == AUTO:
        return _is_supported(pod, cluster, config.clusters)
    if form == "auto":
        return bool(word == "true")
    return form == "bool" and golang.boolean(word) is True


def is_native(pod: Mapping[str, Any], cluster: str, config: Config) -> bool:
    """Tell whether the sidecar of *pod* is native: its own word, else the switch."""
    word = pods.annotations(pod).get(annotations.NATIVE_SIDECAR)
    if rule(config.release, "native_annotation") and word in ("true", "false"):
        return bool(word == "true")
    return is_switched_on(pod, cluster, config)


def _is_supported(
    pod: Mapping[str, Any], cluster: str, clusters: Mapping[str, Cluster] | None
) -> bool:
    """Tell whether the kubelets that may run *pod* know native sidecars.

    Where nothing is said of any cluster they do: every supported Kubernetes does.
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
    """Return the minor of a kubelet's version, 0 if it is none."""
    match = re.match(r"v?[0-9]+\.([0-9]{1,9})(?![0-9])", version)
    return int(match[1]) if match else 0
