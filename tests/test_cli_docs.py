"""Every command in docs/cli.md is run, and prints what stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from injector.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "cli.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ELISION = "...\n"


def examples() -> list[list[tuple[str, str]]]:
    """Return each example: its commands, and what they are said to print."""
    found = []
    for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        found.append([tuple(part.split("\n", 1)) for part in parts])
    return found


def matches(printed: str, said: str) -> bool:
    """Tell whether the texts are equal; a line ``...`` stands for any lines."""
    parts = [re.escape(part) for part in said.split(ELISION)]
    return re.fullmatch("(?:.*\n)*?".join(parts), printed) is not None


def run(command: str, folder: Path) -> str:
    """Return what a shell prints for *command*, both streams."""
    # The words are written before the data, as people see them.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={"PATH": path, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize("example", examples())
def test_documented_commands_print_what_is_documented(
    example: list[tuple[str, str]], tmp_path: Path
) -> None:
    folder = tmp_path / "examples"
    shutil.copytree(ROOT / "docs" / "examples", folder)

    for command, said in example:
        printed = run(command, folder)

        assert matches(printed, said), printed


@pytest.mark.parametrize("command", [each.__name__ for each in COMMANDS])
def test_every_command_and_option_is_documented(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = command.rpartition(".")[2]
    text = PAGE.read_text(encoding="utf-8")

    assert main([name, "--help"]) == 0

    assert f"\n## {name}\n" in text
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert [option for option in sorted(options) if f"`{option}" not in text] == []
