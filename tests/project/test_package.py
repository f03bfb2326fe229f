"""The archive that the cloud builds the function from."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import terraforming
from e2e.processes import Process, free_port, listens, wait_until
from folders import ROOT
from terraforming import Module

TOOL = ROOT / "tools" / "package.py"
REVIEW = ROOT / "docs" / "examples" / "review.json"


def packed(archive: Path, root: Path = ROOT) -> Path:
    tool = root / TOOL.relative_to(ROOT)
    subprocess.run([sys.executable, tool, archive], check=True, capture_output=True)
    return archive


def names(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as file:
        return file.namelist()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with what is tracked, as a clone has it."""
    folder = tmp_path / "checkout"
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in tracked:
        source, target = ROOT / name, folder / name
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    return folder


def test_the_same_files_make_the_same_bytes(checkout: Path, tmp_path: Path) -> None:
    here = packed(tmp_path / "here.zip", checkout)
    for path in checkout.glob("**/*.py"):
        path.chmod(0o755)
        os.utime(path, (1, 1))
    (checkout / "injector" / "__pycache__").mkdir()
    (checkout / "injector" / "__pycache__" / "cli.cpython-311.pyc").write_bytes(b"x")

    again = packed(tmp_path / "again.zip", checkout)

    assert again.read_bytes() == here.read_bytes()


def test_it_holds_the_function_and_nothing_else(checkout: Path, tmp_path: Path) -> None:
    (checkout / "kubeconfig").write_text("secret", encoding="utf-8")
    (checkout / ".env").write_text("secret", encoding="utf-8")
    tracked = [p.relative_to(checkout) for p in checkout.glob("injector/**/*")]
    whole = [path.as_posix() for path in tracked if (checkout / path).is_file()]

    found = names(packed(tmp_path / "function.zip", checkout))

    assert found == sorted(["main.py", "requirements.txt", *whole])
    assert not [name for name in found if "test" in name]


def test_a_pattern_that_matches_nothing_is_refused(checkout: Path) -> None:
    patterns = checkout / "terraform" / "modules" / "function" / "package.txt"
    with patterns.open("a", encoding="utf-8") as file:
        file.write("injector/*.missing\n")

    done = subprocess.run(
        [sys.executable, checkout / "tools" / "package.py"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.endswith("no file matches 'injector/*.missing'\n")


@pytest.mark.terraform
def test_terraform_packs_the_same_files(tmp_path: Path) -> None:
    copy = terraforming.copy(tmp_path / "copy")
    module = Module.initialized(copy / "terraform" / "modules" / "function")
    module.plan(project_id="example", region="europe-west1", clusters={"prod-eu": 1})
    archive = module.folder / ".build" / "sidecar-injector.zip"

    ours = packed(tmp_path / "ours.zip")

    with zipfile.ZipFile(archive) as theirs, zipfile.ZipFile(ours) as own:
        assert sorted(theirs.namelist()) == own.namelist()
        assert [n for n in own.namelist() if theirs.read(n) != own.read(n)] == []
        assert {entry.external_attr >> 16 for entry in theirs.infolist()} == {0o100644}


def platform() -> tuple[list[str], dict[str, str]]:
    """Return how the cloud's build starts the function."""
    return ["functions-framework"], {"FUNCTION_TARGET": "inject"}


def procfile() -> tuple[list[str], dict[str, str]]:
    """Return how buildpacks elsewhere start it."""
    text = (ROOT / "Procfile").read_text(encoding="utf-8")
    return text.removeprefix("web:").split(), {}


def container() -> tuple[list[str], dict[str, str]]:
    """Return how the container starts it."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    variables = re.findall(r"^ENV (.*)$", text, re.MULTILINE)[0].split()
    command = re.findall(r"^ENTRYPOINT (.*)$", text, re.MULTILINE)[0]
    environ = dict(variable.split("=", 1) for variable in variables)
    return json.loads(command), {k: v for k, v in environ.items() if k != "PATH"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the archive and install what it asks for, as builds do."""
    folder = tmp_path_factory.mktemp("build")
    with zipfile.ZipFile(packed(folder / "function.zip")) as archive:
        archive.extractall(folder / "workspace")
    python = str(folder / "bin" / "python")
    pip = (python, "-m", "pip", "--disable-pip-version-check")
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [*pip, "install", "--require-hashes", "-r", "requirements.txt"],
        [python, "-m", "compileall", "-q", "-f", "."],
        [*pip, "check"],
    ):
        done = subprocess.run(
            command,
            cwd=folder / "workspace",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("way", [platform, procfile, container])
def test_it_is_built_and_serves(
    built: Path,
    way: Callable[[], tuple[list[str], dict[str, str]]],
    tmp_path: Path,
) -> None:
    (program, *arguments), environ = way()
    port, log = free_port(), tmp_path / "log"
    function = Process(
        name="function",
        command=[str(built / "bin" / program), *arguments],
        log=log,
        cwd=built / "workspace",
        environ={**environ, "PORT": str(port)},
    )

    function.start()
    try:
        wait_until(lambda: function.ended or listens(port), "the function listens")
        request = Request(
            f"http://127.0.0.1:{port}/inject",
            data=REVIEW.read_bytes(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=10) as reply:  # noqa: S310 - our own server
            answer = json.load(reply)["response"]
    finally:
        function.stop()

    assert answer["allowed"] is True
    assert answer["patchType"] == "JSONPatch"
    assert answer["uid"] == json.loads(REVIEW.read_bytes())["request"]["uid"]
    lines = log.read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert told[-1]["decision"] == "inject"
