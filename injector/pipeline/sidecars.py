"""The product for an operator's own templates: sidecars of any kind."""

from collections.abc import Callable, Mapping
from typing import Any

from injector.configuration.config import Config
from injector.injection import additions, overrides, status
from injector.injection.arrangement import arrange
from injector.injection.decision import Decision, decide
from injector.injection.rendering import Built, Order, render
from injector.kubernetes import schema
from injector.kubernetes.merge import merge_all

Pod = Mapping[str, Any]
Context = Callable[[Pod, Pod, Order], Mapping[str, Any]]
"""Returns the context of templates, for the pod, its visible part, and the order."""


class Sidecars:
    """Templates add to a pod and change nothing that its author wrote.

    A second injection gives the same pod as the first: it first removes what templates
    added before.
    """

    def __init__(self, config: Config, context: Context) -> None:
        self.config = config
        self._context = context

    def decide(self, pod: Pod, namespace: str) -> Decision:
        """Return whether *pod* is injected, and why."""
        return decide(pod, namespace, self.config)

    def inject(self, pod: Pod, order: Order) -> Built:
        """Return a copy of *pod* with the sidecars of the ordered templates."""
        before = status.parse(pod)
        copy = schema.copy_json(pod)
        seen = overrides.visible(copy, before, in_place=True)
        context = self._context(pod, seen, order)
        overlays = render(self.config.templates, order, context)
        template_pod = merge_all({}, overlays)
        base = overrides.base(copy, before, template_pod)
        merged = merge_all(base, [additions.reduced(each, base) for each in overlays])
        added = additions.find(seen, merged, template_pod)
        written = status.Status.from_template_pod(template_pod, base, added)
        arrange(merged, base, overlays)
        text = written.with_names_of(before).text(revision=self.config.revision)
        status.write_status(merged, text, self.config.injected_annotations)
        return Built(pod=merged, template_pod=template_pod)

    def typed(self, before: Pod, after: dict[str, Any]) -> Any:
        """Return *after*, with what differs from *before* in the form of its type."""
        return schema.retyped(before, after)

    def objection(self, _pod: Pod) -> str:
        """Return nothing: such templates parse no text of a pod."""
        return ""
