"""What the operator decides: a frozen value, read from a document."""

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
    """What happens to pods that say nothing. Istio's documents may say other words."""

    ENABLED = "enabled"
    DISABLED = "disabled"


DIGITS = 12
"""The length of a digest: short enough to be read out, long enough to be unique."""


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


class Namespace(NamedTuple):
    """What a cluster knows of a namespace."""

    labels: Mapping[str, str] = NOTHING
    annotations: Mapping[str, str] = NOTHING


class Cluster(NamedTuple):
    """What Istio would ask a cluster: kubelet versions by node, and namespaces."""

    nodes: Mapping[str, str] = NOTHING
    namespaces: Mapping[str, Namespace] = NOTHING


class Config(NamedTuple):
    """Everything that the operator decides. Immutable: build one per document.

    Mappings of known shape are read-only views. ``values`` and ``mesh`` are private
    copies in plain JSON types, as templates need them: read, never changed.
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
    """Layers of mesh configuration, each over the ones before it."""
    revision: str = "default"
    release: Release = CURRENT
    features: Mapping[str, str] = NOTHING
    """Istio's switches that are set, by their environment names."""
    clusters: Mapping[str, Cluster] | None = None
    """What is known of each cluster by name; None where nothing is said of any."""
    istio: bool = False
    """Whether Istio's finishing rules apply."""
    template_version: str = ""
    """The SHA-256 of the one template that renders a flat spec, as in Istio to 1.8.

    Empty where templates render overlays.
    """
    from_istio: bool = False
    """Whether it came in Istio's own documents, which manifests are injected by as
    ``kube-inject`` does."""
    digest: str = ""
    """Tells one configuration from another in logs."""
    doubts: tuple[str, ...] = ()
    """What is odd about the documents, with paths."""
    inferred: str = ""
    """Why this release, where nobody named one."""
    newer: str = ""
    """A warning, where the release that was named is newer than those known."""


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
"""What a document may say."""

TELLING = ("mesh", "clusters")
"""Those that mean something by being there, whatever they hold."""


def parse(
    document: Mapping[str, Any],
    *,
    bundled: Mapping[str, Any],
    compile_template: Callable[[str, str], Template],
    read_file: Callable[[str], str],
    environment: Mapping[str, str] = NOTHING,
    check_mesh: keys.CheckMesh = lambda _layers, _release: None,
) -> Config:
    """Return what *document* configures.

    Args:
        document: what the operator wrote, in JSON types.
        bundled: the document that one without ``templates`` is laid over.
        compile_template: makes a template of its name and source.
        read_file: returns the text of a template's file.
        environment: features, for those that the document does not name.
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
    meaning = [merged, sources, values, mesh, dict(features)]
    return config._replace(digest=digest(meaning))


def overlaid(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return *base* with *over* laid over it, sharing nothing with either.

    Mappings are merged. Anything else replaces, an empty mapping below the top too.
    """
    result = {key: deepcopy(value) for key, value in base.items() if key not in over}
    for key, value in over.items():
        beneath = base.get(key)
        if value and isinstance(value, Mapping) and isinstance(beneath, Mapping):
            result[key] = overlaid(beneath, value)
        else:
            result[key] = deepcopy(value)
    return result


def _merged(documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the documents say, the later over the earlier; null says nothing."""
    return {
        key: value
        for document in documents
        for key, value in document.items()
        if value is not None or key not in KEYS or key in TELLING
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
    """Return what is known of each cluster by its name."""
    entries = place.entries()
    return MappingProxyType({name: _cluster(at) for name, at in entries.items()})


def _cluster(place: Place) -> Cluster:
    fields = place.fields("nodes", "namespaces")
    entries = fields["namespaces"].entries()
    namespaces = {name: _namespace(at) for name, at in entries.items()}
    nodes = fields["nodes"].texts()
    return Cluster(nodes=nodes, namespaces=MappingProxyType(namespaces))


def _namespace(place: Place) -> Namespace:
    fields = place.fields("labels", "annotations")
    labels, annotations = fields["labels"].texts(), fields["annotations"].texts()
    return Namespace(labels=labels, annotations=annotations)


def digest(meaning: Any) -> str:
    """Return a short name for what a configuration means."""
    text = json.dumps(meaning, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
