"""Istio's own ConfigMaps in the terminal and in the injector."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from istio_maps import SIDECAR, config, injector, mesh
from shared_data import istio_folder

from injector.istio.maps.documents import parse
from injector.loading import products
from injector.terminal.cli import main
from injector.terminal.streams import Terminal
from injector.wire import address

RELEASES = ("1.0", "1.10", "1.20", "1.26", "1.30")
GATEWAY = "{{ .DeploymentName }} {{ .ServiceType }}"


def run(
    command: str, documents: Sequence[Any] | str, *options: str
) -> tuple[int, str, str]:
    """Return the exit status, what went to stdout and what to stderr."""
    text = documents if isinstance(documents, str) else yaml.safe_dump_all(documents)
    out, err = io.BytesIO(), io.StringIO()
    terminal = Terminal(
        stdin=io.BytesIO(text.encode()), stdout=out, stderr=err, environ={}
    )
    status = main([command, "--config", "-", *options], terminal)
    return status, out.getvalue().decode("latin-1"), err.getvalue()


def templates(**more: str) -> dict[str, Any]:
    return injector(config(templates={"sidecar": SIDECAR, **more}))


def test_validate_prints_the_inferred_release_and_templates_of_gateways() -> None:
    documents = [templates(waypoint=GATEWAY, mine=GATEWAY), mesh()]

    status, out, err = run("validate", documents)

    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert "release: 1.30.1 of Istio" in lines
    assert "of gateways only: waypoint, mine" in lines
    assert any(line.startswith("inferred: its text allows 1.") for line in lines)


def test_validate_reports_unknown_fields_of_istios_templates() -> None:
    spec = (
        "{spec: {containers: [{name: a, imagePullPolic: Always, IMAGE: b, "
        "resources: {limit: {}}, securityContext: {fsGroup: 1}}], future: 1}}"
    )

    status, _, err = run("validate", [templates(mine=spec), mesh()])

    assert status == 0
    assert err.splitlines() == [
        f"warning: templates.mine: {path} is no field of a Pod: API servers drop it"
        for path in (
            "spec.containers[0].imagePullPolic",
            "spec.containers[0].resources.limit",
            "spec.future",
        )
    ]


def test_validate_reports_doubts_and_templates_that_fail() -> None:
    waypoint, broken = f"{GATEWAY}{{{{ if }}}}", "{{ .Values.level.x }}"
    level = "index .ObjectMeta.Annotations `sidecar.istio.io/logLevel`"
    one = f"{{{{ with {level} }}}}[]{{{{ end }}}}"
    documents = [
        injector(
            config(
                policy="maybe",
                templates={
                    "waypoint": waypoint,
                    "broken": broken,
                    "words": one,
                    "mounts": "{spec: {containers: [{name: x, volumeMounts: "
                    "[{name: v, mountPath: /x}]}]}}",
                },
                defaultTemplates=["words"],
            )
        ),
        mesh(),
        {"release": "1.30"},
    ]

    status, _, err = run("validate", documents)

    assert status == 0
    found = err.splitlines()
    starts = [
        "warning: config.policy: is 'maybe'",
        "warning: templates.waypoint: is none: template: waypoint:1: missing value",
        "warning: templates.broken: fails on a plain pod: template: broken:1:",
        (
            "warning: templates.words: fails on a pod with words of its own: template "
            "'words': the output is no mapping"
        ),
        "warning: templates.mounts: of a plain pod: container 'x': there is no volume",
    ]
    assert [
        line.startswith(start) for line, start in zip(found, starts, strict=True)
    ] == ([True] * len(starts))


def test_no_release_refuses_a_sample_pod() -> None:
    documents = [injector('{"policy": "enabled", "template": "{}"}', None), mesh()]

    status, _, err = run("validate", [*documents, {"release": "1.0"}])

    assert (status, err) == (0, "")


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("revision", ["", "-canary"])
def test_a_stock_installation_validates_cleanly(release: str, revision: str) -> None:
    folder = istio_folder() / release / "configmaps"
    files = [
        folder / f"{name}{revision}.yaml"
        for name in ("istio-sidecar-injector", "istio")
    ]
    if not all(file.exists() for file in files):
        pytest.skip("no such installation")

    status, out, err = run("validate", "\n---\n".join(map(Path.read_text, files)))

    assert (status, err) == (0, "")
    assert out.splitlines()[-1].startswith("secret payload ")


def test_pack_keeps_the_used_parts_of_istios_documents() -> None:
    noted = templates()
    noted["metadata"]["annotations"] = {"note": "x" * 999}

    status, out, err = run("pack", [noted, mesh(), {"release": "1.30"}])

    payload = out.encode("latin-1")
    assert status == 0
    percent = f"{len(payload) / 655.36:.1f} %"
    assert err == f"secret payload {len(payload)} of 65536 bytes ({percent})\n"
    again = run("pack", [noted, mesh("{}"), {"release": "1.30"}])
    assert again[1] == out


def test_inject_reads_istios_documents(tmp_path: Path) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "app"}]},
    }
    file = tmp_path / "pod.json"
    file.write_text(json.dumps(pod))

    status, out, _ = run("inject", [templates(), mesh()], "-f", str(file))

    assert status == 0
    containers = yaml.safe_load(out)["spec"]["containers"]
    assert [one["name"] for one in containers] == ["app", "istio-proxy"]


@pytest.mark.parametrize(
    ("release", "network"), [("1.14", "a--slash--b"), ("1.15", "a/b")]
)
def test_slashes_are_read_from_1_15_on(release: str, network: str) -> None:
    found = products.injector(parse([templates(), mesh(), {"release": release}], {}))
    called = address.parse("/inject/net/a--slash--b")

    pod = found.inject(
        {"metadata": {}, "spec": {"containers": [{"name": "app"}]}}, "n", address=called
    ).pod

    assert pod["metadata"]["labels"]["topology.istio.io/network"] == network


def test_a_field_unknown_to_a_release_stays_at_its_index() -> None:
    text = config(
        templates={
            "sidecar": "spec: {containers: [{name: istio-proxy, resizePolicy: []}], "
            "initContainers: [{name: istio-init, restartPolicy: Always}]}"
        }
    )
    found = products.injector(parse([injector(text), mesh(), {"release": "1.10"}], {}))
    pod = {
        "metadata": {},
        "spec": {
            "containers": [{"name": "app"}],
            "initContainers": [{"name": "first", "restartPolicy": "Always"}],
        },
    }

    spec = found.inject(pod, "n").pod["spec"]

    assert [
        (one["name"], one.get("restartPolicy")) for one in spec["initContainers"]
    ] == [("first", "Always"), ("istio-init", None)]
