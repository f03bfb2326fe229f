"""Prometheus' own engine, which evaluates queries: ``tests/support/promql``."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "promql"


def run(script: Path) -> str:
    """Return the differences of *script*, or an empty text.

    Without Go the test is skipped, or fails with ``REQUIRE_GO=1``.
    """
    if shutil.which("go") is None:
        message = "go is not installed"
        if os.environ.get("REQUIRE_GO") == "1":
            pytest.fail(message)
        pytest.skip(message)
    done = subprocess.run(
        ["go", "test", "-count=1", "."],
        cwd=FOLDER,
        env={**os.environ, "SCRIPT": str(script)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout
