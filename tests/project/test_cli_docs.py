"""Every command in docs/cli.md is run, and prints what stands there."""

import re
import shutil
from pathlib import Path

import console
import pytest
from folders import ROOT

from injector.terminal.cli import COMMANDS, main

PAGE = ROOT / "docs" / "cli.md"


@pytest.mark.parametrize("example", console.examples(PAGE))
def test_documented_commands_print_what_is_documented(
    example: list[tuple[str, str]], tmp_path: Path
) -> None:
    folder = tmp_path / "examples"
    shutil.copytree(ROOT / "docs" / "examples", folder)

    for command, said in example:
        printed = console.run(command, folder)

        assert console.matches(printed, said), printed


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
