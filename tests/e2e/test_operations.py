"""The commands of docs/operations.md, in the situations that it describes."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import console
import pytest
from folders import ROOT

from e2e import manifests
from e2e.cluster import Cluster
from e2e.conftest import TOKEN, Serve
from e2e.processes import wait_until
from e2e.registering import registered
from e2e.serving import Served
from e2e.test_telling import failures

PAGE = ROOT / "docs" / "operations.md"
SECONDS = 30.0
REPEATED = ("kubectl get", "kubectl rollout restart")
"""Commands that may be run again until they print what they should: controllers take
their time, and kubectl refuses a second restart within the same second of the clock."""

ADDRESS = "https://injector.example.com"

# The author of a pod without the label is not to blame: the template is wrong.
CONFIG = """\
policy: enabled
templates:
  logs: |
    spec:
      containers:
      - {name: logs, image: "registry.example.com/logs:{{ values.version }}"}
defaultTemplates: [logs]
values: {image: registry.example.com/logs}
"""

_MADE_UP = (
    (r"\b(web-)[a-z0-9]{8,10}(-[a-z0-9]{5})?\b", r"\1x"),
    (r"[0-9]+(\.[0-9]+)?", "0"),
    (r" +", " "),
)
"""Generated names, numbers, and the widths of columns that follow from both."""


def masked(text: str) -> str:
    for pattern, instead in _MADE_UP:
        text = re.sub(pattern, instead, text)
    return text


@pytest.fixture
def served(serve: Serve, tmp_path: Path) -> Served:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return serve({"PATH_TOKENS": f'["{TOKEN}"]'})


@pytest.fixture
def run(cluster: Cluster, served: Served, tmp_path: Path) -> Callable[[str], None]:
    """Return what runs the commands of a section and compares what they print."""
    url = f"{served.url}/t/{TOKEN}"
    trusted = f"--ca-file {cluster.authority.certificate}"
    environ = {"KUBECONFIG": str(cluster.kubeconfig)}

    def check(heading: str) -> Iterator[str]:
        for example in console.examples(PAGE, heading):
            for command, said in example:
                yield command
                here = command.replace(ADDRESS, f"{url} {trusted}")
                patience = SECONDS if command.startswith(REPEATED) else 0
                end = time.monotonic() + patience
                while True:
                    printed = console.run(here, tmp_path, environ).replace(url, ADDRESS)
                    if console.matches(masked(printed), masked(said)):
                        break
                    assert time.monotonic() < end, printed

    def run_all(heading: str) -> None:
        assert list(check(heading))

    return run_all


def space(cluster: Cluster, name: str, label: str) -> None:
    metadata = {"name": name, "labels": {"istio-injection": label}}
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    path = f"/api/v1/namespaces/{name}/serviceaccounts/default"
    wait_until(lambda: cluster.call("GET", path)[0] == 200, "the service account")


def create_web(cluster: Cluster, namespace: str) -> None:
    web = manifests.deployment("web")
    web["metadata"]["namespace"] = namespace
    cluster.create(web)


def test_a_pod_was_not_injected(
    cluster: Cluster, served: Served, run: Callable[[str], None]
) -> None:
    space(cluster, "shop", label="enable")
    url = f"{served.url}/t/{TOKEN}"
    with registered(cluster, url):
        cluster.create(manifests.pod("web", namespace="shop"))
        served.stop()
        enabled = cluster.namespace(istio_injection="enabled")
        cluster.create(manifests.pod("bare", namespace=enabled))

        run("A pod was not injected")


def test_the_function_is_away(
    cluster: Cluster, served: Served, run: Callable[[str], None]
) -> None:
    space(cluster, "cart", label="enabled")
    url = f"{served.url}/t/{TOKEN}"
    with registered(cluster, url, "--failure-policy=Fail"):
        served.stop()
        create_web(cluster, "cart")
        wait_until(lambda: bool(failures(cluster, "cart")), "the failure is told of")

        run("The function is away")

        served.start()
        wait_until(
            lambda: any(manifests.injected(pod) for pod in cluster.pods("cart")),
            "pods are injected again",
            seconds=SECONDS,
        )


def test_the_configuration_is_wrong(
    cluster: Cluster, serve: Serve, run: Callable[[str], None], tmp_path: Path
) -> None:
    space(cluster, "till", label="enabled")
    broken = serve({"CONFIG_FILE": str(tmp_path / "config.yaml")})
    with registered(cluster, broken.url, "--failure-policy=Fail"):
        create_web(cluster, "till")
        wait_until(lambda: bool(failures(cluster, "till")), "the failure is told of")

        run("The configuration is wrong")
