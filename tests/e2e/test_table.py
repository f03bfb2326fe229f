"""The whole table of automatic injection: explained, observed, and the same."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import yaml

from e2e import manifests
from e2e.cluster import Cluster
from e2e.conftest import Serve
from e2e.registering import injector, registered, written
from e2e.serving import Served
from injector.base.annotations import INJECT

NAMESPACES = ("enabled", "disabled", None)
WORDS = ("true", "false", None, "maybe")
EXPLAINED = re.compile(r"^Pod/(\S+) in namespace \S+: (\w+)\n(.*)$", re.MULTILINE)
NOT_CALLED = "  no webhook is called"

Cell = tuple[bool, bool]
"""Whether the function is called, and whether the pod is injected."""


def name(label: str | None, annotation: str | None) -> str:
    return f"label-{label or 'none'}-annotation-{annotation or 'none'}"


PODS = [
    manifests.pod(
        name(label, annotation),
        labels={INJECT: label} if label else {},
        annotations={INJECT: annotation} if annotation else {},
    )
    for label, annotation in product(WORDS, WORDS)
]


@pytest.fixture(scope="module", params=("enabled", "disabled"))
def policy(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def configuration(logs: Path, policy: str) -> Path:
    file = logs / f"policy-{policy}.yaml"
    file.write_text(f"policy: {policy}\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def served(serve_for_all: Serve, configuration: Path) -> Iterator[Served]:
    served = serve_for_all({"CONFIG_FILE": str(configuration)})
    yield served
    served.stop()


@pytest.mark.parametrize("by_default", [True, False], ids=("every", "labelled"))
def test_explain_and_the_api_server_agree_in_every_cell(
    cluster: Cluster,
    served: Served,
    configuration: Path,
    policy: str,
    *,
    by_default: bool,
) -> None:
    spaces = {label: cluster.namespace(istio_injection=label) for label in NAMESPACES}
    option = f"--{'' if by_default else 'no-'}enable-namespaces-by-default"

    with registered(cluster, served.url, option) as webhooks:
        observed = {label: observe(cluster, served, spaces[label]) for label in spaces}

    file = written(webhooks, cluster.folder)
    explained = {
        label: explain(configuration, file, spaces[label], label) for label in spaces
    }
    assert observed == explained
    assert {
        label: expected(label, policy, by_default=by_default) for label in spaces
    } == observed


def observe(cluster: Cluster, served: Served, namespace: str) -> dict[str, Cell]:
    """Create the pods, and return what became of each."""
    cluster.kubectl(
        "create", "-n", namespace, "-f", "-", given=yaml.safe_dump_all(PODS)
    )

    called = {line["workload"].partition("/")[2] for line in served.told(namespace)}
    return {
        pod["metadata"]["name"]: (
            pod["metadata"]["name"] in called,
            manifests.injected(pod),
        )
        for pod in cluster.pods(namespace)
    }


def explain(
    configuration: Path, webhooks: Path, namespace: str, label: str | None
) -> dict[str, Cell]:
    """Return what the terminal says of each pod."""
    text = injector(
        "explain",
        f"--config={configuration}",
        f"--webhooks={webhooks}",
        f"--namespace={namespace}",
        *([f"--namespace-labels=istio-injection={label}"] if label else []),
        "-f",
        "-",
        given=yaml.safe_dump_all(PODS),
    )
    return {
        pod: (not next_line.startswith(NOT_CALLED), outcome == "injected")
        for pod, outcome, next_line in EXPLAINED.findall(text)
    }


def expected(label: str | None, policy: str, *, by_default: bool) -> dict[str, Cell]:
    """Return the table as Istio's charts and its injector have it since 1.27.

    A namespace that says nothing is looked into for pods labelled ``true``, and by
    default for those without the label; the label hides the annotation.
    """
    cells = {}
    for word, annotation in product(WORDS, WORDS):
        called = {
            "enabled": word != "false",
            "disabled": False,
            None: word == "true" or (by_default and word is None),
        }[label]
        said = word if word is not None else annotation
        wanted = said == "true" or (said != "false" and policy == "enabled")
        cells[name(word, annotation)] = (called, called and wanted)
    return cells
