"""An AdmissionReview, read from bytes.

A review that cannot be answered raises `ReviewError`, whose message quotes nothing of
the body.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from injector.base.errors import BodyTooLong, NotJSON, ReviewError
from injector.formats import depth

VERSIONS = ("admission.k8s.io/v1", "admission.k8s.io/v1beta1")

BODY_LIMIT = 6 * 2**20
"""Bytes of a body: the API server takes objects of 3 MiB, and a review may hold two,
the new and the old."""

DEPTH_LIMIT = 100
"""Nesting levels of a pod; real pods have fewer than 20. Copying and comparing take
some of the interpreter's 1000 frames for each level."""

PARTS_LIMIT = 150_000
"""Mappings and lists of a body: each takes 200 bytes of memory. No valid pod in etcd's
default limit of 1.5 MiB has as many: each takes 13 bytes of JSON."""

BODY_DEPTH_LIMIT = 500
"""Nesting levels of a body that every Python version can read."""

MANUAL = ("admission.k8s.io", "AdmissionRequest")
"""The kind in a request of ``istioctl kube-inject``, which sends a pod of a manifest
without a resource and an operation."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class Review(NamedTuple):
    """The request of an API server. ``pod`` is None unless a pod is created."""

    api_version: str
    uid: str
    operation: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    pod: dict[str, Any] | None = None


def check_head(content_type: str, length: int | None, *, encoding: str = "") -> None:
    """Check the headers of a request before its body is read.

    Raises:
        NotJSON: the body is not JSON, or is compressed.
        BodyTooLong: the body has more than `BODY_LIMIT` bytes.
    """
    essence = content_type.partition(";")[0].strip().lower()
    if essence not in ("", "application/json"):
        raise NotJSON("the Content-Type is not application/json")
    if encoding.strip().lower() not in ("", "identity"):
        raise NotJSON("the Content-Encoding is not identity")
    if length is not None and length > BODY_LIMIT:
        raise BodyTooLong(f"the body is longer than {BODY_LIMIT} bytes")


def parse(body: bytes, content_type: str = "") -> Review:
    """Return the review in *body*. The object is checked only if a pod is created.

    The last of equal keys in a mapping counts, as for the API server.

    Raises:
        ReviewError: the body is no review that can be answered.
    """
    check_head(content_type, len(body))
    document = _mapping(_load(body), "the body")
    if document.get("apiVersion") not in VERSIONS:
        raise ReviewError(f"apiVersion: want {' or '.join(VERSIONS)}")
    if document.get("kind") != "AdmissionReview":
        raise ReviewError("kind: want AdmissionReview")
    request = _mapping(document.get("request"), "request")
    if request.get("uid") is None:
        raise ReviewError("request.uid: is missing, want a string")
    operation = _text(request, "operation")
    subresource = _text(request, "subResource")
    kind = _group_and_name(request, "kind")
    target = operation, kind, _group_and_name(request, "resource")
    creates_pod = not subresource and target in (
        ("CREATE", ("", "Pod"), ("", "pods")),
        ("", MANUAL, ("", "")),
    )
    return Review(
        api_version=document["apiVersion"],
        uid=_text(request, "uid"),
        operation=operation,
        kind=kind[1],
        namespace=_text(request, "namespace"),
        name=_text(request, "name"),
        pod=_pod(request.get("object"), body) if creates_pod else None,
    )


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number is out of range")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


def _load(body: bytes) -> Any:
    try:
        # RFC 8259 allows to ignore a byte order mark, and Istio's handler does.
        text = body.decode().removeprefix("\ufeff")
        _check_parts(text)
        document = _DECODER.decode(text)
        if _SURROGATE.search(body):
            json.dumps(document, ensure_ascii=False).encode()
    except ValueError:
        raise ReviewError("the body is not JSON in UTF-8") from None
    return document


def _check_parts(text: str) -> None:
    """Check the size and the depth of JSON before it is read."""
    many = text.count("[") + text.count("{") > PARTS_LIMIT
    if many and depth.parts(text) > PARTS_LIMIT:
        raise ReviewError(f"the body has more than {PARTS_LIMIT:,} mappings and lists")
    try:
        depth.check(text, BODY_DEPTH_LIMIT)
    except ValueError:
        raise ReviewError("the body nests too deeply") from None


def _pod(value: Any, body: bytes) -> dict[str, Any]:
    pod = _mapping(value, "request.object")
    # Without a kind in the object, the kind of the request counts.
    if pod.get("kind") not in (None, "", "Pod"):
        raise ReviewError("request.object.kind: want Pod")
    metadata = pod.get("metadata")
    if metadata is not None:
        _strings(_mapping(metadata, "request.object.metadata"), "labels")
        _strings(metadata, "annotations")
    if pod.get("spec") is not None:
        _mapping(pod["spec"], "request.object.spec")
    # There cannot be more levels than opening brackets.
    if body.count(b"{") + body.count(b"[") > DEPTH_LIMIT:
        _check_depth(pod)
    return pod


def _strings(metadata: Mapping[str, Any], key: str) -> None:
    if (value := metadata.get(key)) is None:
        return
    path = f"request.object.metadata.{key}"
    for text in _mapping(value, path).values():
        if not isinstance(text, str):
            raise ReviewError(f"{path}: holds {_type_name(text)}, want strings only")


def _check_depth(pod: dict[str, Any]) -> None:
    level: list[Any] = [pod]
    for _ in range(DEPTH_LIMIT):
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return
    raise ReviewError("request.object: nests too deeply")


def _group_and_name(request: Mapping[str, Any], key: str) -> tuple[str, str]:
    """Return the group and the name of a kind or resource."""
    if request.get(key) is None:
        return "", ""
    value = _mapping(request[key], f"request.{key}")
    path = f"request.{key}."
    return _text(value, "group", path), _text(value, key, path)


def _text(mapping: Mapping[str, Any], key: str, path: str = "request.") -> str:
    value = mapping.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ReviewError(f"{path}{key}: is {_type_name(value)}, want a string")
    return value


def _mapping(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ReviewError(f"{path}: is {_type_name(value)}, want a mapping")
    return value


_TYPE_NAMES = {
    type(None): "null",
    bool: "a boolean",
    dict: "a mapping",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "a string",
}


def _type_name(value: Any) -> str:
    return _TYPE_NAMES[type(value)]
