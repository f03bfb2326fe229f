"""The product of templates of the operator's own: sidecars of any kind."""

from collections.abc import Callable, Mapping
from typing import Any

from injector.base import annotations
from injector.configuration.config import Config
from injector.injection import additions, overrides, status
from injector.injection.arrangement import arrange
from injector.injection.decision import Decision, decide
from injector.injection.rendering import Built, Order, render
from injector.kubernetes import pods, schema
from injector.kubernetes.merge import merge_all

Pod = Mapping[str, Any]
Sees = Callable[[Pod, Pod, Order], Mapping[str, Any]]
"""Returns what templates see of a pod: the pod as it came, as it is seen, the order."""


class Sidecars:
    """Templates add to a pod; what its author wrote stays.

    A second injection gives the pod that the first one gave: what templates added
    before is taken away first.
    """

    def __init__(self, config: Config, sees: Sees) -> None:
        self.config = config
        self._sees = sees

    def decide(self, pod: Pod, namespace: str) -> Decision:
        """Return whether *pod* is injected, and why."""
        return decide(pod, namespace, self.config)

    def inject(self, pod: Pod, order: Order) -> Built:
        """Return a copy of *pod* with the sidecars of the ordered templates."""
        before = status.parse(pod)
        copy = schema.copy_json(pod)
        seen = overrides.visible(copy, before, in_place=True)
        overlays = render(self.config.templates, order, self._sees(pod, seen, order))
        template_pod = merge_all({}, overlays)
        base = overrides.base(copy, before, template_pod)
        merged = merge_all(base, [additions.lacked(each, base) for each in overlays])
        added = additions.made_to(seen, merged, template_pod)
        said = status.Status.from_template_pod(template_pod, base, added)
        said = said.with_names_of(before)
        arrange(merged, base, overlays)
        text = said.text(revision=self.config.revision)
        pods.annotate(merged, annotations.STATUS, text)
        for name, value in self.config.injected_annotations.items():
            pods.annotate(merged, name, value)
        return Built(pod=merged, template_pod=template_pod)

    def typed(self, before: Pod, after: dict[str, Any]) -> Any:
        """Return *after*; what differs from *before* is printed by its types."""
        return schema.retyped(before, after)

    def objection(self, _pod: Pod) -> str:
        """Return nothing: such templates read no text of a pod as something else."""
        return ""
