"""Istio's ``kube-inject`` as a product: pods of manifests, injected in its own way.

Before it asked the webhook, kube-inject was a program of its own, with other rules.
"""

from collections.abc import Mapping
from typing import Any

from injector.base.front import Front
from injector.configuration.config import Config, Policy
from injector.injection import status
from injector.injection.decision import Decision, Reason, decide
from injector.istio.dataplane import DataPlane
from injector.kubernetes import pods
from injector.releases.history import rule

SIDECAR = "istio-proxy"


class KubeInject(DataPlane):
    """The sidecars of Istio, as ``kube-inject`` of the release injects them."""

    def __init__(self, config: Config) -> None:
        """Compute what all pods share.

        Raises:
            ConfigError: the mesh configuration cannot be used.
        """
        super().__init__(willing(config))
        if not rule(config.release, "kube_inject_is_webhook"):
            self.front = Front.MANIFEST

    def decide(self, pod: Mapping[str, Any], namespace: str) -> Decision:
        """Return whether *pod* is injected: a person asks for it, so few are not."""
        if self._is_done(pod):
            return Decision(inject=False, reason=Reason.HAS_SIDECAR)
        if self.front is Front.WEBHOOK:
            return decide(pod, namespace, self.config)
        # The program looked at no metadata.
        anywhere = self.config._replace(ignored_namespaces=frozenset())
        found = decide({"spec": pods.spec(pod)}, "", anywhere)
        return found._replace(reason=Reason.BY_HAND) if found.inject else found

    def _is_done(self, pod: Mapping[str, Any]) -> bool:
        match rule(self.config.release, "kube_inject_skips"):
            case "sidecar":
                containers = pods.containers(pod)
                return len(containers) > 1 and bool(pods.named(containers, SIDECAR))
            case "status":
                return status.is_stamped(pod)
        return False


def willing(config: Config) -> Config:
    """Return what counts of *config*: its templates, not which pods get which."""
    return config._replace(
        policy=Policy.ENABLED,
        default_templates=("sidecar",),
        never_inject_selectors=(),
        always_inject_selectors=(),
    )
