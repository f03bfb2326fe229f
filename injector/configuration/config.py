"""The configuration: a frozen value, read from the operator's document."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from injector.base.errors import ConfigError, Problem, TemplateError
from injector.base.places import Place
from injector.configuration import keys
from injector.kubernetes.selectors import Selector
from injector.releases.release import CURRENT, Release

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Policy(StrEnum):
    """The default for pods. Istio's documents may have other policies: no injection."""

    ENABLED = "enabled"
    DISABLED = "disabled"


DIGITS = 12
"""The length of a digest: short enough to read aloud, long enough to be unique."""


class Template(Protocol):
    """A template of any language."""

    @property
    def name(self) -> str:
        """The name in pods' annotations and in the configuration."""

    def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the overlay: a partial pod.

        Raises:
            TemplateError: the template fails in this context.
        """


class Namespace(NamedTuple):
    """A namespace of a cluster."""

    labels: Mapping[str, str] = NOTHING
    annotations: Mapping[str, str] = NOTHING


class Cluster(NamedTuple):
    """What Istio reads from a cluster: kubelet versions by node, and namespaces."""

    nodes: Mapping[str, str] = NOTHING
    namespaces: Mapping[str, Namespace] = NOTHING


class Config(NamedTuple):
    """The configuration, immutable.

    Mappings of known shape are read-only views. ``values`` and ``mesh`` are private
    copies in plain JSON types, as templates need them: do not change them.
    """

    policy: str = Policy.DISABLED
    templates: Mapping[str, Template] = NOTHING
    default_templates: tuple[str, ...] = ("sidecar",)
    aliases: Mapping[str, tuple[str, ...]] = NOTHING
    never_inject_selectors: tuple[Selector, ...] = ()
    always_inject_selectors: tuple[Selector, ...] = ()
    injected_annotations: Mapping[str, str] = NOTHING
    ignored_namespaces: frozenset[str] = frozenset()
    values: Mapping[str, Any] = NOTHING
    mesh: tuple[Mapping[str, Any], ...] = ()
    """Layers of mesh configuration; a later one is overlaid on the earlier ones."""
    revision: str = "default"
    release: Release = CURRENT
    features: Mapping[str, str] = NOTHING
    """Istio's feature switches by their environment variables."""
    clusters: Mapping[str, Cluster] | None = None
    """Clusters by name; None if the document has no such key."""
    istio: bool = False
    """Whether Istio's finishing rules apply."""
    template_version: str = ""
    """The SHA-256 of the one template of Istio up to 1.8; empty with overlays."""
    from_istio: bool = False
    """Whether it was read from Istio's ConfigMaps; manifests use kube-inject then."""
    digest: str = ""
    """Distinguishes configurations in logs."""
    doubts: tuple[str, ...] = ()
    """Warnings about the documents, with paths."""
    inferred: str = ""
    """The reason for an inferred release; empty if the document names one."""
    newer: str = ""
    """A warning if the named release is newer than the newest known."""


KEYS = (
    "policy",
    "templates",
    "defaultTemplates",
    "aliases",
    "neverInjectSelector",
    "alwaysInjectSelector",
    "injectedAnnotations",
    "ignoredNamespaces",
    "values",
    "mesh",
    "revision",
    "release",
    "features",
    "clusters",
)
"""The keys of a document."""

NULLABLE = ("mesh", "clusters")
"""Keys whose presence counts, even with null."""


def parse(
    document: Mapping[str, Any],
    *,
    bundled: Mapping[str, Any],
    compile_template: Callable[[str, str], Template],
    read_file: Callable[[str], str],
    environment: Mapping[str, str] = NOTHING,
    check_mesh: keys.CheckMesh = lambda _layers, _release: None,
) -> Config:
    """Return the configuration of *document*. It is long: one call shows all keys.

    Args:
        document: the operator's, in JSON types.
        bundled: the base of a document without ``templates``.
        compile_template: returns the template with a name and a source.
        read_file: returns the text of a template's file.
        environment: features that the document does not set.
        check_mesh: raises ConfigError with every problem of the ``mesh``.

    Raises:
        ConfigError: every problem of the document, each with its path.
    """
    problems: list[Problem] = []
    own = "templates" in document
    documents = [document] if own else [bundled, document]
    layers = [Place(layer, "", problems) for layer in documents]
    merged = _merged(documents)
    fields = Place(merged, "", problems).fields(*KEYS)
    sources = keys.template_sources(fields["templates"], read_file)
    aliases = keys.aliases(fields["aliases"], sources)
    names = {*sources, *aliases} if sources else frozenset()
    release = keys.release(fields["release"])
    features = keys.features(fields["features"], environment)
    values = [keys.free_form(layer.at("values")) for layer in layers]
    mesh = keys.mesh([layer.at("mesh") for layer in layers], release, check_mesh)
    config = Config(
        policy=_policy(fields["policy"]),
        templates=_compiled(fields["templates"], sources, compile_template),
        default_templates=keys.default_templates(fields["defaultTemplates"], names),
        aliases=aliases,
        never_inject_selectors=keys.selectors(fields["neverInjectSelector"]),
        always_inject_selectors=keys.selectors(fields["alwaysInjectSelector"]),
        injected_annotations=keys.annotations(fields["injectedAnnotations"]),
        ignored_namespaces=keys.namespaces(fields["ignoredNamespaces"], release),
        values=reduce(overlaid, values, {}),
        mesh=tuple(overlaid({}, layer) for layer in mesh if layer),
        revision=fields["revision"].text() or "default",
        release=release,
        features=features,
        clusters=clusters(fields["clusters"]) if "clusters" in document else None,
        istio=not own or "mesh" in document,
        newer=keys.newer_release(fields["release"]),
    )
    if problems:
        raise ConfigError(problems)
    content = [merged, sources, values, mesh, dict(features)]
    return config._replace(digest=digest(content))


def overlaid(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return a deep copy of *base* with *over* merged; an empty mapping replaces."""
    result = {key: deepcopy(value) for key, value in base.items() if key not in over}
    for key, value in over.items():
        before = base.get(key)
        if value and isinstance(value, Mapping) and isinstance(before, Mapping):
            result[key] = overlaid(before, value)
        else:
            result[key] = deepcopy(value)
    return result


def _merged(documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the keys of all *documents*; a later value wins unless it is null."""
    return {
        key: value
        for document in documents
        for key, value in document.items()
        if value is not None or key not in KEYS or key in NULLABLE
    }


def _policy(place: Place) -> str:
    if place.value is None:
        return Policy.DISABLED
    if place.value not in tuple(Policy):
        place.want("'enabled' or 'disabled'")
    return str(place.value)


def _compiled(
    place: Place,
    sources: Mapping[str, str | None],
    compile_template: Callable[[str, str], Template],
) -> Mapping[str, Template]:
    templates = {}
    for name, source in sources.items():
        if source is None:
            continue
        try:
            templates[name] = compile_template(name, source)
        except TemplateError as e:
            place.at(name).refuse(str(e))
    return MappingProxyType(templates)


def clusters(place: Place) -> Mapping[str, Cluster]:
    """Return the clusters by name."""
    entries = place.entries()
    return MappingProxyType({name: _cluster(at) for name, at in entries.items()})


def _cluster(place: Place) -> Cluster:
    fields = place.fields("nodes", "namespaces")
    entries = fields["namespaces"].entries()
    namespaces = {name: _namespace(at) for name, at in entries.items()}
    return Cluster(fields["nodes"].texts(), MappingProxyType(namespaces))


def _namespace(place: Place) -> Namespace:
    fields = place.fields("labels", "annotations")
    return Namespace(fields["labels"].texts(), fields["annotations"].texts())


def digest(content: Any) -> str:
    """Return a short hash of the content of a configuration, in JSON types."""
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
