"""Three thousand pods as fast as the API server takes them, with and without us."""

from dataclasses import dataclass

import pytest

from e2e import bulk, histograms, manifests
from e2e.cluster import Cluster
from e2e.conftest import Serve
from e2e.manifests import injected
from e2e.processes import wait_until
from e2e.registering import registered
from e2e.serving import Served

BARE = 1500
OF_A_JOB = 1500
MINUTES = 300.0
"""Seconds that the job may take."""

WEBHOOK = "apiserver_admission_webhook_admission_duration_seconds"
REQUEST = "apiserver_request_duration_seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run came to."""

    namespace: str
    bare: bulk.Bulk
    webhook: histograms.Histogram
    request: histograms.Histogram

    def row(self, title: str) -> str:
        """Return it as a row of a table; times in milliseconds."""
        cells = [title, f"{self.bare.created / self.bare.seconds:.0f}"]
        for histogram in (self.request, self.webhook):
            cells += [
                f"{histogram.quantile(share) * 1000:.1f}" if histogram.count else ""
                for share in (0.5, 0.99)
            ]
        return f"| {' | '.join(cells)} |"


def run(cluster: Cluster) -> Run:
    """Create the pods in a namespace of its own, which the webhook may look at."""
    space = cluster.namespace(istio_injection="enabled")
    before = cluster.metrics()
    done = bulk.create(cluster, space, BARE)
    job = manifests.job("many", parallelism=OF_A_JOB, completions=OF_A_JOB)
    job["metadata"]["namespace"] = space
    cluster.create(job)
    wait_until(lambda: active(cluster, space) == OF_A_JOB, "the job", seconds=MINUTES)
    after = cluster.metrics()

    def grown(metric: str, **labels: str) -> histograms.Histogram:
        then, now = (
            histograms.read(text, metric, **labels) for text in (before, after)
        )
        return now.since(then)

    return Run(
        namespace=space,
        bare=done,
        webhook=grown(WEBHOOK, type="admit", operation="CREATE"),
        request=grown(REQUEST, verb="POST", resource="pods", subresource=""),
    )


def report(without: Run, with_us: Run) -> str:
    """Return both as a table; all times from the API server's own metrics."""
    return "\n".join(
        [
            "",
            "| milliseconds | pods/s | create p50 | p99 | webhook p50 | p99 |",
            "|---|---|---|---|---|---|",
            without.row("without the webhook"),
            with_us.row("with it"),
        ]
    )


def active(cluster: Cluster, namespace: str) -> int:
    """Return how many pods the job has."""
    path = f"/apis/batch/v1/namespaces/{namespace}/jobs/many"
    status, job = cluster.call("GET", path)
    assert status == 200
    return int(job["status"].get("active", 0))


@pytest.fixture(scope="module")
def served(serve_for_all: Serve) -> Served:
    """Serve the bundled configuration with the settings of the cloud."""
    return serve_for_all(threads=40)


def test_three_thousand_pods_are_all_injected(cluster: Cluster, served: Served) -> None:
    without = run(cluster)
    with registered(cluster, served.url, "--failure-policy=Fail", "--timeout=30"):
        with_us = run(cluster)

    print(report(without, with_us))  # noqa: T201 - it is what the load comes to
    for each in (without, with_us):
        assert not each.bare.messages
        assert each.bare.created == BARE
    found = cluster.pods(with_us.namespace)
    assert len(found) == BARE + OF_A_JOB
    assert all(injected(pod) for pod in found)
    assert not any(injected(pod) for pod in cluster.pods(without.namespace))
    told = served.told(with_us.namespace)
    assert {line["status"] for line in told} == {200}
    assert with_us.webhook.count == len(told) == len(found)
    assert without.webhook.count == 0
