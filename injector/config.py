"""What the operator decides: a frozen value, read from a document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from injector.releases import CURRENT, Release
from injector.selectors import Selector

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Policy(StrEnum):
    """What happens to pods that say nothing. Istio's documents may say other words."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class Template(Protocol):
    """A template of any language."""

    @property
    def name(self) -> str:
        """The name that pods and defaults know it by."""
        ...

    def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the overlay: a partial pod.

        Raises:
            TemplateError: the template fails in this context.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """What a cluster knows of a namespace."""

    labels: Mapping[str, str] = NOTHING
    annotations: Mapping[str, str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What Istio would ask a cluster: kubelet versions by node, and namespaces."""

    nodes: Mapping[str, str] = NOTHING
    namespaces: Mapping[str, Namespace] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that the operator decides. Immutable: build one per document.

    Mappings of known shape are read-only views. ``values`` and ``mesh`` are private
    copies in plain JSON types, as templates need them: read, never changed.
    """

    policy: str = Policy.DISABLED
    templates: Mapping[str, Template] = field(default=NOTHING)
    default_templates: tuple[str, ...] = ("sidecar",)
    aliases: Mapping[str, tuple[str, ...]] = NOTHING
    never_inject_selectors: tuple[Selector, ...] = ()
    always_inject_selectors: tuple[Selector, ...] = ()
    injected_annotations: Mapping[str, str] = NOTHING
    ignored_namespaces: frozenset[str] = frozenset()
    values: Mapping[str, Any] = NOTHING
    mesh: tuple[Mapping[str, Any], ...] = ()
    """Layers of mesh configuration, each over the ones before it."""
    revision: str = "default"
    release: Release = CURRENT
    features: Mapping[str, str] = NOTHING
    """Istio's switches that are set, by their environment names."""
    clusters: Mapping[str, Cluster] | None = None
    """What is known of each cluster by name; None where nothing is said of any."""
    istio: bool = False
    """Whether Istio's finishing rules apply."""
    digest: str = ""
    """Tells one configuration from another in logs."""
