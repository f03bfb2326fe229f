"""Recorded cases of releases up to 1.8, and templates of our own of these releases."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from istio_cases import CHART, Setting, documents, exchanges, manifests, pods_of
from parity import fronts, istios, kube_inject, webhook
from shared_data import istio_folder, recorded_folder

RELEASE = "1.0"

# Istio's patch does not apply, or changes another container: it counts the containers
# that it removes.
PROBES = "webhook-TestWebhookInject_{}probe_rewrite{} 0"
UNEQUAL = {
    "1.4": {
        PROBES.format("http_", ""),
        PROBES.format("http_", "_enabled_via_annotation"),
        PROBES.format("https_", ""),
    },
    "1.6": {
        PROBES.format("http_", ""),
        PROBES.format("http_", "_enabled_via_annotation"),
        PROBES.format("https_", ""),
        PROBES.format("", "_timeout_retention"),
    },
}

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


@pytest.mark.parametrize(("release", "count"), [("1.0", 77), ("1.4", 80), ("1.6", 89)])
def test_every_recorded_review_gives_istios_pod(release: str, count: int) -> None:
    recorded_folder(release)

    found = list(webhook(release, istios))

    different = {outcome.case for outcome in found if outcome.differences}
    assert different - UNEQUAL.get(release, set()) == set()
    assert len(found) == count


@pytest.mark.parametrize(("release", "count"), [("1.0", 37), ("1.4", 53), ("1.6", 59)])
def test_every_manifest_becomes_what_kube_inject_made_of_it(
    release: str, count: int
) -> None:
    recorded_folder(release)

    found = [o for o in kube_inject(release, istios) if not o.case.startswith(CHART)]

    assert [outcome for outcome in found if outcome.differences] == []
    assert len(found) == count


def test_by_the_charts_configuration_manifests_become_what_reviews_give() -> None:
    istio_folder()
    reviewed: dict[str, list[Any]] = {}
    for exchange in exchanges(RELEASE):
        name = exchange.name.rpartition(" ")[0]
        reviewed.setdefault(name, []).append(exchange.patched)

    charts = [one for one in manifests(RELEASE) if one.name.startswith(CHART)]
    with fronts(istios) as both:
        for one in charts:
            printed = documents(str(both.inject(one.setting, one.text)))
            ours = [pod for document in printed for pod in pods_of(document)]
            assert [without_filled(pod["spec"]) for pod in ours] == [
                without_filled(pod["spec"]) for pod in reviewed[one.name]
            ], one.name
            assert str(one.expected).count(":unittest") == 2 * len(ours)
            assert ":unittest" not in one.setting.texts["config"]

    assert len(charts) == 18


def injected(setting: Setting, text: str) -> Any:
    """Return the one pod that the terminal makes of a manifest."""
    with fronts(istios) as both:
        [document] = documents(str(both.inject(setting, text)))
    [pod] = pods_of(document)
    return pod


def own(release: str, template: str) -> Setting:
    """Return the setting of a template of our own for *release*."""
    config = yaml.safe_dump({"policy": "enabled", "template": template})
    texts = {"config": config, "values": "", "mesh": ""}
    return Setting(release=release, config=release, texts=texts, env={}, cluster={})


@pytest.mark.parametrize(
    ("release", "name"),
    [("1.1", "[[ .ObjectMeta.Name ]]"), ("1.8", "{{ .ObjectMeta.Name }}")],
)
def test_an_old_configuration_is_followed_by_any_old_release(
    release: str, name: str
) -> None:
    template = f"containers: [{{name: istio-proxy, image: {name}}}]"
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {}}

    after = injected(own(release, template), json.dumps(pod))

    assert after["spec"]["containers"] == [
        {"name": "istio-proxy", "image": "web", "resources": {}}
    ]


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
    release: str, template: str, kind: str, api_version: str, args: Any
) -> None:
    pod = injected(own(release, template), owned(kind, api_version))

    [_, proxy] = pod["spec"]["containers"]
    assert proxy["args"] == args
    if release != "1.8":
        assert proxy["env"] == [{"name": "LABELS", "value": '{"app":"a"}'}]
