"""The functions that Istio gives to templates, by its names, on JSON data."""

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
from injector.releases.release import CURRENT, Release, holding

Function = Callable[..., Any]

EMPTY = "{}"

PORT = schema.struct("ContainerPort")


def functions(
    release: Release, features: Mapping[str, str] | None = None
) -> dict[str, Function]:
    """Return the functions that *release* offers; ``env`` reads *features*.

    Only ``render`` is missing, which needs the language of the templates. What sprig
    has under the same name in a later release is not ours there.
    """
    calls: dict[str, Function] = {
        **TABLE,
        "appendMultusNetwork": lambda networks, network: multus.append(
            networks, network, release
        ),
        "applicationPorts": lambda containers: ports(
            [
                one
                for one in pods.elements(containers)
                if not pods.is_named(one, names.PROXY)
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


def jinja_functions(release: Release) -> dict[str, Function]:
    """Return those of use to our own templates, on numbers as JSON has them."""
    offered = functions(release)
    chosen = {name: offered[name] for name in IN_JINJA if name in offered}
    return {**chosen, "fromJSON": from_json, "portToJSON": port_to_json}


def annotation(metadata: Mapping[str, Any], name: str, default: Any) -> str:
    """Return an annotation's value, or the default as text."""
    found = (metadata.get("annotations") or {}).get(name)
    return gotext.shown(default) if found is None else found


def is_set(values: Mapping[str, str] | None, key: str) -> bool:
    """Tell whether a map has the key."""
    return key in (values or {})


def value_or_default(value: Any, default: Any) -> Any:
    """Return the value unless it is nothing or empty text."""
    return default if value is None or value == "" else value


def exclude_inbound_port(port: Any, excluded: str) -> str:
    """Return the list of excluded ports with one more, unless it is there or zero."""
    number = gotext.shown(port).strip()
    listed = [one.strip() for one in excluded.split(",") if one.strip()]
    if number in {"", "0"} or number in listed:
        return excluded
    return ",".join([*listed, number])


def ports(containers: Sequence[Mapping[str, Any]] | None, release: Release) -> str:
    """Return the ports that containers declare."""
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
    """Return a map as JSON; nothing is an empty one."""
    return gotext.marshal(values or {})


def struct_to_json(value: Any) -> str:
    """Return anything as JSON; nothing is an empty object."""
    return EMPTY if value is None else gotext.marshal(value)


def port_to_json(port: Mapping[str, Any]) -> str:
    """Return a container's port as JSON as Kubernetes prints it."""
    known = schema.typed(port, PORT)
    return golang.compact({name: known[name] for name in PORT.fields if name in known})


def from_json(text: str) -> Any:
    """Return the value of a JSON text; of a text that is none, an empty object's.

    Raises:
        ValueError: it nests too deeply.
    """
    depth.check(text)
    try:
        return json.loads(text, parse_float=_number, parse_constant=_refuse)
    except ValueError:
        return EMPTY


def from_json_as_go(text: str) -> Any:
    """Return the same with every number a fraction, as Go reads them."""
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


def indent(spaces: int, text: str) -> str:
    """Return a text with all lines but the first indented."""
    return text.replace("\n", "\n" + " " * spaces)


def directory(path: str) -> str:
    """Return a path without what follows its last slash."""
    return path[: path.rfind("/") + 1]


def contains(part: str, text: str) -> bool:
    """Tell whether a text, the last argument, has the part."""
    return part in text


def lower(text: str) -> str:
    """Return the text in small letters."""
    return text.lower()


def same(text: str) -> str:
    """Return the text as it is."""
    return text


def string_map(*words: Any) -> dict[str, str]:
    """Return a map of keys and values that alternate; a last key has no value."""
    texts = [*map(gotext.shown, words)]
    values = [*texts[1::2], ""]
    return dict(zip(texts[::2], values, strict=False))


def merge_maps(*maps: Mapping[str, str] | None) -> dict[str, str]:
    """Return one map of all, the later ones winning."""
    merged: dict[str, str] = {}
    for one in maps:
        merged.update(one or {})
    return merged


def omit(values: Mapping[str, Any] | None, *keys: str) -> dict[str, Any]:
    """Return the map without these keys."""
    return {key: value for key, value in (values or {}).items() if key not in keys}


def omit_nil(value: Any) -> Any:
    """Return the value without what is nothing, at any depth.

    A map or list of which nothing remains is nothing; an empty one stays.
    """
    if isinstance(value, Mapping):
        kept = {key: omit_nil(item) for key, item in value.items()}
        some = {key: item for key, item in kept.items() if item is not None}
        return some if some or not value else None
    if isinstance(value, list):
        found = [item for item in map(omit_nil, value) if item is not None]
        return found if found or not value else None
    return value


TABLE: Mapping[str, Function] = {
    "annotation": annotation,
    "contains": contains,
    "directory": directory,
    "excludeInboundPort": exclude_inbound_port,
    "excludeInterfaces": same,
    "fromJSON": from_json_as_go,
    "indent": indent,
    "isset": is_set,
    "kubevirtInterfaces": same,
    "mergeMaps": merge_maps,
    "omit": omit,
    "omitNil": omit_nil,
    "otelResourceAttributes": resource_attributes,
    "strdict": string_map,
    "structToJSON": struct_to_json,
    "toJSON": to_json_map,
    "toJson": to_json_map,
    "toJsonMap": lambda *maps: to_json_map(merge_maps(*maps)),
    "toLower": lower,
    "toYaml": gotext.to_yaml,
    "valueOrDefault": value_or_default,
}
"""The functions for which the release does not matter."""

IN_JINJA = (
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

JINJA: Mapping[str, Function] = jinja_functions(CURRENT)
"""What our own templates may call."""
