"""Faults for which an API server refuses a pod although every type in it is right.

They come from pods, annotations and templates. They are reported and not refused: the
API server has the better message.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from injector.kubernetes import pods

KINDS = (pods.CONTAINERS, pods.INIT_CONTAINERS, "ephemeralContainers")


def doubts(pod: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each duplicate name and each mount without a volume."""
    known = {volume.get("name") for volume in _volumes(pod)}
    found = [*repeated(pod)]
    for container in _containers(pod):
        found += [
            f"container {container.get('name')!r}: {doubt}"
            for doubt in _of_container(container, known)
        ]
    return found


def repeated(pod: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each duplicate name of containers or volumes."""
    yield from _twice(
        "containers are named", [each.get("name") for each in _containers(pod)]
    )
    yield from _twice("volumes are named", [each.get("name") for each in _volumes(pod)])


def _containers(pod: Mapping[str, Any]) -> list[dict[str, Any]]:
    spec = pods.spec(pod)
    return [each for kind in KINDS for each in pods.elements(spec.get(kind))]


def _volumes(pod: Mapping[str, Any]) -> list[dict[str, Any]]:
    return pods.elements(pods.spec(pod).get("volumes"))


def _of_container(container: Mapping[str, Any], known: set[Any]) -> Iterator[str]:
    mounts = pods.elements(container.get("volumeMounts"))
    devices = pods.elements(container.get("volumeDevices"))
    ports = pods.elements(container.get("ports"))
    yield from _twice("mounts are at", [each.get("mountPath") for each in mounts])
    yield from _twice("ports are named", [each.get("name") for each in ports])
    for name in dict.fromkeys(each.get("name") for each in (*mounts, *devices)):
        if name not in known:
            yield f"there is no volume {name!r} to mount"


def _twice(what: str, values: list[Any]) -> Iterator[str]:
    if len(set(values)) == len(values):
        return
    for value, count in Counter(values).items():
        if count > 1 and value is not None:
            yield f"{count} {what} {value!r}"
