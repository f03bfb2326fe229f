"""Templates by name become overlays."""

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
    """What a pod is to get: templates by name, where, and within which time."""

    templates: tuple[str, ...] = ()
    namespace: str = ""
    """The namespace of the request; empty if the request names none."""
    address: Address = Address()
    """What the path of the request says."""
    checkpoint: Callable[[], None] = never
    """Called between the steps; raises to give up."""


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
