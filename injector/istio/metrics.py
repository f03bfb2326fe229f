"""Metrics merging: Prometheus asks the sidecar, which asks the application."""

import re
from collections.abc import Mapping
from typing import Any

from injector import golang, pods
from injector.errors import PodError
from injector.istio import names
from injector.istio.sidecar import add_variable, sidecar, status_port
from injector.releases import Release, rule

SCRAPE, PATH, PORT = "scrape", "path", "port"
PREFIX = "prometheus.io/"
ANNOTATIONS = frozenset(PREFIX + field for field in (SCRAPE, PATH, PORT))
MERGED_PATH = "/stats/prometheus"
DEFAULT_PATH = "/metrics"

# The sidecar's own: asking them for metrics would ask the sidecar for itself.
RESERVED = frozenset({15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090})
LAST_PORT = 65535


def _spelled(annotations: Mapping[str, Any], field: str, release: Release) -> list[str]:
    """Return the annotations that Prometheus takes for that *field*."""
    if not rule(release, "metrics_spellings"):
        return [name for name in annotations if name == PREFIX + field]
    return [
        name
        for name in annotations
        if re.sub(r"[^A-Za-z0-9_]", "_", name) == f"prometheus_io_{field}"
    ]


def _said(annotations: Mapping[str, Any], field: str, release: Release) -> str | None:
    """Return the value of a field, None if no spelling of it is there."""
    for name in _spelled(annotations, field, release):
        return str(annotations[name])
    return None


def is_merged(
    annotations: Mapping[str, Any], mesh: Mapping[str, Any], release: Release
) -> bool:
    """Tell whether the annotations are those that an injection leaves behind."""
    return _said(annotations, PORT, release) == str(status_port(mesh))


def clear(annotations: dict[str, Any], release: Release) -> None:
    """Remove every spelling of Prometheus's annotations."""
    for field in (SCRAPE, PATH, PORT):
        for name in _spelled(annotations, field, release):
            del annotations[name]


def merge_metrics(
    pod: dict[str, Any], mesh: Mapping[str, Any], release: Release
) -> bool:
    """Lead Prometheus to the sidecar, which is told where the application's are.

    Returns:
        Whether that was done.

    Raises:
        PodError: the author's metrics cannot be asked for.

    """
    annotations = pods.annotations(pod)
    if not _is_wanted(annotations, mesh, release):
        return False
    if rule(release, "metrics_pass_status_port") and is_merged(
        annotations, mesh, release
    ):
        return False
    found = _application_metrics(annotations, mesh, release)
    proxy = sidecar(pod, release)
    if proxy is not None and any(found.values()):
        add_variable(proxy, names.METRICS_VARIABLE, golang.compact(found))
    clear(annotations, release)
    pods.annotate(pod, PREFIX + SCRAPE, "true")
    pods.annotate(pod, PREFIX + PATH, MERGED_PATH)
    pods.annotate(pod, PREFIX + PORT, str(status_port(mesh)))
    if proxy is not None and rule(release, "secure_metrics_port"):
        _announce_secure_port(pod, proxy)
    return True


def _is_wanted(
    annotations: Mapping[str, Any], mesh: Mapping[str, Any], release: Release
) -> bool:
    """Tell whether metrics are to be merged: the pod's word, else the mesh's."""
    spellings = rule(release, "metrics_spellings")
    if spellings and golang.boolean(_said(annotations, SCRAPE, release)) is False:
        return False
    wanted = golang.boolean(annotations.get(names.MERGE_METRICS))
    if wanted is None:
        return mesh.get("enablePrometheusMerge") is not False
    return wanted


def _application_metrics(
    annotations: Mapping[str, Any], mesh: Mapping[str, Any], release: Release
) -> dict[str, Any]:
    """Return where the application's metrics are, as the sidecar reads it."""
    found: dict[str, Any] = {
        field: _said(annotations, field, release) or ""
        for field in (SCRAPE, PATH, PORT)
    }
    if not rule(release, "scrape_targets"):
        return found
    reserved = RESERVED | {status_port(mesh)}
    for name in _spelled(annotations, PORT, release):
        _check_port(name, str(annotations[name]), reserved)
    targets = _scrape_targets(annotations, reserved)
    if targets:
        found |= {PATH: targets[0][PATH], PORT: targets[0][PORT], "targets": targets}
    return found


def _scrape_targets(
    annotations: Mapping[str, Any], reserved: frozenset[int]
) -> list[dict[str, str]]:
    """Return what the annotation for several ports lists, ``90:/a,91``."""
    targets = []
    text = str(annotations.get(names.SCRAPE_TARGETS, ""))
    for target in filter(None, map(str.strip, text.split(","))):
        port, _, path = target.partition(":")
        _check_port(names.SCRAPE_TARGETS, port, reserved)
        targets.append({PORT: port, PATH: path or DEFAULT_PATH})
    return targets


def _check_port(name: str, text: str, reserved: frozenset[int]) -> None:
    """Raise PodError unless *text* is a port that an application can have."""
    port = int(text) if re.fullmatch(r"[0-9]{1,5}", text) else 0
    if not 1 <= port <= LAST_PORT:
        raise PodError(f"annotation {name} has port {text!r}, want 1 to {LAST_PORT}")
    if port in reserved:
        raise PodError(f"annotation {name} has port {text!r}, which is the sidecar's")


def _announce_secure_port(pod: dict[str, Any], proxy: Mapping[str, Any]) -> None:
    """Say in an annotation where the sidecar serves metrics over TLS."""
    variable = pods.named(
        pods.elements(proxy.get("env")), names.SECURE_METRICS_VARIABLE
    )
    port = str((variable or {}).get("value") or "")
    if port not in ("", "0") and names.SECURE_METRICS_PORT not in pods.annotations(pod):
        pods.annotate(pod, names.SECURE_METRICS_PORT, port)
