"""The bench: one control plane and one function for all tests that do no harm."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from folders import ROOT

from e2e import assets
from e2e.cluster import Cluster, running
from e2e.serving import Served

LOGS = ROOT / "build" / "e2e"
"""The files of the last run. They stay if it failed."""

TOKEN = "bench-token-Zk3vQ9xW7mB2nR5t"  # noqa: S105 - of a server on loopback
HERE = Path(__file__).resolve().parent

Serve = Callable[..., Served]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs an API server; look at the traces of all others last."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: item.path == HERE / "test_leaks.py")


@pytest.fixture(scope="session")
def logs(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Return the folder of all files of the run, which goes unless a test fails."""
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    yield LOGS
    if not request.session.testsfailed:
        shutil.rmtree(LOGS)


@pytest.fixture(scope="session")
def cluster(logs: Path) -> Iterator[Cluster]:
    """Run a control plane; skip where there is none, or fail with REQUIRE_E2E=1."""
    try:
        found = assets.find()
    except assets.NoAssets as error:
        if os.environ.get("REQUIRE_E2E") == "1":
            pytest.fail(str(error))
        pytest.skip(f"no API server: {error}")
    with running(found, logs) as control_plane:
        yield control_plane


@pytest.fixture(scope="session")
def serve_for_all(cluster: Cluster, logs: Path) -> Iterator[Serve]:
    """Return what serves the function, until the end of the run."""
    yield from _serving(cluster, logs)


@pytest.fixture
def serve(cluster: Cluster, logs: Path) -> Iterator[Serve]:
    """Return what serves the function, until the end of the test."""
    yield from _serving(cluster, logs)


def _serving(cluster: Cluster, logs: Path) -> Iterator[Serve]:
    started: list[Served] = []

    def serve(environ: Mapping[str, str] | None = None, **options: int) -> Served:
        served = Served(
            name=cluster.fresh("function"),
            folder=logs,
            authority=cluster.authority,
            environ=environ or {},
            **options,
        )
        started.append(served)
        return served.start()

    yield serve
    for served in started:
        served.stop()


@pytest.fixture(scope="session")
def function(serve_for_all: Serve) -> Served:
    """Serve the bundled configuration behind a token."""
    return serve_for_all({"PATH_TOKENS": f'["{TOKEN}"]'})


@pytest.fixture(scope="session")
def url(function: Served) -> str:
    """Return the function's address with its token."""
    return f"{function.url}/t/{TOKEN}"
