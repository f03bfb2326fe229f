import json
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from injector.wire.response import (
    WARNING_COUNT,
    WARNING_LENGTH,
    allow,
    deny,
    encoded,
    tidy,
)
from injector.wire.review import VERSIONS, Review

REVIEW = Review(api_version="admission.k8s.io/v1", uid="u-1")


def test_an_empty_uid_is_echoed() -> None:
    answer = allow(REVIEW._replace(uid=""))

    assert answer["response"] == {"uid": "", "allowed": True}


def test_an_answer_without_operations_has_no_patch() -> None:
    assert allow(REVIEW) == {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "response": {"uid": "u-1", "allowed": True},
    }


def test_an_answer_with_operations_has_patch_and_type() -> None:
    operations = [{"op": "add", "path": "/spec/x", "value": "ä"}]

    response = allow(REVIEW, operations)["response"]

    assert response["patchType"] == "JSONPatch"
    assert json.loads(b64decode(response["patch"])) == operations


def test_the_old_version_is_answered_in_kind() -> None:
    asked = REVIEW._replace(api_version="admission.k8s.io/v1beta1")

    answer = allow(asked)

    assert answer["apiVersion"] == "admission.k8s.io/v1beta1"


def test_an_answer_carries_its_audit_annotations() -> None:
    response = allow(REVIEW, audit={"reason": "requested"})["response"]

    assert response["auditAnnotations"] == {"reason": "requested"}


def test_a_denial_is_a_plain_message() -> None:
    response = deny(REVIEW, "no port", audit={"reason": "impossible"})["response"]

    assert response == {
        "uid": "u-1",
        "allowed": False,
        "status": {"code": 422, "message": "no port"},
        "auditAnnotations": {"reason": "impossible"},
    }


def test_a_long_denial_is_cut() -> None:
    long = "reason " + "x" * 5000 + " reason"

    message = deny(REVIEW, long)["response"]["status"]["message"]

    assert len(message) == 2000
    assert message.startswith("reason xxx")
    assert message.endswith("xxx reason")


def test_warnings_have_one_line_each() -> None:
    response = allow(REVIEW, warnings=["a\n\tb\x00 c", "a b c", "", "\n"])["response"]

    assert response["warnings"] == ["a b c"]


def test_long_warnings_are_cut() -> None:
    assert tidy(["x" * 120, "x" * 121]) == ["x" * 120, "x" * 119 + "…"]


def test_many_warnings_are_counted() -> None:
    assert tidy("abcde") == ["a", "b", "c", "d", "e"]
    assert tidy("abcdef") == ["a", "b", "c", "d", "and 2 more warnings"]


@given(st.lists(st.text(), max_size=8))
def test_warnings_are_always_what_an_api_server_shows(warnings: list[str]) -> None:
    shown = tidy(warnings)

    assert len(shown) <= WARNING_COUNT
    assert len(set(shown)) == len(shown)
    assert all(0 < len(line) <= WARNING_LENGTH for line in shown)
    assert all(line.isprintable() for line in shown)


@pytest.mark.parametrize("uid", ["1", '"patchType":"JSONPatch","patch":""', "\\", "é"])
@pytest.mark.parametrize("operations", [(), ({"op": "remove", "path": "/é"},)])
def test_an_answer_is_encoded_as_json(
    uid: str, operations: tuple[dict[str, str], ...]
) -> None:
    asked = Review(api_version=VERSIONS[0], uid=uid)
    answer = allow(
        asked, operations, warnings=['"patch":""'], audit={"reason": '"patch":""'}
    )

    assert encoded(answer) == json.dumps(answer, separators=(",", ":")).encode()
