"""Which pods of manifests are injected where Istio's own documents count.

Istio had a program for manifests, kube-inject, which decided in its own way.
"""

from collections.abc import Mapping
from typing import Any

from injector.configuration.config import Config, Policy
from injector.injection import status
from injector.injection.decision import Decision, Reason, decide
from injector.kubernetes import pods
from injector.releases.history import rule

SIDECAR = "istio-proxy"


def follows(config: Config) -> bool:
    """Tell whether manifests are injected as that program did it."""
    return config.from_istio


def has_own_way(config: Config) -> bool:
    """Tell whether the program of that release was another one than the webhook."""
    return config.from_istio and not rule(config.release, "kube_inject_is_webhook")


def as_given(config: Config) -> Config:
    """Return what counts of *config*: its templates, not which pods get which."""
    return config._replace(
        policy=Policy.ENABLED,
        default_templates=("sidecar",),
        never_inject_selectors=(),
        always_inject_selectors=(),
    )


def decide_by_hand(pod: Mapping[str, Any], namespace: str, config: Config) -> Decision:
    """Decide whether *pod*, of a manifest, is injected."""
    if _is_done(pod, config):
        return Decision(inject=False, reason=Reason.HAS_SIDECAR)
    if not has_own_way(config):
        return decide(pod, namespace, as_given(config))
    # It looked at no metadata.
    nowhere = as_given(config)._replace(ignored_namespaces=frozenset())
    found = decide({"spec": pods.spec(pod)}, "", nowhere)
    return found._replace(reason=Reason.BY_HAND) if found.inject else found


def _is_done(pod: Mapping[str, Any], config: Config) -> bool:
    match rule(config.release, "kube_inject_skips"):
        case "sidecar":
            containers = pods.containers(pod)
            return len(containers) > 1 and bool(pods.named(containers, SIDECAR))
        case "status":
            return status.is_stamped(pod)
    return False
