"""Who asks for an injection: an API server, or a person with a manifest."""

from enum import StrEnum


class Front(StrEnum):
    """The program that a pod comes through."""

    WEBHOOK = "webhook"
    """The webhook: an API server asks about a pod that a controller made."""
    KUBE_INJECT = "kube-inject"
    """The terminal, as Istio's ``kube-inject``: the pod is one of a manifest."""
