"""What is wrong at the start: one line in the log, and the end of the process."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.processes import free_port
from flask.testing import FlaskClient
from secret_manager import NUMBERED, FakeSecretManager, serving
from starting import MAIN, SETTINGS, collect_again

from injector.web.logs import LINE_LIMIT
from injector.web.start import function

Start = Callable[..., FlaskClient]

SECRET = "k7Qw-3q2_7wSECRETtoken"  # noqa: S105 - an example
APPLICATION = "functions_framework:create_app('inject', 'main.py')"
PATIENCE = 60.0
TOKENS = (
    'want a list of tokens or a mapping such as {"cluster": ["token"]}; '
    "leave it unset to let everybody in"
)
VERSION = "want projects/PROJECT/secrets/SECRET/versions/VERSION"
SHAPE = "want 22 or more of the characters A-Z a-z 0-9 _ -"
LONG = "x" * 10_000
CUT = f"'{'x' * 80}'..."

WRONG = {
    "PATH_TOKENS": [
        (SECRET, f"PATH_TOKENS: is not JSON, {TOKENS}"),
        (
            json.dumps({"c1": [f"{SECRET}!"]}),
            f"PATH_TOKENS, cluster 1, token 1: is none, {SHAPE}",
        ),
    ],
    "VALIDATION": [
        ("off", "VALIDATION: is 'off', want 'warn' or 'deny'"),
        (LONG, f"VALIDATION: is {CUT}, want 'warn' or 'deny'"),
    ],
    "MEMORY": [("maybe", "MEMORY: is 'maybe', want 'on' or 'off'")],
    "CONFIG_SECRET": [
        (
            "latest",
            f"CONFIG_SECRET: is 'latest', {VERSION}",
        ),
        (
            LONG,
            f"CONFIG_SECRET: is {CUT}, {VERSION}",
        ),
    ],
    "CONFIG_REFRESH_SECONDS": [
        (
            "often",
            "CONFIG_REFRESH_SECONDS: is 'often', want a number of seconds above 0",
        ),
        (LONG, f"CONFIG_REFRESH_SECONDS: is {CUT}, want a number of seconds above 0"),
    ],
}


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """Collect again after a start that failed: it ends a process, but not this one."""
    yield
    collect_again()


def command(way: str, folder: Path) -> list[str]:
    """Return what serves the function in one *way*."""
    address = f"127.0.0.1:{free_port()}"
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", address]
    match way:
        case "functions-framework":
            options = ["--host", "127.0.0.1", "--port", address.partition(":")[2]]
            return [sys.executable, "-m", "functions_framework", *options]
        case "gunicorn":
            return [*gunicorn, "--threads", "2", APPLICATION]
        case _:
            settings = folder / "empty.conf.py"
            settings.touch()
            return [*gunicorn, "-c", str(settings), APPLICATION]


def ended(way: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Return how a process ends that serves the function in one *way*."""
    inherited = {k: v for k, v in os.environ.items() if k not in SETTINGS}
    return subprocess.run(
        command(way, folder),
        cwd=MAIN.parent,
        env={**inherited, "FUNCTION_TARGET": "inject", **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize("way", ["functions-framework", "gunicorn"])
@pytest.mark.parametrize("variable", [*WRONG, "CONFIG_FILE"])
def test_a_wrong_setting_ends_the_process_with_one_line(
    way: str, variable: str, tmp_path: Path
) -> None:
    value = "/no/such/file" if variable == "CONFIG_FILE" else WRONG[variable][0][0]

    end = ended(way, tmp_path, **{variable: value})

    assert (end.returncode, end.stderr) == (1, "")
    (line,) = end.stdout.splitlines()
    told = json.loads(line)
    assert told["severity"] == "ERROR"
    assert told["variable"] == variable
    assert SECRET not in line


def test_workers_of_a_gunicorn_that_forks_first_are_not_started_again(
    tmp_path: Path,
) -> None:
    end = ended("gunicorn without its settings", tmp_path, VALIDATION="off")

    assert end.returncode == 3
    (line,) = end.stdout.splitlines()
    assert json.loads(line)["variable"] == "VALIDATION"


def test_a_wrong_secret_ends_the_process(tmp_path: Path) -> None:
    with serving(FakeSecretManager()) as fake:
        fake.data = b"polcy: enabled"

        end = ended(
            "functions-framework", tmp_path, CONFIG_SECRET=NUMBERED, **fake.environ
        )

    assert (end.returncode, end.stderr) == (1, "")
    (line,) = end.stdout.splitlines()
    told = json.loads(line)
    assert told["reason"] == "config_wrong"
    assert told["variable"] == "CONFIG_SECRET"
    assert told["message"].startswith("polcy: unknown key, want one of policy, ")


def refused(
    start: Start, capfd: pytest.CaptureFixture[str], **environ: str
) -> dict[str, Any]:
    """Return the one line about a start in an environment, which fails."""
    capfd.readouterr()
    with pytest.raises(SystemExit) as stopped:
        start(**environ)
    assert stopped.value.code == 1
    captured = capfd.readouterr()
    assert captured.err == ""
    assert len(captured.out.encode()) < LINE_LIMIT
    (line,) = captured.out.splitlines()
    told: dict[str, Any] = json.loads(line)
    return told


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [(name, *case) for name, cases in WRONG.items() for case in cases],
)
def test_the_line_of_a_wrong_setting_says_what_was_wanted(
    start: Start,
    capfd: pytest.CaptureFixture[str],
    variable: str,
    value: str,
    message: str,
) -> None:
    assert refused(start, capfd, **{variable: value}) == {
        "severity": "ERROR",
        "reason": "setting_wrong",
        "variable": variable,
        "message": message,
    }


def test_a_file_that_is_not_there_is_named(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    assert refused(start, capfd, CONFIG_FILE="/no/such/file") == {
        "severity": "ERROR",
        "reason": "config_wrong",
        "variable": "CONFIG_FILE",
        "message": "cannot read '/no/such/file': No such file or directory",
    }


def test_the_line_of_a_wrong_configuration_has_every_problem(
    start: Start, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    unknown = {f"colour{number}": "red" for number in range(5)}
    file.write_text(json.dumps({"policy": "maybe", **unknown}))

    told = refused(start, capfd, CONFIG_FILE=str(file))

    assert told["reason"] == "config_wrong"
    assert told["variable"] == "CONFIG_FILE"
    problems = told["message"].split("; ")
    places = [problem.partition(":")[0] for problem in problems]
    assert sorted(places) == sorted([*unknown, "policy"])
    assert "policy: is 'maybe', want 'enabled' or 'disabled'" in problems


def test_a_start_with_very_many_problems_is_still_one_short_line(
    start: Start, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(json.dumps({f"ключ{number}": 1 for number in range(2000)}))

    told = refused(start, capfd, CONFIG_FILE=str(file))

    assert told["message"].endswith("...")


def test_what_nobody_foresaw_at_the_start_is_told_without_values(
    capfd: pytest.CaptureFixture[str],
) -> None:
    class Odd(dict[str, str]):
        def get(self, key: str, _default: object = None) -> Any:
            raise KeyError(key, SECRET)

    with pytest.raises(SystemExit) as stopped:
        function(Odd())

    assert stopped.value.code == 1
    (line,) = capfd.readouterr().out.splitlines()
    told = json.loads(line)
    assert told["severity"] == "ERROR"
    assert told["reason"] == "crashed"
    assert told["error"] == "KeyError"
    assert "test_start.py" in told["stack"]
    assert SECRET not in line


def test_a_worker_ends_with_the_code_that_its_server_understands(
    start: Start,
) -> None:
    class Worker:
        def quit(self, *_: object) -> None: ...

    before = signal.signal(signal.SIGQUIT, Worker().quit)

    with pytest.raises(SystemExit) as stopped:
        start(VALIDATION="off")

    signal.signal(signal.SIGQUIT, before)
    assert stopped.value.code == 3
