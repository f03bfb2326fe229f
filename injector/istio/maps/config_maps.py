"""Istio's ConfigMaps among documents, by their keys and the revision."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from injector.base.errors import ConfigError, Problem
from injector.configuration.config import NOTHING
from injector.istio.maps.inference import LABELS
from injector.kubernetes import pods

INJECTOR: Final = "config"
VALUES: Final = "values"
MESH: Final = "mesh"
REVISION_LABEL: Final = "istio.io/rev"

ConfigMap = Mapping[str, Any]


class ConfigMaps(NamedTuple):
    """Istio's ConfigMaps, and the further document that completes them."""

    injector: ConfigMap
    mesh: ConfigMap | None
    further: Mapping[str, Any]


def find(documents: Sequence[Mapping[str, Any]]) -> ConfigMaps:
    """Return Istio's ConfigMaps among *documents*.

    Raises:
        ConfigError: a document is missing, or one of several cannot be chosen.
    """
    maps = [each for each in documents if each.get("kind") == "ConfigMap"]
    others = [each for each in documents if each.get("kind") != "ConfigMap"]
    if len(others) > 1:
        raise _wrong(f"{len(others)} documents beside the ConfigMaps, want one")
    further = others[0] if others else NOTHING
    revision = further.get("revision")
    injector = _with_key(maps, INJECTOR, revision)
    if injector is None:
        raise _wrong(
            f"no ConfigMap has the key {INJECTOR!r}: "
            "the one named istio-sidecar-injector is missing"
        )
    mesh = _with_key(maps, MESH, revision or revision_of(injector))
    return ConfigMaps(injector=injector, mesh=mesh, further=further)


def needed(documents: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return *documents* without the fields that are not read, such as kubectl's.

    Raises:
        ConfigError: a document is missing, or one of several cannot be chosen.
    """
    found = find(documents)
    maps = [_reduced(found.injector, (INJECTOR, VALUES))]
    if found.mesh is not None:
        maps.append(_reduced(found.mesh, (MESH,)))
    return [*maps, found.further] if found.further else maps


def _reduced(config_map: ConfigMap, keys: Sequence[str]) -> ConfigMap:
    metadata: dict[str, Any] = {"name": _name(config_map)}
    labels = pods.labels(config_map)
    kept = {name: labels[name] for name in (REVISION_LABEL, *LABELS) if name in labels}
    if kept:
        metadata["labels"] = kept
    data = {key: config_map["data"][key] for key in keys if key in config_map["data"]}
    head = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    return {**head, "data": data}


def _with_key(maps: Sequence[ConfigMap], key: str, revision: Any) -> ConfigMap | None:
    """Return the ConfigMap with *key*; of several, the one of *revision*."""
    found = [each for each in maps if key in pods.mapping(each.get("data"))]
    if len(found) > 1:
        found = [each for each in found if revision_of(each) == revision] or found
    if len(found) > 1:
        names = ", ".join(sorted(map(_name, found)))
        raise _wrong(
            f"several ConfigMaps have the key {key!r}: {names}; "
            "say in a further document which revision is meant"
        )
    return found[0] if found else None


def _name(config_map: ConfigMap) -> str:
    metadata = pods.mapping(config_map.get("metadata"))
    return pods.text(metadata.get("name")) or "one without name"


def revision_of(config_map: ConfigMap) -> str:
    """Return the revision in the label of *config_map*; empty without one."""
    return pods.text(pods.labels(config_map).get(REVISION_LABEL))


def _wrong(message: str) -> ConfigError:
    return ConfigError([Problem("", message)])
