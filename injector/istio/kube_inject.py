"""Istio's ``kube-inject`` as a product: it injects the pods of manifests.

Up to 1.7 kube-inject did not call the webhook and had rules of its own: the decision is
here, the other differences are where the code asks for ``Front.KUBE_INJECT``.
"""

from collections.abc import Mapping
from typing import Any

from injector.base.front import Front
from injector.configuration.config import Config, Policy
from injector.injection import status
from injector.injection.decision import Decision, Reason, decide
from injector.istio.dataplane import DataPlane
from injector.istio.pod import names
from injector.kubernetes import pods
from injector.releases.history import rule


class KubeInject(DataPlane):
    """Istio's sidecars, as ``kube-inject`` of the release injects them."""

    def __init__(self, config: Config) -> None:
        """Compute the mesh configuration and the merge rules that all pods share.

        Raises:
            ConfigError: the mesh configuration cannot be used.
        """
        super().__init__(for_every_pod(config))
        if not rule(config.release, "kube_inject_is_webhook"):
            self.front = Front.KUBE_INJECT

    def decide(self, pod: Mapping[str, Any], namespace: str) -> Decision:
        """Return whether *pod* is injected: no policy or selector excludes a pod."""
        if self._is_injected(pod):
            return Decision(inject=False, reason=Reason.HAS_SIDECAR)
        if self.front is Front.WEBHOOK:
            return decide(pod, namespace, self.config)
        # Such a kube-inject reads no metadata.
        anywhere = self.config._replace(ignored_namespaces=frozenset())
        found = decide({"spec": pods.spec(pod)}, "", anywhere)
        return found._replace(reason=Reason.BY_HAND) if found.inject else found

    def _is_injected(self, pod: Mapping[str, Any]) -> bool:
        match rule(self.config.release, "kube_inject_skips"):
            case "sidecar":
                containers = pods.containers(pod)
                return len(containers) > 1 and bool(pods.named(containers, names.PROXY))
            case "status":
                return status.has_status(pod)
        return False


def for_every_pod(config: Config) -> Config:
    """Return *config* with the template ``sidecar`` for every pod, no selectors."""
    return config._replace(
        policy=Policy.ENABLED,
        default_templates=("sidecar",),
        never_inject_selectors=(),
        always_inject_selectors=(),
    )
