"""``explain``: why a pod is injected or not, rule by rule."""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from injector.base.errors import ManifestError, ReviewError
from injector.kubernetes import kinds, manifests
from injector.terminal.commands import options, setup
from injector.terminal.commands.streams import Terminal
from injector.terminal.explaining import Cluster, Subject, explain, reach
from injector.terminal.explaining.text import text
from injector.wire import review


def add(commands: Any) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "explain",
        parents=[options.configured(), options.with_manifests()],
        help="tell why a pod is injected or not",
        description="Tell why the pods in manifests, or in recorded AdmissionReviews, "
        "are injected or not: by which webhook, which rule, and what of the pod.",
    )
    parser.add_argument(
        "--webhooks",
        metavar="FILE",
        help="webhook configurations, as kubectl get -o yaml prints them; - is stdin",
    )
    parser.add_argument(
        "--namespace-labels",
        type=options.labels,
        metavar="KEY=VALUE,...",
        help="the labels of the pods' namespace",
    )
    parser.add_argument(
        "--color",
        action=argparse.BooleanOptionalAction,
        help="colour the answer; default: on a terminal",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, terminal: Terminal) -> bytes:
    """Return an explanation of each pod."""
    config = setup.read(chosen, terminal).config
    inject = setup.injecting(config, chosen.path)
    webhooks = None
    if chosen.webhooks:
        found = terminal.documents([chosen.webhooks])
        webhooks = reach.read(found, chosen.webhooks)
    cluster = Cluster(webhooks=webhooks, namespace_labels=chosen.namespace_labels)
    color = terminal.is_tty if chosen.color is None else chosen.color
    documents = terminal.documents(chosen.filename)
    texts = [
        subject
        if isinstance(subject, str)
        else text(explain(subject, config, inject, cluster), color=color)
        for document in documents
        for subject in _subjects(document, chosen.namespace)
    ]
    for document in documents:
        for told in kinds.overlooked(document):
            terminal.say(told)
    if not texts:
        raise ManifestError("no workload to explain: no pod was found in the manifests")
    return "\n".join(texts).encode()


def _subjects(document: Any, namespace: str) -> Iterator[Subject | str]:
    """Yield the pods in *document*, or what there is to say where there is none."""
    if isinstance(document, dict) and document.get("kind") == "AdmissionReview":
        yield _reviewed(document)
        return
    for workload in manifests.find(document, namespace):
        if workload.pod is None:
            yield f"{workload}: skipped\n  it has no pod template\n"
        else:
            yield Subject(
                title=str(workload),
                namespace=workload.namespace,
                pod=workload.pod,
                around=workload.around,
            )


def _reviewed(document: dict[str, Any]) -> Subject | str:
    """Return the pod of a recorded AdmissionReview."""
    try:
        asked = review.parse(json.dumps(document).encode())
    except ReviewError as e:
        raise ManifestError(f"AdmissionReview: {e}") from e
    if asked.pod is None:
        title = f"{asked.operation} of {asked.kind}/{asked.name}"
        return f"{title}: skipped\n  only the creation of a pod is looked at\n"
    metadata = asked.pod.get("metadata") or {}
    name = asked.name or metadata.get("name") or metadata.get("generateName") or ""
    return Subject(title=f"Pod/{name}", namespace=asked.namespace, pod=asked.pod)
