"""Release 1.0's recorded cases, through both fronts."""

import hashlib
import io
import json
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonpatch
import pytest
import yaml
from istio_cases import (
    Exchange,
    Manifest,
    Setting,
    differences,
    documents,
    exchanges,
    manifest_differences,
    manifests,
    pods_of,
)
from shared_data import istio_folder

from injector import cli
from injector.commands.terminal import Terminal
from injector.function import Call, Function
from injector.loader import Loader

RELEASE = "1.0"
RECORDED_VERSION = "unit-test-fake-version"
CHART = "helm-"
"""What the cases are called whose golden manifest is not what their configuration says.

They name images that stand nowhere in it. Their recorded reviews are of it.
"""

# What the webhook fills in and kube-inject does not.
FILLED = {
    "apiVersion": "v1",
    "defaultMode": 420,
    "scheme": "HTTP",
    "successThreshold": 1,
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "timeoutSeconds": 1,
}


def written(folder: Path, setting: Setting) -> str:
    """Return the file with Istio's ConfigMaps of *setting*."""
    texts = setting.texts
    maps = {"istio-sidecar-injector": {"config": texts["config"]}}
    maps["istio"] = {"mesh": texts["mesh"]}
    parts: list[Any] = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name},
            "data": data,
        }
        for name, data in maps.items()
    ]
    file = folder / f"{setting.config}.yaml"
    file.write_text(yaml.safe_dump_all([*parts, {"release": setting.release}]))
    return str(file)


def answered(folder: Path, exchange: Exchange) -> Any:
    """Return the pod that the function's answer gives."""
    body = json.dumps(exchange.request).encode()
    call = Call(
        method="POST",
        path=exchange.path,
        headers={"Content-Type": "application/json"},
        length=len(body),
        read=io.BytesIO(body).read,
    )
    loader = Loader({"CONFIG_FILE": written(folder, exchange.setting)})
    reply = Function(loader=loader, write=lambda _: None).serve(call)
    response = json.loads(reply.body)["response"]
    operations = json.loads(b64decode(response.get("patch", "W10=")))
    return jsonpatch.apply_patch(exchange.request["request"]["object"], operations)


def istios(exchange: Exchange) -> Any:
    """Return the pod that Istio's answer gives; the recorded version is a fake one."""
    pod = exchange.patched
    if pod is None:
        # The patch goes wrong because of what the pod lacks; with it, it does not.
        sent = exchange.request["request"]["object"]
        whole = {**sent, "metadata": {}, "spec": sent.get("spec") or {}}
        patch = json.loads(b64decode(exchange.response["response"]["patch"]))
        pod = jsonpatch.apply_patch(whole, patch)
    template = yaml.safe_load(exchange.setting.texts["config"])["template"]
    version = hashlib.sha256(template.encode()).hexdigest()
    return json.loads(json.dumps(pod).replace(RECORDED_VERSION, version))


def typed_in(folder: Path, manifest: Manifest) -> str:
    """Return what the terminal makes of *manifest*."""
    out = io.BytesIO()
    terminal = Terminal(
        stdin=io.BytesIO(manifest.text.encode()),
        stdout=out,
        stderr=io.StringIO(),
        environ={},
    )
    config = written(folder, manifest.setting)
    assert cli.main(["inject", "--config", config], terminal) == 0
    return out.getvalue().decode()


def without_filled(value: Any) -> Any:
    """Return *value* without what the webhook fills in."""
    if isinstance(value, list):
        return [without_filled(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    kept = {
        key: without_filled(item)
        for key, item in value.items()
        if FILLED.get(key) != item
    }
    return {key: item for key, item in kept.items() if item not in (None, {}, [])}


def test_every_recorded_review_gives_istios_pod(tmp_path: Path) -> None:
    istio_folder()

    found = {
        exchange.name: list(differences(answered(tmp_path, exchange), istios(exchange)))
        for exchange in exchanges(RELEASE)
    }

    assert {name: lines for name, lines in found.items() if lines} == {}
    assert len(found) == 77


def test_every_manifest_becomes_what_kube_inject_made_of_it(tmp_path: Path) -> None:
    istio_folder()

    found = {
        one.name: manifest_differences(typed_in(tmp_path, one), str(one.expected))
        for one in manifests(RELEASE)
        if not one.name.startswith(CHART)
    }

    assert {name: lines for name, lines in found.items() if lines} == {}
    assert len(found) == 37


def test_by_the_charts_configuration_manifests_become_what_reviews_give(
    tmp_path: Path,
) -> None:
    istio_folder()
    reviewed: dict[str, list[Any]] = {}
    for exchange in exchanges(RELEASE):
        reviewed.setdefault(exchange.name.rpartition(" ")[0], []).append(exchange)

    charts = [one for one in manifests(RELEASE) if one.name.startswith(CHART)]
    for one in charts:
        printed = documents(typed_in(tmp_path, one))
        ours = [pod for document in printed for pod in pods_of(document)]
        theirs = [istios(exchange) for exchange in reviewed[one.name]]
        assert [without_filled(pod["spec"]) for pod in ours] == [
            without_filled(pod["spec"]) for pod in theirs
        ], one.name
        assert str(one.expected).count(":unittest") == 2 * len(ours)
        assert ":unittest" not in one.setting.texts["config"]

    assert len(charts) == 18


OWNER = """
containers:
- name: istio-proxy
  args: [{{ .TypeMeta.Kind }}, {{ .TypeMeta.APIVersion }}, {{ .DeploymentMeta.Name }}]
  env:
  - {name: LABELS, value: '{{ toJSON .ObjectMeta.Labels }}'}
"""
NAMES_ONLY = """
containers:
- name: istio-proxy
  args: ["[[ .DeploymentMeta.Name ]]"]
  env:
  - {name: LABELS, value: '[[ toJSON .ObjectMeta.Labels ]]'}
"""


def own(release: str, template: str) -> Setting:
    """Return the setting of a template of our own for *release*."""
    config = yaml.safe_dump({"policy": "enabled", "template": template})
    texts = {"config": config, "mesh": ""}
    return Setting(release=release, config=release, texts=texts, env={}, cluster={})


def owned(kind: str, api_version: str) -> str:
    """Return the manifest of a workload with one container."""
    template = {
        "metadata": {"labels": {"app": "a"}},
        "spec": {"containers": [{"name": "app"}]},
    }
    spec: dict[str, Any] = {"template": template}
    if kind == "CronJob":
        spec = {"jobTemplate": {"spec": spec}}
    return json.dumps(
        {
            "apiVersion": api_version,
            "kind": kind,
            "metadata": {"name": "web"},
            "spec": spec,
        }
    )


@pytest.mark.parametrize(
    ("release", "template", "kind", "api_version", "args"),
    [
        ("1.1", NAMES_ONLY, "Deployment", "extensions/v1beta1", ["web"]),
        ("1.3", OWNER, "Deployment", "apps/v1", ["Deployment", "apps/v1", "web"]),
        ("1.7", OWNER, "CronJob", "batch/v1beta1", ["CronJob", "batch/v1beta1", "web"]),
        ("1.5", OWNER, "ReplicaSet", "apps/v1", ["ReplicaSet", "apps/v1", "web"]),
        ("1.8", OWNER, "Deployment", "apps/v1", ["Deployment", "apps/v1", "web"]),
    ],
)
def test_templates_for_manifests_know_the_workload(
    tmp_path: Path, release: str, template: str, kind: str, api_version: str, args: Any
) -> None:
    manifest = Manifest(
        name=kind,
        setting=own(release, template),
        text=owned(kind, api_version),
        expected=None,
        error=None,
    )

    [document] = documents(typed_in(tmp_path, manifest))

    [pod] = pods_of(document)
    [_, proxy] = pod["spec"]["containers"]
    assert proxy["args"] == args
    if release != "1.8":
        assert proxy["env"] == [{"name": "LABELS", "value": '{"app":"a"}'}]
