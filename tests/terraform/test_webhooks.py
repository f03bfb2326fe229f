"""What Terraform registers is what ``injector webhook`` prints."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from folders import ROOT
import terraforming
import yaml
from terraforming import Module

from injector.terminal.cli import main

pytestmark = pytest.mark.terraform

URL = "https://injector.example.com"
TOKEN = "0123456789abcdefghijklmnopqrstuv"  # noqa: S105 - of no function
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

CASES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "defaults": ([], {}),
    "a token, a cluster and a network": (
        [f"--url={URL}/t/{TOKEN}", "--path=/inject/cluster/prod-eu/net/eu"],
        {"token": TOKEN, "cluster": "prod-eu", "network": "eu"},
    ),
    "a final slash": ([f"--url={URL}/"], {"url": f"{URL}/"}),
    "every namespace": (
        ["--enable-namespaces-by-default"],
        {"webhook": {"enable_namespaces_by_default": True}},
    ),
    "a revision": (["--revision=canary"], {"webhook": {"revision": "canary"}}),
    "a revision, every namespace": (
        ["--revision=canary", "--enable-namespaces-by-default"],
        {"webhook": {"revision": "canary", "enable_namespaces_by_default": True}},
    ),
    "no sidecar, no pod": (
        ["--failure-policy=Fail"],
        {"webhook": {"failure_policy": "Fail"}},
    ),
    "one second": (["--timeout=1"], {"webhook": {"timeout_seconds": 1}}),
    "another round": (
        ["--reinvocation-policy=IfNeeded"],
        {"webhook": {"reinvocation_policy": "IfNeeded"}},
    ),
    "other namespaces": (
        ["--exclude-namespaces=kube-system,istio-system"],
        {"webhook": {"excluded_namespaces": ["kube-system", "istio-system"]}},
    ),
    "no namespace": (
        ["--exclude-namespaces="],
        {"webhook": {"excluded_namespaces": []}},
    ),
    "conditions, in their order": (
        ["--match-condition=b=object.spec.x == 'a=b'", "--match-condition=a=true"],
        {
            "webhook": {
                "match_conditions": [
                    {"name": "b", "expression": "object.spec.x == 'a=b'"},
                    {"name": "a", "expression": "true"},
                ]
            }
        },
    ),
    "certificates": (["--ca-file=ca.pem"], {"ca_certificate": PEM}),
    # Their own list of namespaces is another.
    "an old release": (
        ["--config=old.yaml"],
        {
            "webhook": {
                "by_namespace": True,
                "excluded_namespaces": ["kube-public", "kube-system"],
            }
        },
    ),
    "an old release, every namespace": (
        [
            "--config=old.yaml",
            "--enable-namespaces-by-default",
            "--exclude-namespaces=kube-system",
        ],
        {
            "webhook": {
                "by_namespace": True,
                "enable_namespaces_by_default": True,
                "excluded_namespaces": ["kube-system"],
            }
        },
    ),
    "an old release, nothing excluded": (
        ["--config=old.yaml", "--exclude-namespaces="],
        {"webhook": {"by_namespace": True, "excluded_namespaces": []}},
    ),
    "all at once": (
        [
            f"--url={URL}/t/{TOKEN}",
            "--path=/inject/cluster/c.1",
            "--revision=v1-30",
            "--failure-policy=Fail",
            "--timeout=30",
            "--reinvocation-policy=IfNeeded",
            "--ca-file=ca.pem",
            "--match-condition=example.com/own=request.dryRun == false",
        ],
        {
            "token": TOKEN,
            "cluster": "c.1",
            "ca_certificate": PEM,
            "webhook": {
                "revision": "v1-30",
                "failure_policy": "Fail",
                "timeout_seconds": 30,
                "reinvocation_policy": "IfNeeded",
                "match_conditions": [
                    {
                        "name": "example.com/own",
                        "expression": "request.dryRun == false",
                    }
                ],
            },
        },
    ),
}

# Each case is a call of the module: one plan for all of them.
CALLS = """
module "webhook" {
  source   = "./modules/webhook"
  for_each = jsondecode(file("cases.json"))

  ca_certificate = try(each.value.ca_certificate, null)
  cluster        = try(each.value.cluster, null)
  network        = try(each.value.network, null)
  token          = try(each.value.token, null)
  url            = try(each.value.url, "https://injector.example.com")
  webhook        = merge(try(each.value.webhook, {}), { validating = true })
}
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the planned manifests of all cases, by address."""
    folder = terraforming.copy(tmp_path_factory.mktemp("calls")) / "terraform"
    settings = {name: values for name, (_, values) in CASES.items()}
    for file in folder.glob("*.tf"):
        file.unlink()
    (folder / "cases.json").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "main.tf").write_text(CALLS, encoding="utf-8")
    resources = terraforming.resources(Module.initialized(folder).plan())
    return {address: values["manifest"] for address, values in resources.items()}


@pytest.fixture
def printed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., dict[str, Any]]:
    """Return what reads the webhook configuration that the terminal prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONFIG_FILE", raising=False)
    monkeypatch.delenv("CONFIG_SECRET", raising=False)
    (tmp_path / "ca.pem").write_text(PEM, encoding="utf-8")
    (tmp_path / "old.yaml").write_text('release: "1.5"\n', encoding="utf-8")

    def read(*options: str) -> dict[str, Any]:
        # Of an option that comes twice the last counts.
        assert main(["webhook", f"--url={URL}", *options]) == 0
        found: dict[str, Any] = yaml.safe_load(capsys.readouterr().out)
        return found

    return read


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", ["mutating", "validating"])
def test_terraform_registers_what_the_terminal_prints(
    name: str,
    kind: str,
    planned: dict[str, Any],
    printed: Callable[..., dict[str, Any]],
) -> None:
    options = [*CASES[name][0], *(["--validating"] if kind == "validating" else [])]

    address = f'module.webhook["{name}"].kubernetes_manifest.webhook["{kind}"]'

    assert planned[address] == printed(*options)


def test_every_setting_of_the_module_is_compared(
    planned: dict[str, Any],
) -> None:
    module = ROOT / "terraform" / "modules" / "webhook" / "variables.tf"
    text = module.read_text(encoding="utf-8")
    settings = [values.get("webhook", {}) for _, values in CASES.values()]
    compared = {key for each in settings for key in each}

    declared = set(re.findall(r"^    (\w+) += optional\(", text, re.MULTILINE))

    # What Terraform alone does: whether to register, and what to call a drift.
    assert declared - compared == {"platform_edits_selectors", "validating"}
    assert len(planned) == 2 * len(CASES)
