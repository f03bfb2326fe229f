"""Labels and annotations of pods injected by releases 1.0 to 1.8."""

from collections.abc import Mapping
from typing import Any

from injector import annotations, pods
from injector.istio import metrics, names
from injector.istio.context import Surroundings
from injector.istio.legacy.flat import FlatSpec
from injector.istio.legacy.merging import told
from injector.istio.workload import workload
from injector.releases import rule
from injector.status import CONTAINERS

TLS_MODE = "security.istio.io/tlsMode"
CANONICAL_NAME = "service.istio.io/canonical-name"
CANONICAL_REVISION = "service.istio.io/canonical-revision"

NAMES = ("app.kubernetes.io/name", "app")
REVISIONS = ("app.kubernetes.io/version", "version")


def set_labels(
    pod: dict[str, Any], new: FlatSpec, around: Surroundings, *, canonical: bool
) -> None:
    """Set those labels that *pod* lacks, or that are empty.

    *canonical*: with those that name the service.
    """
    labels = _labels(around)
    if canonical and rule(around.config.release, "canonical_labels"):
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
    named = [own[name] for name in NAMES if own.get(name)]
    revised = [own[name] for name in REVISIONS if own.get(name)]
    return {
        CANONICAL_NAME: named[0] if named else maker["name"],
        CANONICAL_REVISION: revised[0] if revised else "latest",
    }


def annotate(
    pod: dict[str, Any], new: FlatSpec, around: Surroundings, *, by_webhook: bool
) -> None:
    """Say on *pod* what was injected, and what the operator wants said.

    *by_webhook*: with what only the webhook says, where Prometheus is to ask.
    """
    config, release = around.config, around.config.release
    wanted: dict[str, str] = {}
    if by_webhook and rule(release, "injected_annotations"):
        wanted.update(config.injected_annotations)
    merges = by_webhook and rule(release, "merges_metrics")
    if merges and metrics.merge_metrics(pod, around.mesh, release):
        # Nothing wins over what leads Prometheus to the sidecar.
        for name in metrics.ANNOTATIONS:
            wanted.pop(name, None)
    pods.annotate(pod, annotations.STATUS, told(new, config.template_version))
    if not by_webhook:
        wanted.update(new.redirect)
    for name, value in wanted.items():
        pods.annotate(pod, name, value)
