"""Changes of the rendered sidecar before it is appended to the pod."""

import math
import re
from collections.abc import Mapping
from typing import Any

from injector.base.front import Front
from injector.injection.status import CONTAINERS
from injector.istio.flat.flat_spec import FlatSpec
from injector.istio.pod import names
from injector.istio.pod.context import Surroundings
from injector.istio.pod.finish import path_variables
from injector.istio.pod.sidecar import replace_variables
from injector.kubernetes import pods, schema
from injector.releases.history import rule

CONCURRENCY, STATUS_PORT = "concurrency", "statusPort"
TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
PATH_ELEMENTS = 4


def complete(spec: FlatSpec, pod: Mapping[str, Any], around: Surroundings) -> None:
    """Complete the sidecar of *spec*, if it has one, for *pod*.

    Only the webhook mounts the application's service account in the sidecar.
    """
    sidecar = pods.named(spec.lists[CONTAINERS], names.PROXY)
    if sidecar is None:
        return
    release = around.config.release
    if rule(release, "concurrency_argument"):
        _set_concurrency(sidecar)
    if variables := _variables(around):
        replace_variables(sidecar, variables)
    by_webhook = around.situation.front is Front.WEBHOOK
    if by_webhook and rule(release, "mounts_service_account"):
        _mount_account(sidecar, pod)


def number(sidecar: Mapping[str, Any], flag: str) -> int | None:
    """Return the number after *flag* in the arguments of *sidecar*; None without."""
    arguments = [pods.text(argument) for argument in sidecar.get("args") or ()]
    for index, argument in enumerate(arguments):
        match = re.fullmatch(rf"--?{flag}(?:=([0-9]+))?", argument.strip())
        if match is None:
            continue
        text = match[1] or "".join(arguments[index + 1 : index + 2]).strip()
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
    return None


def _set_concurrency(sidecar: dict[str, Any]) -> None:
    """Set the sidecar's threads to its CPUs, unless its arguments set them."""
    if number(sidecar, CONCURRENCY):
        return
    resources = pods.mapping(sidecar.get("resources"))
    for kind in ("limits", "requests"):
        cpu = pods.mapping(resources.get(kind)).get("cpu")
        threads = math.ceil(schema.amount(cpu))
        if threads > 0:
            arguments = sidecar.get("args") or []
            sidecar["args"] = [*arguments, f"--{CONCURRENCY}", str(threads)]
            return


def _variables(around: Surroundings) -> dict[str, str]:
    """Return the sidecar's variables that the path of the request sets."""
    form = rule(around.config.release, "path_form")
    if form == "pairs":
        return path_variables(around)
    elements = around.situation.elements
    if form is None or len(elements) < PATH_ELEMENTS:
        return {}
    return {
        names.CLUSTER_VARIABLE: elements[-3],
        names.NETWORK_VARIABLE: elements[-1],
    }


def _mount_account(sidecar: dict[str, Any], pod: Mapping[str, Any]) -> None:
    """Mount the application's service account in the sidecar."""
    found = [
        mount
        for container in pods.containers(pod)
        for mount in pods.elements(container.get("volumeMounts"))
        if mount.get("mountPath") == TOKEN
    ]
    if found:
        mounts = sidecar.get("volumeMounts") or []
        sidecar["volumeMounts"] = [*mounts, dict(found[-1])]
