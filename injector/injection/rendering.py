"""Rendering: templates by name become overlays."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from injector.base import tracing
from injector.base.errors import TemplateError
from injector.configuration.config import Template
from injector.wire.address import Address

Pod = Mapping[str, Any]


def never() -> None:
    """Do nothing: the checkpoint of a caller that sets no time limit."""


class Order(NamedTuple):
    """What is ordered for a pod: templates by name, and the request's circumstances."""

    templates: tuple[str, ...] = ()
    namespace: str = ""
    """The namespace of the request; empty if the request names none."""
    address: Address = Address()
    """The cluster, network and variables in the path of the request."""
    checkpoint: Callable[[], None] = never
    """Called between the steps; raises an error to give up."""


class Built(NamedTuple):
    """A pod with its sidecars, and the pod that the templates alone make."""

    pod: dict[str, Any]
    template_pod: dict[str, Any]
    operations: Sequence[Mapping[str, Any]] = ()


def render(
    templates: Mapping[str, Template], order: Order, context: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the overlays of the ordered templates, in their order.

    Raises:
        TemplateError: a template fails, or a default template does not exist.
    """
    overlays = []
    with tracing.rendering() as rendered:
        for name in order.templates:
            order.checkpoint()
            if name not in templates:
                have = ", ".join(sorted(templates))
                raise TemplateError(f"no template named {name!r}, have: {have}")
            overlays.append(templates[name].render(context))
        rendered(overlays)
    return overlays
