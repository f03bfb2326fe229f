"""The function's module with the provider's own function: each change is one apply.

Mocks of providers do not show how the resource plans and applies changes; its own code
does, against a stand-in of the API.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import functions_api
import go_tool
import pytest
import terraforming
from functions_api import Functions
from terraforming import Module, changes

pytestmark = pytest.mark.terraform

FUNCTION = "module.function.google_cloudfunctions2_function.this"
MOUNTED = "/etc/sidecar-injector/configuration"
REFUSED = "environment_has_a_value_that_is_unknown_until_apply"


class Rehearsal:
    """A stack with the function's module, and the API that it is applied to."""

    def __init__(self, folder: Path, functions: Functions) -> None:
        self.functions = functions
        self.module = Module(folder / "stack")
        self.archive = folder / "archive.zip"
        self.config = folder / "config.yaml"
        self.settings: dict[str, Any] = {
            "source": "../terraform/modules/function",
            "archive": str(self.archive),
            "clusters": {"prod-eu": 1},
            "project_id": "example-project",
            "region": "europe-west1",
        }

    def write(self, **more: Any) -> None:
        """Write the stack, with *more* resources."""
        stack = {"module": {"function": self.settings}, "provider": {"google": {}}}
        text = json.dumps(stack | more)
        (self.module.folder / "main.tf.json").write_text(text, encoding="utf-8")

    def configure(self, text: str) -> None:
        """Serve another configuration."""
        self.config.write_text(text, encoding="utf-8")
        self.settings["config_file"] = str(self.config)

    def apply_once(self) -> dict[str, Any]:
        """Apply, see that this was all, and return what the API has then."""
        self.write()
        self.module.apply()
        assert changes(self.module.plan()) == {}
        service: dict[str, Any] = self.functions.one["serviceConfig"]
        return service


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the provider."""
    folder = tmp_path_factory.mktemp("provider")
    binary = go_tool.build("googleprovider", folder)
    return binary.rename(folder / "terraform-provider-google").parent


@pytest.fixture
def rehearsal(
    provider: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Rehearsal]:
    terraforming.copy(tmp_path)
    shutil.copy(tmp_path / "terraform/modules/function/tests/archive.zip", tmp_path)
    (tmp_path / "stack").mkdir()
    with functions_api.serving() as functions:
        monkeypatch.setenv("API_ENDPOINT", functions.endpoint)
        rehearsal = Rehearsal(tmp_path, functions)
        rehearsal.write()
        Module.initialized(rehearsal.module.folder)
        rc = tmp_path / "overridden.rc"
        rc.write_text(overridden(provider), encoding="utf-8")
        monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(rc))
        yield rehearsal


def overridden(provider: Path) -> str:
    """Return Terraform's configuration in force, with that provider in its place."""
    usual = "provider_installation {\n  direct {}\n}\n"
    file = os.environ.get("TF_CLI_CONFIG_FILE")
    text = Path(file).read_text(encoding="utf-8") if file else usual
    block = "provider_installation {"
    assert block in text
    override = f'{block}\n  dev_overrides {{ "hashicorp/google" = "{provider}" }}'
    return text.replace(block, override, 1)


def mounted(service: dict[str, Any]) -> str | None:
    """Return the number of the version that is mounted as the configuration."""
    variables: dict[str, str] = service["environmentVariables"]
    volumes: list[dict[str, Any]] = service.get("secretVolumes", [])
    if "CONFIG_FILE" not in variables:
        assert not volumes
        return None
    assert variables["CONFIG_FILE"] == MOUNTED
    ((volume),) = volumes
    ((version),) = volume["versions"]
    assert f"{volume['mountPath']}/{version['path']}" == MOUNTED
    number: str = version["version"]
    return number


def test_each_change_is_one_apply(rehearsal: Rehearsal) -> None:
    rehearsal.configure("policy: disabled\n")
    first = rehearsal.apply_once()

    rehearsal.configure("policy: enabled\n")
    reconfigured = rehearsal.apply_once()
    rehearsal.settings["clusters"] = {"prod-eu": 2, "prod-us": 1}
    rotated = rehearsal.apply_once()
    with rehearsal.archive.open("ab") as archive:
        archive.write(b"another")
    before = rehearsal.functions.one["buildConfig"]["source"]
    rehearsal.apply_once()
    after = rehearsal.functions.one["buildConfig"]["source"]
    rehearsal.settings |= {
        "environment": {"PLATFORM": "openshift", "COMPLIANCE_POLICY": ""},
        "function": {
            "concurrency": 8,
            "cpu": 2,
            "max_instances": 3,
            "memory": "1Gi",
            "min_instances": 0,
            "runtime": "python312",
            "timeout_seconds": 20,
        },
        "ingress": "load-balancer",
        "labels": {"team": "platform"},
        "validation": "deny",
    }
    set_anew = rehearsal.apply_once()
    del rehearsal.settings["environment"], rehearsal.settings["config_file"]
    bundled = rehearsal.apply_once()
    rehearsal.configure("policy: enabled\n")
    back = rehearsal.apply_once()

    versions = [mounted(each) for each in (first, reconfigured, rotated, back)]
    assert None not in versions
    assert len({*versions}) == 3
    assert versions[1] == versions[2] == mounted(set_anew)
    tokens = [
        each["secretEnvironmentVariables"][0]["version"]
        for each in (first, reconfigured, rotated)
    ]
    assert tokens[0] == tokens[1] != tokens[2]
    assert before != after
    assert set_anew["environmentVariables"]["PLATFORM"] == "openshift"
    assert set_anew["maxInstanceRequestConcurrency"] == 8
    assert mounted(bundled) is None
    assert "PLATFORM" not in bundled["environmentVariables"]


def test_a_revision_names_what_it_reads_by_number(rehearsal: Rehearsal) -> None:
    rehearsal.configure("policy: disabled\n")

    service = rehearsal.apply_once()

    (token,) = service["secretEnvironmentVariables"]
    assert token["version"].isdecimal()
    assert (mounted(service) or "").isdecimal()


def test_a_variable_that_is_known_only_after_an_apply_is_refused_before_it(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.settings["environment"] = {"OTHER": "${terraform_data.other.id}"}
    rehearsal.write(resource={"terraform_data": {"other": {}}})

    said = rehearsal.module.refused()
    rehearsal.module.apply("-target=terraform_data.other")
    rehearsal.module.apply()
    plan = rehearsal.module.plan()

    assert REFUSED in said
    assert rehearsal.functions.one["serviceConfig"]["environmentVariables"]["OTHER"]
    assert changes(plan) == {}
