"""Terraform, run on a copy of the stack.

A copy, since a lock file of the real providers refuses those of a mirror
(``TF_CLI_CONFIG_FILE``), and the reverse.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from folders import ROOT

PARTS = ("terraform", "injector", "main.py", "requirements.txt")
LEFT_BEHIND = (
    *(".terraform", ".terraform.lock.hcl", ".build", "*.tfstate*", "__pycache__"),
)


def copy(folder: Path) -> Path:
    """Copy Terraform's files into *folder*.

    Without Terraform the test is skipped, or fails with ``REQUIRE_TERRAFORM=1``.
    """
    if shutil.which("terraform") is None:
        _unavailable("terraform is not installed")
    for part in PARTS:
        source, target = ROOT / part, folder / part
        if source.is_dir():
            ignore = shutil.ignore_patterns(*LEFT_BEHIND)
            shutil.copytree(source, target, ignore=ignore)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return folder


def _unavailable(message: str) -> NoReturn:
    if os.environ.get("REQUIRE_TERRAFORM") == "1":
        pytest.fail(message)
    pytest.skip(message)


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a command."""

    status: int
    text: str
    """Both streams, without Terraform's frames."""


@dataclass(frozen=True, slots=True)
class Module:
    """A folder with a Terraform configuration."""

    folder: Path

    @classmethod
    def initialized(cls, folder: Path) -> "Module":
        """Return the module in *folder* with its providers.

        Without them the test is skipped, or fails with ``REQUIRE_TERRAFORM=1``.
        """
        module = cls(folder)
        done = module.run("init", "-backend=false", "-input=false")
        if done.status:
            _unavailable(f"terraform init fails: {done.text[-500:]}")
        return module

    def run(self, command: str, *arguments: str, **variables: Any) -> Done:
        """Run a command, with *variables* of the module."""
        environ = {name: v for name, v in os.environ.items() if name[:7] != "TF_VAR_"}
        for name, value in variables.items():
            text = value if isinstance(value, str) else json.dumps(value)
            environ[f"TF_VAR_{name}"] = text
        done = subprocess.run(
            ["terraform", command, *arguments, "-no-color"],
            cwd=self.folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        words = " ".join(done.stdout.replace("\u2502", " ").split())
        return Done(done.returncode, words if done.returncode == 1 else done.stdout)

    def succeed(self, command: str, *arguments: str, **variables: Any) -> str:
        """Run a command that must succeed, and return its output."""
        done = self.run(command, *arguments, **variables)
        assert done.status == 0, done.text
        return done.text

    def plan(self, **variables: Any) -> dict[str, Any]:
        """Return the plan as ``terraform show -json`` prints it."""
        self.succeed("plan", "-input=false", "-out=plan", **variables)
        plan: dict[str, Any] = json.loads(self.succeed("show", "-json", "plan"))
        return plan

    def apply(self, *arguments: str, **variables: Any) -> str:
        """Apply, and return the actions in their order."""
        return self.succeed("apply", "-auto-approve", *arguments, **variables)

    def refused(self, **variables: Any) -> str:
        """Return the message of a plan that must fail."""
        done = self.run("plan", "-input=false", **variables)
        assert done.status == 1, done.text
        return done.text


def changes(plan: dict[str, Any]) -> dict[str, list[str]]:
    """Return the actions of *plan* by the resource's address."""
    return {
        change["address"]: change["change"]["actions"]
        for change in plan["resource_changes"]
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }


def resources(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the planned values of all resources, by address."""
    found: dict[str, dict[str, Any]] = {}
    modules = [plan["planned_values"]["root_module"]]
    while modules:
        module = modules.pop()
        modules += module.get("child_modules", [])
        for resource in module.get("resources", []):
            found[resource["address"]] = resource["values"]
    return found
