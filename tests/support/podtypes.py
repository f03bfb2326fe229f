"""Kubernetes' Go types, through tools/podtypes."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


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
