"""Go's own text/template, as a program: ``tools/gotemplates``."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

TOOL = Path(__file__).resolve().parent.parent / "tools" / "gotemplates"


def build(folder: Path) -> Path:
    """Return the program, built in *folder*; skip where it cannot be.

    With ``REQUIRE_GO=1`` that is a failure.
    """
    binary = folder / "gotemplates"
    if shutil.which("go") is None:
        message = "go is not installed"
    else:
        built = subprocess.run(
            ["go", "build", "-o", binary, "."],
            cwd=TOOL,
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode == 0:
            return binary
        message = f"tools/gotemplates cannot be built: {built.stderr.strip()[-200:]}"
    if os.environ.get("REQUIRE_GO") == "1":
        pytest.fail(message)
    pytest.skip(message)


def run(binary: Path, requests: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the answers to *requests*: ``output``, or ``stage`` and ``error``."""
    lines = "".join(f"{json.dumps(request)}\n" for request in requests)
    done = subprocess.run(
        [binary], input=lines, capture_output=True, text=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for answer in answers:
        if answer.get("bytes"):
            data = base64.b64decode(answer["bytes"])
            answer["output"] = data.decode("utf-8", "surrogateescape")
    return answers
