"""Labels and annotations of pods injected by releases 1.0 to 1.8."""

from collections.abc import Mapping
from typing import Any

from injector.base import annotations
from injector.base.front import Front
from injector.injection.status import CONTAINERS
from injector.injection.workload import workload
from injector.istio.flat.flat_spec import FlatSpec
from injector.istio.flat.merging import told
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
"""Labels that name a service: the first that is there counts, empty or not."""


def set_labels(pod: dict[str, Any], new: FlatSpec, around: Surroundings) -> None:
    """Set those labels that *pod* lacks, or that are empty.

    The webhook names the service. kube-inject does not; it sets the revision whatever
    the pod says.
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
    maker = workload(pod, around.situation.namespace, around.config.release)
    named = [pods.text(own[name]) for name in NAMES if name in own]
    revised = [pods.text(own[name]) for name in REVISIONS if name in own]
    return {
        CANONICAL_NAME: (*named, maker["name"])[0],
        CANONICAL_REVISION: (*revised, "latest")[0],
    }


def _redirection(new: FlatSpec, around: Surroundings) -> dict[str, str]:
    """Return what kube-inject tells a network plugin.

    That is what the template says of annotations that the release has a rule for.
    """
    known = istio_annotations.known(around.config.release)
    return {
        name: value for name, value in new.redirect.items() if value and name in known
    }


def annotate(pod: dict[str, Any], new: FlatSpec, around: Surroundings) -> None:
    """Say on *pod* what was injected, and what the operator wants said.

    The webhook sets other annotations than kube-inject.
    """
    config, release = around.config, around.config.release
    by_webhook = around.situation.front is Front.WEBHOOK
    wanted: dict[str, str] = {}
    if by_webhook and rule(release, "injected_annotations"):
        wanted.update(config.injected_annotations)
    who = "merges_metrics" if by_webhook else "kube_inject_merges_metrics"
    if rule(release, who) and metrics.merge_metrics(pod, around.mesh, release):
        # Nothing wins over what leads Prometheus to the sidecar.
        for name in metrics.ANNOTATIONS:
            wanted.pop(name, None)
    pods.annotate(pod, annotations.STATUS, told(new, config.template_version))
    if not by_webhook:
        wanted.update(_redirection(new, around))
    for name, value in wanted.items():
        pods.annotate(pod, name, value)
