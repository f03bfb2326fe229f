"""Laying one message of mesh configuration over another, as each release does it."""

from collections.abc import Collection, Mapping
from typing import Any

from injector.istio.mesh import mesh_json
from injector.istio.mesh.mesh_types import PROXY, Field, fields, silent, unset
from injector.releases.history import rule
from injector.releases.release import Release

NOTHING: Collection[str] = frozenset()
MERGED = {
    "proxyMetadata": "merges_proxy_metadata",
    "proxyHeaders": "merges_proxy_headers",
}
"""Fields of a ProxyConfig that are laid over key by key, and the rule of each."""


def overlay_proxy(
    proxy: Mapping[str, Any],
    layer: Mapping[str, Any],
    release: Release,
    *,
    zeros: bool = True,
) -> dict[str, Any]:
    """Return a ProxyConfig with what was read of another laid over it.

    *zeros*: whether those that the layer says outright count.
    """
    keys = merged_fields(release)
    return overlay(proxy, layer, PROXY, release, keys=keys, zeros=zeros)


def merged_fields(release: Release) -> Collection[str]:
    """Return the fields of a ProxyConfig that are laid over key by key."""
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

    The fields *keys* are laid over key by key. With *zeros*, a zero or an empty list or
    map that the layer says outright takes the value away; else it counts for nothing.
    """
    result = dict(base)
    for field in fields(message, release):
        if field.name not in layer:
            continue
        value = mesh_json.settle(layer[field.name], field, release)
        if not zeros and silent(value, field):
            continue
        drop_group(result, field, message, release)
        if unset(value, field):
            result.pop(field.name, None)
        elif field.name in keys and field.name in result:
            result[field.name] = {**result[field.name], **value}
        else:
            result[field.name] = value
    return result


def drop_group(
    value: dict[str, Any], field: Field, message: str, release: Release
) -> None:
    """Unset the fields of which only one may be set, *field* among them."""
    for other in fields(message, release):
        if other.oneof and other.oneof == field.oneof:
            value.pop(other.name, None)
