"""A product: what is injected, and by which rules."""

from collections.abc import Mapping
from typing import Any, Protocol

from injector.configuration.config import Config
from injector.injection.decision import Decision
from injector.injection.rendering import Built, Order

Pod = Mapping[str, Any]


class Product(Protocol):
    """What happens to a pod between the decision and the patch."""

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
        """Return *after*; what differs from *before* is printed by its types."""
        ...

    def objection(self, pod: Pod) -> str:
        """Return which text of *pod* the templates cannot read; empty if all are."""
        ...
