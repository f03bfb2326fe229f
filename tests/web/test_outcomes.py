"""Every row of the outcome table, through functions-framework."""

import base64
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apiserver
import istio_maps
import pytest
from flask.testing import FlaskClient
from shared_data import shared_folder
from werkzeug.test import TestResponse

MakeReview = Callable[..., dict[str, Any]]
Start = Callable[..., FlaskClient]

TOKEN, OTHER = "k7Qw-3q2_7wSECRETtoken-A", "k7Qw-3q2_7wSECRETtoken-B"
SIDECAR = {"name": "proxy", "image": "proxy:1"}
CONFIG = {
    "policy": "enabled",
    "defaultTemplates": ["sidecar"],
    "templates": {
        "sidecar": json.dumps({"spec": {"containers": [SIDECAR]}}),
        "fragile": "{% set n = metadata.labels.level | default(1) | int(none) %}"
        "spec: {priority: {{ n + 1 }}}",
        "broken": "spec: {nodeName: {{ no_such_name }}}",
        "ill-typed": "spec: {containers: [{name: proxy, image: [1]}]}",
        "ill-shaped": "spec: {containers: {name: proxy}}",
    },
}


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(json.dumps(CONFIG))
    return file


@pytest.fixture
def client(start: Start, config_file: Path) -> FlaskClient:
    """Return a client of the function on a small configuration."""
    return start(CONFIG_FILE=str(config_file))


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """Posts reviews and bodies."""

    client: FlaskClient

    def __call__(
        self, body: Any, path: str = "/inject", **options: Any
    ) -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        settings = {"content_type": "application/json"} | options
        return self.client.post(path, data=raw, **settings)

    def admit(
        self, review: dict[str, Any], path: str = "/inject"
    ) -> apiserver.Admission:
        response = self(review, path)
        assert response.content_type == "application/json"
        return apiserver.admit(review, response.status_code, response.data)


@pytest.fixture
def post(client: FlaskClient) -> Poster:
    return Poster(client=client)


def has_sidecar(pod: dict[str, Any]) -> bool:
    return any(SIDECAR.items() <= one.items() for one in pod["spec"]["containers"])


def annotated(pod: dict[str, Any], **annotations: str) -> dict[str, Any]:
    named = {"templates": "inject.istio.io/templates"}
    pod["metadata"]["annotations"] = {named[k]: v for k, v in annotations.items()}
    return pod


def test_a_pod_is_injected(
    post: Poster, review: MakeReview, pod: dict[str, Any]
) -> None:
    admission = post.admit(review())

    assert admission.allowed
    assert admission.reason == "policy_enabled"
    assert admission.pod["spec"]["containers"][:1] == pod["spec"]["containers"]
    assert has_sidecar(admission.pod)


def test_a_review_of_the_old_version_is_answered_in_kind(
    post: Poster, review: MakeReview
) -> None:
    document = review() | {"apiVersion": "admission.k8s.io/v1beta1"}

    assert has_sidecar(post.admit(document).pod)


def test_a_pod_is_skipped(
    post: Poster, review: MakeReview, pod: dict[str, Any]
) -> None:
    pod["spec"]["hostNetwork"] = True
    document = review(pod)

    response = post(document)

    assert "patch" not in response.get_json()["response"]
    assert "patchType" not in response.get_json()["response"]
    admission = apiserver.admit(document, response.status_code, response.data)
    assert admission.allowed
    assert admission.pod == pod
    assert admission.reason == "host_network"


@pytest.mark.parametrize(
    "changes",
    [
        {"operation": "UPDATE"},
        {"operation": "DELETE", "object": None},
        {"subResource": "ephemeralcontainers"},
        {"resource": {"group": "", "version": "v1", "resource": "services"}},
        {"kind": {"group": "apps", "version": "v1", "kind": "Deployment"}},
        {"operation": "UPDATE", "object": {"kind": 5, "metadata": []}},
    ],
)
@pytest.mark.parametrize("endpoint", ["/inject", "/validate"])
def test_what_creates_no_pod_is_allowed_untouched(
    post: Poster, review: MakeReview, changes: dict[str, Any], endpoint: str
) -> None:
    document = review(**changes)

    admission = post.admit(document, endpoint)

    assert admission.allowed
    assert admission.pod == document["request"]["object"]
    assert admission.reason == "not_a_pod_creation"


def test_an_unknown_template_is_a_denial(
    post: Poster, review: MakeReview, pod: dict[str, Any]
) -> None:
    admission = post.admit(review(annotated(pod, templates="nope")))

    assert not admission.allowed
    assert admission.message.startswith(
        "annotation inject.istio.io/templates is 'nope', want "
    )
    assert admission.reason == "impossible"


def test_a_template_that_a_label_breaks_is_a_denial(
    post: Poster, review: MakeReview, pod: dict[str, Any]
) -> None:
    annotated(pod, templates="fragile")
    pod["metadata"]["labels"]["level"] = "high"

    response = post(review(pod))

    assert response.status_code == 200
    assert response.get_json()["response"]["status"]["code"] == 422


@pytest.mark.parametrize("template", ["broken", "ill-typed", "ill-shaped"])
def test_a_template_that_is_broken_is_our_fault(
    start: Start, config_file: Path, review: MakeReview, template: str
) -> None:
    config_file.write_text(json.dumps(CONFIG | {"defaultTemplates": [template]}))
    post = Poster(client=start(CONFIG_FILE=str(config_file)))

    response = post(review())

    assert response.status_code == 500
    assert response.text == "injection failed, see the function's log\n"
    assert "X-Google-Status" not in response.headers


@pytest.mark.parametrize("template", ["broken", "ill-typed", "ill-shaped"])
@pytest.mark.parametrize("endpoint", ["/inject", "/validate"])
def test_a_broken_template_that_a_pod_names_is_its_authors_fault(
    post: Poster,
    review: MakeReview,
    pod: dict[str, Any],
    template: str,
    endpoint: str,
) -> None:
    admission = post.admit(review(annotated(pod, templates=template)), endpoint)

    told = f"annotation inject.istio.io/templates is '{template}', want names out of: "
    assert admission.reason == "impossible"
    assert (admission.message or admission.warnings[0]).startswith(told)


BAD_BODIES: dict[str, Any] = {
    "empty": b"",
    "not json": b"{not json",
    "not utf-8": b'{"a": "\xff"}',
    "nesting": b'{"a":' * 100_000,
    "a list": [],
    "a pod": {"apiVersion": "v1", "kind": "Pod"},
    "no request": {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"},
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_broken_envelope_is_a_bad_request(post: Poster, body: Any) -> None:
    response = post(body)

    assert response.status_code == 400
    assert 0 < len(response.text) < 200


def test_a_review_without_uid_is_a_bad_request(
    post: Poster, review: MakeReview
) -> None:
    document = review()
    del document["request"]["uid"]

    assert post(document).status_code == 400


BAD_PODS: dict[str, Any] = {
    "null": None,
    "list": [],
    "text": "x",
    "another kind": {"kind": "Deployment"},
    "metadata a list": {"metadata": []},
    "spec a text": {"spec": "x"},
    "labels a list": {"metadata": {"labels": []}},
    "a label a number": {"metadata": {"labels": {"a": 1}}},
    "annotations a list": {"metadata": {"annotations": []}},
}


@pytest.mark.parametrize("pod", BAD_PODS.values(), ids=BAD_PODS.keys())
@pytest.mark.parametrize("endpoint", ["/inject", "/validate"])
def test_an_object_that_is_no_pod_is_a_bad_request(
    post: Poster, review: MakeReview, pod: Any, endpoint: str
) -> None:
    assert post(review(object=pod), endpoint).status_code == 400


ODD_PODS: dict[str, Any] = {
    "empty": {},
    "nulls": {"kind": None, "metadata": None, "spec": None},
    "null labels": {"metadata": {"labels": None, "annotations": None}, "spec": {}},
    "no containers": {"spec": {"containers": None}},
    "containers a text": {"spec": {"containers": "x"}},
    "a container a text": {"spec": {"containers": ["x", None, 5]}},
    "a container without name": {"spec": {"containers": [{"image": "x"}]}},
    "a name a list": {"spec": {"containers": [{"name": ["x"]}]}},
    "huge numbers": {"spec": {"priority": 10**400, "containers": []}},
    "owners odd": {"metadata": {"ownerReferences": ["x", {"kind": 5}]}},
    "a status odd": {
        "metadata": {"annotations": {"sidecar.istio.io/status": "[" * 5000}}
    },
    "host network a text": {"spec": {"hostNetwork": "yes"}},
}


@pytest.mark.parametrize("pod", ODD_PODS.values(), ids=ODD_PODS.keys())
@pytest.mark.parametrize("endpoint", ["/inject", "/validate"])
def test_an_odd_pod_is_never_our_fault(
    post: Poster, review: MakeReview, pod: Any, endpoint: str
) -> None:
    document = review(pod)

    response = post(document, endpoint)

    assert response.status_code in (200, 400)
    if response.status_code == 200:
        apiserver.admit(document, 200, response.data)


def test_a_body_that_is_too_long_is_not_read(post: Poster) -> None:
    response = post(b" " * (6 * 2**20 + 1))

    assert response.status_code == 413
    assert response.text == "the body is longer than 6291456 bytes\n"


def test_a_body_of_unknown_length_that_is_too_long_is_refused(
    client: FlaskClient,
) -> None:
    response = client.open(
        "/inject",
        method="POST",
        input_stream=io.BytesIO(b" " * (6 * 2**20 + 1)),
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert response.status_code == 413


@pytest.mark.parametrize("content_type", ["application/yaml", "text/plain"])
def test_another_content_type_is_refused(
    post: Poster, review: MakeReview, content_type: str
) -> None:
    assert post(review(), content_type=content_type).status_code == 415


@pytest.mark.parametrize("content_type", ["application/json;charset=utf-8", None])
def test_parameters_and_no_content_type_are_fine(
    post: Poster, review: MakeReview, content_type: str | None
) -> None:
    assert post(review(), content_type=content_type).status_code == 200


@pytest.mark.parametrize("path", ["/", "/injectx", "/healthz", "/t/x"])
def test_an_unknown_path_is_not_found(
    post: Poster, review: MakeReview, path: str
) -> None:
    response = post(review(), path)

    assert (response.status_code, response.data) == (404, b"")


def test_tokens_fence_the_function(
    start: Start, config_file: Path, review: MakeReview
) -> None:
    tokens = json.dumps({"c1": [TOKEN], "c2": [OTHER]})
    post = Poster(client=start(CONFIG_FILE=str(config_file), PATH_TOKENS=tokens))

    for path in (
        "/inject",
        "/inject/cluster/c1",
        f"/t/{OTHER}/inject/cluster/c1",
        f"/t/{TOKEN}/inject",
        f"/t/{TOKEN}/inject/../../../inject/cluster/c1",
    ):
        response = post(review(), path)
        assert (response.status_code, response.data) == (404, b"")
    assert post.admit(review(), f"/t/{TOKEN}/inject/cluster/c1").allowed
    assert post.admit(review(), f"/t/{OTHER}/validate/cluster/c2").allowed


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_is_refused(client: FlaskClient, method: str) -> None:
    response = client.open("/inject", method=method)

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"


def test_a_probe_is_ok(client: FlaskClient) -> None:
    response = client.get("/")

    assert (response.status_code, response.text) == (200, "ok\n")
    assert client.head("/").status_code == 200


def test_a_late_answer_is_given_up(post: Poster, review: MakeReview) -> None:
    response = post(review(), "/inject?timeout=50ms")

    assert response.status_code == 503
    assert "Retry-After" not in response.headers
    assert post(review(), "/inject?timeout=10s").status_code == 200


def test_a_configuration_that_cannot_be_read_yet_is_tried_again(
    start: Start, config_file: Path, review: MakeReview
) -> None:
    # A link to itself stands for a mount whose service does not answer.
    link = config_file.with_name("link.yaml")
    link.symlink_to(link)
    post = Poster(client=start(CONFIG_FILE=str(link)))

    response = post(review())

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"

    link.unlink()
    link.symlink_to(config_file)

    assert post.admit(review()).allowed


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("\n{{ index .Values.level 99 }}", "template 'sidecar', line 2 fails"),
        ("spec:\n\n  {{ fail .ObjectMeta.Name }}", "template 'sidecar', line 3 fails"),
        (
            '{{ define "x" }}\n\n{{ .A.B.C }}{{ end }}{{ template "x" . }}',
            "template 'sidecar', line 3 fails",
        ),
        ("spec: {{ .ObjectMeta.Name }}: [", "template 'sidecar' fails"),
        ("[{{ .ObjectMeta.Name }}]", "template 'sidecar' fails"),
    ],
)
def test_a_go_template_that_fails_is_told_by_name_and_line(
    start: Start,
    review: MakeReview,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    template: str,
    message: str,
) -> None:
    text = istio_maps.config(templates={"sidecar": template})
    file = tmp_path / "istio.yaml"
    documents = (istio_maps.injector(text), istio_maps.mesh())
    file.write_text("\n---\n".join(map(json.dumps, documents)))
    post = Poster(client=start(CONFIG_FILE=str(file)))
    capfd.readouterr()
    document = review()
    document["request"]["object"]["metadata"]["name"] = "hunter2"

    assert post(document).status_code == 500

    (line,) = capfd.readouterr().out.splitlines()
    assert json.loads(line)["reason"] == "template_failed"
    assert json.loads(line)["message"] == message
    assert "hunter2" not in line


def test_a_pod_with_its_sidecars_passes_validation(
    post: Poster, review: MakeReview
) -> None:
    injected = post.admit(review()).pod

    admission = post.admit(review(injected), "/validate")

    assert admission.allowed
    assert admission.warnings == ()
    assert admission.reason == "sidecars_present"
    assert admission.pod == injected


def test_a_bare_pod_is_warned_of(post: Poster, review: MakeReview) -> None:
    admission = post.admit(review(), "/validate")

    assert admission.allowed
    assert admission.warnings == (
        "the pod lacks of its sidecars spec.containers[proxy]",
    )
    assert admission.reason == "sidecars_lacking"


def test_a_bare_pod_is_denied_if_so_configured(
    start: Start, config_file: Path, review: MakeReview
) -> None:
    post = Poster(client=start(CONFIG_FILE=str(config_file), VALIDATION="deny"))

    admission = post.admit(review(), "/validate")

    assert not admission.allowed
    assert admission.message == "the pod lacks of its sidecars spec.containers[proxy]"


@pytest.mark.parametrize("own", [{"image": "own:1"}, {"image": "auto", "tty": True}])
def test_what_an_author_overrides_passes_validation(
    post: Poster, review: MakeReview, pod: dict[str, Any], own: dict[str, Any]
) -> None:
    pod["spec"]["containers"].insert(0, {"name": "proxy"} | own)
    injected = post.admit(review(pod)).pod

    assert post.admit(review(injected), "/validate").reason == "sidecars_present"

    del injected["spec"]["containers"][0]

    assert post.admit(review(injected), "/validate").reason == "sidecars_lacking"


def test_an_author_cannot_pass_for_injected_without_it(
    post: Poster, review: MakeReview, pod: dict[str, Any]
) -> None:
    status = {"containers": ["proxy"], "initContainers": None, "volumes": None}
    pod["metadata"]["annotations"] = {"sidecar.istio.io/status": json.dumps(status)}
    bare = post.admit(review(pod), "/validate")
    pod["spec"]["containers"].append({"name": "proxy", "image": "own:1"})
    another = post.admit(review(pod), "/validate")

    assert bare.warnings == ("the pod lacks of its sidecars spec.containers[proxy]",)
    assert another.warnings == (
        "the pod lacks of its sidecars spec.containers[proxy].image",
    )


def test_remembered_overrides_that_cannot_be_read_are_seen_in_validation(
    post: Poster, review: MakeReview, pod: dict[str, Any]
) -> None:
    pod["metadata"]["annotations"] = {"proxy.istio.io/overrides": "{"}

    assert post.admit(review(pod), "/validate").reason == "impossible"


def test_a_second_call_leaves_the_pod_as_it_is(
    post: Poster, review: MakeReview
) -> None:
    injected = post.admit(review()).pod

    assert post.admit(review(injected)).pod == injected


def reviews() -> list[Path]:
    shared = shared_folder()
    return sorted((shared / "reviews").glob("pod-*.json"))


@pytest.mark.parametrize("file", reviews(), ids=lambda file: file.name)
def test_what_api_servers_really_sent_is_answered(post: Poster, file: Path) -> None:
    document = json.loads(file.read_bytes())
    document = document.get("review", document)

    admission = post.admit(document)

    assert admission.allowed
    request = document["request"]
    skipped = {"pod-hostnetwork", "pod-mirror", "pod-windows"}
    if request["operation"] != "CREATE" or file.stem in skipped:
        assert admission.pod == request.get("object")
    else:
        assert has_sidecar(admission.pod)


def test_the_patch_is_base64_of_json(post: Poster, review: MakeReview) -> None:
    response = post(review()).get_json()["response"]

    assert response["patchType"] == "JSONPatch"
    assert isinstance(json.loads(base64.b64decode(response["patch"])), list)
