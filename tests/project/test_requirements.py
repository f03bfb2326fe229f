"""The pinned requirements: with hashes, what is asked for, and nothing else."""

import re
import tomllib
from dataclasses import dataclass

import pytest
from folders import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import audit

HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What a lock file says of one requirement."""

    requirement: Requirement
    hashes: int
    via: frozenset[str]
    """What needs it: names, or where it is asked for."""


def pins(file: str) -> dict[str, Pin]:
    """Return what a lock file pins, by name."""
    found: dict[str, Pin] = {}
    text = (ROOT / file).read_text(encoding="utf-8")
    for block in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]:
        requirement = Requirement(block.partition("\\\n")[0].strip())
        comment = block.partition("# via")[2].replace("#", "")
        found[canonicalize_name(requirement.name)] = Pin(
            requirement=requirement,
            hashes=len(HASH.findall(block)),
            via=frozenset(
                line.strip() for line in comment.splitlines() if line.strip()
            ),
        )
    return found


def asked(file: str) -> list[Requirement]:
    """Return what a file asks for."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


RUNTIME = asked("requirements.in")
DEV = [
    *map(Requirement, PROJECT["dependencies"]),
    *map(Requirement, PROJECT["optional-dependencies"]["dev"]),
]
LOCKS = [
    ("requirements.txt", "-r requirements.in", RUNTIME),
    ("requirements-dev.txt", "serverless-sidecar-injector (pyproject.toml)", DEV),
    (
        "tools/scan/requirements.txt",
        "-r tools/scan/requirements.in",
        asked("tools/scan/requirements.in"),
    ),
]


def test_all_files_of_pins_are_audited() -> None:
    assert [file for file, _, _ in LOCKS] == list(audit.FILES)


def test_the_function_asks_for_the_same_in_both_places() -> None:
    assert [Requirement(text) for text in PROJECT["dependencies"]] == RUNTIME


@pytest.mark.parametrize("file", audit.FILES)
def test_each_pin_is_one_version_with_hashes(file: str) -> None:
    for name, pin in pins(file).items():
        (specifier,) = pin.requirement.specifier
        assert (specifier.operator, pin.hashes > 0) == ("==", True), name


@pytest.mark.parametrize(("file", "root", "wanted"), LOCKS)
def test_the_pins_are_what_is_asked_for(
    file: str, root: str, wanted: list[Requirement]
) -> None:
    found = pins(file)

    assert {name for name, pin in found.items() if root in pin.via} == {
        canonicalize_name(requirement.name) for requirement in wanted
    }
    for requirement in wanted:
        pin = found[canonicalize_name(requirement.name)].requirement
        (specifier,) = pin.specifier
        assert requirement.specifier.contains(specifier.version), str(requirement)
        assert requirement.extras <= pin.extras, str(requirement)


@pytest.mark.parametrize(("file", "root", "wanted"), LOCKS)
def test_no_pin_is_there_for_nothing(
    file: str, root: str, wanted: list[Requirement]
) -> None:
    found = pins(file)
    needed: set[str] = {canonicalize_name(each.name) for each in wanted}

    while more := {
        name for name, pin in found.items() if name not in needed and pin.via & needed
    }:
        needed |= more

    assert needed == found.keys(), root


def test_tests_run_on_what_is_deployed() -> None:
    tested = pins("requirements-dev.txt")

    for deployed, pin in pins("requirements.txt").items():
        assert tested[deployed].requirement == pin.requirement


VULNERABLE = {
    "name": "jinja2",
    "version": "2.10",
    "vulns": [
        {"id": "PYSEC-2019-217", "fix_versions": ["2.10.1"]},
        {"id": "PYSEC-0000-1", "fix_versions": []},
    ],
}
CLEAN = {"name": "flask", "version": "3.1.3", "vulns": []}
SKIPPED = {"name": "idna", "skip_reason": "Dependency not found on PyPI"}


def test_a_known_vulnerability_fails_the_audit() -> None:
    assert audit.judge({"dependencies": [VULNERABLE, CLEAN, SKIPPED]}) == (
        [
            "2 of 3 could be asked about",
            "jinja2 2.10: PYSEC-2019-217, mended in 2.10.1",
            "jinja2 2.10: PYSEC-0000-1, mended in no version",
        ],
        False,
    )


def test_what_the_index_does_not_know_is_said_and_fails_nothing() -> None:
    assert audit.judge({"dependencies": [SKIPPED]}) == (
        ["0 of 1 could be asked about"],
        True,
    )
