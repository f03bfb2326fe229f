"""Defaults of the API server for containers and volumes.

The webhook of release 1.0 sets them in what it adds. Fields that are set stay.
"""

import re
from collections.abc import Iterator
from typing import Any

from injector.kubernetes import pods

MODE = 420
"""The mode of files in volumes: 0644."""

PROBE = {
    "timeoutSeconds": 1,
    "periodSeconds": 10,
    "successThreshold": 1,
    "failureThreshold": 3,
}
_TAGGED = re.compile(r"[^@]*:(?P<tag>[^:/@]+)")


def fill_container(container: dict[str, Any]) -> None:
    """Set the defaults of *container*."""
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    if "imagePullPolicy" not in container:
        image = pods.text(container.get("image"))
        container["imagePullPolicy"] = _pull_policy(image)
    for port in pods.elements(container.get("ports")):
        port.setdefault("protocol", "TCP")
    for variable in pods.elements(container.get("env")):
        _fill_field(pods.mapping(variable.get("valueFrom")))
    for name in ("readinessProbe", "livenessProbe"):
        if probe := pods.mapping(container.get(name)):
            probe.update({**PROBE, **probe})
            _fill_action(probe)
    for hook in pods.mapping(container.get("lifecycle")).values():
        _fill_action(hook)
    resources = pods.mapping(container.get("resources"))
    if limits := pods.mapping(resources.get("limits")):
        resources["requests"] = {**limits, **pods.mapping(resources.get("requests"))}


def _pull_policy(image: str) -> str:
    """Return ``Always`` for the tag ``latest`` or none, else ``IfNotPresent``."""
    tag = _TAGGED.fullmatch(image)
    moves = tag["tag"] == "latest" if tag else bool(image) and "@" not in image
    return "Always" if moves else "IfNotPresent"


def _fill_action(handler: dict[str, Any]) -> None:
    if "httpGet" in handler:
        handler["httpGet"].setdefault("path", "/")
        handler["httpGet"].setdefault("scheme", "HTTP")


def _fill_field(source: dict[str, Any]) -> None:
    if "fieldRef" in source:
        source["fieldRef"].setdefault("apiVersion", "v1")


def fill_volume(volume: dict[str, Any]) -> None:
    """Set the defaults of *volume*; one with only a name is an empty directory."""
    if not volume.keys() - {"name"}:
        volume["emptyDir"] = {}
    for source in ("secret", "configMap", "downwardAPI", "projected"):
        if source in volume:
            volume[source].setdefault("defaultMode", MODE)
    for item in _downward_items(volume):
        _fill_field(item)


def _downward_items(volume: dict[str, Any]) -> Iterator[dict[str, Any]]:
    projected = pods.mapping(volume.get("projected"))
    for source in [volume, *pods.elements(projected.get("sources"))]:
        yield from pods.elements(pods.mapping(source.get("downwardAPI")).get("items"))
