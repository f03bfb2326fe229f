"""Istio's own ConfigMaps become a configuration."""

import json
from typing import Any

import pytest
from istio_maps import SIDECAR, config, config_map, injector, mesh
from yaml_texts import bomb

from injector.base.errors import ConfigError, PodError, TemplateError
from injector.configuration.config import Config
from injector.istio.maps.config_maps import needed
from injector.istio.maps.documents import parse
from injector.loading import products
from injector.releases.release import NEWEST, Release

POD: dict[str, Any] = {
    "metadata": {"name": "a"},
    "spec": {"containers": [{"name": "app"}]},
}


def problems(*documents: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(documents, {})
    return [str(problem) for problem in caught.value.problems]


def parsed(text: str, **further: Any) -> Config:
    return parse([injector(text), mesh(), {"release": "1.30", **further}], {})


def test_both_config_maps_in_any_order_are_a_configuration() -> None:
    found = parse([mesh("rootNamespace: r"), injector()], {"PLATFORM": "openshift"})

    assert (found.policy, found.istio, found.from_istio) == ("enabled", True, True)
    assert found.mesh == ({"rootNamespace": "r"},)
    assert found.features == {"PLATFORM": "openshift"}
    assert found.release == Release(1, 30, 1)
    assert found.doubts == ()
    assert found.inferred.endswith("; values.global.tag says so")


def test_it_injects_pods() -> None:
    pod = products.injector(parse([injector(), mesh()], {})).inject(POD, "ns").pod

    proxy = pod["spec"]["containers"][-1]
    assert proxy["image"] == "example.com/proxyv2:1.30.1"
    assert proxy["args"] == ["--level=info"]
    assert pod["metadata"]["labels"]["service.istio.io/canonical-name"] == "a"


def test_a_character_that_yaml_cannot_hold_is_the_fault_of_the_pod_that_has_it() -> (
    None
):
    found = parsed(config(templates={"sidecar": "a: {{ .Spec.ServiceAccountName }}"}))
    pod = {"spec": {**POD["spec"], "serviceAccountName": "a\x01"}}

    with pytest.raises(
        PodError, match=r"^template 'sidecar': the output is no YAML: it holds '\\x01'$"
    ):
        products.injector(found).inject(pod, "ns")


def test_a_character_that_yaml_cannot_hold_is_the_templates_if_the_pod_has_it_not() -> (
    None
):
    found = parsed(config(templates={"sidecar": "a: b\x01"}))

    with pytest.raises(TemplateError, match=r"it holds '\\x01'$"):
        products.injector(found).inject(POD, "ns")


def test_a_name_that_no_api_server_takes_is_the_fault_of_its_pod() -> None:
    source = "metadata: {labels: {a: {{ .ObjectMeta.Name }}}}"
    found = parsed(config(templates={"sidecar": source}))

    with pytest.raises(PodError, match=r"^template 'sidecar': the output is no YAML: "):
        products.injector(found).inject({**POD, "metadata": {"name": "- a: b"}}, "ns")


@pytest.mark.parametrize("mark", ["", "&a ", "!a ", "!!str ", "<<: "])
def test_yaml_that_an_author_breaks_is_denied_with_its_line_whatever_is_before_it(
    mark: str,
) -> None:
    source = "metadata:\n  labels:\n    a: {{ index .ObjectMeta.Annotations `x` }}"
    found = parsed(config(templates={"sidecar": source}))
    pod = {**POD, "metadata": {"annotations": {"x": f"{mark}b: c"}}}

    with pytest.raises(PodError) as caught:
        products.injector(found).inject(pod, "ns")

    assert str(caught.value) == (
        "template 'sidecar': the output is no YAML: line 3: mapping values are not "
        "allowed in this context"
    )


def test_what_an_author_repeats_in_a_template_is_denied() -> None:
    source = "{{ index .ObjectMeta.Annotations `x` }}"
    found = parsed(config(templates={"sidecar": source}))
    pod = {**POD, "metadata": {"annotations": {"x": bomb(8, 7)}}}

    with pytest.raises(PodError) as caught:
        products.injector(found).inject(pod, "ns")

    assert str(caught.value) == (
        "template 'sidecar': the output is no YAML: line 4: aliases repeat 4,421 "
        "values, nearly all"
    )


def test_what_a_failing_template_quotes_of_an_authors_text_is_cut() -> None:
    source = "a: {{ index .ObjectMeta.Annotations `x` | default `{}` | mustFromJson }}"
    found = parsed(config(templates={"sidecar": source}))
    pod = {**POD, "metadata": {"annotations": {"x": "1" * 5000}}}

    with pytest.raises(PodError) as caught:
        products.injector(found).inject(pod, "ns")

    start, _, end = str(caught.value).partition("...")
    assert start.startswith("template: sidecar:1:57: executing")
    assert end.endswith("1 into Go value of type float64")
    assert len(str(caught.value)) == 300


def test_what_an_operator_repeats_is_a_problem() -> None:
    assert problems(injector(bomb(8, 7)), mesh()) == [
        "config: the text is no YAML: line 4: aliases repeat 4,421 values, nearly all"
    ]


@pytest.mark.parametrize("form", ["a: {}", '{{"a": {}}}'])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.0", 1),
        ("1e400", "1e400"),
        ("-0.0", 0),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551617", 18446744073709552000),
        ("9" * 5000, "9" * 5000),
        ("NaN", "NaN"),
    ],
)
def test_values_in_json_are_those_in_yaml(form: str, text: str, value: Any) -> None:
    found = parse([injector(values=form.format(text)), mesh()], {})

    assert found.values == {"a": value}


def test_a_template_that_fails_for_one_name_and_no_plain_pod_is_a_denial() -> None:
    source = "metadata: {labels: {a: {{ if eq .ObjectMeta.Name `web` }}]{{ end }}}}"
    found = parsed(config(templates={"sidecar": source}))

    with pytest.raises(PodError, match=r"^template 'sidecar': the output is no YAML"):
        products.injector(found).inject({**POD, "metadata": {"name": "web"}}, "ns")


def test_a_further_document_completes_them() -> None:
    further = {
        "release": "1.20",
        "features": {"ENABLE_NATIVE_SIDECARS": True},
        "clusters": {"Kubernetes": {"nodes": {"n": "v1.33.0"}}},
        "revision": "canary",
    }

    found = parse([further, injector(), mesh()], {})

    assert str(found.release) == "1.20"
    assert found.inferred == ""
    assert found.features == {"ENABLE_NATIVE_SIDECARS": "true"}
    assert found.clusters is not None
    assert found.clusters["Kubernetes"].nodes == {"n": "v1.33.0"}
    assert found.revision == "canary"


def test_what_a_further_document_may_say_is_strict() -> None:
    assert problems(injector(), mesh(), {"relaese": "1.20", "release": "0.9"}) == [
        "relaese: unknown key, want one of release, features, clusters, revision",
        "release: is '0.9', want a release from '1.0' on, such as '1.30', in quotes",
    ]


def test_a_release_newer_than_the_newest_is_taken_as_that() -> None:
    new = str(NEWEST)
    named = parse([injector(), mesh(), {"release": "9.99"}], {})
    values = {"global": {"tag": "1.99.3"}}
    tagged = parse([injector(config(templates={"sidecar": ""}), values), mesh()], {})

    assert (str(named.release), str(tagged.release)) == (new, new)
    newest = f"{new}, the newest release that is known: taken as {new}"
    ending = f"which is newer than {newest}"
    assert named.newer == f"release: is '9.99', {ending}"
    assert tagged.newer == f"values.global.tag: is '1.99.3', {ending}"


@pytest.mark.parametrize(
    ("documents", "problem"),
    [
        (
            [mesh()],
            (
                "no ConfigMap has the key 'config': "
                "the one named istio-sidecar-injector is missing"
            ),
        ),
        (
            [injector(), {"release": "1.20"}, {"revision": "a"}],
            "2 documents beside the ConfigMaps, want one",
        ),
        (
            [injector(name="b"), injector(name="a")],
            (
                "several ConfigMaps have the key 'config': a, b; "
                "say in a further document which revision is meant"
            ),
        ),
        (
            [injector(), config_map("", {"mesh": ""}), config_map("", {"mesh": ""})],
            (
                "several ConfigMaps have the key 'mesh': one without name, "
                "one without name; say in a further document which revision is meant"
            ),
        ),
    ],
)
def test_what_is_missing_or_there_twice_is_refused(
    documents: list[dict[str, Any]], problem: str
) -> None:
    assert problems(*documents) == [problem]


def test_of_several_revisions_the_one_that_is_meant_counts() -> None:
    label = {"istio.io/rev": "canary"}
    documents = [
        injector(config(policy="disabled")),
        mesh("rootNamespace: a"),
        injector(labels=label, name="istio-sidecar-injector-canary"),
        mesh("rootNamespace: b", labels=label, name="istio-canary"),
    ]

    found = parse([*documents, {"revision": "canary"}], {})

    assert (found.policy, found.revision) == ("enabled", "canary")
    assert found.mesh == ({"rootNamespace": "b"},)


@pytest.mark.parametrize(
    ("pilot", "settings", "features"),
    [
        (
            {"env": {"ENABLE_NATIVE_SIDECARS": "false", "PILOT_X": True, "N": 1}},
            {},
            {"ENABLE_NATIVE_SIDECARS": "false", "PILOT_X": "true", "N": "1"},
        ),
        ({"env": {"EMPTY": "", "REFERENCE": {"valueFrom": {}}, "NULL": None}}, {}, {}),
        ({"env": []}, {}, {}),
        ([], {}, {}),
        ({}, {"platform": "openshift"}, {"PLATFORM": "openshift"}),
        ({"env": {"PLATFORM": "gke"}}, {"platform": ""}, {"PLATFORM": "gke"}),
        ({}, {"jwtPolicy": "first-party-jwt"}, {"JWT_POLICY": "first-party-jwt"}),
    ],
)
def test_what_the_charts_give_istiod_by_the_values_is_a_feature(
    pilot: Any, settings: dict[str, Any], features: dict[str, str]
) -> None:
    values = {"pilot": pilot, "global": {"tag": "1.30.1", **settings}}

    assert parse([injector(values=values)], {}).features == features


def test_the_document_of_features_wins_over_the_values_and_they_over_the_process() -> (
    None
):
    values = {"pilot": {"env": {"A": "values", "B": "values", "C": "values"}}}
    further = {"features": {"A": "document", "B": ""}}

    found = parse([injector(values=values), further], {"C": "process", "D": "process"})

    assert found.features == {"A": "document", "C": "values", "D": "process"}


def test_a_label_of_the_installer_says_the_release_and_is_kept_when_packed() -> None:
    labels = {"app.kubernetes.io/version": "1.28.3", "other": "x"}
    documents = [injector(labels=labels, values={"global": {"tag": "mine"}}), mesh()]

    packed = needed(documents)

    assert parse(documents, {}).release == Release(1, 28, 3)
    assert packed[0]["metadata"]["labels"] == {"app.kubernetes.io/version": "1.28.3"}
    assert parse(packed, {}).release == Release(1, 28, 3)


def test_the_revision_is_the_label_of_the_config_map_or_default() -> None:
    labelled = injector(labels={"istio.io/rev": "1-30"})

    assert parse([labelled, mesh()], {}).revision == "1-30"
    assert parse([injector(), mesh()], {}).revision == "default"
    assert parse([injector(), mesh(), {"revision": ""}], {}).revision == ""


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"config": "[]"}, "config: is a list, want a mapping"),
        ({"config": "a: ["}, "config: the text is no YAML: line 2: "),
        ({"config": 1}, "config: is 1, want a text"),
        ({"config": "", "values": "1.5"}, "values: is 1.5, want a mapping"),
        ({"config": "", "values": "[NaN]"}, "values: is a list, want a mapping"),
        ({"config": "templates: 5"}, "config.templates: is 5, want a mapping"),
        ({"config": "policy: []"}, "config.policy: is a list, want a text"),
        (
            {"config": "defaultTemplates: a"},
            "config.defaultTemplates: is 'a', want a list of templates' names",
        ),
        (
            {"config": "neverInjectSelector: [a]"},
            "config.neverInjectSelector[0]: is 'a', want a label selector",
        ),
    ],
)
def test_what_istiod_would_not_start_with_is_a_problem(
    data: dict[str, Any], problem: str
) -> None:
    (found,) = problems(config_map("i", data), mesh())

    assert found.startswith(problem)


def test_texts_that_are_absent_or_null_are_empty() -> None:
    found = parse([injector("null", values=None), mesh("null")], {})

    assert (found.policy, found.templates, found.values) == ("", {}, {})
    assert found.mesh == ()
    assert found.default_templates == ("sidecar",)


def test_numbers_of_values_are_what_json_means_by_them() -> None:
    text = '{"a": 1.0, "b": 1.5, "c": 1e30, "d": 2}'

    found = parse([injector(values=text), mesh()], {})

    assert json.dumps(dict(found.values)) == '{"a": 1, "b": 1.5, "c": 1e+30, "d": 2}'


def test_values_may_be_yaml() -> None:
    assert parse([injector(values="a: {b: on}"), mesh()], {}).values == {
        "a": {"b": True}
    }


def test_names_of_entries_are_taken_in_any_case() -> None:
    found = parsed('{"Policy": "disabled", "TEMPLATES": {"sidecar": ""}}')

    assert (found.policy, list(found.templates)) == ("disabled", ["sidecar"])
    assert parsed('{"policy": "enabled", "Policy": "disabled"}').policy == "enabled"


def test_numbers_and_booleans_are_texts_where_texts_are_wanted() -> None:
    found = parsed("injectedAnnotations: {a: 1, b: true, c: 1.5, d: null, e: x}")

    assert found.injected_annotations == {
        "a": "1",
        "b": "true",
        "c": "1.5",
        "d": "",
        "e": "x",
    }


def test_everything_that_istiod_reads_is_read() -> None:
    found = parsed(
        config(
            templates={"sidecar": "", "logs": ""},
            defaultTemplates=["both"],
            aliases={"both": ["sidecar", "logs"]},
            neverInjectSelector=[{"matchLabels": {"a": "b"}}],
            alwaysInjectSelector=[
                {"matchExpressions": [{"key": "k", "operator": "Exists"}]}
            ],
        )
    )

    assert found.default_templates == ("both",)
    assert found.aliases == {"both": ("sidecar", "logs")}
    assert list(map(str, found.never_inject_selectors)) == ["a=b"]
    assert list(map(str, found.always_inject_selectors)) == ["k"]
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        (config(), ()),
        (
            config(policy="maybe"),
            ("config.policy: is 'maybe': no pod is injected, whatever it asks for",),
        ),
        (
            config(extra=1),
            (
                (
                    "config.extra: unknown key, ignored; known are policy, template, "
                    "templates, defaultTemplates, aliases, neverInjectSelector, "
                    "alwaysInjectSelector, injectedAnnotations"
                ),
            ),
        ),
        (
            config(template="{{"),
            ("config.template: is ignored from release 1.9 on, and this is 1.30",),
        ),
        (
            config(template="{{ Template_Version_And_Istio_Version_Mismatched_X }}"),
            (),
        ),
        (
            config(defaultTemplates=None, injectedAnnotations=None),
            ("config.defaultTemplates: is null, which is empty",),
        ),
        (
            config(neverInjectSelector=[{}, {"matchLabels": {"-": "b"}}]),
            (
                "config.neverInjectSelector[0]: is empty, which matches no pod",
                (
                    "config.neverInjectSelector[1].matchLabels.-: '-' is no name of a "
                    "label, want one such as 'example.com/app'; "
                    "the selector matches no pod"
                ),
            ),
        ),
        (
            config(defaultTemplates=["a"], aliases={"b": ["c"]}),
            (
                "config.defaultTemplates: no template named 'a'",
                "config.aliases.b: no template named 'c'",
            ),
        ),
    ],
)
def test_what_is_odd_is_a_doubt(text: str, doubts: tuple[str, ...]) -> None:
    assert parsed(text).doubts == doubts


def test_a_missing_mesh_configuration_is_a_doubt() -> None:
    found = parse([injector(), {"release": "1.30"}], {})

    assert found.doubts == ("mesh: no ConfigMap has it: 1.30's own counts",)


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_release_is_as_none(empty: str | None) -> None:
    found = parse([injector(), {"release": empty}], {})

    assert found.release == Release(1, 30, 1)
    assert found.inferred


def test_an_old_release_has_one_template_and_no_others() -> None:
    found = parsed(config(template="{}"), release="1.5")

    assert list(found.templates) == ["sidecar"]
    assert len(found.template_version) == 64
    assert found.doubts == (
        "config.templates: is ignored up to release 1.8, and this is 1.5",
    )


def test_what_differs_in_meaning_differs_in_its_digest() -> None:
    documents = [injector(), mesh()]

    furthers: list[dict[str, Any]] = [
        {"release": "1.20"},
        {"release": "1.21"},
        {"clusters": {}},
    ]
    digests = {parse([*documents, each], {}).digest for each in furthers}

    assert len(digests) == 3


def test_what_nobody_reads_is_not_needed() -> None:
    noted = injector(labels={"istio.io/rev": "r", "other": "x"})
    noted["metadata"]["annotations"] = {"last-applied": "long"}
    noted["data"]["more"] = "long"

    found = needed([mesh("a: b"), noted, {"release": "1.30"}])

    assert found == [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "istio-sidecar-injector",
                "labels": {"istio.io/rev": "r"},
            },
            "data": {key: noted["data"][key] for key in ("config", "values")},
        },
        config_map("istio", {"mesh": "a: b"}) | {"metadata": {"name": "istio"}},
        {"release": "1.30"},
    ]
    assert len(needed([injector(values=None)])) == 1


def test_a_template_is_compiled_when_it_is_used() -> None:
    found = parsed(config(templates={"sidecar": SIDECAR, "broken": "{{"}))

    assert products.injector(found).inject(POD, "ns").inject
