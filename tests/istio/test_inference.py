"""The release that a configuration's text tells."""

from collections.abc import Mapping
from typing import Any

import pytest

from injector.istio.maps.inference import infer
from injector.releases.release import NEWEST

NEW = str(NEWEST)

FIRST = {
    "1.9": ".DeploymentMeta structToJSON .TypeMeta protoToJSON PROXY_CONFIG "
    "holdApplicationUntilProxyStarts appendMultusNetwork "
    'ENABLE_LEGACY_FSGROUP_INJECTION" "true"',
}
SINCE_15 = (
    ".DeploymentMeta structToJSON .TypeMeta protoToJSON PROXY_CONFIG excludeInterfaces "
    "holdApplicationUntilProxyStarts appendMultusNetwork .ProxyImage "
)
SINCE_24 = (
    f"{SINCE_15} .ProxyUID .InboundTrafficPolicyMode sidecar.istio.io/nativeSidecar "
)
SINCE_27 = f"{SINCE_24} .NativeSidecars "


def tagged(tag: Any) -> Mapping[str, Any]:
    return {"global": {"tag": tag}}


@pytest.mark.parametrize(
    ("template", "values", "oldest", "newest"),
    [
        ("[[ .ObjectMeta ]]", {}, "1.0", "1.0"),
        ("[[ .DeploymentMeta ]] rewriteAppHTTPProbe:", {}, "1.1", "1.1"),
        ("{{ .DeploymentMeta }} rewriteAppHTTPProbe:", {"a": 1}, "1.2", "1.2"),
        (
            "{{ .DeploymentMeta .TypeMeta structToJSON }} rewriteAppHTTPProbe:",
            {},
            "1.3",
            "1.3",
        ),
        ("{{ . }}", {}, "1.2", "1.8"),
        ("", {}, "1.0", NEW),
    ],
)
def test_of_an_old_template_delimiters_and_words_tell(
    template: str, values: Mapping[str, Any], oldest: str, newest: str
) -> None:
    found = infer(template, None, values)

    assert (str(found.oldest), str(found.newest)) == (oldest, newest)
    assert str(found.release) == newest


@pytest.mark.parametrize(
    ("sidecar", "oldest", "newest"),
    [
        ("nothing", "1.9", NEW),
        (FIRST["1.9"], "1.9", "1.10"),
        (f"{FIRST['1.9']} .EstimatedConcurrency", "1.11", "1.12"),
        (f'{SINCE_15} ENABLE_LEGACY_FSGROUP_INJECTION" "false"', "1.18", "1.18"),
        (f"{SINCE_15} ENABLE_NATIVE_SIDECARS .ProxyUID", "1.20", "1.21"),
        (f"{SINCE_24} ENABLE_NATIVE_SIDECARS", "1.24", "1.26"),
        (f"{SINCE_27}", "1.27", "1.29.0"),
        (f"{SINCE_27} omitNil", "1.28.6", "1.29"),
        (f"{SINCE_27} omitNil otelResourceAttributes", "1.30", "1.30"),
        (
            f"{SINCE_27} omitNil otelResourceAttributes .ProxyInitImage",
            "1.31",
            NEW,
        ),
    ],
)
def test_of_templates_the_words_of_the_sidecar_tell(
    sidecar: str, oldest: str, newest: str
) -> None:
    found = infer("ignored", {"sidecar": sidecar}, {})

    assert (str(found.oldest), str(found.newest)) == (oldest, newest)
    assert str(found.release) == newest


def test_what_gateways_have_tells_when_it_is_there() -> None:
    found = infer("", {"waypoint": "strdict"}, {})

    assert (str(found.oldest), str(found.newest)) == ("1.18", NEW)


@pytest.mark.parametrize(
    ("tag", "release"),
    [
        ("1.20.3", "1.20.3"),
        ("1.21-distroless", "1.21"),
        ("1.19.1", "1.21"),
        ("latest", "1.21"),
        ("1.12", "1.21"),
        ("asm-1.20.2-asm.1", "1.20.2"),
        ("v1.20.4_debian", "1.20.4"),
        ("2024.1.20", "1.21"),
        ("1.20", "1.20"),
        # YAML's number 1.20.
        (1.2, "1.20"),
        (1.21, "1.21"),
        (1.9, "1.21"),
        (1, "1.21"),
        (None, "1.21"),
    ],
)
def test_the_tag_decides_between_what_the_text_allows(tag: Any, release: str) -> None:
    text = f"{SINCE_15} ENABLE_NATIVE_SIDECARS .ProxyUID"

    found = infer("", {"sidecar": text}, tagged(tag))

    assert str(found.release) == release


def test_a_tag_that_names_a_minor_alone_decides_too() -> None:
    found = [
        infer("", {"sidecar": f"{SINCE_27}{text}"}, tagged("1.28"))
        for text in ("", " omitNil", " omitNil otelResourceAttributes")
    ]

    assert [str(one.release) for one in found] == ["1.28", "1.28.6", "1.30"]


@pytest.mark.parametrize("tag", ["1.28", 1.28, "1.28-distroless", "1.28.9"])
def test_a_tag_decides_about_the_minor_where_the_text_denies_its_patch(
    tag: Any,
) -> None:
    found = infer("", {"sidecar": SINCE_27}, tagged(tag))

    assert str(found.release) == "1.28"


@pytest.mark.parametrize(
    ("tag", "labels", "release", "place"),
    [
        ("mine", {"app.kubernetes.io/version": "1.28.3"}, "1.28.3", "version"),
        (None, {"helm.sh/chart": "istiod-1.28.3"}, "1.28.3", "chart"),
        (None, {"helm.sh/chart": "istio-discovery-1.27"}, "1.27", "chart"),
        ("", {"operator.istio.io/version": "1.27.1"}, "1.27.1", "version"),
        ("1.28", {"app.kubernetes.io/version": "1.28.3"}, "1.28.3", "tag"),
        ("1.27", {"app.kubernetes.io/version": "1.28.3"}, "1.27", "tag"),
        ("1.28.2", {"app.kubernetes.io/version": "1.28.3"}, "1.28.2", "tag"),
        ("1.12.1", {"app.kubernetes.io/version": "1.28.3"}, "1.28.3", "version"),
    ],
)
def test_labels_of_the_config_map_decide_where_the_tag_does_not(
    tag: Any, labels: dict[str, str], release: str, place: str
) -> None:
    found = infer("", {"sidecar": SINCE_27}, tagged(tag), labels)

    assert str(found.release) == release
    assert found.reason.endswith(f"{place} says so")


@pytest.mark.parametrize("labels", [{}, {"helm.sh/chart": 7}, {"app": "1.28.3"}])
def test_without_a_release_said_anywhere_the_newest_allowed_one_counts(
    labels: dict[str, Any],
) -> None:
    found = infer("", {"sidecar": SINCE_27}, tagged("mine"), labels)

    assert str(found.release) == "1.29.0"


def test_a_tag_of_a_newer_release_is_taken_as_the_newest() -> None:
    assert str(infer("", {"sidecar": ""}, tagged("1.99")).release) == NEW
    old = f"{SINCE_15} ENABLE_NATIVE_SIDECARS .ProxyUID"
    assert str(infer("", {"sidecar": old}, tagged("1.99")).release) == "1.21"


@pytest.mark.parametrize("tag", ["0.8", "0.8.1"])
def test_a_tag_before_the_first_release_decides_nothing(tag: str) -> None:
    assert str(infer("", {"sidecar": ""}, tagged(tag)).release) == NEW


def test_of_a_mixture_what_is_there_counts() -> None:
    found = infer("", {"sidecar": ".ProxyInitImage"}, {})

    assert str(found.release) == NEW


def test_of_what_no_release_has_together_the_newest_word_counts() -> None:
    found = infer("", {"sidecar": ".EstimatedConcurrency .ProxyUID"}, {})

    assert (str(found.oldest), str(found.release)) == ("1.20", "1.20")


def test_it_says_what_the_text_allows_and_what_decided() -> None:
    some = f"{SINCE_15} ENABLE_NATIVE_SIDECARS .ProxyUID"
    one = f"{SINCE_27} omitNil otelResourceAttributes"

    assert [
        str(infer("", {"sidecar": some}, tagged("1.20.1"))),
        str(infer("", {"sidecar": one}, {})),
    ] == [
        "its text allows 1.20 to 1.21; values.global.tag says so",
        "its text allows 1.30; the newest of them",
    ]
