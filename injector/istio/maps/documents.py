"""Istio's own ConfigMaps as a configuration, read as istiod reads them.

A problem is a value with which istiod would not start. A doubt is a value that istiod
accepts, but that the operator probably did not intend.
"""

import hashlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from injector.base.errors import ConfigError, Problem
from injector.base.messages import shown
from injector.base.places import Place
from injector.configuration import keys
from injector.configuration.config import NOTHING, Config, Policy, clusters, digest
from injector.formats import depth, gotext, json_documents
from injector.istio.go.overlay import OverlayError, read
from injector.istio.go.template import IstioTemplate, Library
from injector.istio.maps import config_maps
from injector.istio.maps.config_maps import INJECTOR, MESH, VALUES, ConfigMaps
from injector.istio.maps.inference import infer
from injector.istio.maps.injector_map import InjectorMap
from injector.kubernetes import pods
from injector.releases.history import rule
from injector.releases.release import Release

KEYS: Final = ("release", "features", "clusters", "revision")
"""The keys of the further document."""

SIDECAR: Final = "sidecar"
"""The default template, and the name of the only template of old releases."""

STOCK: Final = "Template_Version_And_Istio_Version_Mismatched"
"""A text in the ``template`` that Istio's charts write beside ``templates``."""


def parse(
    documents: Sequence[Mapping[str, Any]], environment: Mapping[str, str]
) -> Config:
    """Return the configuration of *documents*. It is long: one call shows all keys.

    Args:
        documents: Istio's ConfigMaps and at most one further document, in any order.
        environment: features that no document sets.

    Raises:
        ConfigError: every problem, each with its path.
    """
    problems: list[Problem] = []
    doubts: list[Problem] = []
    maps = config_maps.find(documents)
    data = maps.injector["data"]
    text = Place(_mapping(data, INJECTOR, problems), INJECTOR, problems)
    entries = InjectorMap(text, doubts)
    values = _mapping(data, VALUES, problems)
    template, sources = entries.text("template"), entries.texts("templates")
    found = infer(template, sources, values, pods.labels(maps.injector))
    fields = Place(maps.further, "", problems).fields(*KEYS)
    named = fields["release"].value not in (None, "")
    release = keys.release(fields["release"]) if named else found.release
    features = keys.features(fields["features"], {**environment, **_env(values)})
    library = Library(release, values, features)
    templates = _compiled(entries, release, library)
    mesh = _mapping(maps.mesh["data"], MESH, problems) if maps.mesh else {}
    config = Config(
        policy=entries.text("policy"),
        templates=templates,
        default_templates=entries.names("defaultTemplates") or (SIDECAR,),
        aliases=entries.aliases(),
        never_inject_selectors=entries.selectors("neverInjectSelector"),
        always_inject_selectors=entries.selectors("alwaysInjectSelector"),
        injected_annotations=entries.texts("injectedAnnotations") or NOTHING,
        ignored_namespaces=frozenset(rule(release, "ignored_namespaces")),
        values=values if rule(release, "has_values") else {},
        mesh=(mesh,) if mesh else (),
        revision=_revision(fields["revision"], maps.injector),
        release=release,
        features=features,
        clusters=clusters(fields["clusters"]) if "clusters" in maps.further else None,
        istio=True,
        from_istio=True,
        template_version=_version(entries, release),
        newer=keys.newer_release(fields["release"]) if named else found.newer,
    )
    doubts += _doubts(config, entries, maps)
    if problems:
        raise ConfigError(dict.fromkeys(problems))
    content = [text.value, values, mesh, str(release), config.revision, dict(features)]
    content.append(maps.further.get("clusters"))
    return config._replace(
        digest=digest(content),
        doubts=tuple(map(str, doubts)),
        inferred="" if named else str(found),
    )


def _env(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables that Istio's charts set in istiod's environment."""
    found = dict(pods.mapping(pods.mapping(values.get("pilot")).get("env")))
    settings = pods.mapping(values.get("global"))
    for name, key in (("PLATFORM", "platform"), ("JWT_POLICY", "jwtPolicy")):
        if settings.get(key):
            found[name] = settings[key]
    return {
        name: value if isinstance(value, str) else gotext.shown(value)
        for name, value in found.items()
        # Other values refer to objects of the cluster.
        if isinstance(value, str | bool | int | float)
    }


def _revision(place: Place, injector: Mapping[str, Any]) -> str:
    """Return the revision: the further document's, even if empty, else the label's."""
    if place.value is not None:
        return place.text()
    return config_maps.revision_of(injector) or "default"


def _mapping(
    data: Mapping[str, Any], key: str, problems: list[Problem]
) -> dict[str, Any]:
    """Return the mapping in the text at *key*; empty without one."""
    text = data.get(key)
    if text is None:
        return {}
    if not isinstance(text, str):
        problems.append(Problem(key, f"is {shown(text)}, want a text"))
        return {}
    try:
        found = _value(text)
    except OverlayError as e:
        problems.append(Problem(key, str(e).replace("the output", "the text")))
        return {}
    if found is None:
        return {}
    if not isinstance(found, dict):
        problems.append(Problem(key, f"is {shown(found)}, want a mapping"))
        return {}
    return found


def _value(text: str) -> Any:
    """Return the value of a text of YAML, or of JSON, which is read faster."""
    try:
        return depth.loads(text, **json_documents.NUMBERS)
    except ValueError:
        return read(text)


def _compiled(
    entries: InjectorMap, release: Release, library: Library
) -> Mapping[str, IstioTemplate]:
    """Return the templates by name."""
    if rule(release, "has_template_map"):
        sources = dict(entries.texts("templates") or {})
    else:
        sources = {SIDECAR: entries.text("template")}
    return MappingProxyType(
        {name: IstioTemplate(name, source, library) for name, source in sources.items()}
    )


def _version(entries: InjectorMap, release: Release) -> str:
    """Return the hash of the one template of an old release; empty for newer ones."""
    if rule(release, "has_template_map"):
        return ""
    return hashlib.sha256(entries.text("template").encode()).hexdigest()


def _doubts(config: Config, entries: InjectorMap, maps: ConfigMaps) -> list[Problem]:
    """Return the doubts about the configuration as a whole."""
    doubts: list[Problem] = []
    if maps.mesh is None:
        text = f"no ConfigMap has it: {config.release}'s own counts"
        doubts.append(Problem(MESH, text))
    if config.policy not in tuple(Policy):
        text = f"is {config.policy!r}: no pod is injected, whatever it asks for"
        doubts.append(Problem(f"{INJECTOR}.policy", text))
    template = entries.at("template")
    if template and rule(config.release, "has_template_map"):
        if STOCK not in str(template.value):
            text = f"is ignored from release 1.9 on, and this is {config.release}"
            doubts.append(Problem(template.path, text))
    elif entries.at("templates") and not rule(config.release, "has_template_map"):
        text = f"is ignored up to release 1.8, and this is {config.release}"
        doubts.append(Problem(f"{INJECTOR}.templates", text))
    known = {*config.templates, *config.aliases}
    missing = [name for name in config.default_templates if name not in known]
    doubts += [
        Problem(f"{INJECTOR}.defaultTemplates", f"no template named {name!r}")
        for name in missing
    ]
    for alias, names in config.aliases.items():
        path = f"{INJECTOR}.aliases.{alias}"
        missing = [name for name in names if name not in config.templates]
        doubts += [Problem(path, f"no template named {name!r}") for name in missing]
    return doubts
