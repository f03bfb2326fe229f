"""OpenTelemetry's resource attributes of a service, derived from its pod."""

from collections.abc import Mapping, Sequence
from typing import Any

from injector.istio.pod import names

CONVENTIONS = "OTEL_SEMANTIC_CONVENTIONS"
ANNOTATION = "resource.opentelemetry.io/"
VERSION_LABEL = "app.kubernetes.io/version"


def resource_attributes(
    mesh: Mapping[str, Any],
    annotations: Mapping[str, str] | None,
    labels: Mapping[str, str] | None,
    namespace: str,
    containers: Sequence[Mapping[str, Any]] | None,
) -> str:
    """Return the value of OTEL_RESOURCE_ATTRIBUTES; empty if no provider wants it.

    By OpenTelemetry's conventions for Kubernetes: an annotation wins over the pod's
    namespace, its version label or image, and its namespace, name and container.
    """
    if not any(map(_wants, mesh.get("extensionProviders", []))):
        return ""
    application = _application(containers or [])
    place = (namespace, "$(POD_NAME)", application.get("name", ""))
    image_version = version(application.get("image") or "")
    derived = {
        "service.namespace": namespace,
        "service.version": (labels or {}).get(VERSION_LABEL) or image_version,
        "service.instance.id": ".".join(place) if all(place) else "",
    }
    attributes = {
        name: (annotations or {}).get(ANNOTATION + name) or value
        for name, value in derived.items()
    }
    return ",".join(f"{name}={value}" for name, value in attributes.items() if value)


def _wants(provider: Mapping[str, Any]) -> bool:
    settings = provider.get("opentelemetry", {})
    return bool(settings.get("serviceAttributeEnrichment") == CONVENTIONS)


def _application(containers: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the first container that is not the sidecar."""
    others = (each for each in containers if each.get("name") != names.PROXY)
    return next(others, {})


def version(image: str) -> str:
    """Return the tag and the digest of an image, with ``@`` between them if both."""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return "@".join(filter(None, (tag, digest)))
