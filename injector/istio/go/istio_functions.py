"""Istio's functions for templates, by their names, on JSON values."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from injector.formats import depth, durations, golang, gotext
from injector.istio.mesh.proxy_config import proxy_config_json
from injector.istio.pod import multus, names
from injector.istio.pod.telemetry import resource_attributes
from injector.kubernetes import pods, schema
from injector.releases.functions import FUNCTIONS
from injector.releases.history import rule
from injector.releases.release import Release, holding

Function = Callable[..., Any]

EMPTY = "{}"

PORT = schema.struct("ContainerPort")


def functions(
    release: Release, features: Mapping[str, str] | None = None
) -> dict[str, Function]:
    """Return Istio's functions in *release*; ``env`` reads *features*.

    Only ``render`` is missing, since it needs the language of the templates.
    """
    calls: dict[str, Function] = {
        **TABLE,
        "appendMultusNetwork": lambda networks, network: multus.append(
            networks, network, release
        ),
        "applicationPorts": lambda containers: ports(
            [
                each
                for each in pods.elements(containers)
                if not pods.is_named(each, names.PROXY)
            ],
            release,
        ),
        "env": lambda name, default: (features or {}).get(name) or default,
        "formatDuration": lambda duration: format_duration(duration, release),
        "includeInboundPorts": lambda containers: ports(containers, release),
        "protoToJSON": lambda proxy: proxy_config_json(proxy or {}, release),
    }
    offered = holding(FUNCTIONS, release)
    return {name: calls[name] for name in offered if name in calls}


def annotation(metadata: Mapping[str, Any], name: str, default: Any) -> str:
    """Return an annotation's value, or the default as text."""
    found = (metadata.get("annotations") or {}).get(name)
    return gotext.shown(default) if found is None else found


def value_or_default(value: Any, default: Any) -> Any:
    """Return the value unless it is None or an empty text."""
    return default if value is None or value == "" else value


def exclude_inbound_port(port: Any, excluded: str) -> str:
    """Return the list of excluded ports with *port*, unless it is listed or zero."""
    number = gotext.shown(port).strip()
    listed = [part.strip() for part in excluded.split(",") if part.strip()]
    if number in {"", "0"} or number in listed:
        return excluded
    return ",".join([*listed, number])


def ports(containers: Sequence[Mapping[str, Any]] | None, release: Release) -> str:
    """Return the ports that containers declare, with commas between them."""
    skipped = {"UDP", "SCTP"} if rule(release, "ports_are_tcp") else set[str]()
    return ",".join(
        str(port.get("containerPort", 0))
        for container in pods.elements(containers)
        for port in pods.elements(container.get("ports"))
        if port.get("protocol") not in skipped
    )


def format_duration(duration: str | None, release: Release) -> str:
    """Return a duration as Go prints it."""
    if duration is None:
        return str(rule(release, "no_duration"))
    return durations.go(durations.parse(duration))


def to_json_map(values: Mapping[str, str] | None) -> str:
    """Return a map as JSON; None is an empty one."""
    return gotext.marshal(values or {})


def struct_to_json(value: Any) -> str:
    """Return any value as JSON; None is an empty object."""
    return EMPTY if value is None else gotext.marshal(value)


def port_to_json(port: Mapping[str, Any]) -> str:
    """Return a container's port as JSON, as Kubernetes prints it."""
    known = schema.typed(port, PORT)
    return golang.compact({name: known[name] for name in PORT.fields if name in known})


def from_json(text: str) -> Any:
    """Return the value of a JSON text; ``EMPTY`` if the text is no JSON.

    Raises:
        ValueError: it nests too deeply.
    """
    depth.check(text)
    try:
        return json.loads(text, parse_float=_number, parse_constant=_refuse)
    except ValueError:
        return EMPTY


def from_json_as_go(text: str) -> Any:
    """Return the value of a JSON text with every number as a float, as Go reads it."""
    depth.check(text)
    try:
        return json.loads(
            text, parse_int=_number, parse_float=_number, parse_constant=_refuse
        )
    except ValueError:
        return EMPTY


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("it is out of range")
    return number


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def string_map(*words: Any) -> dict[str, str]:
    """Return a map of alternating keys and values; a last key gets an empty one."""
    texts = [*map(gotext.shown, words)]
    values = [*texts[1::2], ""]
    return dict(zip(texts[::2], values, strict=False))


def merge_maps(*maps: Mapping[str, str] | None) -> dict[str, str]:
    """Return the maps merged; later ones win."""
    merged: dict[str, str] = {}
    for each in maps:
        merged.update(each or {})
    return merged


def omit(values: Mapping[str, Any] | None, *keys: str) -> dict[str, Any]:
    """Return the map without these keys."""
    return {key: value for key, value in (values or {}).items() if key not in keys}


def omit_nil(value: Any) -> Any:
    """Return the value without None, at any depth.

    A map or list that becomes empty is None; an empty one stays.
    """
    if isinstance(value, Mapping):
        kept = {key: omit_nil(item) for key, item in value.items()}
        found = {key: item for key, item in kept.items() if item is not None}
        return found if found or not value else None
    if isinstance(value, list):
        items = [item for item in map(omit_nil, value) if item is not None]
        return items if items or not value else None
    return value


TABLE: Mapping[str, Function] = {
    "annotation": annotation,
    "contains": lambda part, text: part in text,
    "directory": lambda path: path[: path.rfind("/") + 1],
    "excludeInboundPort": exclude_inbound_port,
    "excludeInterfaces": lambda names: names,
    "fromJSON": from_json_as_go,
    "indent": lambda spaces, text: text.replace("\n", "\n" + " " * spaces),
    "isset": lambda values, key: key in (values or {}),
    "kubevirtInterfaces": lambda names: names,
    "mergeMaps": merge_maps,
    "omit": omit,
    "omitNil": omit_nil,
    "otelResourceAttributes": resource_attributes,
    "strdict": string_map,
    "structToJSON": struct_to_json,
    "toJSON": to_json_map,
    "toJson": to_json_map,
    "toJsonMap": lambda *maps: to_json_map(merge_maps(*maps)),
    "toLower": lambda text: text.lower(),
    "toYaml": gotext.to_yaml,
    "valueOrDefault": value_or_default,
}
"""The functions that do the same in all releases."""
