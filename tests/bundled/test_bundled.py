"""The bundled data plane without recorded cases: its defaults and its switches."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from injector.base.errors import PodError
from injector.configuration import config
from injector.istio.jinja_functions import JINJA
from injector.loading import products
from injector.loading.loader import bundled
from injector.pipeline.injector import Injector
from injector.templates.jinja.rendering import JinjaTemplate
from injector.wire.address import Address

Pod = dict[str, Any]


def injector(**document: Any) -> Injector:
    def compile_template(name: str, source: str) -> JinjaTemplate:
        return JinjaTemplate(name, source, JINJA)

    def read_file(path: str) -> str:
        raise AssertionError(path)

    return products.injector(
        config.parse(
            document,
            bundled=bundled(),
            compile_template=compile_template,
            read_file=read_file,
        )
    )


def injected(pod: Pod, annotations: Mapping[str, str], **document: Any) -> Pod:
    asking = copy.deepcopy(pod)
    asking["metadata"]["annotations"] = dict(annotations)
    return dict(injector(**document).inject(asking, "shop", address=Address()).pod)


def container(pod: Pod, name: str) -> Pod:
    spec = pod["spec"]
    every = [*spec.get("initContainers", []), *spec["containers"]]
    found: Pod = next(one for one in every if one["name"] == name)
    return found


def arguments(pod: Pod) -> dict[str, str]:
    words = container(pod, "istio-init")["args"][1:]
    return dict(zip(words[::2], words[1::2], strict=False))


def environment(pod: Pod) -> dict[str, Any]:
    return {e["name"]: e.get("value") for e in container(pod, "istio-proxy")["env"]}


def mounts(pod: Pod) -> dict[str, str]:
    found = container(pod, "istio-proxy")["volumeMounts"]
    return {mount["name"]: mount["mountPath"] for mount in found}


def volume(pod: Pod, name: str) -> Pod:
    found: Pod = next(one for one in pod["spec"]["volumes"] if one["name"] == name)
    return found


def test_an_empty_document_injects_what_an_installation_of_the_release_does(
    pod: Pod,
) -> None:
    after = injected(pod, {})

    init = after["spec"]["initContainers"]
    assert [one["name"] for one in init] == ["istio-init", "istio-proxy"]
    assert {one["image"] for one in init} == {
        "registry.istio.io/release/proxyv2:1.30.3"
    }
    assert init[1]["restartPolicy"] == "Always"
    assert after["spec"]["containers"] == pod["spec"]["containers"]


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ({"proxy": {"privileged": True}}, {"privileged": True}),
        ({"proxy": {"capNetBindService": True}}, {"runAsUser": 0}),
        (
            {"proxy": {"seccompProfile": {"type": "RuntimeDefault"}}},
            {"seccompProfile": {"type": "RuntimeDefault"}},
        ),
    ],
)
def test_values_decide_what_the_sidecar_may_do(
    pod: Pod, values: Any, seen: Mapping[str, Any]
) -> None:
    after = injected(pod, {}, values={"global": values})

    context = container(after, "istio-proxy")["securityContext"]
    assert context | seen == context


@pytest.mark.parametrize(
    ("values", "argument"),
    [
        ({"logAsJson": True}, "--log_as_json"),
        ({"sts": {"servicePort": 15463}}, "--stsPort=15463"),
        ({"proxy": {"outlierLogPath": "/dev/stdout"}}, "--outlierLogPath=/dev/stdout"),
        ({"proxy": {"logLevel": "debug"}}, "--proxyLogLevel=debug"),
        ({"logging": {"level": "all:debug"}}, "--log_output_level=all:debug"),
        ({"proxy": {"clusterDomain": "a.b"}}, "$(POD_NAMESPACE).svc.a.b"),
    ],
)
def test_values_decide_how_the_sidecar_starts(
    pod: Pod, values: Any, argument: str
) -> None:
    after = injected(pod, {}, values={"global": values})

    assert argument in container(after, "istio-proxy")["args"]


@pytest.mark.parametrize(
    ("document", "name", "value"),
    [
        ({"values": {"global": {"caAddress": "ca.x:1"}}}, "CA_ADDR", "ca.x:1"),
        ({"values": {"revision": "r"}}, "CA_ADDR", "istiod-r.istio-system.svc:15012"),
        ({"values": {"global": {"meshID": "m"}}}, "ISTIO_META_MESH_ID", "m"),
        ({"values": {"global": {"network": "n"}}}, "ISTIO_META_NETWORK", "n"),
        ({"mesh": {"trustDomain": "t"}}, "TRUST_DOMAIN", "t"),
        ({"mesh": {"defaultConfig": {"proxyMetadata": {"A": "b"}}}}, "A", "b"),
        ({"features": {"COMPLIANCE_POLICY": "f"}}, "COMPLIANCE_POLICY", "f"),
        (
            {"mesh": {"inboundTrafficPolicy": {"mode": "LOCALHOST"}}},
            "REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION",
            "true",
        ),
    ],
)
def test_documents_decide_what_the_sidecar_is_told(
    pod: Pod, document: Any, name: str, value: str
) -> None:
    assert environment(injected(pod, {}, **document))[name] == value


@pytest.mark.parametrize(
    ("annotation", "flag", "value"),
    [
        ("traffic.sidecar.istio.io/includeOutboundIPRanges", "-i", "10.0.0.0/8"),
        ("traffic.sidecar.istio.io/excludeOutboundIPRanges", "-x", "10.0.0.0/8"),
        ("traffic.sidecar.istio.io/includeInboundPorts", "-b", "80,81"),
        ("traffic.sidecar.istio.io/includeOutboundPorts", "-q", "3306"),
        ("traffic.sidecar.istio.io/excludeOutboundPorts", "-o", ""),
        ("traffic.sidecar.istio.io/kubevirtInterfaces", "-k", "net1"),
        ("istio.io/reroute-virtual-interfaces", "-k", "net1"),
        ("traffic.sidecar.istio.io/excludeInterfaces", "-c", "eth1"),
        ("sidecar.istio.io/interceptionMode", "-m", "TPROXY"),
    ],
)
def test_annotations_decide_which_traffic_is_taken(
    pod: Pod, annotation: str, flag: str, value: str
) -> None:
    assert arguments(injected(pod, {annotation: value}))[flag] == value


def test_no_interception_needs_no_init_container(pod: Pod) -> None:
    annotations = {
        "sidecar.istio.io/interceptionMode": "NONE",
        "sidecar.istio.io/nativeSidecar": "false",
    }

    assert "initContainers" not in injected(pod, annotations)["spec"]


@pytest.mark.parametrize(("provider", "networks"), [("default", 0), ("multus", 1)])
def test_with_cni_the_node_is_told_what_to_take(
    pod: Pod, provider: str, networks: int
) -> None:
    cni = {"enabled": True, "provider": provider}

    after = injected(pod, {}, values={"pilot": {"cni": cni}})

    annotations = after["metadata"]["annotations"]
    assert annotations["traffic.sidecar.istio.io/includeOutboundIPRanges"] == "*"
    assert ("k8s.v1.cni.cncf.io/networks" in annotations) == bool(networks)
    validation = container(after, "istio-validation")
    assert validation["args"][-2:] == ["--run-validation", "--skip-rule-apply"]
    assert "add" not in validation["securityContext"]["capabilities"]


@pytest.mark.parametrize(
    ("values", "annotations", "hook"),
    [
        ({"privileged": False}, {}, "preStop"),
        ({"privileged": False}, {"sidecar.istio.io/nativeSidecar": "false"}, None),
        (
            {"holdApplicationUntilProxyStarts": True},
            {"sidecar.istio.io/nativeSidecar": "false"},
            "postStart",
        ),
        ({"lifecycle": {"preStop": {"sleep": {"seconds": 3}}}}, {}, "preStop"),
    ],
)
def test_the_sidecar_outlives_the_application(
    pod: Pod, values: Any, annotations: Mapping[str, str], hook: str | None
) -> None:
    after = injected(pod, annotations, values={"global": {"proxy": values}})

    lifecycle = container(after, "istio-proxy").get("lifecycle", {})
    assert list(lifecycle) == ([hook] if hook else [])


def test_certificates_of_the_node_take_the_place_of_our_own(pod: Pod) -> None:
    values = {"global": {"caName": "GkeWorkloadCertificate"}}

    after = injected(pod, {}, values=values)

    name = "gke-workload-certificate"
    assert mounts(after)[name] == "/var/run/secrets/workload-spiffe-credentials"
    driver = "workloadcertificates.security.cloud.google.com"
    assert volume(after, name) == {"name": name, "csi": {"driver": driver}}


@pytest.mark.parametrize(
    ("values", "source"),
    [
        ({}, {"configMap": {"name": "istio-ca-root-cert"}}),
        (
            {"global": {"trustBundleName": "mine"}},
            {"configMap": {"name": "mine"}},
        ),
        (
            {"pilot": {"env": {"ENABLE_CLUSTER_TRUST_BUNDLE_API": True}}},
            {
                "projected": {
                    "sources": [
                        {
                            "clusterTrustBundle": {
                                "name": "istio.io:istiod-ca:root-cert",
                                "path": "root-cert.pem",
                            }
                        }
                    ]
                }
            },
        ),
    ],
)
@pytest.mark.parametrize("template", ["sidecar", "gateway"])
def test_the_root_certificate_comes_from_where_the_values_say(
    pod: Pod, values: Any, source: Pod, template: str
) -> None:
    after = injected(pod, {"inject.istio.io/templates": template}, values=values)

    assert volume(after, "istiod-ca-cert") == {"name": "istiod-ca-cert", **source}


def test_authors_mount_volumes_by_name_or_by_list(pod: Pod) -> None:
    annotations = {
        "sidecar.istio.io/userVolume": '[{"name": "v", "emptyDir": {}}]',
        "sidecar.istio.io/userVolumeMount": '{"v": {"mountPath": "/v"}}',
    }

    after = injected(pod, annotations)

    assert volume(after, "v") == {"name": "v", "emptyDir": {}}
    assert mounts(after)["v"] == "/v"


def test_fields_of_volumes_and_mounts_are_known_in_any_spelling(pod: Pod) -> None:
    annotations = {
        "sidecar.istio.io/userVolume": '[{"name": "v", "configmap": {"name": "x"}}]',
        "sidecar.istio.io/userVolumeMount": '[{"name": "v", "mountpath": "/v"}]',
    }

    after = injected(pod, annotations)

    assert volume(after, "v") == {"name": "v", "configMap": {"name": "x"}}
    assert mounts(after)["v"] == "/v"


@pytest.mark.parametrize("text", ['{"v": null}', '{"v": "x"}', "[{}]"])
@pytest.mark.parametrize("annotation", ["userVolume", "userVolumeMount"])
def test_authors_who_mount_nothing_are_told(
    pod: Pod, annotation: str, text: str
) -> None:
    sentence = f"annotation sidecar.istio.io/{annotation} is no JSON mapping of names"
    with pytest.raises(PodError, match=sentence):
        injected(pod, {f"sidecar.istio.io/{annotation}": text})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("not json", " is no JSON: 'not json'"),
        ("{" * 101, f" is no JSON: '{'{' * 60}'..."),
        ("x" * 5000, f" is no JSON: '{'x' * 60}'..."),
        ('"x"', ": want a mapping of names in JSON, not '\"x\"'"),
    ],
)
@pytest.mark.parametrize("annotation", ["userVolume", "userVolumeMount"])
def test_json_that_cannot_be_read_is_told(
    pod: Pod, annotation: str, text: str, problem: str
) -> None:
    with pytest.raises(PodError) as raised:
        injected(pod, {f"sidecar.istio.io/{annotation}": text})

    assert str(raised.value) == f"annotation sidecar.istio.io/{annotation}{problem}"


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        ("sidecar.istio.io/userVolume", '{"v": {"emptyDir": []}}'),
        ("sidecar.istio.io/userVolumeMount", '{"v": {"mountPath": 5}}'),
        ("sidecar.istio.io/userVolumeMount", "1"),
        (
            "proxy.istio.io/overrides",
            '{"initContainers": [{"name": "istio-init", "image": 7}]}',
        ),
    ],
)
def test_impossible_types_in_annotations_are_their_authors_fault(
    pod: Pod, annotation: str, text: str
) -> None:
    with pytest.raises(PodError):
        injected(pod, {annotation: text})


@pytest.mark.parametrize(
    ("tracer", "metadata", "name"),
    [
        ("datadog", {"apm.datadoghq.com/env": '{"DD_ENV": "prod"}'}, "DD_ENV"),
        ("none", {"apm.datadoghq.com/env": '{"DD_ENV": "prod"}'}, None),
    ],
)
def test_datadog_reads_an_annotation(
    pod: Pod, tracer: str, metadata: Mapping[str, str], name: str | None
) -> None:
    values = {"global": {"proxy": {"tracer": tracer}}}

    found = environment(injected(pod, metadata, values=values))

    assert ("DD_ENV" in found) == bool(name)


def test_lightstep_gets_its_certificate(pod: Pod) -> None:
    tracing = {"tlsSettings": {"caCertificates": "/etc/lightstep/ca.pem"}}

    after = injected(
        pod,
        {},
        values={"global": {"proxy": {"tracer": "lightstep"}}},
        mesh={"defaultConfig": {"tracing": tracing}},
    )

    assert mounts(after)["lightstep-certs"] == "/etc/lightstep/"


def test_tracing_the_rules_needs_root(pod: Pod) -> None:
    metadata = {"IPTABLES_TRACE_LOGGING": "true", "ISTIO_META_ENABLE_HBONE": "true"}

    after = injected(pod, {}, mesh={"defaultConfig": {"proxyMetadata": metadata}})

    context = container(after, "istio-proxy")["securityContext"]
    assert context["privileged"] is True
    assert context["capabilities"] == {"add": ["NET_ADMIN"], "drop": ["ALL"]}
    assert after["metadata"]["labels"]["networking.istio.io/tunnel"] == "http"


def test_a_gateway_is_all_that_its_pod_holds(pod: Pod) -> None:
    pod["spec"]["containers"] = [{"name": "istio-proxy", "image": "auto"}]

    after = injected(pod, {"inject.istio.io/templates": "gateway"})

    (proxy,) = after["spec"]["containers"]
    assert proxy["image"] == "registry.istio.io/release/proxyv2:1.30.3"
    assert proxy["args"][:2] == ["proxy", "router"]
    sysctl = {"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}
    assert after["spec"]["securityContext"] == {"sysctls": [sysctl]}
    assert "initContainers" not in after["spec"]


def test_the_authors_sidecar_becomes_native_and_keeps_its_words(pod: Pod) -> None:
    theirs = {
        "name": "istio-proxy",
        "image": "auto",
        "env": [{"name": "A", "value": "b"}],
    }
    pod["spec"]["containers"].append(theirs)

    after = injected(pod, {})

    assert [one["name"] for one in after["spec"]["containers"]] == ["app"]
    names = [one["name"] for one in container(after, "istio-proxy")["env"]]
    assert names[0] == "PILOT_CERT_PROVIDER"
    assert "A" in names


def test_ports_are_told_as_kubernetes_prints_them(pod: Pod) -> None:
    ports = [
        {"protocol": "TCP", "containerPort": 80, "name": "http", "unknown": 1},
        {"containerPort": 90, "hostPort": 0},
    ]
    pod["spec"]["containers"][0]["ports"] = ports

    found = environment(injected(pod, {}))["ISTIO_META_POD_PORTS"]

    assert found == (
        '[\n    {"name":"http","containerPort":80,"protocol":"TCP"}'
        '\n    ,{"containerPort":90}\n]'
    )


@pytest.mark.parametrize("template", ["sidecar", "gateway"])
@pytest.mark.parametrize(
    "word", ['a": b', "a\n- b: {c", "{{ x }}", "'", "#", "\\x41", "|"]
)
def test_words_of_authors_are_never_structure(
    pod: Pod, word: str, template: str
) -> None:
    plain: Callable[[str], Pod] = lambda text: injected(  # noqa: E731 - said twice
        pod,
        {
            "inject.istio.io/templates": template,
            "sidecar.istio.io/logLevel": text,
            "sidecar.istio.io/agentLogLevel": text,
            "sidecar.istio.io/bootstrapOverride": text,
        },
    )

    args = container(plain(word), "istio-proxy")["args"]

    assert f"--proxyLogLevel={word}" in args
    assert len(args) == len(container(plain("x"), "istio-proxy")["args"])
