"""The images of Istio's containers: by the values, the ProxyConfig and annotations."""

from collections.abc import Mapping
from typing import Any

from injector.istio.pod import names
from injector.kubernetes import pods
from injector.releases.history import rule
from injector.releases.release import Release

PROXY_IMAGE = "proxyv2"
USUAL_TYPE = "default"
KNOWN_TYPES = ("distroless", "debug")


def proxy_image(
    annotations: Mapping[str, Any],
    proxy: Mapping[str, Any],
    values: Mapping[str, Any],
    release: Release,
) -> str:
    """Return the sidecar's image; *proxy* is its ProxyConfig."""
    settings = pods.mapping(values.get("global"))
    name = pods.mapping(settings.get("proxy")).get("image")
    variant = settings.get("variant") if rule(release, "image_variant") else ""
    image = proxy.get("image")
    kind = pods.mapping(image).get("imageType")
    if not kind and (
        image is None or not rule(release, "empty_image_type_hides_variant")
    ):
        kind = variant
    return _image(settings, name, annotations.get(names.IMAGE_TYPE, kind))


def init_image(
    annotations: Mapping[str, Any],
    proxy: Mapping[str, Any],
    values: Mapping[str, Any],
    release: Release,
) -> str:
    """Return the image of the init containers."""
    if not rule(release, "shows_init_image"):
        return proxy_image(annotations, proxy, values, release)
    settings = pods.mapping(values.get("global"))
    name = pods.mapping(settings.get("proxy_init")).get("image")
    kind = annotations.get(names.IMAGE_TYPE, settings.get("variant"))
    return _image(settings, name, kind)


def _image(settings: Mapping[str, Any], name: Any, kind: Any) -> str:
    hub, tag = _text(settings.get("hub")), _text(settings.get("tag"))
    return f"{hub}/{name or PROXY_IMAGE}:{_typed(tag, _text(kind))}"


def _typed(tag: str, kind: str) -> str:
    """Return the tag of the image of that type."""
    if not kind:
        return tag
    for known in KNOWN_TYPES:
        if tag.endswith(f"-{known}"):
            tag = tag.removesuffix(f"-{known}")
            break
    return tag if kind == USUAL_TYPE else f"{tag}-{kind}"


def _text(value: Any) -> str:
    """Return a value as text; YAML may have read a tag as a number."""
    return "" if value is None else str(value)
