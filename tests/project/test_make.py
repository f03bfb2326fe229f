"""The Makefile: an environment for each Python. The Pythons here are stand-ins."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from folders import ROOT

FILES = ("Makefile", "requirements.txt", "requirements-dev.txt")

PYTHON = """#!/bin/sh
case $1 in
--version) echo Python {version}.7 ;;
-c) echo {version} ;;
-m)
  mkdir -p "$3/bin"
  for name in pip pytest functions-framework; do
    echo "#!/bin/sh
echo $name of {version}" >"$3/bin/$name"
    chmod +x "$3/bin/$name"
  done
  ;;
esac
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with what make needs, and two Pythons."""
    if not shutil.which("make"):
        pytest.skip("there is no make")
    for file in FILES:
        shutil.copy(ROOT / file, tmp_path)
    for version in ("3.98", "3.99"):
        python = tmp_path / f"python{version}"
        python.write_text(PYTHON.format(version=version), encoding="ascii")
        python.chmod(0o755)
    return tmp_path


def make(project: Path, target: str, version: str) -> list[str]:
    """Return the lines that *target* prints on a Python."""
    command = ["make", "--silent", target, f"PYTHON=./python{version}"]
    # Without the settings of the make that runs this test.
    environ = {"PATH": os.environ["PATH"]}
    printed = subprocess.check_output(command, cwd=project, env=environ, text=True)
    return printed.splitlines()


def test_the_first_line_of_the_tests_says_which_python_runs_them(project: Path) -> None:
    first = make(project, "test", "3.99")
    again = make(project, "test", "3.99")

    assert first[0] == "Python 3.99.7"
    assert again == ["Python 3.99.7", "pytest of 3.99"]


def test_each_python_has_an_environment(project: Path) -> None:
    make(project, "test", "3.98")

    printed = make(project, "test", "3.99")

    assert printed.count("pip of 3.99") == 2
    assert printed[-1] == "pytest of 3.99"
    assert make(project, "test", "3.98") == ["Python 3.98.7", "pytest of 3.98"]


@pytest.mark.parametrize("target", ["test", "run"])
def test_the_link_leads_to_the_environment_used_last(
    project: Path, target: str
) -> None:
    make(project, target, "3.98")
    make(project, target, "3.99")

    make(project, target, "3.98")

    assert (project / ".venv").resolve() == project / "build" / "venv" / "3.98"


def test_a_link_takes_the_place_of_a_former_environment(project: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)

    make(project, "run", "3.99")

    assert (project / ".venv").readlink() == Path("build/venv/3.99")


def test_what_is_deployed_is_tested() -> None:
    variables = ROOT / "terraform" / "modules" / "function" / "variables.tf"
    runtime = re.search(r'"python3(\d+)"\)', variables.read_text(encoding="utf-8"))
    images = re.findall(
        r"^FROM python:3\.(\d+)-slim",
        (ROOT / "Dockerfile").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    tested = re.search(
        r"^for version in (.*); do$",
        (ROOT / ".ci" / "run").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )

    assert runtime
    assert tested
    assert images == [runtime[1]] * 2
    assert f"3.{runtime[1]}" in tested[1].split()
