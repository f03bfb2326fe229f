import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from injector.base.errors import BodyTooLong, NotJSON, ReviewError
from injector.wire import review

POD = {"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": []}}


def envelope(**changes: Any) -> dict[str, Any]:
    """Return a review that creates a pod; a change of None takes a field away."""
    request = {
        "uid": "u-1",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "operation": "CREATE",
        "namespace": "shop",
        "name": "p",
        "object": POD,
        "dryRun": False,
    } | changes
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {key: value for key, value in request.items() if value is not None},
    }


def body(document: Any) -> bytes:
    return json.dumps(document).encode()


def refusal(raw: bytes) -> tuple[type[Exception], str]:
    with pytest.raises(ReviewError) as error:
        review.parse(raw)
    return error.type, str(error.value)


def asked(**changes: Any) -> review.Review:
    return review.parse(body(envelope(**changes)))


def test_a_review_is_read() -> None:
    found = review.parse(body(envelope()), "application/json; charset=utf-8")

    assert found == review.Review(
        api_version="admission.k8s.io/v1",
        uid="u-1",
        operation="CREATE",
        kind="Pod",
        namespace="shop",
        name="p",
        pod=POD,
    )


def test_what_may_be_absent_is_empty() -> None:
    found = asked(namespace=None, name=None)

    assert (found.namespace, found.name) == ("", "")
    assert found.pod == POD


def test_unknown_fields_are_ignored() -> None:
    document = envelope(future={"a": 1}) | {"extra": 1}

    assert review.parse(body(document)).pod == POD


def test_the_old_version_is_read_too() -> None:
    document = envelope() | {"apiVersion": "admission.k8s.io/v1beta1"}

    assert review.parse(body(document)).api_version == "admission.k8s.io/v1beta1"


MANUAL: dict[str, Any] = {
    "uid": "",
    "kind": {"group": "admission.k8s.io", "version": "v1", "kind": "AdmissionRequest"},
    "resource": {"group": "", "version": "", "resource": ""},
    "operation": "",
    "userInfo": {},
    "dryRun": None,
}
"""What istioctl's kube-inject says beside the pod, its name and its namespace."""


@pytest.mark.parametrize("pod", [POD, {"metadata": {}, "spec": {}, "status": {}}])
def test_kube_inject_may_ask_for_a_pod_of_a_manifest(pod: dict[str, Any]) -> None:
    assert asked(**MANUAL, object=pod) == review.Review(
        api_version="admission.k8s.io/v1",
        uid="",
        kind="AdmissionRequest",
        namespace="shop",
        name="p",
        pod=pod,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"operation": "CREATE"},
        {"operation": "UPDATE"},
        {"subResource": "status"},
        {"resource": {"group": "", "resource": "pods"}},
        {"kind": {"group": "admission.k8s.io", "kind": "Pod"}},
        {"kind": {"group": "", "kind": "AdmissionRequest"}},
    ],
)
def test_what_kube_inject_does_not_ask_is_not_looked_at(
    changes: dict[str, Any],
) -> None:
    assert asked(**MANUAL | changes).pod is None


@pytest.mark.parametrize(
    "changes",
    [
        {"operation": "UPDATE"},
        {"operation": "DELETE", "object": None},
        {"operation": "CONNECT"},
        {"operation": "create"},
        {"operation": None},
        {"subResource": "ephemeralcontainers"},
        {"resource": {"group": "", "resource": "bindings"}},
        {"resource": {"group": "x", "resource": "pods"}},
        {"resource": None},
        {"kind": {"group": "apps", "kind": "Deployment"}},
        {"kind": {"group": "x", "kind": "Pod"}},
        {"kind": None},
    ],
)
@pytest.mark.parametrize("odd", [None, [], "x", POD, {"metadata": []}])
def test_only_the_creation_of_a_pod_has_a_pod(
    changes: dict[str, Any], odd: Any
) -> None:
    assert asked(**({"object": odd} | changes)).pod is None


@pytest.mark.parametrize(
    "pod",
    [
        {},
        {"kind": None, "metadata": None, "spec": None},
        {"kind": "", "metadata": {"labels": None, "annotations": None}},
        {"metadata": {"labels": {}, "annotations": {"a": "b"}}, "spec": {}},
        {"apiVersion": "v1", "future": [[[]]], "spec": {"containers": "odd"}},
    ],
)
def test_absent_and_null_are_empty_in_a_pod(pod: dict[str, Any]) -> None:
    assert asked(object=pod).pod == pod


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "the body is not JSON in UTF-8"),
        (b"{not json", "the body is not JSON in UTF-8"),
        (b"apiVersion: v1", "the body is not JSON in UTF-8"),
        (b"{}\n{}", "the body is not JSON in UTF-8"),
        (b'{"a": "\xff"}', "the body is not JSON in UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', "the body is not JSON in UTF-8"),
        (b'{"a": "\\ud800"}', "the body is not JSON in UTF-8"),
        (b'{"\\uDFFF": 1}', "the body is not JSON in UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "the body is not JSON in UTF-8"),
        (b'{"a": NaN}', "the body is not JSON in UTF-8"),
        (b'{"a": -Infinity}', "the body is not JSON in UTF-8"),
        (b'{"a": 1e999}', "the body is not JSON in UTF-8"),
        (b'{"a": ' + b"9" * 5000 + b"}", "the body is not JSON in UTF-8"),
        (b"[" * 100_000, "the body nests too deeply"),
        (b'{"a":' * 100_000, "the body nests too deeply"),
        (b"[]", "the body: is a list, want a mapping"),
        (b"null", "the body: is null, want a mapping"),
        (b"true", "the body: is a boolean, want a mapping"),
        (b'"x"', "the body: is a string, want a mapping"),
        (b"1", "the body: is a number, want a mapping"),
        (b"1.5", "the body: is a number, want a mapping"),
        (
            b"{}",
            "apiVersion: want admission.k8s.io/v1 or admission.k8s.io/v1beta1",
        ),
        (
            body(envelope() | {"apiVersion": "admission.k8s.io/v2"}),
            "apiVersion: want admission.k8s.io/v1 or admission.k8s.io/v1beta1",
        ),
        (
            body(envelope() | {"apiVersion": ["admission.k8s.io/v1"]}),
            "apiVersion: want admission.k8s.io/v1 or admission.k8s.io/v1beta1",
        ),
        (body(envelope() | {"kind": "Pod"}), "kind: want AdmissionReview"),
        (body(envelope() | {"request": None}), "request: is null, want a mapping"),
        (body(envelope() | {"request": []}), "request: is a list, want a mapping"),
        (body(envelope(uid=None)), "request.uid: is missing, want a string"),
        (body(envelope(uid=7)), "request.uid: is a number, want a string"),
        (body(envelope(operation=1)), "request.operation: is a number, want a string"),
        (
            body(envelope(subResource=[])),
            "request.subResource: is a list, want a string",
        ),
        (
            body(envelope(namespace={})),
            "request.namespace: is a mapping, want a string",
        ),
        (body(envelope(name=False)), "request.name: is a boolean, want a string"),
        (body(envelope(kind="Pod")), "request.kind: is a string, want a mapping"),
        (
            body(envelope(kind={"kind": 5})),
            "request.kind.kind: is a number, want a string",
        ),
        (
            body(envelope(resource={"group": 5})),
            "request.resource.group: is a number, want a string",
        ),
    ],
)
def test_a_broken_envelope_is_refused(raw: bytes, message: str) -> None:
    assert refusal(raw) == (ReviewError, message)


@pytest.mark.parametrize(
    ("pod", "message"),
    [
        (None, "request.object: is null, want a mapping"),
        ([], "request.object: is a list, want a mapping"),
        ("x", "request.object: is a string, want a mapping"),
        ({"kind": "Deployment"}, "request.object.kind: want Pod"),
        ({"kind": ["Pod"]}, "request.object.kind: want Pod"),
        ({"metadata": []}, "request.object.metadata: is a list, want a mapping"),
        ({"spec": 0}, "request.object.spec: is a number, want a mapping"),
        (
            {"metadata": {"labels": []}},
            "request.object.metadata.labels: is a list, want a mapping",
        ),
        (
            {"metadata": {"labels": {"a": 1}}},
            "request.object.metadata.labels: holds a number, want strings only",
        ),
        (
            {"metadata": {"annotations": "x"}},
            "request.object.metadata.annotations: is a string, want a mapping",
        ),
        (
            {"metadata": {"annotations": {"a": None}}},
            "request.object.metadata.annotations: holds null, want strings only",
        ),
    ],
)
def test_an_object_that_is_no_pod_is_refused(pod: Any, message: str) -> None:
    document = envelope()
    document["request"]["object"] = pod

    assert refusal(body(document)) == (ReviewError, message)


def nested(levels: int) -> dict[str, Any]:
    value: Any = {}
    for level in range(levels - 2):
        value = [value] if level % 2 else {"x": value}
    return {"spec": value if isinstance(value, dict) else {"x": value}}


def test_a_pod_that_nests_too_deeply_is_refused() -> None:
    assert refusal(body(envelope(object=nested(110)))) == (
        ReviewError,
        "request.object: nests too deeply",
    )


def test_a_pod_may_nest_far_deeper_than_real_ones() -> None:
    assert asked(object=nested(90)).pod is not None


def test_a_body_of_very_many_parts_is_refused_before_it_is_read() -> None:
    # Six of them are not in the list.
    wide: dict[str, Any] = {"spec": {"x": [[]] * (review.PARTS_LIMIT - 7)}}
    wider: dict[str, Any] = {"spec": {"x": [{}] * (review.PARTS_LIMIT - 6)}}
    in_texts = {"spec": {"x": "[]" * review.PARTS_LIMIT}}

    assert asked(object=wide).pod == wide
    assert asked(object=in_texts).pod == in_texts
    assert refusal(body(envelope(object=wider))) == (
        ReviewError,
        "the body has more than 150,000 mappings and lists",
    )


def test_a_byte_order_mark_and_spaces_are_ignored() -> None:
    assert review.parse("\ufeff  ".encode() + body(envelope())).uid == "u-1"


def test_whole_characters_may_be_written_as_two_escapes() -> None:
    found = asked(object={"metadata": {"labels": {"a": "😀"}}})

    assert found.pod == {"metadata": {"labels": {"a": "😀"}}}


def test_the_last_of_two_equal_keys_counts() -> None:
    raw = body(envelope()).replace(b'"uid": "u-1"', b'"uid": "u-1", "uid": "u-2"')

    assert review.parse(raw).uid == "u-2"


def test_big_integers_are_kept() -> None:
    pod = {"spec": {"big": 10**30}}

    assert asked(object=pod).pod == pod


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "Application/JSON ;charset=utf-8"]
)
def test_json_and_no_content_type_are_read(content_type: str) -> None:
    review.check_head(content_type, 5)
    review.check_head(content_type, None)


@pytest.mark.parametrize(
    "content_type", ["application/yaml", "text/plain", "application/jsonx", "x;json"]
)
def test_another_content_type_is_refused(content_type: str) -> None:
    with pytest.raises(NotJSON, match=r"^the Content-Type is not application/json$"):
        review.parse(body(envelope()), content_type)


def test_a_body_up_to_the_limit_is_read() -> None:
    raw = body(envelope())

    assert review.parse(raw + b" " * (review.BODY_LIMIT - len(raw))).uid == "u-1"


def test_a_longer_body_is_refused() -> None:
    assert refusal(b" " * (review.BODY_LIMIT + 1)) == (
        BodyTooLong,
        "the body is longer than 6291456 bytes",
    )


@given(st.binary())
def test_any_bytes_are_a_review_or_refused(raw: bytes) -> None:
    assert refusal(raw)[0] is ReviewError


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                *("uid", "kind", "resource", "operation", "subResource"),
                *("namespace", "name", "object", "dryRun"),
            ]
        ),
        json_values,
    )
)
def test_any_request_is_a_review_or_refused(changes: dict[str, Any]) -> None:
    document = envelope()
    document["request"] |= changes

    with suppress(ReviewError):
        found = review.parse(body(document))
        assert found.pod is None or isinstance(found.pod, dict)
