"""The functions that Istio gives to templates."""

import json
from typing import Any

import pytest
import shared_data

from injector.formats.gotext import shown
from injector.istio.go.istio_functions import functions
from injector.istio.jinja_functions import JINJA, jinja_functions
from injector.istio.mesh.mesh_config import effective, proxy_config
from injector.istio.pod import multus, telemetry
from injector.releases.functions import FUNCTIONS
from injector.releases.release import CURRENT, Release

ATTRIBUTES = "resource.opentelemetry.io/"


def call(name: str, *arguments: Any, release: str = "1.30") -> Any:
    return functions(Release.parse(release))[name](*arguments)


@pytest.mark.parametrize(
    ("name", "first", "before"),
    [
        ("annotation", "1.0.3", "1.0.2"),
        ("toYaml", "1.1", "1.0"),
        ("contains", "1.2", "1.1"),
        ("structToJSON", "1.3", "1.2"),
        ("protoToJSON", "1.4", "1.3"),
        ("env", "1.5", "1.4"),
        ("appendMultusNetwork", "1.8", "1.7"),
        ("excludeInterfaces", "1.15", "1.14"),
        ("strdict", "1.18", "1.17"),
        ("toJson", "1.18", "1.19"),
        ("mergeMaps", "1.21", "1.20"),
        ("omitNil", "1.28.6", "1.28.5"),
        ("omitNil", "1.29.1", "1.29.0"),
        ("otelResourceAttributes", "1.30", "1.29"),
    ],
)
def test_each_release_offers_its_functions(name: str, first: str, before: str) -> None:
    assert name in functions(Release.parse(first))
    assert name not in functions(Release.parse(before))


def test_our_own_templates_get_those_of_use() -> None:
    assert {*JINJA} - {*FUNCTIONS} == {"portToJSON"}
    assert "env" not in JINJA
    assert "omitNil" not in jinja_functions(Release.parse("1.20"))


@pytest.mark.parametrize(
    ("name", "value", "default", "text"),
    [
        ("num", "8080", 1, "8080"),
        ("empty", "", "d", ""),
        ("other", "x", 15020.0, "15020"),
        ("other", "x", None, "<nil>"),
        ("other", "x", [True], "[true]"),
    ],
)
def test_an_annotation_or_its_default_is_text(
    name: str, value: str, default: Any, text: str
) -> None:
    metadata = {"annotations": {name if name != "other" else "-": value}}

    assert call("annotation", metadata, name, default) == text


def test_metadata_may_have_no_annotations() -> None:
    assert call("annotation", {"annotations": None}, "a", "d") == "d"


def test_a_key_is_set_even_if_empty() -> None:
    assert call("isset", {"a": ""}, "a") is True
    assert call("isset", {"a": ""}, "b") is False
    assert call("isset", None, "a") is False


@pytest.mark.parametrize(
    ("value", "result"),
    [("", "d"), (None, "d"), (0, 0), (False, False), ([], []), ("x", "x")],
)
def test_only_nothing_and_empty_text_take_the_default(value: Any, result: Any) -> None:
    assert call("valueOrDefault", value, "d") == result


@pytest.mark.parametrize(
    ("port", "excluded", "result"),
    [
        (15020, "1,2", "1,2,15020"),
        (15020.0, "1,2", "1,2,15020"),
        ("2", "1,2", "1,2"),
        (0, "1", "1"),
        ("", " 1", " 1"),
        (15020, "", "15020"),
        (15020, " 1 , 2 ,,", "1,2,15020"),
        (1000000.0, "1", "1,1e+06"),
    ],
)
def test_a_port_joins_the_excluded_ones_once(
    port: Any, excluded: str, result: str
) -> None:
    assert call("excludeInboundPort", port, excluded) == result


CONTAINERS = [
    {
        "name": "app",
        "ports": [
            {"containerPort": 80},
            {"containerPort": 53, "protocol": "UDP"},
            {"containerPort": 54, "protocol": "SCTP"},
            {"containerPort": 443, "protocol": "TCP"},
        ],
    },
    {"name": "istio-proxy", "ports": [{"containerPort": 15090}]},
    {"name": "bare", "ports": None},
]


def test_ports_are_those_of_containers() -> None:
    assert call("includeInboundPorts", CONTAINERS) == "80,443,15090"
    assert call("applicationPorts", CONTAINERS) == "80,443"
    assert call("includeInboundPorts", None) == ""
    assert call("applicationPorts", None) == ""
    assert call("applicationPorts", [{"ports": [None, {}]}, None]) == "0"


def test_up_to_1_3_every_protocol_counted() -> None:
    assert call("applicationPorts", CONTAINERS, release="1.3") == "80,53,54,443"


@pytest.mark.parametrize(
    ("networks", "network", "result"),
    [
        ("", "istio-cni", "istio-cni"),
        ("m1", "istio-cni", "m1, istio-cni"),
        ("m1, istio-cni", "istio-cni", "m1, istio-cni"),
        ('[{"name":"m"}]', "n", '[{"name":"m"}, {"name": "n"}]'),
        ('[{"name":"m"}]', "ns/n", '[{"name":"m"}, {"name": "n", "namespace": "ns"}]'),
        ('[{"name":"n"}]', "n", '[{"name":"n"}]'),
        (
            '[{"name":"n"}]\n',
            "ns/n",
            '[{"name":"n"}, {"name": "n", "namespace": "ns"}]\n',
        ),
        ("[bad", "istio-cni", "[bad, istio-cni"),
        ("[bad]", "istio-cni", "[bad]"),
        ('{"a":[]}', "istio-cni", '{"a":[]}'),
        ('["m"]', "istio-cni", '["m"]'),
        ("[]", "n", '[{"name": "n"}]'),
    ],
)
def test_a_network_is_appended_in_the_form_of_the_list(
    networks: str, network: str, result: str
) -> None:
    assert call("appendMultusNetwork", networks, network) == result


@pytest.mark.parametrize(
    ("release", "networks", "network", "result"),
    [
        ("1.8", "n", "n", "n, n"),
        ("1.8", "[bad]", "n", '[bad, {"name": "n"}]'),
        ("1.9", "[bad]", "n", "[bad]"),
        ("1.25.0", '[{"a":"b"}]', "s/n", '[{"a":"b"}, {"name": "s/n"}]'),
        (
            "1.25.1",
            '[{"a":"b"}]',
            "s/n",
            '[{"a":"b"}, {"name": "n", "namespace": "s"}]',
        ),
    ],
)
def test_releases_append_networks_differently(
    release: str, networks: str, network: str, result: str
) -> None:
    assert multus.append(networks, network, Release.parse(release)) == result


@pytest.mark.parametrize(
    ("release", "duration", "text"),
    [
        ("1.30", "61s", "1m1s"),
        ("1.30", None, "0s"),
        ("1.14", None, "0s"),
        ("1.13", None, "1s"),
    ],
)
def test_a_duration_is_printed_as_go_does(
    release: str, duration: str | None, text: str
) -> None:
    assert call("formatDuration", duration, release=release) == text


def test_values_become_json() -> None:
    assert call("toJSON", {"b": "<", "a": "1"}) == '{"a":"1","b":"\\u003c"}'
    assert call("toJSON", None) == "{}"
    assert call("toJson", {"a": "1"}, release="1.10") == '{"a":"1"}'
    assert call("toJsonMap", {"a": "1"}, None, {"a": "2"}) == '{"a":"2"}'
    assert call("structToJSON", None) == "{}"
    assert call("structToJSON", "<") == '"\\u003c"'
    assert call("structToJSON", [1.0]) == "[1]"


@pytest.mark.parametrize("bad", ["bad", "", "NaN", "[1,]"])
def test_json_becomes_values(bad: str) -> None:
    assert call("fromJSON", '{"a":[1,null]}') == {"a": [1, None]}
    assert isinstance(call("fromJSON", "1"), float)
    assert isinstance(JINJA["fromJSON"]("1"), int)
    assert call("fromJSON", bad) == "{}"
    assert JINJA["fromJSON"](bad) == "{}"


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 5000])
def test_a_number_out_of_range_is_no_json(number: str) -> None:
    assert call("fromJSON", f"[{number}]") == "{}"
    assert JINJA["fromJSON"](f"[{number}]") == "{}"


def test_numbers_of_many_digits_are_fractions_to_go() -> None:
    assert call("fromJSON", "1" + "0" * 300) == 1e300
    assert call("fromJSON", "0." + "9" * 5000) == 1


def test_a_port_becomes_json_as_kubernetes_prints_it() -> None:
    port = {"protocol": "TCP", "containerPort": 80, "name": "<", "hostPort": 0}

    text = JINJA["portToJSON"](port)

    assert text == '{"name":"\\u003c","containerPort":80,"protocol":"TCP"}'


def test_a_proxy_config_becomes_json() -> None:
    assert call("protoToJSON", {"statusPort": 1}) == '{"statusPort":1}'
    assert call("protoToJSON", None) == "{}"


def test_texts_are_handled() -> None:
    assert call("indent", 3, "a\nb\n\nc") == "a\n   b\n   \n   c"
    assert call("directory", "/etc/a/b.json") == "/etc/a/"
    assert call("directory", "x") == ""
    assert call("contains", "an", "banana") is True
    assert call("toLower", "ABC") == "abc"
    assert call("kubevirtInterfaces", "net1") == "net1"
    assert call("excludeInterfaces", "eth1") == "eth1"
    assert call("toYaml", {"a": 1}) == "a: 1\n"


def test_maps_are_handled() -> None:
    assert call("strdict", "a", "1", "b", "2") == {"a": "1", "b": "2"}
    assert call("strdict", "a") == {"a": ""}
    assert call("strdict") == {}
    assert call("mergeMaps", {"a": "1"}, None, {"a": "2", "b": ""}) == {
        "a": "2",
        "b": "",
    }
    assert call("omit", {"a": "1", "b": "2"}, "a", "c") == {"b": "2"}
    assert call("omit", None, "a") == {}


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ({"a": 1, "b": None, "c": {"d": None}}, {"a": 1}),
        ({"a": {}, "b": [], "c": [None, 1]}, {"a": {}, "b": [], "c": [1]}),
        ({"a": [None]}, None),
        ("x", "x"),
    ],
)
def test_what_is_nothing_is_left_out(value: Any, result: Any) -> None:
    assert call("omitNil", value) == result


def test_the_environment_is_the_features() -> None:
    env = functions(CURRENT, {"A": "1", "B": ""})["env"]

    assert [env("A", "d"), env("B", "d"), env("HOME", "d")] == ["1", "d", "d"]
    assert call("env", "HOME", "d") == "d"


# OpenTelemetry


def asking() -> dict[str, Any]:
    provider = {"serviceAttributeEnrichment": "OTEL_SEMANTIC_CONVENTIONS"}
    return {"extensionProviders": [{"name": "o", "opentelemetry": provider}]}


def attributes(
    annotations: Any = None,
    labels: Any = None,
    namespace: str = "ns",
    containers: Any = None,
) -> str:
    return str(
        call(
            "otelResourceAttributes",
            asking(),
            annotations,
            labels,
            namespace,
            containers
            or [{"name": "istio-proxy"}, {"name": "app", "image": "r:5/i:v1"}],
        )
    )


def test_no_provider_asks_for_no_attributes() -> None:
    mesh = effective([], CURRENT)

    assert call("otelResourceAttributes", mesh, {}, {}, "ns", CONTAINERS) == ""


def test_attributes_are_derived_from_the_pod() -> None:
    assert attributes() == (
        "service.namespace=ns,service.version=v1,service.instance.id=ns.$(POD_NAME).app"
    )
    assert attributes(labels={"app.kubernetes.io/version": "2"}) == (
        "service.namespace=ns,service.version=2,service.instance.id=ns.$(POD_NAME).app"
    )


def test_annotations_say_it_better() -> None:
    annotations = {
        f"{ATTRIBUTES}service.namespace": "a",
        f"{ATTRIBUTES}service.version": "b",
        f"{ATTRIBUTES}service.instance.id": "c",
    }

    assert attributes(annotations) == (
        "service.namespace=a,service.version=b,service.instance.id=c"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert attributes(namespace="", containers=[{"name": "app"}]) == ""


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("", ""),
        ("i", ""),
        ("r:5000/i", ""),
        ("r:5000/i:1", "1"),
        ("i@sha256:ab", "sha256:ab"),
        ("i:1@sha256:ab", "1@sha256:ab"),
    ],
)
def test_the_version_of_an_image_is_its_tag_and_digest(
    image: str, version: str
) -> None:
    assert telemetry.version(image) == version


# The recorded snippets


def floats(value: Any) -> Any:
    """Return *value* with numbers as Go reads a ConfigMap's values."""
    if isinstance(value, dict):
        return {key: floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [floats(item) for item in value]
    return float(value) if type(value) is int else value


def test_the_recorded_snippets_print_what_our_functions_return() -> None:
    file = shared_data.istio_folder() / "1.30" / "template_snippets.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    outputs = {one["template"]: one.get("output") for one in data["snippets"]}
    values = floats(data["values"])
    spec = data["pod"]["spec"]
    metadata = data["pod"]["metadata"]
    mesh = effective([data["mesh"]], CURRENT)
    proxy = proxy_config(mesh, None, CURRENT)
    containers = spec["containers"]
    nested = {"a": 1, "b": None, "c": {"d": None}}

    for template, result in {
        "{{ protoToJSON .ProxyConfig }}": call("protoToJSON", proxy),
        "{{ toYaml .Values.map }}": call("toYaml", values["map"]),
        "{{ toYaml .Values.mixed }}": call("toYaml", values["mixed"]),
        "{{ toYaml (index .Spec.Containers 0).Ports }}": call(
            "toYaml", containers[0]["ports"]
        ),
        "{{ includeInboundPorts .Spec.Containers }}"
        "|{{ applicationPorts .Spec.Containers }}": "|".join(
            [
                call("includeInboundPorts", containers),
                call("applicationPorts", containers),
            ]
        ),
        "{{ omitNil .Values }}": shown(call("omitNil", values)),
        '{{ omitNil (dict "a" 1 "b" nil "c" (dict "d" nil)) }}': shown(
            call("omitNil", nested)
        ),
        "{{ otelResourceAttributes .MeshConfig .ObjectMeta.Annotations"
        " .ObjectMeta.Labels .ObjectMeta.Namespace .Spec.Containers }}": call(
            "otelResourceAttributes",
            mesh,
            metadata["annotations"],
            metadata["labels"],
            metadata["namespace"],
            containers,
        ),
        "{{ .Values.int }}|{{ .Values.million }}|{{ .Values.big }}|{{ .Values.huge }}"
        "|{{ .Values.float }}|{{ .Values.small }}|{{ .Values.zero }}"
        "|{{ .Values.neg }}": "|".join(
            shown(values[name])
            for name in "int million big huge float small zero neg".split()  # noqa: SIM905 - as in the template
        ),
    }.items():
        assert result == outputs[template]
