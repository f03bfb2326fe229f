"""What is written about Terraform is what its files say."""

import re
from pathlib import Path

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml
from folders import ROOT

from injector.terminal.cli import main

FOLDER = ROOT / "terraform"
READMES = [FOLDER / "README.md", *sorted(FOLDER.glob("modules/*/README.md"))]
DEPLOY = ROOT / "docs" / "deploy.md"

BLOCK = r'^%s "(\w+)" \{\n(.*?)^\}$'
DESCRIPTION = re.compile(r'^  description = "(.*)"$', re.MULTILINE)


def described(file: Path, kind: str) -> dict[str, tuple[str, str]]:
    """Return the description and the whole text of each block of a kind."""
    text = file.read_text(encoding="utf-8")
    blocks = re.findall(BLOCK % kind, text, re.MULTILINE | re.DOTALL)
    return {name: (DESCRIPTION.findall(body)[0], body) for name, body in blocks}


def table(kind: str, blocks: dict[str, tuple[str, str]]) -> str:
    """Return the blocks as a table for people."""
    rows = [f"| {kind} | |\n|---|---|\n"]
    for name, (description, body) in blocks.items():
        needed = kind == "setting" and "\n  default " not in f"\n{body}"
        told = description.replace('\\"', '"').replace("|", "\\|")
        rows.append(f"| `{name}` | {'**Needed.** ' if needed else ''}{told} |\n")
    return "".join(rows)


def with_table(page: str, heading: str, rows: str) -> str:
    """Return *page* with *rows* as the whole section under *heading*."""
    before, title, after = page.partition(f"## {heading}\n\n")
    _, next_title, rest = after.partition("\n## ")
    return before + title + rows + next_title + rest


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.parent.name)
def test_every_setting_and_output_is_in_the_readme(
    page: Path, *, update_golden: bool
) -> None:
    text = page.read_text(encoding="utf-8")
    settings = described(page.with_name("variables.tf"), "variable")
    outputs = described(page.with_name("outputs.tf"), "output")

    wanted = with_table(text, "Settings", table("setting", settings))
    wanted = with_table(wanted, "Outputs", table("output", outputs))

    if update_golden:
        page.write_text(wanted, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == wanted


@pytest.mark.parametrize("file", sorted(FOLDER.glob("**/variables.tf")), ids=str)
def test_settings_are_in_alphabetical_order(file: Path) -> None:
    names = list(described(file, "variable"))

    assert names == sorted(names)


def rows(page: str, first: str) -> list[list[str]]:
    """Return the cells of the table of which *first* heads the first column."""
    lines = page.split(f"| {first} |")[1].split("\n\n", maxsplit=1)[0].splitlines()[2:]
    return [[cell.strip(" *") for cell in line.split("|")[1:-1]] for line in lines]


def test_the_costs_follow_from_the_prices() -> None:
    page = DEPLOY.read_text(encoding="utf-8")
    busy, memory, idle, million, version = (
        float(row[1]) for row in rows(page, "price")
    )
    stays = 30 * 24 * 3600 * (idle + 0.5 * memory)
    each = 0.1 * (busy + 0.5 * memory) + million / 1e6
    checks = 6 * 12 * 24 * 30

    costs = {row[0]: row[1:] for row in rows(page, "a month")}

    assert f"{each:.9f}" in page
    assert f"{checks:,} requests, {checks * each:.2f}" in " ".join(page.split())
    for column, pods in enumerate((10_000, 1_000_000)):
        parts = (round(pods * each, 2), round(stays, 2), round(2 * version, 2))
        told = [float(costs[name][column]) for name in list(costs)[:3]]
        assert told == list(parts)
        assert float(costs["together"][column]) == round(sum(parts), 2)
        rest = round(sum(parts) - parts[1], 2)
        assert float(costs["without that instance"][column]) == rest


def test_the_page_names_settings_that_there_are() -> None:
    page = DEPLOY.read_text(encoding="utf-8")
    stack = (FOLDER / "variables.tf").read_text(encoding="utf-8")
    settings = set(re.findall(r"^(?:variable \"| {2,6})(\w+)", stack, re.MULTILINE))

    named = [
        name
        for row in rows(page, "setting")
        for whole in re.findall(r"`([\w.]+)`", row[0])
        for name in whole.split(".")
    ]

    assert [name for name in named if name not in settings] == []


def test_the_service_of_knative_serves_as_the_cloud_does() -> None:
    text = re.findall(r"```yaml\n(.*?)```", DEPLOY.read_text("utf-8"), re.DOTALL)[0]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    spec = yaml.safe_load(text)["spec"]["template"]["spec"]

    assert f"THREADS={spec['containerConcurrency']}\n" in dockerfile
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for variable in spec["containers"][0]["env"]:
        assert f"| `{variable['name']}` |" in page


def test_the_container_holds_what_the_archive_holds() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    patterns = (FOLDER / "modules" / "function" / "package.txt").read_text(
        encoding="utf-8"
    )
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8")

    tops = {
        line.split("/")[0]
        for line in patterns.splitlines()
        if line[:1] not in ("", "#")
    }
    copied = set(re.findall(r"^COPY (\S+) \S+$", dockerfile, re.MULTILINE))

    assert copied == tops
    assert {line[1:] for line in kept.splitlines() if line[:1] == "!"} == tops


def test_the_service_of_knative_has_the_fields_of_pods() -> None:
    text = re.findall(r"```yaml\n(.*?)```", DEPLOY.read_text("utf-8"), re.DOTALL)[0]
    spec = yaml.safe_load(text)["spec"]["template"]["spec"]
    of_knative = {"containerConcurrency", "timeoutSeconds"}
    for container in spec["containers"]:
        # These two may be left to the platform.
        container["name"] = "function"
        container["readinessProbe"]["httpGet"]["port"] = 8080

    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "sidecar-injector"},
        "spec": {key: spec[key] for key in spec if key not in of_knative},
    }

    kubernetes_validate.validate(pod, "1.37", strict=True)


def test_the_example_has_a_configuration_that_is_valid(
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = FOLDER / "examples" / "gke" / "config.yaml"

    assert main(["validate", f"--config={file}"]) == 0

    assert "warning" not in capsys.readouterr().err


@pytest.mark.parametrize("folder", sorted(FOLDER.glob("examples/*")), ids=str)
def test_every_example_says_how_it_is_run(folder: Path) -> None:
    page = (folder / "README.md").read_text(encoding="utf-8")
    settings = described(folder / "main.tf", "variable")

    needed = {name for name, (_, body) in settings.items() if "default " not in body}

    assert needed == set(re.findall(r"-var '?(\w+)=", page))


def test_every_check_that_is_skipped_has_its_reason() -> None:
    files = [*FOLDER.glob("**/*.tf"), ROOT / "Dockerfile"]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)

    skipped = re.findall(r"checkov:skip=(\S*?)(?::(.*))?$", text, re.MULTILINE)

    assert skipped
    assert [check for check, reason in skipped if len(reason.split()) < 5] == []
    assert "hadolint ignore" not in text
