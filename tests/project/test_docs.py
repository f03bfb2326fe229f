"""What the documentation says is so, and what there is stands in it."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import console
import pytest
from folders import ROOT

from injector.base import annotations
from injector.configuration import config
from injector.injection.decision import RULES, Reason
from injector.loading import loader, sources
from injector.web import start

README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [
    *(README, ROOT / "CONTRIBUTING.md"),
    *sorted(DOCS.glob("*.md")),
    *sorted(ROOT.glob("terraform/**/README.md")),
]
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme") / "log"


@pytest.fixture(scope="module")
def address(log: Path) -> Iterator[str]:
    """Serve the function as ``make run`` does, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {"PATH": os.environ["PATH"], "FUNCTION_TARGET": "inject"}
    environ["HOST"] = "127.0.0.1"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "functions_framework", f"--port={port}"],
            cwd=ROOT,
            env=environ,
            stdout=output,
        )
    try:
        for _ in range(300):
            try:
                with urlopen(f"http://127.0.0.1:{port}/", timeout=1) as reply:
                    assert reply.read() == b"ok\n"
                break
            except OSError:
                time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=15)


@pytest.mark.parametrize("example", console.examples(README))
def test_the_readmes_commands_print_what_it_shows(
    example: list[tuple[str, str]], address: str
) -> None:
    for command, said in example:
        here = command.replace("127.0.0.1:8080", address)

        printed = console.run(here.replace(".venv/bin/python", "python"), ROOT)

        assert console.matches(printed, said), printed


def test_the_readme_shows_the_real_log_line(address: str, log: Path) -> None:
    review = (DOCS / "examples" / "review.json").read_bytes()
    shown = json.loads(re.findall(r"```json\n(.*)\n```", README.read_text())[0])

    console.run(
        "curl -s -H 'Content-Type: application/json' --data @docs/examples/review.json"
        f" http://{address}/inject",
        ROOT,
    )
    told = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])

    assert json.loads(review)["request"]["uid"] == told["uid"]
    # The digest is another after every change of the bundled templates.
    changing = {"milliseconds": 0, "config": ""}
    assert shown | changing == told | changing


def test_the_readme_says_the_sum_of_the_cases_that_are_equal() -> None:
    of_istios = text("parity.md").split("## The bundled templates")[0]
    counts = re.findall(r"(\d+) of (\d+)", of_istios)

    equal, all_of_them = (sum(map(int, column)) for column in zip(*counts, strict=True))

    readme = README.read_text(encoding="utf-8")
    assert f"{equal} of {all_of_them} recorded cases of eight releases" in readme


def test_the_readme_shows_the_example_configuration() -> None:
    example = (DOCS / "examples" / "config.yaml").read_text(encoding="utf-8")

    assert f"```yaml\n{example}```" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))

    gone = [
        target
        for target in targets
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert gone == []


def anchors(page: Path) -> set[str]:
    """Return the names of the sections of *page* as links have them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = [re.sub(r"[^\w -]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_sections_lead_to_one(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text(encoding="utf-8"))

    gone = [
        f"{target}#{anchor}"
        for target, anchor in links
        if anchor not in anchors(page.parent / target if target else page)
    ]

    assert gone == []


@pytest.mark.parametrize("key", config.KEYS)
def test_every_configuration_key_is_documented(key: str) -> None:
    assert f"| `{key}` |" in text("configuration.md")


def test_every_environment_variable_is_documented() -> None:
    code = [
        path.read_text(encoding="utf-8")
        for path in map(Path, (start.__file__, sources.__file__, loader.__file__))
    ]

    read = set(re.findall(r'environ(?:\.get\(|\[|, )"([A-Z_]+)"', "".join(code)))

    page = text("configuration.md")
    assert "PATH_TOKENS" in read
    assert {"CONFIG_FILE", "MEMORY", "VALIDATION"} <= read
    assert [name for name in sorted(read) if f"| `{name}` |" not in page] == []
    assert [name for name in loader.FEATURES if f"`{name}`" not in page] == []


def test_every_label_and_annotation_is_documented() -> None:
    names = [
        value
        for name, value in vars(annotations).items()
        if name.isupper() and isinstance(value, str)
    ]

    page = text("configuration.md")

    assert len(names) > 5
    assert [name for name in names if f"| `{name}` |" not in page] == []


def test_the_table_of_the_decision_is_documented() -> None:
    page = text("configuration.md")

    assert [slug for slug in Reason if f"`{slug}` |\n" not in page] == []
    rows = re.findall(r"^\| (\w+) \|.*`\w+` \|$", page, re.MULTILINE)
    assert list(dict.fromkeys(rows)) == [*RULES, "policy"]


def test_every_room_has_its_place_in_the_architecture() -> None:
    rooms = {path.parent.name for path in (ROOT / "injector").glob("*/__init__.py")}

    rows = set(re.findall(r"^\| `(\w+)/` \|", text("architecture.md"), re.MULTILINE))

    assert rows == rooms


def test_the_architecture_names_modules_that_exist() -> None:
    package = ROOT / "injector"
    missing = []
    count = 0

    for line in text("architecture.md").splitlines():
        room = re.match(r"\| `(\w+)/` \|", line)
        folders = [ROOT, package, package / room[1] if room else package]
        for name in re.findall(r"`([a-z_/]+(?:\.py|/))`", line):
            count += 1
            if not any((folder / name).exists() for folder in folders):
                missing.append(name)

    assert missing == []
    assert count > 60
