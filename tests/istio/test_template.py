"""Istio's templates: their data, their functions, and the overlays they make."""

from collections.abc import Mapping
from typing import Any

import pytest
from istio_templates import MESH, POD, context, template

from injector.base.errors import TemplateError
from injector.istio.go.data import data_type
from injector.istio.go.message_types import message
from injector.releases.release import Release


def rendered(
    source: str,
    release: str = "1.30",
    features: Mapping[str, str] | None = None,
    *,
    mesh: Mapping[str, Any] = MESH,
    pod: Mapping[str, Any] = POD,
) -> str:
    """Return the text that a template makes in *release*."""
    return template(source, release, features).text(context(release, mesh, pod))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ .Spec.TerminationGracePeriodSeconds }}", "30"),
        ("{{ .Spec.ServiceAccountName }}|{{ .Spec.HostNetwork }}", "|false"),
        ("{{ .ObjectMeta.Labels.app }}|{{ .ObjectMeta.Labels.no }}", "web|<no value>"),
        ("{{ .TypeMeta.Kind }}/{{ .DeploymentMeta }}", "Deployment/shop/web"),
        ("{{ (index .Spec.Containers 0).LivenessProbe.HTTPGet.Port }}", "http"),
        ("{{ (index .Spec.Containers 0).ReadinessProbe.TCPSocket.Port }}", "81"),
        ("{{ (index .Spec.Containers 0).ReadinessProbe.TCPSocket.Port.IntVal }}", "81"),
        ("{{ (index .Spec.Volumes 0).EmptyDir.Medium }}", ""),
        ("{{ .Values.number }}|{{ .Values.list }}", "15020|[1 a]"),
        (
            "{{ .ProxyImage }}|{{ .ProxyUID }}|{{ .NativeSidecars }}",
            "h/proxyv2:t|1337|true",
        ),
        (
            "{{ .ProxyConfig.Concurrency }}|{{ .ProxyConfig.Concurrency.Value }}",
            "value:3|3",
        ),
        ("{{ .ProxyConfig.InterceptionMode }}", "TPROXY"),
        ("{{ .ProxyConfig.InterceptionMode.String }}", "TPROXY"),
        ("{{ eq .ProxyConfig.InterceptionMode 1 }}", "true"),
        ("{{ .ProxyConfig.DrainDuration }}", "seconds:61 nanos:500000000"),
        ("{{ .ProxyConfig.DrainDuration.AsDuration }}", "1m1.5s"),
        ("{{ .ProxyConfig.GetDrainDuration.GetSeconds }}", "61"),
        ("{{ .ProxyConfig.GetTracing.GetZipkin.GetAddress }}", "z:1"),
        ("{{ .ProxyConfig.GetTracing.GetTlsSettings.GetCaCertificates }}", ""),
        ("{{ .ProxyConfig.Tracing }}", 'zipkin:{address:"z:1"} sampling:12.5'),
        ("{{ .ProxyConfig.Tracing.Tracer.Zipkin.Address }}", "z:1"),
        ("{{ .ProxyConfig.GetServiceCluster }}", "istio-proxy"),
        ("{{ .ProxyConfig.ProxyMetadata }}", "map[A:1 B:2]"),
        ("{{ .ProxyConfig.ExtraStatTags }}", "[x y]"),
        ("{{ .MeshConfig.EnablePrometheusMerge.Value }}", "false"),
        ("{{ .MeshConfig.DefaultConfig.StatusPort }}", "15020"),
        ("{{ .MeshConfig.GetAccessLogFile }}|{{ .MeshConfig.MeshMTLS }}", "|<nil>"),
        ("{{ with .MeshConfig.ConnectTimeout }}{{ .Seconds }}{{ end }}", "10"),
        ("{{ len .MeshConfig.ExtensionProviders }}", "4"),
    ],
)
def test_templates_see_what_go_would_show_them(source: str, text: str) -> None:
    assert rendered(source) == text


def test_what_messages_offer_is_listed() -> None:
    getters = message("ProxyImage", Release(1, 30)).methods

    assert (list(getters), len(getters)) == (["GetImageType"], 1)


def test_a_message_prints_as_protobuf_writes_it() -> None:
    text = rendered("{{ .MeshConfig.DefaultConfig }}")

    assert 'config_path:"./etc/istio/proxy"' in text
    assert "drain_duration:{seconds:61 nanos:500000000}" in text
    assert (
        'proxy_metadata:{key:"A" value:"1"} proxy_metadata:{key:"B" value:"2"}' in text
    )
    assert "interception_mode:TPROXY" in text
    assert 'extra_stat_tags:"x" extra_stat_tags:"y"' in text
    assert "hold_application_until_proxy_starts:{value:true}" in text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ annotation .ObjectMeta `n` 1 }}", "8080"),
        ("{{ annotation .ObjectMeta `x` .ProxyConfig.InterceptionMode }}", "TPROXY"),
        ("{{ annotation .ObjectMeta `x` .Values.number }}", "15020"),
        ("{{ excludeInboundPort .Values.number `1` }}", "1,15020"),
        ("{{ includeInboundPorts .Spec.Containers }}", "80"),
        ("{{ formatDuration .ProxyConfig.DrainDuration }}", "1m1.5s"),
        ("{{ structToJSON .Values.nothing }}", "{}"),
        (
            "{{ structToJSON .Values.resources }}",
            '{"limits":{"cpu":"100m","memory":null}}',
        ),
        (
            "{{ structToJSON (index (index .Spec.Containers 0).Ports 0) }}",
            '{"name":"http","containerPort":80}',
        ),
        (
            "{{ structToJSON .ObjectMeta.Annotations }}",
            '{"a":"\\u003cx\\u003e","n":"8080"}',
        ),
        (
            "{{ structToJSON (index .Spec.Containers 0).LivenessProbe.HTTPGet.Port }}",
            '"http"',
        ),
        (
            "{{ structToJSON .ProxyConfig.Tracing }}",
            '{"zipkin":{"address":"z:1"},"sampling":12.5}',
        ),
        ("{{ structToJSON .ProxyConfig.ExtraStatTags }}", '["x","y"]'),
        ("{{ structToJSON .ProxyConfig.Image }}", "{}"),
        ("{{ structToJSON .ProxyConfig.Concurrency }}", '{"value":3}'),
        ("{{ toYaml (omitNil .Values.resources) }}", "limits:\n  cpu: 100m\n"),
        ("{{ toYaml .Values.list }}", "- 1\n- a\n"),
        (
            "{{ toYaml (index .Spec.Containers 0).Resources }}",
            "limits:\n  cpu: 1500m\n  memory: 1Gi\n",
        ),
        ("{{ structToJSON .Values.nothing.at }}", "{}"),
        ("{{ structToJSON (strdict `b` `1` `a` `2`) }}", '{"a":"2","b":"1"}'),
        ("{{ structToJSON (list `b` nil) }}", '["b",null]'),
        ("{{ indent 2 `a\nb` }}", "a\n  b"),
        ("{{ `x` | upper | quote }}", '"X"'),
        ("{{ valueOrDefault .Values.nothing `d` }}", "d"),
        ("{{ env `ENABLE_X` `false` }}", "true"),
    ],
)
def test_templates_call_istios_functions_and_sprigs(source: str, text: str) -> None:
    assert rendered(source, features={"ENABLE_X": "true"}) == text


@pytest.mark.parametrize(
    ("source", "release", "message"),
    [
        ("{{ render `x` }}", "1.14", 'function "render" not defined'),
        ("{{ upper `x` }}", "1.7", 'function "upper" not defined'),
        ("{{ omitNil . }}", "1.27", 'function "omitNil" not defined'),
        ("{{ expandenv `x` }}", "1.30", "the environment is not for templates"),
        ("{{ .Revision }}", "1.8", "can't evaluate field Revision"),
        ("{{ .ProxyConfig.Nothing }}", "1.30", "can't evaluate field Nothing"),
    ],
)
def test_what_a_release_does_not_offer_fails(
    source: str, release: str, message: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        rendered(source, release)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("release", "names"),
    [
        ("1.0", ["ObjectMeta", "Spec", "ProxyConfig", "MeshConfig"]),
        (
            "1.10",
            [
                *("ObjectMeta", "Spec", "ProxyConfig", "MeshConfig", "DeploymentMeta"),
                *("TypeMeta", "Values", "Revision", "EstimatedConcurrency"),
            ],
        ),
    ],
)
def test_the_data_are_the_releases(release: str, names: list[str]) -> None:
    assert list(data_type(Release.parse(release)).fields) == names


@pytest.mark.parametrize(
    ("release", "text"),
    [
        ("1.1", "|web-7-|1"),
        ("1.10", "web|web-7-|1"),
        ("1.12", "web|web-7-|0"),
    ],
)
def test_the_workload_has_the_metadata_that_the_release_shows(
    release: str, text: str
) -> None:
    source = (
        "{{ .DeploymentMeta.Name }}|{{ .DeploymentMeta.GenerateName }}|"
        "{{ len .DeploymentMeta.OwnerReferences }}"
    )
    if release == "1.1":
        source = source.replace("{{", "[[").replace("}}", "]]")

    assert rendered(source, release) == text


def test_the_concurrency_is_estimated_and_the_init_image_made() -> None:
    assert rendered("{{ .EstimatedConcurrency }}", "1.12") == "3"
    assert rendered("{{ .ProxyInitImage }}", "1.31") == "h/proxyv2:t"


def test_the_mesh_shows_a_pods_own_proxy_configuration_to_1_12() -> None:
    annotated = {
        **POD,
        "metadata": {"annotations": {"proxy.istio.io/config": "concurrency: 7"}},
    }
    source = "{{ .MeshConfig.DefaultConfig.Concurrency.GetValue }}"

    assert rendered(source, "1.12", pod=annotated) == "7"
    assert rendered(source, "1.13", pod=annotated) == "3"


def test_a_template_renders_texts_up_to_1_13() -> None:
    source = (
        "{{ range list 1 2 }}{{ render `[{{ .ObjectMeta.Labels.app }}]` }}{{ end }}"
    )

    assert rendered(source, "1.13") == "[web][web]"
    with pytest.raises(
        TemplateError, match=r"error calling render: template: render:1"
    ):
        rendered("{{ render `{{ .X }}` }}", "1.13")


def test_the_delimiters_of_the_first_releases_are_brackets() -> None:
    assert rendered("[[ .ObjectMeta.Labels.app ]]{{", "1.1") == "web{{"


@pytest.mark.parametrize(
    ("output", "overlay"),
    [
        ("", {}),
        ("null", {}),
        ("# a comment\n", {}),
        (
            "spec: {priority: 1e3, activeDeadlineSeconds: 1}",
            {"spec": {"priority": 1000, "activeDeadlineSeconds": 1}},
        ),
        ("spec: {hostNetwork: yes}", {"spec": {"hostNetwork": True}}),
        ("spec: {noField: 1, priority: 0o10}", {"spec": {"priority": 8}}),
        ("spec: {nodeName: 'yes'}\n---\nspec: [", {"spec": {"nodeName": "yes"}}),
        (
            "spec: {nodeSelector: &a {a: b}, containers: [{<<: {name: c}}]}\n---\n[",
            {"spec": {"nodeSelector": {"a": "b"}, "containers": [{"name": "c"}]}},
        ),
        (
            "metadata: {labels: {a: !!str 1, b: !x c}}",
            {"metadata": {"labels": {"a": "1", "b": "c"}}},
        ),
        (
            "metadata: {labels: {1: a, yes: b, 1.5: c}}",
            {"metadata": {"labels": {"1": "a", "true": "b", "1.5": "c"}}},
        ),
        (
            "spec: {containers: [{<<: {name: c}}]}",
            {"spec": {"containers": [{"name": "c"}]}},
        ),
        ("metadata: &a {}\nspec: *a", {"metadata": {}, "spec": {}}),
        ("metadata: {name: a, name: b}", {"metadata": {"name": "b"}}),
    ],
)
def test_the_output_is_an_overlay(output: str, overlay: Any) -> None:
    made = template(output)

    assert made.render(context()) == overlay
    assert made.render(context()) is made.render(context())


NO_YAML = "the output is no YAML"
NO_MAPPING = "mapping values are not allowed in this context"


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("[]", "the output is no mapping"),
        ("a: [", "the output is no YAML: line 2: did not find expected node content"),
        ("a: .inf", f"{NO_YAML}: line 1: .inf is no number that JSON has"),
        ("? [a]\n: b", f"{NO_YAML}: line 1: a list or a mapping cannot be a key"),
        ("~: b", f"{NO_YAML}: line 1: null cannot be a key"),
        ("a: *b", f"{NO_YAML}: line 1: no anchor has the name 'b'"),
        ("a: !!int x", f"{NO_YAML}: line 1: 'x' is no YAML of the tag !!int"),
        ("[" * 150, f"{NO_YAML}: line 1: nested deeper than 100 levels"),
        *(
            (f"{mark}b: c: d", f"{NO_YAML}: line 1: {NO_MAPPING}")
            for mark in ("", "&a ", "!a ", "!!str ", "&a !a ")
        ),
        (
            "spec: {hostNetwork: 1}",
            "the output is no pod: spec.hostNetwork: is 1, want true or false",
        ),
    ],
)
def test_an_output_that_is_no_overlay_fails(output: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        template(output).render(context())

    assert str(caught.value) == f"template 'sidecar': {message}"


def test_up_to_1_8_the_output_is_no_pod() -> None:
    assert template("{flat: 1}", "1.8").render(context("1.8")) == {"flat": 1}


def test_a_template_that_is_none_is_found_when_it_is_used() -> None:
    broken = template("{{ if }}")

    for use in (broken.check, lambda: broken.text(context())):
        with pytest.raises(TemplateError, match="sidecar:1: missing value for if"):
            use()


def test_istios_templates_need_what_surrounds_a_pod() -> None:
    with pytest.raises(TypeError):
        template("").render({})


def test_what_our_own_templates_see_is_a_mapping() -> None:
    seen = context()

    assert seen["workload"]["name"] == "web"
    assert set(seen) == set(dict(seen))
    assert len(seen) == len(list(seen))
