"""A pod's ProxyConfig: the mesh's, and over it ``proxy.istio.io/config``, parsed."""

import copy
from collections.abc import Mapping
from typing import Any

from injector.base.caches import Cache
from injector.base.errors import PodError
from injector.base.messages import listed
from injector.formats import durations, gotext, yaml_documents
from injector.formats.yaml_events import YAMLFault
from injector.istio.mesh import mesh_json
from injector.istio.mesh.mesh_overlay import drop_group, overlay_proxy
from injector.istio.mesh.mesh_types import (
    PROXY,
    WRAPPERS,
    Field,
    fields,
    is_empty,
    is_unset,
)
from injector.releases import mesh_defaults
from injector.releases.history import rule
from injector.releases.release import Release

HIDDEN = frozenset(
    {
        "configPath",
        "binaryPath",
        "serviceCluster",
        "drainDuration",
        "parentShutdownDuration",
        "discoveryAddress",
        "envoyMetricsService",
        "envoyAccessLogService",
        "tracing",
        "proxyAdminPort",
        "statNameLength",
        "statusPort",
        "concurrency",
    }
)
"""Fields that PROXY_CONFIG leaves out where they have the agent's default."""

HIDDEN_LATER = frozenset({"controlPlaneAuthPolicy", "terminationDrainDuration"})


def proxy_config(
    mesh: Mapping[str, Any], annotation: Any, release: Release
) -> dict[str, Any]:
    """Return the ProxyConfig of a pod with this value of the annotation, or None.

    Raises:
        PodError: the annotation cannot be read.
    """
    base: Mapping[str, Any] = mesh["defaultConfig"]
    name = rule(release, "proxy_config_annotation")
    if annotation is None or name is None:
        return copy.deepcopy(dict(base))
    layer, problems = read_annotation(annotation, release)
    if problems:
        raise PodError(f"annotation {name}: {listed(problems)}")
    return copy.deepcopy(_merge(base, layer, release))


def read_annotation(
    text: Any, release: Release
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return the fields that the YAML *text* sets, and a sentence for each problem.

    The fields are shared: do not change them.
    """
    if not isinstance(text, str):
        return {}, ("it is no text",)
    # Cached: it is read twice for each pod, for the check and for the overlay.
    key = f"{release} {text}"
    found = _READ.find(key)
    if found is None:
        found = _read_annotation(text, release)
        _READ.keep(key, found)
    return found


_READ: Cache[tuple[Mapping[str, Any], tuple[str, ...]]] = Cache()


def _read_annotation(
    text: str, release: Release
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    try:
        value = yaml_documents.first(text)
    except YAMLFault as e:
        return {}, (f"its YAML: {e}",)
    layer, problems = mesh_json.read({} if value is None else value, PROXY, release, "")
    return layer, tuple(
        f"{problem.path.removeprefix('.') or 'it'} {problem.message}"
        for problem in problems
    )


def _merge(
    base: Mapping[str, Any], layer: Mapping[str, Any], release: Release
) -> dict[str, Any]:
    match rule(release, "proxy_config_merge"):
        case "mesh":
            return overlay_proxy(base, layer, release)
        case "messages":
            return _merge_messages(base, layer, PROXY, release)
        case _:
            return overlay_proxy(base, layer, release, zeros=False)


def _merge_messages(
    base: Mapping[str, Any], layer: Mapping[str, Any], message: str, release: Release
) -> dict[str, Any]:
    """Merge as ``proto.Merge`` merges messages."""
    result = dict(base)
    for field in fields(message, release):
        if field.name not in layer:
            continue
        value = mesh_json.settle(layer[field.name], field, release)
        if is_empty(value, field):
            continue
        before = result.get(field.name)
        drop_group(result, field, message, release)
        merged = value
        if before is not None:
            merged = _merge_field(before, value, field, release)
        result[field.name] = merged
    return result


def _merge_field(before: Any, value: Any, field: Field, release: Release) -> Any:
    """Return the merged value of a field that both messages set."""
    if field.shape == "list":
        return [*before, *value]
    if field.shape == "map":
        return {**before, **value}
    if field.kind == "message":
        return _merge_messages(before, value, field.of, release)
    if field.kind == "Duration":
        return _merge_durations(before, value)
    if field.kind in WRAPPERS and field.name != "concurrency":
        # A wrapped zero is an empty message, and merging nothing changes nothing.
        return value or before
    return value


def _merge_durations(before: str, value: str) -> str:
    """Return the later seconds and the later nanoseconds, each unless zero."""
    (seconds, nanos), (later_seconds, later_nanos) = (
        divmod(durations.parse(text), durations.SECOND) for text in (before, value)
    )
    merged = (later_seconds or seconds) * durations.SECOND + (later_nanos or nanos)
    return durations.protobuf(merged)


def proxy_config_json(proxy: Mapping[str, Any], release: Release) -> str:
    """Return the value of the variable PROXY_CONFIG for *proxy*."""
    hidden = HIDDEN if rule(release, "hides_proxy_defaults") else frozenset[str]()
    if rule(release, "hides_auth_and_termination_defaults"):
        hidden |= HIDDEN_LATER
    defaults = mesh_defaults.proxy(release)
    shown = {
        name: value
        for name, value in proxy.items()
        if not (name in hidden and value == defaults.get(name))
    }
    if rule(release, "hides_empty_proxy_metadata") and not shown.get("proxyMetadata"):
        shown.pop("proxyMetadata", None)
    return gotext.marshal(ordered(shown, PROXY, release), list)


def ordered(value: Mapping[str, Any], message: str, release: Release) -> dict[str, Any]:
    """Return the message as protobuf prints it: fields in order, maps by key."""
    prints_empty = rule(release, "prints_empty_lists")
    result: dict[str, Any] = {}
    for field in fields(message, release):
        item = value.get(field.name)
        if item is None or is_unset(item, field):
            continue
        if is_empty(item, field) and not prints_empty:
            continue
        result[field.name] = _ordered_value(item, field, release)
    return result


def _ordered_value(item: Any, field: Field, release: Release) -> Any:
    if field.shape == "map":
        elem = Field(name=field.name, proto=field.proto, kind=field.kind, of=field.of)
        return {key: _ordered_value(item[key], elem, release) for key in sorted(item)}
    if field.kind != "message":
        return item
    if field.shape == "list":
        return [ordered(element, field.of, release) for element in item]
    return ordered(item, field.of, release)
