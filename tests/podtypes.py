"""The real Go types, asked through tools/podtypes."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

TOOL = Path(__file__).resolve().parent.parent / "tools" / "podtypes"


def build(folder: Path) -> Path:
    """Return the tool, built; skip where it cannot be, or fail with REQUIRE_GO=1."""
    required = os.environ.get("REQUIRE_GO") == "1"
    binary = folder / "podtypes"
    message = "go is not installed"
    if shutil.which("go") is not None:
        done = subprocess.run(
            ["go", "build", "-o", binary, "."],
            cwd=TOOL,
            capture_output=True,
            text=True,
            check=False,
            # Without the modules at hand there is no referee, but no download either.
            env=os.environ | ({} if required else {"GOPROXY": "off"}),
        )
        if done.returncode == 0:
            return binary
        message = f"tools/podtypes cannot be built: {done.stderr.strip()[-200:]}"
    if required:
        pytest.fail(message)
    pytest.skip(message)


class Referee:
    """A running podtypes: one question, one answer."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Wrap the process."""
        self.process = process

    def ask(self, question: Any) -> dict[str, Any]:
        """Return ``{"ok": value}`` or ``{"error": text}``."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def referee(binary: Path, mode: str) -> Iterator[Referee]:
    """Run podtypes in a mode that answers lines."""
    with subprocess.Popen(
        [binary, mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Referee(process)
