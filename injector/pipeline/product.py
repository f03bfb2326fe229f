"""The interface of a product: what is injected, and by which rules."""

from collections.abc import Mapping
from typing import Any, Protocol

from injector.configuration.config import Config
from injector.injection.decision import Decision
from injector.injection.rendering import Built, Order

Pod = Mapping[str, Any]


class Product(Protocol):
    """Decides about a pod and injects it; the pipeline does the rest."""

    @property
    def config(self) -> Config:
        """Return the configuration that the product follows."""
        ...

    def decide(self, pod: Pod, namespace: str) -> Decision:
        """Return whether *pod* is injected, and why."""
        ...

    def inject(self, pod: Pod, order: Order) -> Built:
        """Return a copy of *pod* with the sidecars of the ordered templates.

        Raises:
            PodError: the pod asks for something impossible.
            TemplateError: a template fails.
            MergeError: an overlay cannot be merged.
        """
        ...

    def typed(self, before: Pod, after: dict[str, Any]) -> Any:
        """Return *after*, with what differs from *before* in the form of its type."""
        ...

    def objection(self, pod: Pod) -> str:
        """Return the problem of a text of *pod* that templates cannot read, or ''."""
        ...
