"""The sidecar of a pod, and its variables."""

from collections.abc import Mapping
from typing import Any

from injector.istio.pod import names
from injector.kubernetes import pods
from injector.kubernetes.pods import INIT_CONTAINERS
from injector.releases.history import rule
from injector.releases.release import Release

DEFAULT_STATUS_PORT = 15020


def sidecar(pod: Mapping[str, Any], release: Release) -> dict[str, Any] | None:
    """Return the sidecar of *pod*, native or not; None if it has none."""
    found = pods.named(pods.containers(pod), names.PROXY)
    if found is None and rule(release, "sidecar_among_init_containers"):
        found = pods.named(pods.containers(pod, INIT_CONTAINERS), names.PROXY)
    return found


def status_port(mesh: Mapping[str, Any]) -> int:
    """Return the port where the agents of the mesh serve health and metrics."""
    config = pods.mapping(mesh.get("defaultConfig"))
    port = config.get("statusPort", DEFAULT_STATUS_PORT)
    return port if isinstance(port, int) else DEFAULT_STATUS_PORT


def variables(container: dict[str, Any]) -> list[Any]:
    """Return the list ``env`` of *container*; without one, an empty one is set."""
    if not isinstance(container.get("env"), list):
        container["env"] = []
    found: list[Any] = container["env"]
    return found


def add_variable(container: dict[str, Any], name: str, value: str) -> None:
    """Append a variable. Go leaves an empty value out."""
    variable = {"name": name, "value": value} if value else {"name": name}
    variables(container).append(variable)


def replace_variables(container: dict[str, Any], new: Mapping[str, str]) -> None:
    """Replace variables of *container*: *new* ones go to the end, sorted by name."""
    kept = [
        variable
        for variable in variables(container)
        if not (isinstance(variable, dict) and variable.get("name") in new)
    ]
    container["env"] = kept
    for name in sorted(new):
        add_variable(container, name, new[name])
