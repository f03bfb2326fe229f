"""The product for an operator's own templates, with fixed overlays."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from injector.configuration.config import Config
from injector.injection.rendering import Built, Order
from injector.pipeline.sidecars import Sidecars


class Fixed(NamedTuple):
    """A template that renders the same overlay for all pods."""

    name: str
    overlay: Mapping[str, Any]

    def render(self, context: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        return dict(self.overlay)


def injected(
    pod: Mapping[str, Any], overlays: list[dict[str, Any]], config: Config
) -> Built:
    """Return *pod* with the additions of the overlays."""
    templates = {str(at): Fixed(str(at), one) for at, one in enumerate(overlays)}
    product = Sidecars(config._replace(templates=templates), lambda *_: {})
    return product.inject(pod, Order(templates=tuple(templates)))
