"""Metrics merging: Prometheus scrapes the sidecar, which scrapes the application."""

import re
from collections.abc import Mapping
from typing import Any, Final

from injector.base.errors import PodError
from injector.base.messages import shown
from injector.formats import golang
from injector.istio.pod import names
from injector.istio.pod.sidecar import add_variable, sidecar, status_port
from injector.kubernetes import pods
from injector.releases.history import rule
from injector.releases.release import Release

SCRAPE, PATH, PORT = "scrape", "path", "port"
PREFIX = "prometheus.io/"
ANNOTATIONS = frozenset(PREFIX + field for field in (SCRAPE, PATH, PORT))
MERGED_PATH = "/stats/prometheus"
DEFAULT_PATH = "/metrics"

RESERVED = frozenset({15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090})
"""The sidecar's own ports: to scrape one, the sidecar would scrape itself."""
LAST_PORT = 65535

_UNCLEAN: Final = re.compile("[^A-Za-z0-9_]")


def _spelled(annotations: Mapping[str, Any], field: str, release: Release) -> list[str]:
    """Return the annotations that Prometheus reads as *field*."""
    if not rule(release, "metrics_spellings"):
        return [name for name in annotations if name == PREFIX + field]
    return _sanitized(annotations, PREFIX + field)


def _sanitized(annotations: Mapping[str, Any], name: str) -> list[str]:
    """Return the annotations that Prometheus reads as the one named *name*."""
    wanted = _UNCLEAN.sub("_", name)
    return [other for other in annotations if _UNCLEAN.sub("_", other) == wanted]


def _value(annotations: Mapping[str, Any], field: str, release: Release) -> str | None:
    """Return the value of a field, None if no spelling of it is there."""
    for name in _spelled(annotations, field, release):
        return str(annotations[name])
    return None


def is_merged(
    annotations: Mapping[str, Any], mesh: Mapping[str, Any], release: Release
) -> bool:
    """Tell whether an injection set the annotations: the port is the agent's."""
    return _value(annotations, PORT, release) == str(status_port(mesh))


def clear(annotations: dict[str, Any], release: Release) -> None:
    """Remove every spelling of Prometheus's annotations."""
    found = [
        name
        for field in (SCRAPE, PATH, PORT)
        for name in _spelled(annotations, field, release)
    ]
    if rule(release, "scrape_targets"):
        found += _sanitized(annotations, names.SCRAPE_TARGETS)
    for name in found:
        del annotations[name]


def merge_metrics(
    pod: dict[str, Any], mesh: Mapping[str, Any], release: Release
) -> bool:
    """Lead Prometheus to the sidecar, and announce the sidecar's port for TLS.

    Returns:
        Whether the application's metrics are merged into the sidecar's.

    Raises:
        PodError: the annotations name an impossible port of the application.
    """
    merged = _merge(pod, mesh, release)
    proxy = sidecar(pod, release)
    if proxy is not None and rule(release, "secure_metrics_port"):
        _announce_secure_port(pod, proxy)
    return merged


def _merge(pod: dict[str, Any], mesh: Mapping[str, Any], release: Release) -> bool:
    """Lead Prometheus to the sidecar, and the sidecar to the application's metrics.

    Returns:
        Whether metrics are merged.

    Raises:
        PodError: the annotations name an impossible port of the application.
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
    return True


def _is_wanted(
    annotations: Mapping[str, Any], mesh: Mapping[str, Any], release: Release
) -> bool:
    """Tell whether metrics are merged: by annotation, else by the mesh."""
    spellings = rule(release, "metrics_spellings")
    if spellings and golang.boolean(_value(annotations, SCRAPE, release)) is False:
        return False
    wanted = golang.boolean(annotations.get(names.MERGE_METRICS))
    if wanted is None:
        return mesh.get("enablePrometheusMerge") is not False
    return wanted


def _application_metrics(
    annotations: Mapping[str, Any], mesh: Mapping[str, Any], release: Release
) -> dict[str, Any]:
    """Return the place of the application's metrics, in the form for the sidecar."""
    found: dict[str, Any] = {
        field: _value(annotations, field, release) or ""
        for field in (SCRAPE, PATH, PORT)
    }
    if not rule(release, "scrape_targets"):
        return found
    reserved = RESERVED | {status_port(mesh)}
    for name in _sanitized(annotations, names.SCRAPE_TARGETS):
        if targets := _scrape_targets(str(annotations[name])):
            for target in targets:
                _check_port(name, target[PORT], reserved)
            first = {PATH: targets[0][PATH], PORT: targets[0][PORT]}
            return {**found, **first, "targets": targets}
    for name in _spelled(annotations, PORT, release):
        if annotations[name] != "":
            _check_port(name, str(annotations[name]), reserved)
    return found


def _scrape_targets(text: str) -> list[dict[str, str]]:
    """Return the targets in *text*, such as ``90:/a,91``; empty if one has no port."""
    targets = []
    for target in text.split(","):
        if not target.strip(golang.SPACES):
            continue
        port, _, path = (part.strip(golang.SPACES) for part in target.partition(":"))
        if not port:
            return []
        targets.append({PORT: port, PATH: path or DEFAULT_PATH})
    return targets


def _check_port(name: str, text: str, reserved: frozenset[int]) -> None:
    """Raise PodError unless *text* is a port that an application can have."""
    # Go reads a sign before a number.
    port = golang.unsigned(text.removeprefix("+"), LAST_PORT)
    if not port:
        raise PodError(
            f"annotation {name}: want a port from 1 to {LAST_PORT}, not {shown(text)}"
        )
    if port in reserved:
        raise PodError(f"annotation {name}: port {text} is the sidecar's")


def _announce_secure_port(pod: dict[str, Any], proxy: Mapping[str, Any]) -> None:
    """Annotate *pod* with the port where the sidecar serves metrics over TLS."""
    variable = pods.named(
        pods.elements(proxy.get("env")), names.SECURE_METRICS_VARIABLE
    )
    port = str((variable or {}).get("value") or "")
    annotated = _sanitized(pods.annotations(pod), names.SECURE_METRICS_PORT)
    if port not in ("", "0") and not annotated:
        pods.annotate(pod, names.SECURE_METRICS_PORT, port)
