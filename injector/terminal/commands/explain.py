"""``explain``: why a pod is injected or not, rule by rule."""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from injector.base.errors import ManifestError, ReviewError
from injector.kubernetes import kinds, manifests
from injector.terminal import configuration, options
from injector.terminal.explaining import Cluster, Subject, explain, webhook_matching
from injector.terminal.explaining.report import text
from injector.terminal.streams import Terminal
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


def run(args: argparse.Namespace, terminal: Terminal) -> bytes:
    """Return an explanation of each pod."""
    config = configuration.read(args, terminal).config
    inject = configuration.inject_function(config, args.path)
    webhooks = None
    if args.webhooks:
        found = terminal.documents([args.webhooks])
        webhooks = webhook_matching.read(found, args.webhooks)
    cluster = Cluster(webhooks=webhooks, namespace_labels=args.namespace_labels)
    color = terminal.is_tty if args.color is None else args.color
    documents = terminal.documents(args.filename)
    texts = [
        subject
        if isinstance(subject, str)
        else text(explain(subject, config, inject, cluster), color=color)
        for document in documents
        for subject in _subjects(document, args.namespace)
    ]
    for document in documents:
        for warning in kinds.overlooked(document):
            terminal.say(warning)
    if not texts:
        raise ManifestError("no workload to explain: no pod was found in the manifests")
    return "\n".join(texts).encode()


def _subjects(document: Any, namespace: str) -> Iterator[Subject | str]:
    """Yield the pods in *document*, and the explanation of workloads without one."""
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
    """Return the pod of a recorded AdmissionReview, or a text if it creates none."""
    try:
        request = review.parse(json.dumps(document).encode())
    except ReviewError as e:
        raise ManifestError(f"AdmissionReview: {e}") from e
    if request.pod is None:
        title = f"{request.operation} of {request.kind}/{request.name}"
        return f"{title}: skipped\n  only the creation of a pod is looked at\n"
    metadata = request.pod.get("metadata") or {}
    name = request.name or metadata.get("name") or metadata.get("generateName") or ""
    return Subject(title=f"Pod/{name}", namespace=request.namespace, pod=request.pod)
