"""Marks what `make soak` runs, and serves the function."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from soak.serving import Server, serving

HERE = Path(__file__).resolve().parent

Serve = Callable[..., Server]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes the machine for itself."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.soak)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return what serves the function in an environment, until the test ends."""
    with ExitStack() as stack:

        def start(**environ: str) -> Server:
            return stack.enter_context(serving(tmp_path, **environ))

        yield start
