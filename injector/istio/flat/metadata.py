"""Labels and annotations of pods injected by releases 1.0 to 1.8."""

from collections.abc import Mapping
from typing import Any

from injector.base import annotations
from injector.base.front import Front
from injector.injection.status import CONTAINERS, write_status
from injector.injection.workload import workload
from injector.istio.flat.flat_spec import FlatSpec
from injector.istio.flat.merging import status_text
from injector.istio.pod import annotations as istio_annotations
from injector.istio.pod import metrics, names
from injector.istio.pod.context import Surroundings
from injector.kubernetes import pods
from injector.releases.history import rule

TLS_MODE = "security.istio.io/tlsMode"
CANONICAL_NAME = "service.istio.io/canonical-name"
CANONICAL_REVISION = "service.istio.io/canonical-revision"

NAMES = (CANONICAL_NAME, "app.kubernetes.io/name", "app")
REVISIONS = (CANONICAL_REVISION, "app.kubernetes.io/version", "version")
"""Labels that name a service: the first that is set counts, even if it is empty."""


def set_labels(pod: dict[str, Any], new: FlatSpec, around: Surroundings) -> None:
    """Set the labels of the release that *pod* lacks or has empty.

    Only the webhook sets the canonical service. kube-inject overwrites the revision.
    """
    labels = _labels(around)
    by_webhook = around.situation.front is Front.WEBHOOK
    if not by_webhook and annotations.REVISION in labels:
        pods.label(pod, annotations.REVISION, labels.pop(annotations.REVISION))
    if by_webhook and rule(around.config.release, "canonical_labels"):
        labels |= _canonical(pod, around)
    if rule(around.config.release, "network_label") == "env":
        sidecar = pods.named(new.lists[CONTAINERS], names.PROXY) or {}
        variables = pods.elements(sidecar.get("env"))
        network = pods.named(variables, names.NETWORK_VARIABLE) or {}
        if network.get("value"):
            labels[annotations.NETWORK] = network["value"]
    for name, value in labels.items():
        if not pods.labels(pod).get(name):
            pods.label(pod, name, value)


def _labels(around: Surroundings) -> dict[str, str]:
    config = around.config
    labels = {}
    if rule(config.release, "tls_mode_label"):
        labels[TLS_MODE] = "istio"
    if rule(config.release, "revision_label"):
        labels[annotations.REVISION] = config.revision
    return labels


def _canonical(pod: Mapping[str, Any], around: Surroundings) -> dict[str, str]:
    """Return the labels by which telemetry names the service of *pod*."""
    own = pods.labels(pod)
    found = workload(pod, around.situation.namespace, around.config.release)
    names = [pods.text(own[name]) for name in NAMES if name in own]
    revisions = [pods.text(own[name]) for name in REVISIONS if name in own]
    return {
        CANONICAL_NAME: (*names, found["name"])[0],
        CANONICAL_REVISION: (*revisions, "latest")[0],
    }


def _redirection(new: FlatSpec, around: Surroundings) -> dict[str, str]:
    """Return the annotations that kube-inject sets for a network plugin.

    The template renders them; only annotations that the release knows count.
    """
    known = istio_annotations.known(around.config.release)
    return {
        name: value for name, value in new.redirect.items() if value and name in known
    }


def annotate(pod: dict[str, Any], new: FlatSpec, around: Surroundings) -> None:
    """Set the status annotation of *pod*, and those of the operator.

    The webhook sets other annotations than kube-inject.
    """
    config, release = around.config, around.config.release
    by_webhook = around.situation.front is Front.WEBHOOK
    wanted: dict[str, str] = {}
    if by_webhook and rule(release, "injected_annotations"):
        wanted.update(config.injected_annotations)
    merges = "merges_metrics" if by_webhook else "kube_inject_merges_metrics"
    if rule(release, merges) and metrics.merge_metrics(pod, around.mesh, release):
        # The annotations that lead Prometheus to the sidecar win over the operator's.
        for name in metrics.ANNOTATIONS:
            wanted.pop(name, None)
    if not by_webhook:
        wanted.update(_redirection(new, around))
    write_status(pod, status_text(new, config.template_version), wanted)
