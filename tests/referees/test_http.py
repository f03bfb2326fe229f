"""Ours beside the answers of Istio's handler, over HTTP."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import apiserver
import istio_cases
import pytest
import shared_data
from flask.testing import FlaskClient
from folders import ROOT
from starting import started

DOCUMENT = ROOT / "docs" / "http.md"

# Where ours is another status on purpose; docs/http.md has the reasons.
OUR_STATUS = {
    "no apiVersion and kind": 400,
    "unknown apiVersion": 400,
    "other kind": 400,
    "no request": 400,
    "case of keys": 400,
    "content type with charset": 200,
    "no content type": 200,
    "GET without body": 405,
    "GET without body, json content type": 405,
    "PUT": 405,
    "not JSON": 400,
    "binary": 400,
    "empty object": 400,
    "JSON array": 400,
    "YAML review": 400,
    "trailing data": 400,
    "no uid": 400,
    "object missing": 400,
    "object null": 400,
    "object is a string": 400,
    "object with a wrongly typed field": 400,
    "object with a wrongly typed quantity": 400,
    "object is a Deployment": 400,
    "path double slash": 200,
    "path dots": 200,
}
UNTOUCHED = ("operation UPDATE", "operation DELETE")


def recorded() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(
        (shared_data.istio_folder() / "1.30" / "http.json").read_bytes()
    )
    return found


def names() -> list[str]:
    file = istio_cases.RECORDED / "1.30" / "http.json"
    if not file.is_file():
        return ["plain"]
    return [exchange["name"] for exchange in json.loads(file.read_bytes())["exchanges"]]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Return a client of the function on the recorded handler's configuration."""
    setting = istio_cases.setting_of("1.30", recorded())
    file = tmp_path_factory.mktemp("http") / "config.yaml"
    file.write_text(json.dumps(setting.document()))
    with pytest.MonkeyPatch.context() as patch:
        yield started(patch, CONFIG_FILE=str(file))


def body_of(exchange: Mapping[str, Any]) -> bytes:
    if "bodyBase64" in exchange:
        return base64.b64decode(exchange["bodyBase64"])
    body: str = exchange.get("body") or ""
    return body.encode()


@pytest.mark.parametrize("name", names())
def test_ours_is_istios_answer_or_differs_on_purpose(
    client: FlaskClient, name: str
) -> None:
    (exchange,) = (e for e in recorded()["exchanges"] if e["name"] == name)
    theirs = (exchange.get("response") or {}).get("response") or {}

    response = client.open(
        exchange["path"],
        method=exchange["method"],
        headers=exchange["headers"],
        data=body_of(exchange),
    )

    assert response.status_code == OUR_STATUS.get(name, exchange["status"])
    if response.status_code != 200:
        return
    document = json.loads(body_of(exchange).removeprefix("\ufeff".encode()))
    admission = apiserver.admit(document, 200, response.data)
    if name in UNTOUCHED:
        assert admission.pod == document["request"]["object"]
        assert admission.reason == "not_a_pod_creation"
    elif name not in OUR_STATUS:
        assert admission.allowed == theirs["allowed"]
        pod, patch = document["request"]["object"], theirs.get("patch", "W10=")
        with suppress(apiserver.Rejected):
            # Where there is no spec or no metadata, Istio's own patch does not apply.
            wanted = apiserver.apply(pod, base64.b64decode(patch))
            assert list(istio_cases.differences(admission.pod, wanted)) == []


def test_every_difference_is_documented() -> None:
    text = DOCUMENT.read_text()

    missing = [name for name in (*OUR_STATUS, *UNTOUCHED) if f"| {name} |" not in text]

    assert missing == []
