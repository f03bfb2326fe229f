from typing import Any

import pytest

from injector.istio.pod import images
from injector.releases.release import Release

TYPE = "sidecar.istio.io/proxyImageType"


def image(
    tag: Any = "1.30.3",
    annotation: str | None = None,
    proxy: Any = None,
    release: str = "1.30",
    **settings: Any,
) -> str:
    values = {"global": {"hub": "hub", "tag": tag, **settings}}
    annotations = {} if annotation is None else {TYPE: annotation}
    return images.proxy_image(annotations, proxy or {}, values, Release.parse(release))


def test_the_image_is_named_by_the_values() -> None:
    assert image() == "hub/proxyv2:1.30.3"
    assert image(tag=1.5, proxy={}) == "hub/proxyv2:1.5"
    assert image(variant=None) == "hub/proxyv2:1.30.3"
    assert images.proxy_image({}, {}, {}, Release.parse("1.30")) == "/proxyv2:"


def test_the_image_s_name_may_be_another() -> None:
    values = {"global": {"hub": "hub", "tag": "t", "proxy": {"image": "mine"}}}

    assert images.proxy_image({}, {}, values, Release.parse("1.30")) == "hub/mine:t"


@pytest.mark.parametrize(
    ("tag", "kind", "expected"),
    [
        ("1.30", "debug", "1.30-debug"),
        ("1.30-distroless", "debug", "1.30-debug"),
        ("1.30-debug", "default", "1.30"),
        ("1.30-other", "default", "1.30-other"),
        ("1.30-debug", "", "1.30-debug"),
    ],
)
def test_the_type_is_the_end_of_the_tag(tag: str, kind: str, expected: str) -> None:
    assert image(tag, kind) == f"hub/proxyv2:{expected}"


def test_the_pod_s_word_is_above_the_mesh_s_and_the_values() -> None:
    proxy = {"image": {"imageType": "debug"}}

    assert image("t", "distroless", proxy, variant="v") == "hub/proxyv2:t-distroless"
    assert image("t", None, proxy, variant="v") == "hub/proxyv2:t-debug"
    assert image("t", None, None, variant="v") == "hub/proxyv2:t-v"
    assert image("t", None, None, "1.21", variant="v") == "hub/proxyv2:t"


def test_an_image_without_type_hides_the_variant_up_to_1_30() -> None:
    proxy: dict[str, Any] = {"image": {}}

    assert image("t", None, proxy, "1.30", variant="v") == "hub/proxyv2:t"
    assert image("t", None, proxy, "1.31", variant="v") == "hub/proxyv2:t-v"


def test_init_containers_have_an_image_of_their_own_since_1_31() -> None:
    settings = {"hub": "h", "tag": "t", "variant": "v", "proxy_init": {"image": "init"}}
    values = {"global": settings}
    proxy = {"image": {"imageType": "debug"}}

    def init(release: str, **annotations: str) -> str:
        return images.init_image(annotations, proxy, values, Release.parse(release))

    assert init("1.30") == "h/proxyv2:t-debug"
    assert init("1.31") == "h/init:t-v"
    assert init("1.31", **{TYPE: "x"}) == "h/init:t-x"
