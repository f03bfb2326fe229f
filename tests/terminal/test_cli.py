import base64
import errno
import io
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from folders import ROOT

from injector import __version__
from injector.formats import kubeyaml
from injector.injection.decision import Reason
from injector.terminal.cli import main
from injector.terminal.streams import Terminal

CONFIG = """
policy: enabled
templates:
  logs: |
    metadata:
      annotations: {logged: "{{ workload.kind }}/{{ workload.name }} {{ cluster }}"}
    spec:
      containers: [{name: logs, image: "{{ values.image }}"}]
  other: "{}"
defaultTemplates: [logs]
values: {image: "logs:1"}
neverInjectSelector: [{matchLabels: {job: "no"}}]
"""

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: app}]
"""

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: app}]
"""

INJECTED = Reason.POLICY_ENABLED.sentence
DECLINED = Reason.DECLINED.sentence


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str
    data: bytes


class Output(io.BytesIO):
    """A standard output that may be a terminal's."""

    tty = False

    def isatty(self) -> bool:
        return self.tty


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "web.yaml").write_text(DEPLOYMENT)

    def run(*argv: str, stdin: str | bytes = "", tty: bool = False, **env: str) -> Ran:
        out, err = Output(), io.StringIO()
        out.tty = tty
        data = stdin.encode() if isinstance(stdin, str) else stdin
        terminal = Terminal(
            stdin=io.BytesIO(data),
            stdout=out,
            stderr=err,
            environ={"CONFIG_FILE": str(tmp_path / "config.yaml"), **env},
        )
        status = main(argv, terminal)
        written = out.getvalue()
        text = written.decode(errors="replace")
        return Ran(status=status, out=text, err=err.getvalue(), data=written)

    return run


def containers(text: str) -> list[str]:
    [document] = kubeyaml.parse(text.encode(), "output")
    spec = document.get("spec", {})
    spec = spec.get("template", {}).get("spec", spec)
    return [container["name"] for container in spec["containers"]]


def test_inject_prints_manifests_and_reports_each_workload(run: Run) -> None:
    service = "kind: Service\napiVersion: v1\n"

    ran = run("inject", stdin=f"{DEPLOYMENT}---\n{service}---\n{POD}")

    assert ran.status == 0
    assert (
        ran.err
        == f"Deployment/web: injected: {INJECTED}\nPod/web: injected: {INJECTED}\n"
    )
    assert (
        ran.out
        == """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  template:
    metadata:
      labels:
        app: web
      annotations:
        logged: Deployment/web Kubernetes
        sidecar.istio.io/status: '{"initContainers":null,"containers":["logs"],\
"volumes":null,"imagePullSecrets":null,"revision":"default"}'
    spec:
      containers:
      - name: app
      - name: logs
        image: logs:1
        resources: {}
---
kind: Service
apiVersion: v1
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    logged: Pod/web Kubernetes
    sidecar.istio.io/status: '{"initContainers":null,"containers":["logs"],\
"volumes":null,"imagePullSecrets":null,"revision":"default"}'
spec:
  containers:
  - name: app
  - name: logs
    image: logs:1
    resources: {}
"""
    )


def test_inject_reads_several_files_and_the_standard_input(run: Run) -> None:
    ran = run("inject", "-f", "web.yaml", "-f", "-", stdin=POD)

    assert [line.split(":")[0] for line in ran.err.splitlines()] == [
        "Deployment/web",
        "Pod/web",
    ]


def test_inject_does_not_change_skipped_workloads(run: Run) -> None:
    pod = yaml.safe_load(POD)
    pod["metadata"]["annotations"] = {"sidecar.istio.io/inject": "false"}

    ran = run("inject", stdin=json.dumps(pod))

    assert ran.err == f"Pod/web: skipped: {DECLINED}\n"
    assert yaml.safe_load(ran.out) == pod


def test_inject_reports_warnings(run: Run) -> None:
    pod = yaml.safe_load(POD)
    pod["metadata"]["labels"] = {"sidecar.istio.io/inject": "yes"}

    ran = run("inject", stdin=json.dumps(pod))

    assert ran.err == (
        f"Pod/web: injected: {INJECTED}\n"
        "Pod/web: warning: label sidecar.istio.io/inject is 'yes', "
        "want 'true' or 'false': as if not given\n"
    )


def test_inject_reads_items_of_typed_lists_and_streams_of_json(run: Run) -> None:
    pod = yaml.safe_load(POD)
    item = {key: pod[key] for key in ("metadata", "spec")}
    stream = json.dumps({"kind": "PodList", "apiVersion": "v1", "items": [item]})

    ran = run("inject", stdin=stream + json.dumps(pod))

    assert ran.err == f"Pod/web: injected: {INJECTED}\n" * 2
    listed, alone = yaml.safe_load_all(ran.out)
    assert listed["items"] == [alone]


@pytest.mark.parametrize("command", ["inject", "explain"])
def test_a_document_like_a_workload_is_reported(run: Run, command: str) -> None:
    lost = DEPLOYMENT.replace("apiVersion: apps/v1\n", "")

    ran = run(command, stdin=f"{POD}---\n{lost}")

    assert ran.status == 0
    assert ran.err.endswith(
        "Deployment/web: passed over: apiVersion is missing, want a version of apps or "
        "extensions\n"
    )


def test_inject_reports_a_workload_without_a_pod_template(run: Run) -> None:
    ran = run("inject", stdin="{kind: Job, apiVersion: batch/v1, metadata: {name: a}}")

    assert ran.err == "Job/a: skipped: it has no pod template\n"
    assert containers_absent(ran.out)


def containers_absent(text: str) -> bool:
    return "containers" not in text


def test_inject_takes_the_namespace_for_manifests_that_name_none(run: Run) -> None:
    template = "{metadata: {labels: {in: '{{ namespace }}'}}}"
    config = {"policy": "enabled", "templates": {"sidecar": template}}
    Path("n.yaml").write_text(json.dumps(config))
    named = POD.replace("name: web", "name: web, namespace: own")

    ran = run(
        "inject", "--config", "n.yaml", "--namespace", "shop", stdin=f"{POD}---{named}"
    )

    found = kubeyaml.parse(ran.out.encode(), "output")
    assert [pod["metadata"]["labels"]["in"] for pod in found] == ["shop", "own"]
    assert "namespace" not in found[0]["metadata"]


def test_inject_uses_the_path_of_the_webhook(run: Run) -> None:
    ran = run("inject", "--path", "/inject/cluster/c1/net/n1", stdin=POD)

    [pod] = kubeyaml.parse(ran.out.encode(), "output")
    assert pod["metadata"]["annotations"]["logged"] == "Pod/web c1"


def test_inject_prints_no_manifest_for_a_refused_pod(run: Run) -> None:
    pod = yaml.safe_load(POD)
    pod["metadata"]["annotations"] = {"inject.istio.io/templates": "none"}

    ran = run("inject", stdin=f"{DEPLOYMENT}---\n{json.dumps(pod)}")

    assert ran.status == 1
    assert ran.out == ""
    assert ran.err == (
        "Pod/web: annotation inject.istio.io/templates is 'none', "
        "want names out of: logs, other\n"
    )


def test_inject_refuses_a_pod_with_impossible_types(run: Run) -> None:
    pod = yaml.safe_load(POD)
    pod["spec"] = {"containers": [{"name": 5, "ports": "x"}], "hostNetwork": "no"}

    ran = run("inject", stdin=json.dumps(pod))

    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "Pod/web: spec.containers[0].name: is 5, want a string; "
        "spec.containers[0].ports: is 'x', want a list; "
        "spec.hostNetwork: is 'no', want true or false\n"
    )


def test_inject_names_the_workload_for_which_a_template_fails(run: Run) -> None:
    Path("bad.yaml").write_text(
        "policy: enabled\ntemplates: {sidecar: '{a: {{ values.none.at.all }}}'}"
    )

    ran = run("inject", "--config", "bad.yaml", stdin=POD)

    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Pod/web: template 'sidecar'")


@pytest.mark.parametrize("command", ["inject", "explain"])
def test_a_text_that_is_no_manifest_is_refused(run: Run, command: str) -> None:
    ran = run(command, stdin="a: [\n")

    assert ran == Ran(
        status=1,
        out="",
        err="stdin: line 2: did not find expected node content\n",
        data=b"",
    )


@pytest.mark.parametrize("command", ["inject", "explain"])
def test_an_unknown_path_is_a_usage_error(run: Run, command: str) -> None:
    ran = run(command, "--path", "/validate", stdin=POD)

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "injector: '/validate' is no path of the function, want /inject[/KEY/VALUE]\n"
    )


def test_a_missing_file_is_a_usage_error(run: Run) -> None:
    ran = run("inject", "-f", "none.yaml")

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "injector: cannot read none.yaml: No such file or directory\n"


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["none"],
        ["inject", "--none"],
        ["webhook"],
        ["explain", "--namespace-labels", "a"],
        ["webhook", "--url", "https://a.example", "--timeout", "31"],
        ["webhook", "--url", "https://a.example", "--match-condition", "a"],
    ],
)
def test_a_wrong_command_line_is_reported(
    run: Run, argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ran = run(*argv)

    assert (ran.status, ran.out) == (2, "")
    assert capsys.readouterr().err.startswith("usage: injector")


def test_help_and_version_are_no_errors(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--version").status == 0
    assert capsys.readouterr().out == f"{__version__}\n"
    assert run("inject", "--help").status == 0


def test_all_problems_of_a_configuration_are_reported(run: Run) -> None:
    Path("bad.yaml").write_text("policy: 5\nnone: 1\n")

    ran = run("validate", "--config", "bad.yaml")

    assert (ran.status, ran.out) == (1, "")
    assert sorted(line.split(":")[0] for line in ran.err.splitlines()) == [
        "none",
        "policy",
    ]


def test_validate_prints_the_settings(run: Run) -> None:
    ran = run("validate", PLATFORM="openshift")

    lines = ran.out.splitlines()
    assert (ran.status, ran.err) == (0, "")
    assert lines[:7] == [
        "policy: enabled",
        "release: 1.30",
        "revision: default",
        "templates: logs, other",
        "default templates: logs",
        "never injected: job=no",
        (
            "ignored namespaces: kube-node-lease, kube-public, kube-system, "
            "local-path-storage"
        ),
    ]
    assert lines[7] == "features: PLATFORM=openshift"
    assert lines[8].startswith("digest: ")
    assert lines[9].startswith("secret payload ")
    assert lines[9].endswith(" of 65536 bytes (0.3 %)")


def test_validate_prints_all_settings_of_a_full_configuration(run: Run) -> None:
    config = """
aliases: {both: [sidecar, gateway]}
alwaysInjectSelector: [{matchExpressions: [{key: a, operator: Exists}]}]
injectedAnnotations: {a: b}
clusters: {one: {}, two: {}}
"""
    ran = run("validate", "--config", "-", stdin=config)

    assert {
        "release: 1.30 of Istio",
        "aliases: both = sidecar, gateway",
        "always injected: a",
        "injected annotations: a",
        "clusters: one, two",
    } <= set(ran.out.splitlines())


def test_validate_reports_unknown_fields_and_repeated_names_of_templates(
    run: Run,
) -> None:
    spec = {
        "containerz": [],
        "containers": [
            {"name": "x", "imgae": "b"},
            {"name": "x", "image": "c"},
        ],
    }
    config = {"templates": {"sidecar": json.dumps({"spec": spec})}}

    ran = run("validate", "--config", "-", stdin=json.dumps(config))

    dropped = "is no field of a Pod: API servers drop it"
    assert ran.status == 0
    assert ran.err.splitlines() == [
        "warning: templates.sidecar: of a plain pod: 2 containers are named 'x'",
        f"warning: templates.sidecar: spec.containerz {dropped}",
        f"warning: templates.sidecar: spec.containers[0].imgae {dropped}",
    ]


def test_validate_renders_each_template_for_a_plain_pod(run: Run) -> None:
    config = {
        "neverInjectSelector": [
            {"matchExpressions": [{"key": "a", "operator": "Exists"}]}
        ],
        "aliases": {"good": ["mounts"]},
        "defaultTemplates": ["good"],
        "templates": {
            "mounts": "{spec: {containers: [{name: x, volumeMounts: "
            "[{name: v, mountPath: /x}]}]}}",
            "good": "{}",
            "fails": "{spec: {{ values.none.at.all }}}",
        },
    }

    ran = run("validate", "--config", "-", stdin=json.dumps(config))

    assert ran.status == 0
    assert ran.out.startswith("policy: disabled\n")
    lines = ran.err.splitlines()
    assert lines[0] == (
        "warning: templates.mounts: of a plain pod: "
        "container 'x': there is no volume 'v' to mount"
    )
    assert lines[1].startswith(
        "warning: templates.fails: fails on a plain pod: template 'fails', line 1"
    )
    assert len(lines) == 2


def test_validate_finds_a_mesh_configuration_that_cannot_be_used(run: Run) -> None:
    ran = run(
        "validate", "--config", "-", stdin="mesh: {defaultConfig: {statusPort: x}}"
    )

    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("mesh.")


def test_the_bundled_configuration_is_the_default(run: Run) -> None:
    ran = run("validate", CONFIG_FILE="")

    assert "templates: sidecar, gateway" in ran.out.splitlines()
    assert ran.err == ""


def test_a_template_beside_a_configuration_from_stdin_is_found(run: Run) -> None:
    Path("t.j2").write_text("{}")
    config = "templates: {sidecar: {file: t.j2}}"

    ran = run("validate", "--config", "-", stdin=config)

    assert ran.status == 0
    assert "templates: sidecar" in ran.out.splitlines()


def test_explain_explains_each_workload(run: Run) -> None:
    job = "{kind: Job, apiVersion: batch/v1, metadata: {name: a}}"

    ran = run("explain", stdin=f"{DEPLOYMENT}---\n{job}\n---\n{POD}")

    assert (ran.status, ran.err) == (0, "")
    heads = [part.splitlines()[0] for part in ran.out.split("\n\n")]
    assert heads == ["Deployment/web: injected", "Job/a: skipped", "Pod/web: injected"]
    assert "+    logged: Deployment/web Kubernetes" in ran.out
    assert "\033" not in ran.out


@pytest.mark.parametrize(
    ("options", "tty", "coloured"),
    [([], True, True), (["--no-color"], True, False), (["--color"], False, True)],
)
def test_explain_has_colours_on_a_terminal_or_on_demand(
    run: Run,
    options: list[str],
    tty: bool,  # noqa: FBT001 - a table
    coloured: bool,  # noqa: FBT001 - a table
) -> None:
    ran = run("explain", *options, stdin=POD, tty=tty)

    assert ("\033[1m" in ran.out) is coloured


def test_explain_evaluates_webhooks_and_namespace_labels(run: Run) -> None:
    printed = run("webhook", "--url", "https://injector.example.com")
    Path("webhooks.yaml").write_text(printed.out)
    options = ["explain", "-n", "shop", "--webhooks", "webhooks.yaml"]

    unlabelled = run(*options, stdin=POD)
    labelled = run(*options, "--namespace-labels", "istio-injection=enabled", stdin=POD)

    assert unlabelled.out.startswith("Pod/web in namespace shop: skipped\n")
    assert labelled.out.startswith("Pod/web in namespace shop: injected\n")


def test_explain_takes_recorded_reviews(
    run: Run, review: Callable[..., dict[str, Any]]
) -> None:
    ran = run("explain", stdin=json.dumps(review()))

    assert ran.out.startswith("Pod/web-7d69d8b8d9- in namespace shop: injected\n")
    assert "+    logged: Deployment/web Kubernetes" in ran.out


def test_explain_names_a_review_that_creates_no_pod(
    run: Run, review: Callable[..., dict[str, Any]]
) -> None:
    ran = run("explain", stdin=json.dumps(review(operation="UPDATE", name="web")))

    assert (ran.status, ran.out) == (
        0,
        "UPDATE of Pod/web: skipped\n  only the creation of a pod is looked at\n",
    )


def test_explain_refuses_a_broken_review(
    run: Run, review: Callable[..., dict[str, Any]]
) -> None:
    ran = run("explain", stdin=json.dumps(review(uid=None)))

    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "AdmissionReview: request.uid: is missing, want a string\n"


def test_explain_needs_a_workload(run: Run) -> None:
    ran = run("explain", stdin="kind: Service\napiVersion: v1\n")

    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "no workload to explain: no pod was found in the manifests\n"


def webhooks(text: str) -> list[dict[str, Any]]:
    [document] = kubeyaml.parse(text.encode(), "output")
    found: list[dict[str, Any]] = document["webhooks"]
    return found


def test_webhook_follows_the_configuration(run: Run) -> None:
    config = """
revision: default
ignoredNamespaces: [one, two]
values:
  sidecarInjectorWebhook:
    enableNamespacesByDefault: true
    reinvocationPolicy: IfNeeded
"""
    ran = run("webhook", "--config", "-", "--url", "https://a.example", stdin=config)

    found = webhooks(ran.out)
    assert (ran.status, ran.err) == (0, "")
    assert len(found) == 5
    for webhook in found:
        assert webhook["failurePolicy"] == "Ignore"
        assert webhook["timeoutSeconds"] == 5
        assert webhook["reinvocationPolicy"] == "IfNeeded"
        assert webhook["clientConfig"] == {"url": "https://a.example/inject"}
        last = webhook["namespaceSelector"]["matchExpressions"][-1]
        assert last["values"] == ["one", "two"]


CERTIFICATE = "-----BEGIN CERTIFICATE-----\n"


def test_webhook_follows_its_options(run: Run) -> None:
    Path("ca.pem").write_text(CERTIFICATE)

    ran = run(
        *("webhook", "--url", "https://a.example", "--path", "/inject/net/n"),
        *("--revision", "canary", "--failure-policy", "Fail", "--timeout", "3"),
        *("--reinvocation-policy", "IfNeeded", "--ca-file", "ca.pem"),
        *("--exclude-namespaces", "", "--match-condition", "a=b == 'c'"),
        "--no-enable-namespaces-by-default",
    )

    found = webhooks(ran.out)
    assert len(found) == 2
    for webhook in found:
        assert webhook["failurePolicy"] == "Fail"
        assert webhook["timeoutSeconds"] == 3
        assert webhook["reinvocationPolicy"] == "IfNeeded"
        assert webhook["clientConfig"] == {
            "url": "https://a.example/inject/net/n",
            "caBundle": base64.b64encode(CERTIFICATE.encode()).decode(),
        }
        assert webhook["matchConditions"] == [{"name": "a", "expression": "b == 'c'"}]
        assert "kubernetes.io/metadata.name" not in json.dumps(webhook)
    assert ran.err == (
        "warning: the failure policy is Fail and kube-system is not excluded: while "
        "the function is away the cluster cannot start its own pods\n"
    )


def test_webhook_prints_the_validating_webhook(run: Run) -> None:
    ran = run("webhook", "--url", "https://a.example", "--validating")

    assert ran.out.splitlines()[1] == "kind: ValidatingWebhookConfiguration"
    assert webhooks(ran.out)[0]["clientConfig"]["url"] == "https://a.example/validate"


def test_webhook_refuses_an_impossible_url(run: Run) -> None:
    ran = run("webhook", "--url", "http://a.example")

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "injector: 'http://a.example' is no URL of a webhook, want https://HOST\n"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--revision", "A B"],
            "'A B' is no revision's name, want small letters, digits and - only",
        ),
        (
            ["--exclude-namespaces", "kube-system,B_c"],
            "'B_c' is no namespace's name, want small letters, digits and - only",
        ),
        (["--ca-file", "web.yaml"], "the file of certificates holds none in PEM"),
        (
            ["--path", "/inject"],
            "'https://a.example/inject' has a path, and '/inject' is another: want one",
        ),
    ],
)
def test_webhook_refuses_values_that_api_servers_refuse(
    run: Run, options: list[str], said: str
) -> None:
    Path("web.yaml").write_text(DEPLOYMENT)

    ran = run("webhook", "--url", "https://a.example/inject", *options)

    assert (ran.status, ran.out, ran.err) == (2, "", f"injector: {said}\n")


def test_the_package_is_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "injector", "inject"],
        cwd=ROOT,
        input=DEPLOYMENT.encode(),
        capture_output=True,
        check=True,
    )

    assert containers(done.stdout.decode()) == ["app"]
    assert done.stderr.decode() == f"Deployment/web: injected: {INJECTED}\n"


def test_the_package_exits_with_the_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["injector", "--version"])

    with pytest.raises(SystemExit) as raised:
        runpy.run_module("injector", run_name="__main__")

    assert raised.value.code == 0
    assert capsys.readouterr().out == f"{__version__}\n"


def test_a_closed_pipe_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    err = io.StringIO()

    with os.fdopen(writing, "wb") as gone:
        terminal = Terminal(stdin=io.BytesIO(), stdout=gone, stderr=err, environ={})
        status = main(["webhook", "--url", "https://a.example"], terminal)

    assert (status, err.getvalue()) == (0, "")


def test_an_error_of_the_output_is_reported() -> None:
    class Full(io.BytesIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    err = io.StringIO()
    terminal = Terminal(stdin=io.BytesIO(), stdout=Full(), stderr=err, environ={})

    status = main(["webhook", "--url", "https://a.example"], terminal)

    assert status == 2
    assert err.getvalue() == (
        "injector: cannot write to stdout: No space left on device\n"
    )


@pytest.mark.parametrize(
    "argv",
    [
        ["inject", "--config", "-"],
        ["inject", "-f", "-", "-f", "-"],
        ["explain", "--webhooks", "-"],
        ["explain", "--config", "-", "--webhooks", "-", "-f", "web.yaml"],
    ],
)
def test_the_standard_input_is_read_once(run: Run, argv: list[str]) -> None:
    ran = run(*argv, stdin=CONFIG)

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "injector: the standard input can be read once: name a file in its place\n"
    )


def test_the_streams_are_the_process_s_own(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFIG_SECRET", "none")

    status = main(["validate"])

    captured = capsysbinary.readouterr()
    assert (status, captured.out) == (1, b"")
    assert captured.err == (
        b"CONFIG_SECRET: is 'none', "
        b"want projects/PROJECT/secrets/SECRET/versions/VERSION\n"
    )
