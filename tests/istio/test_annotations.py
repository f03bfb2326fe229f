"""Which annotation values are refused, with what words, in which release."""

import json

import pytest
import shared_data
from hypothesis import given
from hypothesis import strategies as st

from injector.base.errors import PodError
from injector.istio.mesh import proxy_rules
from injector.istio.pod.annotations import check, known
from injector.releases.release import CURRENT, Release

CONFIG = "proxy.istio.io/config"
TRAFFIC = "traffic.sidecar.istio.io"
STATUS_PORT = "status.sidecar.istio.io/port"
PORTS = "ports from 0 to 65535 with commas between them"
RANGES = "IP ranges such as 10.0.0.0/8 with commas and no spaces"


def refusal(name: str, value: object, text: str = "1.30") -> str | None:
    """Return what is said about a value, None if it is fine."""
    try:
        check({name: value}, Release.parse(text))
    except PodError as e:
        return str(e)
    return None


def wanted(name: str, value: object, text: str = "1.30") -> str | None:
    """Return what is said of the value."""
    said = refusal(name, value, text)
    return said and said.removeprefix(f"annotation {name}: ")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("sidecar.istio.io/interceptionMode", ["REDIRECT", "TPROXY", "NONE"]),
        (STATUS_PORT, ["0", "65535", " 80 ", "01"]),
        ("readiness.status.sidecar.istio.io/periodSeconds", ["0", "4294967295"]),
        (f"{TRAFFIC}/includeOutboundIPRanges", ["", "*", "10.0.0.1/8", "::/0"]),
        (f"{TRAFFIC}/excludeOutboundIPRanges", ["", "10.0.0.0/8,fd00::/8"]),
        (f"{TRAFFIC}/includeInboundPorts", ["", " ", "*", "80", "80, 8080 "]),
        (f"{TRAFFIC}/excludeInboundPorts", ["", " ", "80", "80, 8080 "]),
        ("prometheus.istio.io/merge-metrics", ["1", "t", "TRUE", "False", "0"]),
        ("sidecar.istio.io/proxyCPU", ["100m", ".5", "1.", "T", "1e3", "-1", "1Ki"]),
        (f"{TRAFFIC}/excludeInterfaces", ["", "eth0, net_1.2-a", "a23456789012345"]),
        (CONFIG, ["", "{}", "concurrency: 2", "nope: 1"]),
        ("other", ["anything"]),
    ],
)
def test_good_values_pass(name: str, values: list[str]) -> None:
    assert [refusal(name, value) for value in values] == [None] * len(values)


@pytest.mark.parametrize(
    ("name", "value", "wrong", "sentence"),
    [
        (
            "sidecar.istio.io/interceptionMode",
            "tproxy",
            "tproxy",
            "one of REDIRECT, TPROXY, NONE",
        ),
        (STATUS_PORT, "65536", "65536", "a port from 0 to 65535"),
        (STATUS_PORT, "", "", "a port from 0 to 65535"),
        (STATUS_PORT, "+1", "+1", "a port from 0 to 65535"),
        (STATUS_PORT, "\u0661", "\u0661", "a port from 0 to 65535"),
        (
            "readiness.status.sidecar.istio.io/periodSeconds",
            "4294967296",
            "4294967296",
            "a whole number from 0 to 4294967295",
        ),
        (
            "readiness.status.sidecar.istio.io/periodSeconds",
            " 1",
            " 1",
            "a whole number from 0 to 4294967295",
        ),
        (f"{TRAFFIC}/includeOutboundIPRanges", "*,::/0", "*", f"* or {RANGES}"),
        (f"{TRAFFIC}/excludeOutboundIPRanges", "*", "*", RANGES),
        (f"{TRAFFIC}/excludeOutboundIPRanges", "10.0.0.0", "10.0.0.0", RANGES),
        (f"{TRAFFIC}/excludeOutboundIPRanges", "10.0.0.0/33", "10.0.0.0/33", RANGES),
        (f"{TRAFFIC}/excludeOutboundIPRanges", "10.0.0.0/8, ::/0", " ::/0", RANGES),
        (f"{TRAFFIC}/excludeOutboundIPRanges", "010.0.0.0/8", "010.0.0.0/8", RANGES),
        (
            f"{TRAFFIC}/excludeOutboundIPRanges",
            "fe80::1%eth0/64",
            "fe80::1%eth0/64",
            RANGES,
        ),
        (f"{TRAFFIC}/excludeOutboundIPRanges", "10.0.0.0/08", "10.0.0.0/08", RANGES),
        (f"{TRAFFIC}/includeInboundPorts", "80,", "", f"* or {PORTS}"),
        (f"{TRAFFIC}/excludeInboundPorts", "*", "*", PORTS),
        ("prometheus.istio.io/merge-metrics", "yes", "yes", "true or false"),
        ("sidecar.istio.io/proxyCPU", "", "", "a quantity such as 100m or 128Mi"),
        (
            "sidecar.istio.io/proxyCPU",
            "1 Gi",
            "1 Gi",
            "a quantity such as 100m or 128Mi",
        ),
        ("sidecar.istio.io/proxyCPU", "1\n", "1\n", "a quantity such as 100m or 128Mi"),
        (
            f"{TRAFFIC}/excludeInterfaces",
            "0eth",
            "0eth",
            "names of network interfaces with commas between them",
        ),
        (
            f"{TRAFFIC}/excludeInterfaces",
            "a234567890123456",
            "a234567890123456",
            "names of network interfaces with commas between them",
        ),
        (STATUS_PORT, 80, 80, "text"),
        (
            f"{TRAFFIC}/excludeInboundPorts",
            "1," * 5000 + "x" + ",2" * 5000,
            "x",
            PORTS,
        ),
    ],
)
def test_bad_values_are_named_quoted_and_answered(
    name: str, value: object, wrong: object, sentence: str
) -> None:
    told = f"want {sentence}, not {wrong!r}"
    assert refusal(name, value) == f"annotation {name}: {told}"


def test_a_long_value_is_cut() -> None:
    value = "9" * 5000

    told = refusal("readiness.status.sidecar.istio.io/initialDelaySeconds", value)

    assert told == (
        "annotation readiness.status.sidecar.istio.io/initialDelaySeconds: want a whole"
        f" number from 0 to 4294967295, not '{'9' * 60}'..."
    )


def test_a_number_may_have_zeros_before_it() -> None:
    assert refusal(STATUS_PORT, "0" * 5000 + "80") is None
    ranges = f"{TRAFFIC}/excludeOutboundIPRanges"
    assert refusal(ranges, "10.0.0.0/" + "9" * 5000) is not None


def test_the_problems_of_a_proxy_config_are_told_first_and_in_part() -> None:
    value = "extraStatTags: [" + "1, " * 5000 + "]\n" + "x: y\n" * 5

    told = refusal(CONFIG, value) or ""

    assert told.startswith(f"annotation {CONFIG}: extraStatTags[0] is 1, want text; ")
    assert told.endswith("; extraStatTags[4] is 1, want text; and 4995 more")
    assert refusal(CONFIG, "80") == f"annotation {CONFIG}: it is 80, want a mapping"


def test_each_bad_annotation_has_its_sentence() -> None:
    with pytest.raises(PodError) as raised:
        check(
            {"other": "x", f"{TRAFFIC}/excludeInboundPorts": "a", STATUS_PORT: "b"},
            CURRENT,
        )

    assert str(raised.value) == (
        f"annotation {STATUS_PORT}: want a port from 0 to 65535, not 'b';"
        f" annotation {TRAFFIC}/excludeInboundPorts: want {PORTS}, not 'a'"
    )


@pytest.mark.parametrize(
    ("name", "value", "checked", "unchecked"),
    [
        ("sidecar.istio.io/interceptionMode", "NONE", ["1.0"], ["1.1"]),
        (STATUS_PORT, "x", ["1.0.3"], ["1.0.2"]),
        (
            "readiness.status.sidecar.istio.io/applicationPorts",
            "x",
            ["1.0.3", "1.4"],
            ["1.0.2", "1.5"],
        ),
        (f"{TRAFFIC}/excludeOutboundPorts", "x", ["1.2"], ["1.1"]),
        (f"{TRAFFIC}/excludeOutboundIPRanges", "10.0.0.0/08", ["1.16"], ["1.15"]),
        ("sidecar.istio.io/enableCoreDump", "x", ["1.5", "1.24"], ["1.4", "1.25"]),
        ("prometheus.istio.io/merge-metrics", "x", ["1.6"], ["1.5"]),
        ("istio.io/proxyConfig", "x", ["1.6.0"], ["1.5", "1.6.1"]),
        (CONFIG, "x", ["1.6.1"], ["1.6.0"]),
        (
            "sidecar.istio.io/proxyMemoryLimit",
            "x",
            ["1.27.6", "1.28.4", "1.29"],
            ["1.27.5", "1.28.3"],
        ),
        (f"{TRAFFIC}/kubevirtInterfaces", "0", ["1.30"], ["1.29"]),
        (CONFIG, "statusPort: 0", ["1.11"], ["1.10"]),
        (CONFIG, "tracing: {customTags: {a: {}}}", ["1.13"], ["1.12"]),
        (CONFIG, "privateKeyProvider: {}", ["1.14"], ["1.13"]),
        (CONFIG, "{drainDuration: 9s, parentShutdownDuration: 9s}", ["1.16"], ["1.17"]),
        (CONFIG, "serviceCluster: ''", ["1.6.1", "1.30"], ["1.6.0"]),
    ],
)
def test_releases_check_different_things(
    name: str, value: str, checked: list[str], unchecked: list[str]
) -> None:
    assert all(refusal(name, value, text) for text in checked)
    assert not any(refusal(name, value, text) for text in unchecked)


# What a ProxyConfig must hold


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("configPath: ''", "configPath is empty, want a path"),
        ("binaryPath: ''", "binaryPath is empty, want a path"),
        ("serviceCluster: ''", "serviceCluster is empty, want a name"),
        (
            "drainDuration: 0s",
            "drainDuration is '0s', want one second or more, whole seconds",
        ),
        (
            "drainDuration: 1500ms",
            "drainDuration is '1.500s', want one second or more, whole seconds",
        ),
        ("discoveryAddress: foo", "discoveryAddress is 'foo', want host:port"),
        ("discoveryAddress: ''", "discoveryAddress is '', want host:port"),
        ("statsdUdpAddress: foo", "statsdUdpAddress is 'foo', want host:port"),
        (
            "envoyMetricsServiceAddress: foo",
            "envoyMetricsServiceAddress is 'foo', want host:port",
        ),
        (
            "envoyMetricsService: {address: foo}",
            "envoyMetricsService.address is 'foo', want host:port",
        ),
        (
            "envoyAccessLogService: {address: foo}",
            "envoyAccessLogService.address is 'foo', want host:port",
        ),
        ("proxyAdminPort: 0", "proxyAdminPort is 0, want a port from 1 to 65535"),
        ("statusPort: 70000", "statusPort is 70000, want a port from 1 to 65535"),
        (
            "controlPlaneAuthPolicy: INHERIT",
            "controlPlaneAuthPolicy is 'INHERIT', want NONE or MUTUAL_TLS",
        ),
        (
            "tracing: {zipkin: {address: foo}}",
            "tracing.zipkin.address is 'foo', want host:port",
        ),
        ("tracing: {datadog: {}}", "tracing.datadog.address is '', want host:port"),
        (
            "tracing: {lightstep: {address: 'a:1'}}",
            "tracing.lightstep.accessToken is empty, want a token",
        ),
        (
            "tracing: {customTags: {'': {literal: {value: x}}}}",
            "tracing.customTags has an empty name, want one",
        ),
        (
            "tracing: {customTags: {a: {}}}",
            "tracing.customTags.a is empty, want literal, environment, header",
        ),
        (
            "tracing: {customTags: {a: {header: {}}}}",
            "tracing.customTags.a.header.name is empty, want text",
        ),
        (
            "privateKeyProvider: {}",
            "privateKeyProvider is empty, want cryptomb or qat",
        ),
        (
            "privateKeyProvider: {qat: {pollDelay: 0s}}",
            "privateKeyProvider.qat.pollDelay is not set, want a duration",
        ),
    ],
)
def test_a_proxy_config_has_rules_of_its_own(text: str, problem: str) -> None:
    assert wanted(CONFIG, text) == problem


@pytest.mark.parametrize(
    "text",
    [
        "{controlPlaneAuthPolicy: NONE}",
        "{tracingServiceName: APP_LABEL_AND_NAMESPACE}",
        "{tracing: {zipkin: {address: '$(HOST_IP):9411'}}}",
        "{tracing: {datadog: {address: '$(HOST_IP):8126'}}}",
        "{tracing: {lightstep: {address: 'a:1', accessToken: t}}}",
        "{tracing: {customTags: {a: {environment: {name: E}}}}}",
        "{tracing: {stackdriver: {}}}",
        "{privateKeyProvider: {cryptomb: {pollDelay: 10ms}}}",
        "{zipkinAddress: foo, statsdUdpAddress: ''}",
    ],
)
def test_a_good_proxy_config_passes(text: str) -> None:
    assert refusal(CONFIG, text) is None


def test_draining_must_end_before_the_parent_does() -> None:
    assert wanted(CONFIG, "drainDuration: 61s", "1.10") == (
        "drainDuration is '61s', want less than parentShutdownDuration, '60s'"
    )


def test_all_problems_of_a_proxy_config_are_said() -> None:
    assert wanted(CONFIG, "{configPath: '', statusPort: 0}") == (
        "configPath is empty, want a path; statusPort is 0, want a port from 1 to 65535"
    )


@pytest.mark.parametrize(
    "address",
    ["a:1", "a.b.:65535", "A-b.c:80", "10.0.0.1:1", "[::1]:80", "[a]:1", "a:+1"],
)
def test_an_address_is_a_host_and_a_port(address: str) -> None:
    assert proxy_rules.is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        ":1",
        "a:",
        "a:0",
        "a:65536",
        "a:x",
        "a_b:1",
        "-a:1",
        "a..b:1",
        "::1:80",
        "[::1%eth0]:80",
        f"{'a' * 64}:1",
        f"{'a.' * 128}a:1",
        "a:\u0661",
    ],
)
def test_anything_else_is_no_address(address: str) -> None:
    assert not proxy_rules.is_address(address)


@given(st.sampled_from([*known(CURRENT)]), st.text())
def test_any_text_is_accepted_or_refused_with_its_name(name: str, value: str) -> None:
    said = refusal(name, value)

    assert said is None or said.startswith(f"annotation {name}: ")


# The recorded verdicts


@pytest.mark.parametrize("minor", ["1.10", "1.20", "1.26", "1.30"])
def test_the_recorded_verdicts_are_ours(minor: str) -> None:
    file = shared_data.istio_folder() / minor / "annotation_validation.json"
    recorded = json.loads(file.read_text(encoding="utf-8"))
    checked = {*known(Release.parse(minor))}

    different = {
        (name, value)
        for name, verdicts in recorded.items()
        for value, error in verdicts.items()
        if bool(refusal(name, value, minor)) != bool(error)
    }

    assert different == set()
    assert checked == set(recorded)
