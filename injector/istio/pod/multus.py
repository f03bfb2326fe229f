"""The list of networks that the Multus plugin attaches to a pod."""

from typing import Any

from injector.formats import depth, golang
from injector.releases.history import rule
from injector.releases.release import Release


def append(networks: str, network: str, release: Release) -> str:
    """Return *networks*, a list with commas or in JSON, with *network* appended.

    A network may be ``namespace/name``. From 1.9 on, nothing is appended twice.
    """
    if not networks:
        return network
    tolerant = rule(release, "multus_tolerates")
    if "]" not in networks:
        known = [part.strip() for part in networks.split(",")]
        return networks if tolerant and network in known else f"{networks}, {network}"
    element = _element(network, release)
    if tolerant and _stays(networks, element):
        return networks
    end = networks.rindex("]")
    comma = "" if networks[:end].strip() == "[" else ", "
    members = (f'"{key}": {golang.compact(text)}' for key, text in element.items())
    return f"{networks[:end]}{comma}{{{', '.join(members)}}}{networks[end:]}"


def _element(network: str, release: Release) -> dict[str, str]:
    """Return the network as an element of a JSON list."""
    namespace, slash, name = network.partition("/")
    if slash and rule(release, "multus_splits_namespace"):
        return {"name": name, "namespace": namespace}
    return {"name": network}


def _stays(networks: str, element: dict[str, Any]) -> bool:
    """Tell whether *networks* stays unchanged: it is no list, or has *element*."""
    try:
        listed = depth.loads(networks)
    except ValueError:
        return True
    if not isinstance(listed, list):
        return True
    return any(
        not isinstance(one, dict) or element.items() <= one.items() for one in listed
    )
