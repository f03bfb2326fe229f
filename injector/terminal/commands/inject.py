"""``inject``: prints manifests with their pods injected."""

import argparse
from collections.abc import Mapping
from typing import Any

from injector.base.errors import InjectorError
from injector.formats import kubeyaml
from injector.kubernetes import kinds, manifests
from injector.kubernetes.manifests import Workload
from injector.loading import products
from injector.terminal import configuration, options
from injector.terminal.streams import Terminal


def add(commands: Any) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "inject",
        parents=[options.configured(), options.with_manifests()],
        help="inject the pods in manifests",
        description="Inject the pods in manifests. The manifests go to stdout, a line "
        "for each workload to stderr.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, terminal: Terminal) -> bytes:
    """Return the injected manifests."""
    config = configuration.read(args, terminal).config
    front = products.manifest_front(config)
    inject = configuration.inject_function(config, args.path, front)
    report: list[str] = []

    def change(workload: Workload) -> Mapping[str, Any] | None:
        if workload.pod is None:
            report.append(f"{workload}: skipped: it has no pod template")
            return None
        try:
            injection = inject(workload.pod, workload.namespace)
        except InjectorError as e:
            raise type(e)(f"{workload}: {e}") from e
        outcome = "injected" if injection.inject else "skipped"
        report.append(f"{workload}: {outcome}: {injection.sentence}")
        report.extend(f"{workload}: warning: {text}" for text in injection.warnings)
        return injection.pod if injection.inject else None

    documents: list[Any] = []
    for document in terminal.documents(args.filename):
        documents.append(manifests.rewrite(document, args.namespace, change, front))
        report.extend(kinds.overlooked(document))
    for line in report:
        terminal.say(line)
    return kubeyaml.dump(documents).encode()
