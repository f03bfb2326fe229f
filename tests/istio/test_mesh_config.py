"""The mesh configuration in force and a pod's ProxyConfig, release by release."""

import json
from collections.abc import Iterator
from typing import Any

import istio_cases
import pytest
import shared_data
import yaml
from hypothesis import given
from hypothesis import strategies as st
from yaml_texts import bomb

from injector.base.errors import ConfigError, PodError
from injector.istio.mesh.mesh_config import effective, proxy_config, proxy_config_json
from injector.istio.mesh.mesh_types import ENUMS, MESSAGES, WRAPPERS, fields
from injector.releases import mesh_defaults
from injector.releases.release import CURRENT, NEWEST, Release

CONFIG = "proxy.istio.io/config"
EVERY = [Release(1, minor) for minor in range(NEWEST.minor + 1)]


def release(text: str) -> Release:
    return Release.parse(text)


def mesh_of(text: str, *layers: Any) -> dict[str, Any]:
    return effective(layers, release(text))


def proxy_of(text: str, annotation: str | None, **mesh: Any) -> dict[str, Any]:
    """Return a pod's ProxyConfig over the mesh's *mesh*."""
    effective_mesh = mesh_of(text, {"defaultConfig": mesh})
    return proxy_config(effective_mesh, annotation, release(text))


def problems_of(layer: Any, text: str = "1.30") -> str:
    with pytest.raises(ConfigError) as raised:
        effective([layer], release(text))
    return str(raised.value)


# The release's own


def test_the_first_release_has_its_own_defaults() -> None:
    assert mesh_of("1.0") == {
        "proxyListenPort": 15001,
        "connectTimeout": "1s",
        "ingressClass": "istio",
        "ingressControllerMode": "STRICT",
        "enableTracing": True,
        "accessLogFile": "/dev/stdout",
        "rdsRefreshDelay": "1s",
        "sdsRefreshDelay": "15s",
        "defaultConfig": {
            "configPath": "/etc/istio/proxy",
            "binaryPath": "/usr/local/bin/envoy",
            "serviceCluster": "istio-proxy",
            "drainDuration": "2s",
            "parentShutdownDuration": "3s",
            "discoveryAddress": "istio-pilot:15007",
            "discoveryRefreshDelay": "1s",
            "connectTimeout": "1s",
            "proxyAdminPort": 15000,
        },
    }


def test_release_1_10_has_its_own_defaults() -> None:
    assert mesh_of("1.10") == {
        "proxyListenPort": 15001,
        "connectTimeout": "10s",
        "protocolDetectionTimeout": "0s",
        "ingressClass": "istio",
        "ingressService": "istio-ingressgateway",
        "ingressControllerMode": "STRICT",
        "enableTracing": True,
        "outboundTrafficPolicy": {"mode": "ALLOW_ANY"},
        "enableAutoMtls": True,
        "trustDomain": "cluster.local",
        "defaultServiceExportTo": ["*"],
        "defaultVirtualServiceExportTo": ["*"],
        "defaultDestinationRuleExportTo": ["*"],
        "rootNamespace": "istio-system",
        "localityLbSetting": {"enabled": True},
        "dnsRefreshRate": "5s",
        "thriftConfig": {},
        "defaultConfig": {
            "configPath": "./etc/istio/proxy",
            "binaryPath": "/usr/local/bin/envoy",
            "serviceCluster": "istio-proxy",
            "drainDuration": "45s",
            "parentShutdownDuration": "60s",
            "discoveryAddress": "istiod.istio-system.svc:15012",
            "proxyAdminPort": 15000,
            "controlPlaneAuthPolicy": "MUTUAL_TLS",
            "statNameLength": 189,
            "concurrency": 2,
            "tracing": {"zipkin": {"address": "zipkin.istio-system:9411"}},
            "statusPort": 15020,
            "terminationDrainDuration": "5s",
        },
    }


def test_the_current_release_has_its_own_defaults() -> None:
    mesh = mesh_of("1.30")

    assert mesh["proxyInboundListenPort"] == 15006
    assert mesh["enablePrometheusMerge"] is True
    assert mesh["inboundTrafficPolicy"] == {}
    assert mesh["dnsRefreshRate"] == "60s"
    assert mesh["defaultProviders"] == {}
    assert [one["name"] for one in mesh["extensionProviders"]] == [
        "prometheus",
        "stackdriver",
        "envoy",
    ]
    assert mesh["defaultConfig"] == {
        "configPath": "./etc/istio/proxy",
        "binaryPath": "/usr/local/bin/envoy",
        "serviceCluster": "istio-proxy",
        "drainDuration": "45s",
        "discoveryAddress": "istiod.istio-system.svc:15012",
        "proxyAdminPort": 15000,
        "controlPlaneAuthPolicy": "MUTUAL_TLS",
        "statNameLength": 189,
        "statusPort": 15020,
        "terminationDrainDuration": "5s",
    }


@pytest.mark.parametrize("each", EVERY, ids=str)
def test_every_release_knows_the_fields_of_its_defaults(each: Release) -> None:
    mesh = mesh_defaults.mesh(each)

    assert set(mesh) <= {field.name for field in fields("MeshConfig", each)}
    assert set(mesh["defaultConfig"]) <= {
        field.name for field in fields("ProxyConfig", each)
    }
    assert effective([mesh], each) == effective([], each)


def test_the_result_shares_nothing_with_anything() -> None:
    layer = {"serviceSettings": [{"hosts": ["a"]}]}
    first = effective([layer], CURRENT)

    first["serviceSettings"][0]["hosts"].append("b")
    first["defaultConfig"]["configPath"] = "x"
    first["outboundTrafficPolicy"]["mode"] = "x"

    assert layer == {"serviceSettings": [{"hosts": ["a"]}]}
    assert effective([], CURRENT)["outboundTrafficPolicy"] == {"mode": "ALLOW_ANY"}
    assert effective([], CURRENT)["defaultConfig"]["configPath"] != "x"


# The types


def test_every_message_and_enum_that_a_field_names_is_there() -> None:
    assert len(MESSAGES) > 20
    for message in MESSAGES:
        for field in {field for each in EVERY for field in fields(message, each)}:
            if field.kind == "message":
                assert field.of in MESSAGES
            elif field.kind == "enum":
                assert field.of in ENUMS
            else:
                assert field.kind in {
                    *WRAPPERS,
                    *("string", "bool", "int32", "uint32", "double"),
                    *("Duration", "Struct"),
                }


@pytest.mark.parametrize("each", EVERY, ids=str)
def test_no_release_has_a_field_twice(each: Release) -> None:
    for message in MESSAGES:
        names = [field.name for field in fields(message, each)]
        assert len(names) == len(set(names))


# Laying a text over it


def test_fields_of_the_layer_replace_whole() -> None:
    mesh = mesh_of("1.30", {"outboundTrafficPolicy": {}, "trustDomain": "td"})

    assert mesh["outboundTrafficPolicy"] == {}
    assert mesh["trustDomain"] == "td"
    assert mesh["rootNamespace"] == "istio-system"


def test_layers_lie_over_one_another() -> None:
    mesh = mesh_of(
        "1.30",
        {"trustDomain": "a", "defaultConfig": {"concurrency": 1}},
        {"trustDomain": "b", "defaultConfig": {"statusPort": 1}},
    )

    assert mesh["trustDomain"] == "b"
    assert mesh["defaultConfig"]["concurrency"] == 1
    assert mesh["defaultConfig"]["statusPort"] == 1


def test_both_spellings_of_a_name_are_read() -> None:
    mesh = mesh_of(
        "1.30",
        {
            "trust_domain": "td",
            "default_config": {
                "proxy_admin_port": 1,
                "tracing": {"max_path_tag_length": 9},
            },
        },
    )

    assert mesh["trustDomain"] == "td"
    assert mesh["defaultConfig"]["proxyAdminPort"] == 1
    assert mesh["defaultConfig"]["tracing"] == {"maxPathTagLength": 9}


def test_camel_case_wins_over_snake_case() -> None:
    assert (
        mesh_of("1.30", {"trust_domain": "a", "trustDomain": "b"})["trustDomain"] == "b"
    )


def test_unknown_fields_are_ignored_and_null_leaves_the_value() -> None:
    layer = {
        "nope": 1,
        "trustDomain": None,
        "defaultConfig": None,
        "tcpKeepalive": None,
    }

    assert mesh_of("1.30", layer) == mesh_of("1.30")


def test_fields_that_the_release_does_not_know_yet_are_ignored() -> None:
    layer = {"defaultConfig": {"image": {"imageType": "debug"}}}

    assert mesh_of("1.11", layer) == mesh_of("1.11")
    assert mesh_of("1.12", layer)["defaultConfig"]["image"] == {"imageType": "debug"}


def test_fields_that_are_gone_are_ignored() -> None:
    layer = {"defaultConfig": {"parentShutdownDuration": "99s"}}

    assert mesh_of("1.16", layer)["defaultConfig"]["parentShutdownDuration"] == "99s"
    assert mesh_of("1.17", layer) == mesh_of("1.17")


def test_a_zero_takes_the_value_away() -> None:
    mesh = mesh_of("1.30", {"enableTracing": False, "ingressControllerMode": 0})

    assert "enableTracing" not in mesh
    assert "ingressControllerMode" not in mesh


def test_zeros_inside_a_message_say_nothing() -> None:
    tags = {"a": {"header": {"name": "h", "defaultValue": ""}}}
    layer = {"tracing": {"sampling": 0, "maxPathTagLength": 1, "customTags": tags}}

    proxy = mesh_of("1.30", {"defaultConfig": layer})["defaultConfig"]

    assert proxy["tracing"] == {
        "maxPathTagLength": 1,
        "customTags": {"a": {"header": {"name": "h"}}},
    }


def test_wrapped_zeros_and_empty_messages_stay() -> None:
    mesh = mesh_of(
        "1.30",
        {"enableAutoMtls": False, "defaultConfig": {"concurrency": 0, "tracing": {}}},
    )

    assert mesh["enableAutoMtls"] is False
    assert mesh["defaultConfig"]["concurrency"] == 0
    assert mesh["defaultConfig"]["tracing"] == {}


@pytest.mark.parametrize(("text", "lost"), [("1.6", True), ("1.7", False)])
def test_a_zero_in_the_default_config_is_lost_before_1_7(
    text: str, *, lost: bool
) -> None:
    proxy = mesh_of(text, {"defaultConfig": {"statusPort": 0}})["defaultConfig"]

    assert proxy.get("statusPort") == (15020 if lost else None)


@pytest.mark.parametrize(
    ("annotation", "first"),
    [
        ("holdApplicationUntilProxyStarts: true", "1.8"),
        ("readinessProbe: {initialDelaySeconds: 5}", "1.8"),
        ("proxyStatsMatcher: {inclusionPrefixes: [a]}", "1.8"),
        ("terminationDrainDuration: 9s", "1.7"),
        ("meshId: m", "1.7"),
        ("tracing: {openCensusAgent: {address: 'a:1'}}", "1.7"),
        ("gatewayTopology: {numTrustedProxies: 2}", "1.6"),
        ("tracing: {sampling: 5}", "1.6"),
    ],
)
def test_fields_that_a_release_does_not_know_are_dropped(
    annotation: str, first: str
) -> None:
    name, value = next(iter(yaml.safe_load(annotation).items()))
    known = [one for one in ("1.6.1", "1.7", "1.8") if release(one).reached(first)]

    found = [
        one
        for one in ("1.6.1", "1.7", "1.8")
        if proxy_of(one, annotation).get(name) == value
    ]

    assert found == known


def test_a_zero_in_the_annotation_of_1_6_counts() -> None:
    proxy = proxy_of("1.6.1", "{concurrency: 0, statusPort: 0}", concurrency=4)

    assert "concurrency" not in proxy
    assert "statusPort" not in proxy


@pytest.mark.parametrize(("text", "wrapped"), [("1.6.14", False), ("1.7.0", True)])
def test_concurrency_is_a_plain_number_before_1_7(text: str, *, wrapped: bool) -> None:
    proxy = proxy_of(text, "concurrency: 0")

    assert proxy.get("concurrency", "unset") == (0 if wrapped else "unset")


def test_messages_lists_and_maps_in_the_default_config_replace() -> None:
    first = {
        "tracing": {"sampling": 1.5, "zipkin": {"address": "a:1"}},
        "extraStatTags": ["a"],
        "runtimeValues": {"a": "1"},
    }
    second = {
        "tracing": {"zipkin": {"address": "b:1"}},
        "extraStatTags": ["b"],
        "runtimeValues": {"b": "2"},
    }

    mesh = mesh_of("1.30", {"defaultConfig": first}, {"defaultConfig": second})

    assert mesh["defaultConfig"] | second == mesh["defaultConfig"]


@pytest.mark.parametrize(
    ("text", "metadata"),
    [("1.10.2", {"B": "2"}), ("1.10.3", {"A": "1", "B": "2"})],
)
def test_proxy_metadata_merges_by_key_since_1_10_3(
    text: str, metadata: dict[str, str]
) -> None:
    mesh = mesh_of(
        text,
        {"defaultConfig": {"proxyMetadata": {"A": "1"}}},
        {"defaultConfig": {"proxyMetadata": {"B": "2"}}},
    )

    assert mesh["defaultConfig"]["proxyMetadata"] == metadata


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("1.19.0", {"requestId": {"disabled": True}}),
        ("1.19.1", {"server": {"value": "x"}, "requestId": {"disabled": True}}),
    ],
)
def test_proxy_headers_merge_by_field_since_1_19_1(
    text: str, headers: dict[str, Any]
) -> None:
    mesh = mesh_of(
        text,
        {"defaultConfig": {"proxyHeaders": {"server": {"value": "x"}}}},
        {"defaultConfig": {"proxyHeaders": {"requestId": {"disabled": True}}}},
    )

    assert mesh["defaultConfig"]["proxyHeaders"] == headers


def test_default_providers_merge_by_field_since_1_11() -> None:
    layer = {"defaultProviders": {"metrics": ["prometheus"]}}

    assert mesh_of("1.11", layer)["defaultProviders"] == {
        "accessLogging": ["envoy"],
        "metrics": ["prometheus"],
    }


def test_extension_providers_merge_by_name_since_1_11() -> None:
    mine = {"name": "envoy", "envoyFileAccessLog": {"path": "/log"}}
    other = {"name": "otel", "opentelemetry": {"service": "s", "port": 4317}}

    mesh = mesh_of("1.12", {"extensionProviders": [mine, other]})

    assert mesh["extensionProviders"] == [
        {"name": "prometheus", "prometheus": {}},
        {"name": "stackdriver", "stackdriver": {}},
        mine,
        other,
    ]


def test_extension_providers_are_unknown_before_1_11() -> None:
    assert mesh_of("1.10", {"extensionProviders": [{"name": "a"}]}) == mesh_of("1.10")


@pytest.mark.parametrize(
    ("text", "aliases"), [("1.11", ["b"]), ("1.12", ["a", "b", "c"])]
)
def test_trust_domain_aliases_unite_since_1_12(text: str, aliases: list[str]) -> None:
    mesh = mesh_of(
        text, {"trustDomainAliases": ["c", "a"]}, {"trustDomainAliases": ["b"]}
    )

    assert mesh["trustDomainAliases"] == aliases


def test_of_fields_that_exclude_one_another_the_layer_wins() -> None:
    mesh = mesh_of(
        "1.30", {"defaultConfig": {"tracingServiceName": "APP_LABEL_AND_NAMESPACE"}}
    )

    assert mesh["defaultConfig"]["tracingServiceName"] == "APP_LABEL_AND_NAMESPACE"
    assert "serviceCluster" not in mesh["defaultConfig"]


def test_of_fields_that_exclude_one_another_in_one_text_the_last_declared_wins() -> (
    None
):
    layer = {"tracingServiceName": "CANONICAL_NAME_ONLY", "serviceCluster": "x"}

    proxy = mesh_of("1.30", {"defaultConfig": layer})["defaultConfig"]

    assert proxy["tracingServiceName"] == "CANONICAL_NAME_ONLY"
    assert "serviceCluster" not in proxy


# Values and their types


@pytest.mark.parametrize(
    ("layer", "read"),
    [
        ({"connectTimeout": "1.000s"}, "1s"),
        ({"connectTimeout": "20ms"}, "0.020s"),
        ({"accessLogEncoding": 1}, "JSON"),
        ({"accessLogEncoding": "JSON"}, "JSON"),
        ({"accessLogEncoding": 77}, 77),
        ({"proxyHttpPort": 80}, 80),
        ({"proxyHttpPort": 80.0}, 80),
        ({"proxyHttpPort": "80"}, 80),
        ({"enablePrometheusMerge": True}, True),
        ({"trustDomainAliases": ["a", None]}, ["", "a"]),
        ({"localityLbSetting": {"distribute": [{"to": {"a": None}}]}}, None),
        ({"configSources": [{"subscribedResources": [None]}]}, None),
    ],
)
def test_values_are_normalised(layer: dict[str, Any], read: Any) -> None:
    mesh = mesh_of("1.30", layer)

    name = next(iter(layer))
    expected = {
        "localityLbSetting": {"distribute": [{"to": {"a": 0}}]},
        "configSources": [{"subscribedResources": ["SERVICE_REGISTRY"]}],
    }.get(name, read)
    assert mesh[name] == expected


def test_numbers_of_64_bits_are_text_and_free_mappings_stay() -> None:
    provider = {
        "name": "x",
        "stackdriver": {"maxNumberOfAttributes": 200},
    }
    labelled = {
        "name": "y",
        "envoyFileAccessLog": {"logFormat": {"labels": {"a": [1, None]}}},
    }

    mesh = mesh_of("1.30", {"extensionProviders": [provider, labelled]})

    assert mesh["extensionProviders"][3]["stackdriver"] == {
        "maxNumberOfAttributes": "200"
    }
    assert mesh["extensionProviders"][4] == labelled


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ([], "mesh: is a list, want a mapping"),
        ({"trustDomain": 1}, "mesh.trustDomain: is 1, want text"),
        ({"enableTracing": "yes"}, "mesh.enableTracing: is 'yes', want true or false"),
        (
            {"connectTimeout": "10"},
            "mesh.connectTimeout: is '10', want a duration such as '45s'",
        ),
        (
            {"connectTimeout": 10},
            "mesh.connectTimeout: is 10, want a duration such as '45s'",
        ),
        (
            {"accessLogEncoding": "XML"},
            "mesh.accessLogEncoding: is 'XML', want one of JSON, TEXT",
        ),
        (
            {"accessLogEncoding": True},
            "mesh.accessLogEncoding: is true, want one of JSON, TEXT",
        ),
        ({"proxyListenPort": 1.5}, "mesh.proxyListenPort: is 1.5, want a whole number"),
        (
            {"proxyListenPort": "0x1"},
            "mesh.proxyListenPort: is '0x1', want a whole number",
        ),
        (
            {"proxyListenPort": True},
            "mesh.proxyListenPort: is true, want a whole number",
        ),
        (
            {"proxyListenPort": 2**31},
            (
                "mesh.proxyListenPort: is 2147483648, want a number from -2147483648 to"
                " 2147483647"
            ),
        ),
        ({"trustDomainAliases": "a"}, "mesh.trustDomainAliases: is 'a', want a list"),
        (
            {"trustDomainAliases": ["a", 1]},
            "mesh.trustDomainAliases[1]: is 1, want text",
        ),
        (
            {"defaultConfig": {"proxyMetadata": []}},
            "mesh.defaultConfig.proxyMetadata: is a list, want a mapping",
        ),
        (
            {"defaultConfig": {"proxyMetadata": {"A": 1}}},
            "mesh.defaultConfig.proxyMetadata.A: is 1, want text",
        ),
        (
            {"defaultConfig": {"concurrency": "two"}},
            "mesh.defaultConfig.concurrency: is 'two', want a whole number",
        ),
        (
            {"defaultConfig": {"tracing": {"sampling": "much"}}},
            "mesh.defaultConfig.tracing.sampling: is 'much', want a number",
        ),
        (
            {"defaultConfig": {"tracing": {"sampling": True}}},
            "mesh.defaultConfig.tracing.sampling: is true, want a number",
        ),
        (
            {"defaultConfig": {"tracing": {"sampling": "1e999"}}},
            "mesh.defaultConfig.tracing.sampling: is '1e999', want a finite number",
        ),
        ({"defaultConfig": "x"}, "mesh.defaultConfig: is 'x', want a mapping"),
        (
            {
                "extensionProviders": [
                    {"envoyFileAccessLog": {"logFormat": {"labels": 1}}}
                ]
            },
            (
                "mesh.extensionProviders[0].envoyFileAccessLog.logFormat.labels: is 1,"
                " want a mapping"
            ),
        ),
    ],
)
def test_a_wrong_type_is_a_problem_with_its_path(layer: Any, message: str) -> None:
    assert problems_of(layer) == message


def test_every_problem_of_every_layer_is_reported() -> None:
    with pytest.raises(ConfigError) as raised:
        effective(
            [{"trustDomain": 1, "enableTracing": 2}, {"rootNamespace": 3}], CURRENT
        )

    assert [problem.path for problem in raised.value.problems] == [
        "mesh.enableTracing",
        "mesh.trustDomain",
        "mesh.rootNamespace",
    ]


def test_numbers_may_be_text() -> None:
    proxy = mesh_of("1.30", {"defaultConfig": {"tracing": {"sampling": "12.5"}}})

    assert proxy["defaultConfig"]["tracing"] == {"sampling": 12.5}


# A pod's own


@pytest.mark.parametrize("each", EVERY, ids=str)
def test_without_an_annotation_the_pod_has_the_mesh_s(each: Release) -> None:
    mesh = effective([], each)

    proxy = proxy_config(mesh, None, each)

    assert proxy == mesh["defaultConfig"]
    assert proxy is not mesh["defaultConfig"]


@pytest.mark.parametrize("text", ["", " ", "# nothing", "null", "{}", "nope: 1"])
def test_an_annotation_may_say_nothing(text: str) -> None:
    assert proxy_of("1.30", text) == mesh_of("1.30")["defaultConfig"]


def test_before_1_6_there_is_no_annotation() -> None:
    assert proxy_of("1.5", "concurrency: 4") == mesh_of("1.5")["defaultConfig"]


def test_the_annotation_lies_over_the_mesh() -> None:
    proxy = proxy_of("1.30", "concurrency: 4", statusPort=15099)

    assert proxy["concurrency"] == 4
    assert proxy["statusPort"] == 15099


@pytest.mark.parametrize(
    ("text", "zero", "tracing", "tags", "values", "hold", "concurrency"),
    [
        # As the mesh's own text: explicit zeros win, everything replaces.
        ("1.12", None, {"sampling": 5}, ["b"], {}, False, 0),
        # As messages: zeros lose, messages merge, lists are appended.
        (
            "1.16.3",
            189,
            {"zipkin": {"address": "z:1"}, "sampling": 5},
            ["a", "b"],
            {"a": "1", "b": "2"},
            True,
            0,
        ),
        # As JSON: zeros lose, all else replaces, wrapped zeros win.
        ("1.16.4", 189, {"sampling": 5}, ["b"], {"b": "2"}, False, 0),
        ("1.30", 189, {"sampling": 5}, ["b"], {"b": "2"}, False, 0),
    ],
)
def test_each_generation_lays_it_over_in_its_way(  # noqa: PLR0913 - one table
    text: str,
    zero: int | None,
    tracing: dict[str, Any],
    tags: list[str],
    values: dict[str, str],
    *,
    hold: bool,
    concurrency: int,
) -> None:
    annotation = (
        "{statNameLength: 0, tracing: {sampling: 5}, extraStatTags: [b],"
        " concurrency: 0, runtimeValues: {b: '2'}, proxyMetadata: {B: '2'},"
        " holdApplicationUntilProxyStarts: false}"
    )

    proxy = proxy_of(
        text,
        annotation,
        tracing={"zipkin": {"address": "z:1"}},
        extraStatTags=["a"],
        runtimeValues={"a": "1"},
        proxyMetadata={"A": "1"},
        holdApplicationUntilProxyStarts=True,
        concurrency=3,
    )

    assert proxy.get("statNameLength") == zero
    assert proxy["tracing"] == tracing
    assert proxy["extraStatTags"] == tags
    assert proxy.get("runtimeValues", {}) == values
    assert proxy["proxyMetadata"] == {"A": "1", "B": "2"}
    assert proxy["holdApplicationUntilProxyStarts"] is hold
    assert proxy["concurrency"] == concurrency


@pytest.mark.parametrize(
    ("text", "duration"), [("1.12", "0.500s"), ("1.13", "45.500s"), ("1.17", "0.500s")]
)
def test_merged_messages_merge_even_durations(text: str, duration: str) -> None:
    proxy = proxy_of(
        text, "terminationDrainDuration: 0.5s", terminationDrainDuration="45s"
    )

    assert proxy["terminationDrainDuration"] == duration


def test_merged_messages_drop_what_a_field_excludes() -> None:
    proxy = proxy_of("1.13", "tracingServiceName: CANONICAL_NAME_ONLY")

    assert "serviceCluster" not in proxy
    assert proxy["tracingServiceName"] == "CANONICAL_NAME_ONLY"


def test_merged_messages_know_what_only_one_of_both_has() -> None:
    proxy = proxy_of("1.13", "meshId: m\nextraStatTags: []\nstatusPort: 1")

    assert proxy["meshId"] == "m"
    assert "extraStatTags" not in proxy
    assert proxy["statusPort"] == 1


@pytest.mark.parametrize(
    ("text", "stays"), [("1.12", False), ("1.13", True), ("1.30", True)]
)
def test_an_empty_list_takes_the_mesh_s_away_up_to_1_12(
    text: str, *, stays: bool
) -> None:
    proxy = proxy_of(text, "extraStatTags: []", extraStatTags=["a"])

    assert proxy["extraStatTags"] == (["a"] if stays else [])


def test_yaml_is_read_as_istio_reads_it() -> None:
    with pytest.raises(PodError) as raised:
        proxy_of("1.30", "extraStatTags: [x, y]")

    assert str(raised.value) == (
        f"annotation {CONFIG}: extraStatTags[1] is true, want text"
    )


NO_MAPPING = "mapping values are not allowed in this context"
HEX = f"0x{'f' * 4000}"
DIGITS = "9" * 5000
LEAST, MOST = -(2**31), 2**31 - 1


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        ("concurrency: two", "concurrency is 'two', want a whole number"),
        (
            "concurrency: '4294967296'",
            "concurrency is '4294967296', want a number from -2147483648 to 2147483647",
        ),
        (
            "tracing: {sampling: '1e999'}",
            "tracing.sampling is '1e999', want a finite number",
        ),
        ("[]", "it is a list, want a mapping"),
        ("80", "it is 80, want a mapping"),
        ("{", "its YAML: line 2: did not find expected node content"),
        ("\ud800", "its YAML: it holds '\\ud800'"),
        ("a: &b c: d", f"its YAML: line 1: {NO_MAPPING}"),
        ("\nconcurrency: .inf", "its YAML: line 2: .inf is no number that JSON has"),
        (f"concurrency: {HEX}", f"concurrency is '{HEX[:60]}'..., want a whole number"),
        ("concurrency: '1e400'", "concurrency is '1e400', want a whole number"),
        (
            f"concurrency: '{DIGITS}'",
            f"concurrency is {DIGITS[:60]!r}..., want a number from {LEAST} to {MOST}",
        ),
        (
            "a: &a {b: &b {}, c: *b}\nd: *d",
            "its YAML: line 2: no anchor has the name 'd'",
        ),
        (bomb(8, 7), "its YAML: line 4: aliases repeat 4,421 values, nearly all"),
    ],
)
def test_a_bad_annotation_is_the_author_s_fault(annotation: str, problem: str) -> None:
    with pytest.raises(PodError) as raised:
        proxy_of("1.30", annotation)

    said = f"annotation {CONFIG}: {problem}"
    assert str(raised.value) == said


def test_an_annotation_that_is_no_text_is_the_author_s_fault() -> None:
    with pytest.raises(PodError) as raised:
        proxy_config(mesh_of("1.30"), 5, CURRENT)

    assert str(raised.value) == (f"annotation {CONFIG}: it is no text")


# PROXY_CONFIG


def text_of(release_text: str, **proxy: Any) -> str:
    return proxy_config_json(proxy, release(release_text))


@pytest.mark.parametrize("each", [Release(1, minor) for minor in range(6, 32)], ids=str)
def test_the_defaults_of_a_release_are_not_printed(each: Release) -> None:
    text = proxy_config_json(effective([], each)["defaultConfig"], each)

    # The agent of 1.6 does not know what the control plane has.
    assert text == "{}"


def test_up_to_1_5_all_that_is_set_is_printed() -> None:
    mesh = mesh_of("1.5")

    text = proxy_config_json(mesh["defaultConfig"], release("1.5"))

    assert text == (
        '{"configPath":"/etc/istio/proxy","binaryPath":"/usr/local/bin/envoy",'
        '"serviceCluster":"istio-proxy","drainDuration":"45s",'
        '"parentShutdownDuration":"60s","discoveryAddress":"istio-pilot:15010",'
        '"connectTimeout":"1s","proxyAdminPort":15000,"statNameLength":189,'
        '"envoyAccessLogService":{},"envoyMetricsService":{}}'
    )


def test_what_differs_from_the_release_s_default_is_printed() -> None:
    proxy = proxy_of(
        "1.30",
        "{statusPort: 15099, tracing: {zipkin: {address: 'zipkin.istio-system:9411'}}}",
    )

    text = proxy_config_json(proxy, CURRENT)

    assert text == (
        '{"tracing":{"zipkin":{"address":"zipkin.istio-system:9411"}},"statusPort":15099}'
    )


def test_the_usual_zipkin_is_hidden_up_to_1_21() -> None:
    tracing = {"zipkin": {"address": "zipkin.istio-system:9411"}}

    assert text_of("1.21", tracing=tracing) == "{}"
    assert text_of("1.22", tracing=tracing) != "{}"


def test_fields_stand_in_their_order_at_any_depth_and_maps_are_sorted() -> None:
    text = text_of(
        "1.30",
        proxyMetadata={"B": "<2>", "A": "1"},
        tracing={
            "sampling": 1.5,
            "customTags": {"b": {"literal": {"value": "x"}}, "a": {}},
            "zipkin": {"address": "z:1"},
        },
        meshId="m",
        readinessProbe={"httpGet": {"httpHeaders": [{"value": "v", "name": "n"}]}},
        concurrency=0,
    )

    assert text == (
        '{"concurrency":0,"tracing":{"zipkin":{"address":"z:1"},"customTags":{"a":{},'
        '"b":{"literal":{"value":"x"}}},"sampling":1.5},'
        '"proxyMetadata":{"A":"1","B":"\\u003c2\\u003e"},"meshId":"m",'
        '"readinessProbe":{"httpGet":{"httpHeaders":[{"name":"n","value":"v"}]}}}'
    )


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1.8", '{"proxyMetadata":{},"extraStatTags":[]}'),
        ("1.9", '{"extraStatTags":[]}'),
        ("1.12", '{"extraStatTags":[]}'),
        ("1.13", "{}"),
    ],
)
def test_empty_lists_and_maps_are_printed_by_old_releases(
    text: str, printed: str
) -> None:
    assert text_of(text, proxyMetadata={}, extraStatTags=[]) == printed


def test_zeros_are_not_printed() -> None:
    assert text_of("1.30", meshId="", interceptionMode="REDIRECT") == "{}"


def test_the_policy_default_is_printed_by_1_6_only() -> None:
    assert text_of("1.6", controlPlaneAuthPolicy="MUTUAL_TLS") != "{}"
    assert text_of("1.7", controlPlaneAuthPolicy="MUTUAL_TLS") == "{}"
    assert text_of("1.7", terminationDrainDuration="5s") == "{}"


# Laws


@given(
    st.dictionaries(
        st.sampled_from(
            ["statusPort", "meshId", "concurrency", "proxyMetadata", "nope"]
        ),
        st.sampled_from([0, 1, "", "2", None, True, {}, {"a": "b"}, []]),
    ),
    st.sampled_from(EVERY),
)
def test_an_annotation_is_either_refused_or_merged_into_what_can_be_printed(
    annotation: dict[str, Any], each: Release
) -> None:
    mesh = effective([], each)

    try:
        proxy = proxy_config(mesh, json.dumps(annotation), each)
    except PodError:
        return

    printed = json.loads(proxy_config_json(proxy, each))
    assert {**proxy, **printed} == proxy
    assert effective([{"defaultConfig": proxy}], each)["defaultConfig"] is not None


# The recorded pods


def recorded() -> Iterator[Any]:
    for minor in ("1.10", "1.20", "1.26", "1.30"):
        for exchange in istio_cases.exchanges(minor):
            if exchange.patched and not exchange.denied:
                yield exchange


def printed_in(pod: Any) -> list[str]:
    """Return each PROXY_CONFIG of a pod, without the line break of the template."""
    return [
        variable["value"].removesuffix("\n")
        for group in ("initContainers", "containers")
        for container in pod["spec"].get(group) or []
        for variable in container.get("env") or []
        if variable["name"] == "PROXY_CONFIG"
    ]


def test_every_recorded_pod_has_our_proxy_config() -> None:
    shared_data.istio_folder()
    count = 0
    for exchange in recorded():
        each = release(exchange.setting.release)
        mesh = effective([yaml.safe_load(exchange.setting.texts["mesh"])], each)
        metadata = exchange.request["request"]["object"]["metadata"]
        annotation = (metadata.get("annotations") or {}).get(CONFIG)
        for text in printed_in(exchange.patched):
            count += 1
            proxy = proxy_config(mesh, annotation, each)
            assert proxy_config_json(proxy, each) == text, exchange.name

    assert count > 900
