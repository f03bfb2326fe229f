"""Istio's data plane as a product: what its injector does around the templates."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from injector.base.front import Front
from injector.configuration.config import Config
from injector.injection import overrides, status
from injector.injection.decision import Decision, decide
from injector.injection.rendering import Built, Order, render
from injector.injection.workload import with_hidden_label
from injector.istio.mesh import mesh_config
from injector.istio.pod import annotations, finish
from injector.istio.pod.context import Context, Situation, Surroundings, surroundings
from injector.kubernetes import pods, schema
from injector.kubernetes.merge import Rules, merge
from injector.releases.history import rule
from injector.releases.pod_fields import lacking

Pod = Mapping[str, Any]


class DataPlane:
    """Istio's sidecars, as the webhook of the release injects them."""

    front = Front.WEBHOOK
    """The program of the release whose rules apply."""

    def __init__(self, config: Config) -> None:
        """Compute the mesh configuration and the merge rules that all pods share.

        Raises:
            ConfigError: the mesh configuration cannot be used.
        """
        self.config = config
        self._mesh = mesh_config.effective(config.mesh, config.release)
        release = config.release
        rules = Rules(
            drops_nulls=rule(release, "drops_new_nulls"),
            drops_directives=rule(release, "drops_new_directives"),
        )
        self._merge = partial(merge, rules=rules)
        """Merges like the Kubernetes library that the release was built with."""

    def decide(self, pod: Pod, namespace: str) -> Decision:
        """Return whether *pod* is injected, and why."""
        return decide(pod, namespace, self.config)

    def inject(self, pod: Pod, order: Order) -> Built:
        """Return a copy of *pod* with the sidecars of the ordered templates."""
        around = self.surroundings(pod, order)
        annotations.check(pods.annotations(pod), self.config.release)
        copy = schema.copy_json(pod)
        if self.config.template_version:
            return self._with_flat_spec(copy, order, around)
        return self._with_overlays(copy, order, around)

    def typed(self, before: Pod, after: dict[str, Any]) -> Any:
        """Return *after* with each change from *before* as Go prints its type.

        A flat spec stays as the template rendered it.
        """
        if self.config.template_version:
            return after
        after = with_hidden_label(after, before, self.config.release)
        lacks = lacking(self.config.release)
        if not lacks:
            return schema.retyped(before, after, by_index=True)
        old, new = schema.without(before, lacks), schema.without(after, lacks)
        return schema.restored(schema.retyped(old, new, by_index=True), before, lacks)

    def objection(self, pod: Pod) -> str:
        """Return the annotations of *pod* that Istio cannot read; empty if none."""
        return annotations.unread(pods.annotations(pod)) or ""

    def surroundings(self, pod: Pod, order: Order) -> Surroundings:
        """Return the inputs of the injection of *pod* other than the pod.

        Raises:
            PodError: the pod's own proxy configuration cannot be read.
        """
        address = order.address
        situation = Situation(
            namespace=order.namespace,
            cluster=address.cluster,
            network=address.network,
            variables=address.variables,
            elements=address.elements,
            front=self.front,
        )
        return surroundings(pod, situation, self.config, self._mesh)

    def context(self, pod: Pod, seen: Pod, order: Order) -> Mapping[str, Any]:
        """Return the context of Jinja templates, which see *pod* as *seen*."""
        return Context(seen, self.surroundings(pod, order))

    def _with_overlays(
        self, pod: dict[str, Any], order: Order, around: Surroundings
    ) -> Built:
        finish.prepare(pod, around)
        original = schema.copy_json(pod)
        before = status.parse(pod)
        seen = overrides.visible(pod, before, in_place=False)
        finish.hide_metrics(seen, before, around)
        overlays = render(self.config.templates, order, Context(seen, around))
        if not self.config.from_istio:
            # Istio's own templates do not need it: their overlays are spelled so.
            overlays = [schema.spelled(each, schema.POD_TYPE) for each in overlays]
        merged, template_pod = finish.merged(pod, overlays, around, self._merge)
        found = overrides.find(pod, template_pod, before, self.config.release)
        merged = overrides.reapply(merged, found, self._merge)
        if not status.has_status(pod):
            overrides.remember(merged, found)
        finish.finish(merged, original, template_pod, around)
        return Built(pod=merged, template_pod=template_pod)

    def _with_flat_spec(
        self, pod: dict[str, Any], order: Order, around: Surroundings
    ) -> Built:
        rendered = render(self.config.templates, order, Context(pod, around))[-1]
        # Imported late: few configurations follow a release up to 1.8.
        from injector.istio import flat  # noqa: PLC0415

        return Built(pod=pod, template_pod=flat.inject(pod, rendered, around))
