"""The project's Go programs in ``tools/``, which our results are compared with."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from folders import ROOT


def build(tool: str, folder: Path) -> Path:
    """Return the program of ``tools/<tool>``, built in *folder*.

    If the build fails, the test is skipped, or fails with ``REQUIRE_GO=1``.
    """
    required = os.environ.get("REQUIRE_GO") == "1"
    binary = folder / tool
    if shutil.which("go") is None:
        message = "go is not installed"
    else:
        done = subprocess.run(
            ["go", "build", "-o", binary, "."],
            cwd=ROOT / "tools" / tool,
            capture_output=True,
            text=True,
            check=False,
            # Modules are not downloaded; without them the comparison is skipped.
            env=os.environ | ({} if required else {"GOPROXY": "off"}),
        )
        if done.returncode == 0:
            return binary
        message = f"tools/{tool} cannot be built: {done.stderr.strip()[-200:]}"
    if required:
        pytest.fail(message)
    pytest.skip(message)


def run(binary: Path, requests: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the answers of gotemplates: ``output``, or ``stage`` and ``error``."""
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
