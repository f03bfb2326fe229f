"""The Terraform modules, without a cloud: as far as plans and rehearsals go."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import terraforming
from folders import ROOT
from terraforming import Module, changes

pytestmark = pytest.mark.terraform

FOLDER = ROOT / "terraform"
MODULES = sorted(
    path.parent.relative_to(ROOT).as_posix() for path in FOLDER.glob("**/tests")
)

FUNCTION = "module.function.google_cloudfunctions2_function.this"
WEBHOOK = 'module.webhook.kubernetes_manifest.webhook["mutating"]'
CONFIGURATION = (
    'module.function.google_secret_manager_secret_version.configuration["this"]'
)
TOKENS = "module.function.google_secret_manager_secret_version.path_tokens"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return terraforming.copy(tmp_path_factory.mktemp("repository"))


@pytest.fixture
def stack(tmp_path: Path) -> Module:
    return Module.initialized(terraforming.copy(tmp_path) / "terraform")


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    config = tmp_path / "config.yaml"
    config.write_text("policy: disabled\n", encoding="utf-8")
    gke = {"name": "cluster-1", "location": "europe-west1"}
    return {
        "project_id": "example-project",
        "region": "europe-west1",
        "cluster": {"name": "prod-eu", "gke": gke},
        "config_file": str(config),
        # The archive's content is another test's business, and takes seconds to make.
        "archive": "tests/archive.zip",
    }


def order(printed: str, *happenings: str) -> list[int]:
    """Return where in *printed* each of these happens."""
    return [printed.index(happening) for happening in happenings]


def test_there_are_tests_of_every_module() -> None:
    inner = [*FOLDER.glob("modules/*"), *FOLDER.glob("examples/*")]

    folders = [path.relative_to(ROOT).as_posix() for path in (FOLDER, *inner)]

    assert sorted(folders) == MODULES


def test_the_files_are_formatted(repository: Path) -> None:
    done = Module(repository).run("fmt", "-check", "-recursive", "terraform")

    assert done.text == ""


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_valid_and_passes_its_own_tests(
    repository: Path, name: str
) -> None:
    module = Module.initialized(repository / name)

    assert "The configuration is valid" in module.succeed("validate")
    assert re.search(r"Success! \d+ passed, 0 failed", module.succeed("test"))


def test_a_second_apply_changes_nothing(
    stack: Module, settings: dict[str, Any]
) -> None:
    stack.apply(**settings)

    plan = stack.plan(**settings)

    assert changes(plan) == {}
    assert plan.get("output_changes", {}).keys() == {
        *("config_version", "manifests", "name", "service_account", "url")
    }
    assert all(
        change["actions"] == ["no-op"] for change in plan["output_changes"].values()
    )


def test_no_state_holds_the_configuration_or_the_secret_of_the_tokens(
    stack: Module, settings: dict[str, Any]
) -> None:
    Path(settings["config_file"]).write_text("values: {a: mine-alone}\n", "utf-8")
    stack.apply(**settings)

    state = (stack.folder / "terraform.tfstate").read_text(encoding="utf-8")
    planned = json.dumps(stack.plan(**settings))

    assert "mine-alone" not in state
    # What is compressed begins so.
    assert "H4sI" not in state + planned
    assert '"secret_data_wo":' in state
    assert set(re.findall(r'"secret_data(?:_wo)?": (.+?),?\n', state)) == {"null"}


def test_a_new_configuration_is_a_new_revision(
    stack: Module, settings: dict[str, Any]
) -> None:
    stack.apply(**settings)
    Path(settings["config_file"]).write_text("policy: enabled\n", encoding="utf-8")

    plan = stack.plan(**settings)

    assert changes(plan) == {
        'module.function.terraform_data.configuration["this"]': ["update"],
        # The old version goes only when the new revision serves, and stays even then.
        CONFIGURATION: ["create", "delete"],
        FUNCTION: ["update"],
    }
    assert values(plan, CONFIGURATION)["deletion_policy"] == "ABANDON"


def values(plan: dict[str, Any], address: str) -> dict[str, Any]:
    return terraforming.resources(plan)[address]


def test_a_changed_source_is_a_new_revision(
    stack: Module, settings: dict[str, Any]
) -> None:
    del settings["archive"]
    stack.apply(**settings)
    with (stack.folder.parent / "main.py").open("a", encoding="utf-8") as file:
        file.write("# Changed.\n")

    plan = stack.plan(**settings)

    assert changes(plan).keys() == {
        "module.function.google_storage_bucket_object.source",
        FUNCTION,
    }


def test_a_new_token_is_known_to_the_function_before_the_webhook_calls_with_it(
    stack: Module, settings: dict[str, Any]
) -> None:
    stack.apply(**settings)

    plan = stack.plan(token_generation=2, **settings)
    done = stack.apply("-replace", FUNCTION, token_generation=2, **settings)

    assert changes(plan) == {
        'module.function.random_password.token["prod-eu/2"]': ["create"],
        "module.function.terraform_data.clusters": ["update"],
        TOKENS: ["create", "delete"],
        FUNCTION: ["update"],
        WEBHOOK: ["update"],
    }
    made, called = order(
        done, f"{FUNCTION}: Creation complete", f"{WEBHOOK}: Modifying..."
    )
    assert made < called


def test_destroying_takes_the_webhook_first(
    stack: Module, settings: dict[str, Any]
) -> None:
    settings["webhook"] = {"failure_policy": "Fail"}
    stack.apply(**settings)

    done = stack.succeed("destroy", "-auto-approve", **settings)

    invoker = 'module.function.google_cloud_run_service_iam_member.invoker["allUsers"]'
    happened = order(
        done,
        f"{WEBHOOK}: Destruction complete",
        f"{invoker}: Destroying...",
        f"{FUNCTION}: Destroying...",
    )
    assert happened == sorted(happened)


def test_the_webhook_moves_before_a_replaced_function_goes(
    stack: Module, settings: dict[str, Any]
) -> None:
    stack.apply(**settings)

    done = stack.apply(
        *("-replace", FUNCTION), **settings, webhook={"timeout_seconds": 3}
    )

    happened = order(
        done,
        f"{FUNCTION}: Creation complete",
        f"{WEBHOOK}: Modifications complete",
        f"{FUNCTION} (deposed object",
    )
    assert happened == sorted(happened)


def test_webhooks_of_a_new_revision_are_there_before_the_old_ones_go(
    stack: Module, settings: dict[str, Any]
) -> None:
    stack.apply(**settings)

    done = stack.apply(
        *("-replace", WEBHOOK), **settings, webhook={"revision": "canary"}
    )

    made, gone = order(
        done, f"{WEBHOOK}: Creation complete", f"{WEBHOOK} (deposed object"
    )
    assert made < gone


def test_a_payload_that_no_secret_holds_is_refused(
    stack: Module, settings: dict[str, Any]
) -> None:
    packed = Path(settings["config_file"]).with_name("large.yaml.gz")
    packed.write_bytes(b"x" * 65537)

    said = stack.refused(**settings | {"config_file": str(packed)})

    assert (
        "config_file makes a payload of 65537 bytes, and a version of a secret holds "
        "65536: shorten the configuration." in said
    )


def test_a_payload_that_fills_a_secret_is_planned(
    stack: Module, settings: dict[str, Any]
) -> None:
    packed = Path(settings["config_file"]).with_name("large.yaml.gz")
    packed.write_bytes(b"x" * 65536)

    plan = stack.plan(**settings | {"config_file": str(packed)})

    assert changes(plan)[CONFIGURATION] == ["create"]


def test_no_state_is_written_with_the_repository() -> None:
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin"],
        cwd=ROOT,
        input="terraform/terraform.tfstate\nterraform/.terraform/x\nterraform/.build/x\n"
        "terraform/terraform.tfvars\n",
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert len(ignored.stdout.splitlines()) == 4
