"""Overlaying one message of mesh configuration with another, as each release does."""

from collections.abc import Collection, Mapping
from typing import Any

from injector.istio.mesh import mesh_json
from injector.istio.mesh.mesh_types import PROXY, Field, fields, is_empty, is_unset
from injector.releases.history import rule
from injector.releases.release import Release

NOTHING: Collection[str] = frozenset()
MERGED = {
    "proxyMetadata": "merges_proxy_metadata",
    "proxyHeaders": "merges_proxy_headers",
}
"""Fields of a ProxyConfig that are merged key by key, and the rule of each."""


def overlay_proxy(
    proxy: Mapping[str, Any],
    layer: Mapping[str, Any],
    release: Release,
    *,
    zeros: bool = True,
) -> dict[str, Any]:
    """Return *proxy* overlaid with *layer*, both ProxyConfigs; see ``overlay``."""
    keys = merged_fields(release)
    return overlay(proxy, layer, PROXY, release, keys=keys, zeros=zeros)


def merged_fields(release: Release) -> Collection[str]:
    """Return the fields of a ProxyConfig that are merged key by key."""
    return frozenset(name for name, known in MERGED.items() if rule(release, known))


def overlay(
    base: Mapping[str, Any],
    layer: Mapping[str, Any],
    message: str,
    release: Release,
    *,
    keys: Collection[str] = NOTHING,
    zeros: bool = True,
) -> dict[str, Any]:
    """Return *base* with the fields of *layer* in place of its own.

    The fields in *keys* are merged key by key. With *zeros*, an explicit zero or empty
    list or map in *layer* unsets the field; without, it is ignored.
    """
    result = dict(base)
    for field in fields(message, release):
        if field.name not in layer:
            continue
        value = mesh_json.settle(layer[field.name], field, release)
        if not zeros and is_empty(value, field):
            continue
        drop_group(result, field, message, release)
        if is_unset(value, field):
            result.pop(field.name, None)
        elif field.name in keys and field.name in result:
            result[field.name] = {**result[field.name], **value}
        else:
            result[field.name] = value
    return result


def drop_group(
    value: dict[str, Any], field: Field, message: str, release: Release
) -> None:
    """Unset the fields in the oneof group of *field*, if it has one."""
    for other in fields(message, release):
        if other.oneof and other.oneof == field.oneof:
            value.pop(other.name, None)
