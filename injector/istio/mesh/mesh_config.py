"""The effective mesh configuration: the release's own, overlaid with the operator's."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from injector.base.errors import ConfigError, Problem
from injector.istio.mesh import mesh_json
from injector.istio.mesh.mesh_overlay import NOTHING, overlay, overlay_proxy
from injector.istio.mesh.mesh_types import MESH, fields
from injector.istio.mesh.proxy_config import proxy_config, proxy_config_json
from injector.releases import mesh_defaults
from injector.releases.history import rule
from injector.releases.release import Release

__all__ = ["effective", "proxy_config", "proxy_config_json"]


def effective(layers: Sequence[Mapping[str, Any]], release: Release) -> dict[str, Any]:
    """Return the MeshConfig, in JSON form, of *layers* over the release's own.

    Unset fields and zeros are absent, as in protobuf's JSON; durations and enums are
    normalised. ``defaultConfig`` is the ProxyConfig inside it.

    Raises:
        ConfigError: with every value of a wrong type.
    """
    mesh: Mapping[str, Any] = mesh_defaults.mesh(release)
    problems: list[Problem] = []
    for layer in layers:
        read, found = mesh_json.read(layer, MESH, release, "mesh")
        problems += found
        mesh = _overlay_mesh(mesh, read, release)
    if problems:
        raise ConfigError(problems)
    return _ordered(mesh, release)


def _ordered(mesh: Mapping[str, Any], release: Release) -> dict[str, Any]:
    """Return a deep copy with the fields in the order of the message."""
    names = [field.name for field in fields(MESH, release)]
    return copy.deepcopy({name: mesh[name] for name in names if name in mesh})


def _overlay_mesh(
    mesh: Mapping[str, Any], layer: Mapping[str, Any], release: Release
) -> dict[str, Any]:
    merged = dict(layer)
    proxy = merged.pop("defaultConfig", {})
    keys = {"defaultProviders"} if rule(release, "merges_providers") else NOTHING
    if rule(release, "merges_providers") and "extensionProviders" in layer:
        before = mesh.get("extensionProviders", [])
        merged["extensionProviders"] = _by_name(before, layer["extensionProviders"])
    if rule(release, "unites_trust_domain_aliases") and "trustDomainAliases" in layer:
        aliases = {*mesh.get("trustDomainAliases", []), *layer["trustDomainAliases"]}
        merged["trustDomainAliases"] = sorted(aliases)
    result = overlay(mesh, merged, MESH, release, keys=keys)
    result["defaultConfig"] = overlay_proxy(
        mesh["defaultConfig"], proxy, release, zeros=rule(release, "mesh_zero_wins")
    )
    return result


def _by_name(
    providers: Sequence[Mapping[str, Any]], layer: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return *providers* with those of *layer*, which replace others of their name."""
    result = list(providers)
    for provider in layer:
        names = [other.get("name", "") for other in result]
        name = provider.get("name", "")
        if name in names:
            result[names.index(name)] = provider
        else:
            result.append(provider)
    return result
