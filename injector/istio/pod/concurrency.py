"""The estimated concurrency of a sidecar: its number of threads."""

import math
from collections.abc import Mapping
from typing import Any

from injector.kubernetes import pods, schema

USUAL = 2
_KINDS = ("limits", "requests")
_ANNOTATIONS = ("sidecar.istio.io/proxyCPULimit", "sidecar.istio.io/proxyCPU")


def estimated(
    annotations: Mapping[str, Any],
    proxy: Mapping[str, Any],
    values: Mapping[str, Any],
) -> int:
    """Return the ProxyConfig's concurrency or, if that is 0, the sidecar's CPUs.

    CPUs in the annotations win over those in *values*; 0 means all processors.
    """
    threads = proxy.get("concurrency")
    if threads:
        return int(threads)
    if threads is None:
        return USUAL
    settings = pods.mapping(pods.mapping(values.get("global")).get("proxy"))
    resources = pods.mapping(settings.get("resources"))
    amounts = [
        *(annotations.get(name) for name in _ANNOTATIONS),
        *(pods.mapping(resources.get(kind)).get("cpu") for kind in _KINDS),
    ]
    for amount in amounts:
        if amount is not None:
            return math.ceil(schema.amount(amount))
    return USUAL
