"""Istio's functions for our own Jinja templates, on numbers as JSON has them."""

from collections.abc import Mapping

from injector.istio.go.istio_functions import (
    Function,
    from_json,
    functions,
    port_to_json,
)
from injector.releases.release import CURRENT, Release

NAMES = (
    "annotation",
    "appendMultusNetwork",
    "applicationPorts",
    "excludeInboundPort",
    "formatDuration",
    "fromJSON",
    "includeInboundPorts",
    "isset",
    "omitNil",
    "otelResourceAttributes",
    "protoToJSON",
    "structToJSON",
    "toJSON",
    "valueOrDefault",
)


def jinja_functions(release: Release) -> dict[str, Function]:
    """Return the functions for our own templates that *release* offers."""
    offered = functions(release)
    chosen = {name: offered[name] for name in NAMES if name in offered}
    return {**chosen, "fromJSON": from_json, "portToJSON": port_to_json}


JINJA: Mapping[str, Function] = jinja_functions(CURRENT)
"""The functions of our own templates."""
