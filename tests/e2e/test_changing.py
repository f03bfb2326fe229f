"""Tokens and configurations change while pods are being created."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import pytest
import yaml
from secret_manager import LATEST, FakeSecretManager
from secret_manager import serving as serving_secrets

from e2e import bulk
from e2e.cluster import Cluster
from e2e.conftest import Serve
from e2e.manifests import injected, names
from e2e.processes import wait_until
from e2e.registering import applied, printed
from e2e.serving import Served
from injector.kubernetes import pods

OLD, NEW = "old-token-0123456789-abcdef", "new-token-0123456789-abcdef"
FAIL = "--failure-policy=Fail"
PODS = 500


def tokens(*active: str) -> str:
    """Return the value of PATH_TOKENS."""
    return json.dumps({"prod": active})


def registered_by(cluster: Cluster, served: Served, token: str) -> dict[str, Any]:
    """Return the webhook configuration with *token* in its URL."""
    url = f"{served.url}/t/{token}"
    return printed(cluster, url, FAIL, "--timeout=10", cluster_name="prod")


def test_a_token_is_replaced_while_pods_are_created_and_not_one_is_lost(
    cluster: Cluster, serve: Serve
) -> None:
    served = serve({"PATH_TOKENS": tokens(OLD)})
    space = cluster.namespace(istio_injection="enabled")
    before, after = (registered_by(cluster, served, token) for token in (OLD, NEW))
    with applied(cluster, before):
        creating = bulk.Creating(cluster, space, PODS)

        def more() -> None:
            now = creating.done
            wait_until(lambda: creating.done > now + PODS // 8, "pods are created")

        more()
        served.reload(PATH_TOKENS=tokens(NEW, OLD))
        more()
        with applied(cluster, after):
            more()
            served.reload(PATH_TOKENS=tokens(NEW))
            more()
            done = creating.enough()

            found = cluster.pods(space)

    assert not done.messages
    assert len(found) == done.created >= PODS
    assert all(injected(pod) for pod in found)
    told = served.told(space)
    assert Counter(line["status"] for line in told) == {200: len(found)}
    assert {line["cluster"] for line in told} == {"prod"}


def test_after_the_rotation_the_old_token_opens_nothing(
    cluster: Cluster, serve: Serve
) -> None:
    served = serve({"PATH_TOKENS": tokens(NEW)})
    space = cluster.namespace(istio_injection="enabled")
    with applied(cluster, registered_by(cluster, served, OLD)):
        done = bulk.create(cluster, space, 1)

    assert done.refused == 1
    assert {line["reason"] for line in served.lines()} >= {"wrong_token"}


def version(number: int) -> bytes:
    """Return a configuration that marks pods in three places with its number."""
    template = f"""\
        metadata: {{labels: {{version: "{number}"}}}}
        spec:
          containers:
          - {{name: sidecar-{number}, image: "{{{{ values.image }}}}"}}
    """
    document = {
        "policy": "enabled",
        "templates": {"sidecar": template},
        "defaultTemplates": ["sidecar"],
        "values": {"image": f"registry.example/sidecar:{number}"},
        "injectedAnnotations": {"version": str(number)},
    }
    return yaml.safe_dump(document).encode()


def versions(pod: dict[str, Any]) -> set[str]:
    """Return the numbers of all configurations that had a part in *pod*."""
    sidecars = [name for name in names(pod) if name != "app"]
    assert len(sidecars) == 1
    (image,) = (
        each["image"]
        for each in pod["spec"]["containers"]
        if each["name"] == sidecars[0]
    )
    return {
        pods.annotations(pod)["version"],
        pods.labels(pod)["version"],
        sidecars[0].rpartition("-")[2],
        image.rpartition(":")[2],
    }


@pytest.fixture
def secrets() -> Iterator[FakeSecretManager]:
    """Return a Secret Manager that holds the first version."""
    with serving_secrets(FakeSecretManager(data=version(1), version="1")) as fake:
        yield fake


@contextmanager
def changing(secrets: FakeSecretManager) -> Iterator[Callable[[], int]]:
    """Add a version every now and then; yield what tells the last one's number."""
    stopped, last = Event(), 1

    def change() -> None:
        nonlocal last
        while not stopped.wait(0.3):
            last += 1
            secrets.data, secrets.version = version(last), str(last)

    thread = Thread(target=change)
    thread.start()
    try:
        yield lambda: last
    finally:
        stopped.set()
        thread.join()


@pytest.mark.parametrize("threads", [1, 4], ids=("sync", "threads"))
def test_a_new_configuration_under_load_never_mixes_with_the_old(
    cluster: Cluster, secrets: FakeSecretManager, serve: Serve, threads: int
) -> None:
    environ = {"CONFIG_SECRET": LATEST, "CONFIG_REFRESH_SECONDS": "0.05"}
    served = serve({**secrets.environ, **environ}, threads=threads)
    space = cluster.namespace(istio_injection="enabled")
    with applied(cluster, printed(cluster, served.url, FAIL, "--timeout=10")):
        creating = bulk.Creating(cluster, space, PODS)
        with changing(secrets) as changes:
            wait_until(lambda: creating.done >= PODS, "pods are created")
            done = creating.enough()

    found = [versions(pod) for pod in cluster.pods(space)]
    assert not done.messages
    assert len(found) == done.created
    assert all(len(each) == 1 for each in found)
    seen = {number for each in found for number in each}
    assert len(seen) > 2
    assert seen <= {str(number) for number in range(1, changes() + 1)}
