"""The examples in the documentation: commands and their documented output."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from folders import ROOT

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ELISION = "...\n"


def examples(page: Path, heading: str = "") -> list[list[tuple[str, str]]]:
    """Return each example of *page*: its commands and their documented output.

    With a *heading*, the examples of that section.
    """
    found = []
    text = page.read_text(encoding="utf-8")
    if heading:
        _, _, text = f"\n{text}".partition(f"\n## {heading}\n")
        text = text.partition("\n## ")[0]
    for block in BLOCK.findall(text):
        parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        found.append([(*part.split("\n", 1),) for part in parts])
    return [[(command, output) for command, output in parts] for parts in found]


def matches(printed: str, documented: str) -> bool:
    """Return whether the texts are equal; a line ``...`` matches any lines."""
    parts = [re.escape(part) for part in documented.split(ELISION)]
    return re.fullmatch("(?:.*\n)*?".join(parts), printed) is not None


def run(command: str, folder: Path, environ: Mapping[str, str] | None = None) -> str:
    """Return the output of *command* in a shell, both streams."""
    # One stream for both, in the order of a terminal.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={"PATH": path, "PYTHONPATH": str(ROOT), **(environ or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    return done.stdout
