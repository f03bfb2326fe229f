"""Reviews as API servers send them, of which no two are the same."""

import json
from functools import cache
from typing import Any

import fuzz_bodies
import shared_data

DENIED = {"traffic.sidecar.istio.io/excludeInboundPorts": "eighty"}


@cache
def _models() -> tuple[str, ...]:
    folder = shared_data.shared_folder() / "reviews"
    return tuple(map(json.dumps, fuzz_bodies.models(folder)))


def review(number: int) -> dict[str, Any]:
    """Return one that is like no other: another pod, of another size, by its *number*.

    One in fifty asks for something impossible.
    """
    models = _models()
    document: dict[str, Any] = json.loads(models[number % len(models)])
    request = document["request"]
    request["uid"] = f"10000000-0000-4000-8000-{number:012d}"
    request["namespace"] = f"shop-{number % 97}"
    pod = request.get("object")
    if not pod or pod.get("kind") != "Pod":
        return document
    metadata = pod["metadata"]
    name = f"web-{number}"
    metadata["labels"] = {**(metadata.get("labels") or {}), "app": name}
    metadata["annotations"] = {
        **(metadata.get("annotations") or {}),
        **{f"example.com/note-{i}": name * 9 for i in range(number % 5)},
        **(DENIED if number % 50 == 0 else {}),
    }
    containers = pod["spec"]["containers"]
    containers[0]["env"] = [
        {"name": f"SETTING_{i}", "value": f"{name} {i}"} for i in range(number % 31)
    ]
    containers += [
        {"name": f"more-{i}", "image": f"registry.example/{name}:{i}"}
        for i in range(number % 4)
    ]
    return document
