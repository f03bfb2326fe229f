import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from injector.base.errors import ConfigError, Problem, TemplateError
from injector.configuration import config
from injector.configuration.config import Cluster, Config, Namespace, overlaid
from injector.kubernetes.selectors import Operator, Requirement, Selector
from injector.releases.release import NEWEST, Release

BUNDLED = {
    "policy": "enabled",
    "templates": {"sidecar": "bundled sidecar", "gateway": "bundled gateway"},
    "defaultTemplates": ["sidecar"],
    "values": {"global": {"hub": "bundled", "tag": "1", "env": {"a": "b"}}},
    "mesh": {"enableTracing": False},
}


class Compiled:
    def __init__(self, name: str, source: str) -> None:
        if "broken" in source:
            raise TemplateError(f"template {name!r}: line 1: broken")
        self.name = name
        self.source = source

    def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
        return {"source": self.source, "context": context}


def no_file(path: str) -> str:
    raise ConfigError([Problem("", f"no file {path!r}")])


def parse(
    document: Mapping[str, Any],
    *,
    read_file: Callable[[str], str] = no_file,
    environment: Mapping[str, str] | None = None,
) -> Config:
    return config.parse(
        document,
        bundled=BUNDLED,
        compile_template=Compiled,
        read_file=read_file,
        environment=environment or {},
    )


def own(**more: Any) -> dict[str, Any]:
    return {"templates": {"sidecar": "spec: {}"}, **more}


def problems(document: Mapping[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(document)
    return [str(problem) for problem in caught.value.problems]


def test_a_document_with_templates_and_nothing_else_has_the_documented_defaults() -> (
    None
):
    found = parse(own())

    assert found.policy == "disabled"
    assert list(found.templates) == ["sidecar"]
    assert found.default_templates == ("sidecar",)
    assert found.aliases == {}
    assert found.never_inject_selectors == ()
    assert found.always_inject_selectors == ()
    assert found.injected_annotations == {}
    assert found.ignored_namespaces == {
        "kube-system",
        "kube-public",
        "kube-node-lease",
        "local-path-storage",
    }
    assert found.values == {}
    assert found.mesh == ()
    assert found.revision == "default"
    assert found.release == Release(1, 30)
    assert found.features == {}
    assert found.clusters is None
    assert found.istio is False


def test_null_is_as_if_the_key_were_absent() -> None:
    nothing = dict.fromkeys(set(config.KEYS) - {"templates", "mesh", "clusters"})

    found = parse(own(**nothing))

    bare = parse(own())
    assert found.policy == bare.policy
    assert found.default_templates == bare.default_templates
    assert found.ignored_namespaces == bare.ignored_namespaces
    assert found.release == bare.release
    assert found.digest == bare.digest


def test_old_releases_ignore_fewer_namespaces() -> None:
    found = parse(own(release="1.8"))

    assert found.ignored_namespaces == {"kube-system", "kube-public"}


def test_an_empty_list_of_namespaces_ignores_none() -> None:
    assert parse(own(ignoredNamespaces=[])).ignored_namespaces == frozenset()


def test_an_empty_list_of_default_templates_means_the_sidecar() -> None:
    assert parse(own(defaultTemplates=[])).default_templates == ("sidecar",)


def test_a_document_without_templates_is_laid_over_the_bundled_one() -> None:
    found = parse({"values": {"global": {"hub": "mine", "env": {}}, "x": 1}})

    assert found.policy == "enabled"
    assert sorted(found.templates) == ["gateway", "sidecar"]
    assert found.values == {"global": {"hub": "mine", "tag": "1", "env": {}}, "x": 1}
    assert found.mesh == ({"enableTracing": False},)
    assert found.istio is True


def test_one_line_switches_the_bundled_policy() -> None:
    found = parse({"policy": "disabled"})

    assert found.policy == "disabled"
    assert found.values == BUNDLED["values"]


def test_null_does_not_hide_what_is_bundled() -> None:
    found = parse({"policy": None, "values": None, "mesh": None})

    assert found.policy == "enabled"
    assert found.values == BUNDLED["values"]
    assert found.mesh == ({"enableTracing": False},)


def test_mesh_is_a_layer_over_the_bundled_one() -> None:
    found = parse({"mesh": "enableTracing: true\nrootNamespace: root\n"})

    assert found.mesh == (
        {"enableTracing": False},
        {"enableTracing": True, "rootNamespace": "root"},
    )


@pytest.mark.parametrize("mesh", [None, {}, "", "{}"])
def test_templates_of_ones_own_get_istios_finish_once_there_is_a_mesh_key(
    mesh: Any,
) -> None:
    found = parse(own(mesh=mesh))

    assert found.istio is True
    assert found.mesh == ()


@pytest.mark.parametrize(
    "values",
    [
        {"a": {"b": [1, "x", None, True]}},
        "a:\n  b: [1, x, null, true]\n",
        '{"a": {"b": [1, "x", null, true]}}',
        '{\n\t"a": {"b": [1, "x", null, true]}\n}',
    ],
    ids=["mapping", "yaml", "json", "json with tabs"],
)
def test_values_may_be_a_mapping_or_its_text(values: Any) -> None:
    assert parse(own(values=values)).values == {"a": {"b": [1, "x", None, True]}}


@pytest.mark.parametrize("values", [None, {}, "", "{}", "# nothing\n", "null"])
def test_empty_values_are_an_empty_mapping(values: Any) -> None:
    assert parse(own(values=values)).values == {}


def test_values_may_be_any_json_for_templates() -> None:
    found = parse(own(values="a: {b: [1.5, x]}"))

    assert json.loads(json.dumps(found.values)) == {"a": {"b": [1.5, "x"]}}


def test_a_configuration_shares_nothing_with_its_document() -> None:
    document = own(values={"a": {"b": [1]}}, mesh={"c": {"d": [2]}})
    found = parse(document)

    document["values"]["a"]["b"].append(3)
    document["mesh"]["c"]["d"].append(3)

    assert found.values == {"a": {"b": [1]}}
    assert found.mesh == ({"c": {"d": [2]}},)


def test_the_mappings_of_a_configuration_are_read_only() -> None:
    found = parse(
        own(
            aliases={"a": ["sidecar"]},
            injectedAnnotations={"a": "b"},
            features={"A": "b"},
            clusters={"c": {"nodes": {"n": "v1.33.0"}}},
        )
    )

    assert found.clusters is not None
    for mapping in (
        found.templates,
        found.aliases,
        found.injected_annotations,
        found.features,
        found.clusters,
        found.clusters["c"].nodes,
        found.clusters["c"].namespaces,
    ):
        with pytest.raises(TypeError, match="does not support item assignment"):
            mapping["x"] = "y"  # type: ignore[index]


def test_selectors_are_read() -> None:
    found = parse(
        own(
            neverInjectSelector=[{"matchLabels": {"app": "db"}}],
            alwaysInjectSelector=[
                {"matchExpressions": [{"key": "mesh", "operator": "Exists"}]}
            ],
        )
    )

    app = Requirement(key="app", operator=Operator.IN, values=("db",))
    mesh = Requirement(key="mesh", operator=Operator.EXISTS)
    assert found.never_inject_selectors == (Selector(requirements=(app,)),)
    assert found.always_inject_selectors == (Selector(requirements=(mesh,)),)


def test_a_feature_is_a_text_or_a_boolean_and_empty_is_unset() -> None:
    features = {"A": True, "B": False, "C": "auto", "D": "", "E": None}

    found = parse(own(features=features))

    assert found.features == {"A": "true", "B": "false", "C": "auto"}


def test_a_documents_feature_wins_over_the_environments() -> None:
    found = parse(
        own(features={"A": "document", "B": ""}),
        environment={"A": "process", "B": "process", "C": "process", "D": ""},
    )

    assert found.features == {"A": "document", "C": "process"}


@pytest.mark.parametrize("clusters", [None, {}])
def test_clusters_that_are_there_and_empty_say_that_none_is_known(
    clusters: Any,
) -> None:
    assert parse(own(clusters=clusters)).clusters == {}


def test_null_is_empty_at_any_depth_of_clusters() -> None:
    found = parse(
        own(
            clusters={
                "a": None,
                "b": {"nodes": None, "namespaces": None},
                "c": {"nodes": {"n": None}, "namespaces": {"x": None}},
                "d": {"namespaces": {"x": {"labels": None, "annotations": None}}},
                "e": {"namespaces": {"x": {"labels": {"l": None}}}},
            }
        )
    )

    assert found.clusters == {
        "a": Cluster(),
        "b": Cluster(),
        "c": Cluster(nodes={"n": ""}, namespaces={"x": Namespace()}),
        "d": Cluster(namespaces={"x": Namespace()}),
        "e": Cluster(namespaces={"x": Namespace(labels={"l": ""})}),
    }


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("1.0", Release(1, 0)),
        ("1.20", Release(1, 20)),
        ("1.20.3", Release(1, 20, 3)),
        ("1.31", Release(1, 31)),
        ("1.31.0-rc.0", Release(1, 31, 0)),
        ("", Release(1, 30)),
    ],
)
def test_a_release_is_named_as_istio_names_it(text: str, release: Release) -> None:
    assert parse(own(release=text)).release == release


@pytest.mark.parametrize("text", ["0.8", "next", "1", "1.2.3.4"])
def test_a_release_that_nobody_knows_is_refused(text: str) -> None:
    assert problems(own(release=text)) == [
        f"release: is {text!r}, want a release from '1.0' on, such as '1.30', in quotes"
    ]


@pytest.mark.parametrize(
    "text", [f"1.{NEWEST.minor + 1}", f"1.{NEWEST.minor + 1}.0-alpha.1", "2.0", "9.99"]
)
def test_a_release_newer_than_the_newest_is_taken_as_that(text: str) -> None:
    found = parse(own(release=text))

    assert found.release == NEWEST
    assert found.newer == (
        f"release: is {text!r}, which is newer than {NEWEST}, the newest release "
        f"that is known: taken as {NEWEST}"
    )
    assert parse(own(release="1.31.2")).newer == ""


def test_a_template_comes_from_a_file() -> None:
    files = {"a/b.j2": "from a file"}

    found = parse(
        {"templates": {"sidecar": {"file": "a/b.j2"}}}, read_file=files.__getitem__
    )

    assert found.templates["sidecar"].render({})["source"] == "from a file"


def test_every_broken_template_is_reported_once() -> None:
    templates = {"sidecar": "broken", "other": {"file": "x"}, "third": "broken"}

    assert problems({"templates": templates, "defaultTemplates": ["other"]}) == [
        "templates.other.file: no file 'x'",
        "templates.sidecar: template 'sidecar': line 1: broken",
        "templates.third: template 'third': line 1: broken",
    ]


def test_the_digest_tells_one_meaning_from_another() -> None:
    first = parse(own(values={"a": 1, "b": 2}))
    same = parse(own(values={"b": 2, "a": 1}))
    other = parse(own(values={"a": 1, "b": 3}))

    assert len(first.digest) == 12
    assert first.digest == same.digest
    assert first.digest != other.digest


def test_the_digest_changes_with_a_templates_file_and_with_the_environment() -> None:
    document = {"templates": {"sidecar": {"file": "x"}}}

    digests = {
        parse(document, read_file=lambda _: "one").digest,
        parse(document, read_file=lambda _: "two").digest,
        parse(document, read_file=lambda _: "one", environment={"A": "b"}).digest,
    }

    assert len(digests) == 3


@pytest.mark.parametrize("key", ["mesh", "clusters"])
def test_the_digest_tells_a_key_that_is_null_where_that_means_something(
    key: str,
) -> None:
    assert parse(own(**{key: None})).digest != parse(own()).digest


def test_overlaid_merges_mappings_and_replaces_all_else() -> None:
    base = {"a": {"b": 1, "c": 2}, "list": [1], "gone": {"x": 1}, "null": {"x": 1}}
    over = {"a": {"c": 3}, "list": [2], "gone": {}, "null": None, "new": {"y": 1}}

    assert overlaid(base, over) == {
        "a": {"b": 1, "c": 3},
        "list": [2],
        "gone": {},
        "null": None,
        "new": {"y": 1},
    }


def test_a_non_mapping_is_replaced_by_a_mapping() -> None:
    assert overlaid({"a": 1}, {"a": {"b": 2}}) == {"a": {"b": 2}}


def test_keys_that_are_no_text_are_problems() -> None:
    assert problems({True: 1, **own(features={1: "x"})}) == [  # type: ignore[dict-item]
        "key true is no text, want it in quotes",
        "features: key 1 is no text, want it in quotes",
    ]


def test_a_long_value_is_quoted_in_part() -> None:
    assert problems(own(policy="x" * 100)) == [
        f"policy: is '{'x' * 60}'..., want 'enabled' or 'disabled'"
    ]
