"""Istio's own ConfigMaps as a configuration, taken as istiod takes them.

What istiod would not start with is a problem. What it starts with, and the operator
hardly means, is a doubt.
"""

import hashlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from injector.base.errors import ConfigError, Problem
from injector.base.places import Place, shown
from injector.configuration import keys
from injector.configuration.config import NOTHING, Config, Policy, clusters, digest
from injector.formats import depth, gotext, json_documents
from injector.istio.go.overlay import OverlayError, read
from injector.istio.go.template import IstioTemplate, Library
from injector.istio.maps.inference import LABELS, infer
from injector.istio.maps.injector_map import InjectorMap
from injector.kubernetes import pods
from injector.releases.history import rule
from injector.releases.release import Release

INJECTOR: Final = "config"
VALUES: Final = "values"
MESH: Final = "mesh"
REVISION_LABEL: Final = "istio.io/rev"
KEYS: Final = ("release", "features", "clusters", "revision")
"""What a further document may say."""

SIDECAR: Final = "sidecar"
"""The template of pods that name none, and the name of the one of old releases."""

STOCK: Final = "Template_Version_And_Istio_Version_Mismatched"
"""What stands in the ``template`` beside Istio's ``templates``, for old releases."""

Found = Mapping[str, Any]


class Parts(NamedTuple):
    """Istio's ConfigMaps, and the document that completes them."""

    injector: Found
    mesh: Found | None
    further: Found


def parse(documents: Sequence[Found], environment: Mapping[str, str]) -> Config:
    """Return what *documents* configure, Istio's ConfigMaps among them.

    Args:
        documents: in any order, with at most one further document.
        environment: features, for those that no document names.

    Raises:
        ConfigError: every problem, each with its path.
    """
    problems: list[Problem] = []
    doubts: list[Problem] = []
    parts = _parts(documents)
    data = parts.injector["data"]
    text = Place(_mapping(data, INJECTOR, problems), INJECTOR, problems)
    entries = InjectorMap(text, doubts)
    values = _mapping(data, VALUES, problems)
    found = infer(
        entries.text("template"),
        entries.texts("templates"),
        values,
        pods.labels(parts.injector),
    )
    fields = Place(parts.further, "", problems).fields(*KEYS)
    named = fields["release"].value not in (None, "")
    release = keys.release(fields["release"]) if named else found.release
    features = keys.features(fields["features"], {**environment, **_given(values)})
    library = Library(release, values, features)
    templates = _compiled(entries, release, library)
    mesh = _mapping(parts.mesh["data"], MESH, problems) if parts.mesh else {}
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
        revision=_revision(fields["revision"], parts.injector),
        release=release,
        features=features,
        clusters=clusters(fields["clusters"]) if "clusters" in parts.further else None,
        istio=True,
        from_istio=True,
        template_version=_version(entries, release),
        newer=keys.newer_release(fields["release"]) if named else found.newer,
    )
    doubts += _odd(config, entries, parts)
    if problems:
        raise ConfigError(dict.fromkeys(problems))
    meaning = [text.value, values, mesh, str(release), config.revision, dict(features)]
    meaning.append(parts.further.get("clusters"))
    return config._replace(
        digest=digest(meaning),
        doubts=tuple(map(str, doubts)),
        inferred="" if named else str(found),
    )


def _given(values: Found) -> dict[str, str]:
    """Return the environment that Istio's charts give istiod by *values*."""
    given = dict(pods.mapping(pods.mapping(values.get("pilot")).get("env")))
    settings = pods.mapping(values.get("global"))
    for name, key in (("PLATFORM", "platform"), ("JWT_POLICY", "jwtPolicy")):
        if settings.get(key):
            given[name] = settings[key]
    return {
        name: value if isinstance(value, str) else gotext.shown(value)
        for name, value in given.items()
        # What is no scalar is a reference to something in the cluster.
        if isinstance(value, str | bool | int | float)
    }


def needed(documents: Sequence[Found]) -> list[Found]:
    """Return *documents* without what nobody reads, such as what kubectl notes.

    Raises:
        ConfigError: something is there twice, or missing.
    """
    parts = _parts(documents)
    maps = [_needed(parts.injector, (INJECTOR, VALUES))]
    if parts.mesh is not None:
        maps.append(_needed(parts.mesh, (MESH,)))
    return [*maps, parts.further] if parts.further else maps


def _needed(one: Found, keys: Sequence[str]) -> Found:
    metadata: dict[str, Any] = {"name": _name(one)}
    labels = pods.labels(one)
    kept = {name: labels[name] for name in (REVISION_LABEL, *LABELS) if name in labels}
    if kept:
        metadata["labels"] = kept
    data = {key: one["data"][key] for key in keys if key in one["data"]}
    head = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    return {**head, "data": data}


def _parts(documents: Sequence[Found]) -> Parts:
    """Return what each of the documents is.

    Raises:
        ConfigError: something is there twice, or missing.
    """
    maps = [one for one in documents if one.get("kind") == "ConfigMap"]
    others = [one for one in documents if one.get("kind") != "ConfigMap"]
    if len(others) > 1:
        raise _wrong(f"{len(others)} documents beside the ConfigMaps, want one")
    further = others[0] if others else NOTHING
    revision = further.get("revision")
    injector = _one(maps, INJECTOR, revision)
    if injector is None:
        raise _wrong(
            f"no ConfigMap has the key {INJECTOR!r}: "
            "the one named istio-sidecar-injector is missing"
        )
    mesh = _one(maps, MESH, revision or _label(injector))
    return Parts(injector=injector, mesh=mesh, further=further)


def _one(maps: Sequence[Found], key: str, revision: Any) -> Found | None:
    """Return the ConfigMap with that key, of several the revision's."""
    found = [one for one in maps if key in pods.mapping(one.get("data"))]
    if len(found) > 1:
        found = [one for one in found if _label(one) == revision] or found
    if len(found) > 1:
        names = ", ".join(sorted(map(_name, found)))
        raise _wrong(
            f"several ConfigMaps have the key {key!r}: {names}; "
            "say in a further document which revision is meant"
        )
    return found[0] if found else None


def _name(one: Found) -> str:
    return (
        pods.text(pods.mapping(one.get("metadata")).get("name")) or "one without name"
    )


def _label(one: Found) -> str:
    return pods.text(pods.labels(one).get(REVISION_LABEL))


def _revision(place: Place, injector: Found) -> str:
    """Return the injector's revision: the further document's word, empty or not."""
    if place.value is not None:
        return place.text()
    return _label(injector) or "default"


def _mapping(data: Found, key: str, problems: list[Problem]) -> dict[str, Any]:
    """Return the mapping in the text under *key*; an empty one if there is none."""
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
    """Return what a text of YAML, or faster of JSON, says."""
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
    made = {
        name: IstioTemplate(name, source, library) for name, source in sources.items()
    }
    return MappingProxyType(made)


def _version(entries: InjectorMap, release: Release) -> str:
    """Return what tells the one template of an old release from others."""
    if rule(release, "has_template_map"):
        return ""
    return hashlib.sha256(entries.text("template").encode()).hexdigest()


def _odd(config: Config, entries: InjectorMap, parts: Parts) -> list[Problem]:
    """Return what is odd about the whole."""
    odd: list[Problem] = []
    if parts.mesh is None:
        odd.append(Problem(MESH, f"no ConfigMap has it: {config.release}'s own counts"))
    if config.policy not in tuple(Policy):
        text = f"is {config.policy!r}: no pod is injected, whatever it asks for"
        odd.append(Problem(f"{INJECTOR}.policy", text))
    template = entries.at("template")
    if template and rule(config.release, "has_template_map"):
        if STOCK not in str(template.value):
            text = f"is ignored from release 1.9 on, and this is {config.release}"
            odd.append(Problem(template.path, text))
    elif entries.at("templates") and not rule(config.release, "has_template_map"):
        text = f"is ignored up to release 1.8, and this is {config.release}"
        odd.append(Problem(f"{INJECTOR}.templates", text))
    known = {*config.templates, *config.aliases}
    missing = [name for name in config.default_templates if name not in known]
    odd += [
        Problem(f"{INJECTOR}.defaultTemplates", f"no template named {name!r}")
        for name in missing
    ]
    for alias, names in config.aliases.items():
        path = f"{INJECTOR}.aliases.{alias}"
        lost = [name for name in names if name not in config.templates]
        odd += [Problem(path, f"no template named {name!r}") for name in lost]
    return odd


def _wrong(message: str) -> ConfigError:
    return ConfigError([Problem("", message)])
