"""The wire format: an AdmissionReview read from bytes, and the answers to it.

Nothing here knows what an injection is. A review that cannot be answered raises
`ReviewError`; what is answered follows the API server's rules: uid and apiVersion are
echoed, ``patch`` and ``patchType`` come both or not at all.
"""

import json
import math
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from injector.base.errors import BodyTooLong, NotJSON, ReviewError
from injector.base.places import shortened
from injector.formats import depth

VERSIONS = ("admission.k8s.io/v1", "admission.k8s.io/v1beta1")

BODY_LIMIT = 6 * 2**20
"""The longest body that is read, in bytes: the API server takes objects of 3 MiB, and a
review may hold two, the new and the old."""

DEPTH_LIMIT = 100
"""How deep a pod may nest. A real one stays below 20; each level costs some of the
interpreter's 1000 frames in whatever copies or compares it."""

PARTS_LIMIT = 150_000
"""How many mappings and lists a body may have: each takes 200 bytes of memory. No valid
pod of the 1.5 MiB that etcd stores by default has as many: one takes 13 bytes."""

BODY_DEPTH_LIMIT = 500
"""How deep a body may nest: every Python reads that."""

WARNING_LENGTH = 120
WARNING_COUNT = 5

MESSAGE_LENGTH = 2000

MANUAL = ("admission.k8s.io", "AdmissionRequest")
"""The kind that ``istioctl kube-inject`` names where it asks a webhook about a pod of a
manifest; such a request names neither a resource nor an operation."""

_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_PLACE = '"patchType":"JSONPatch","patch":""'
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")


class Review(NamedTuple):
    """What an API server asks. ``pod`` is None unless a pod is being created."""

    api_version: str
    uid: str
    operation: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    pod: dict[str, Any] | None = None


def check_head(content_type: str, length: int | None, *, encoding: str = "") -> None:
    """Check what is known of a body before it is read.

    Raises:
        NotJSON: the body is something else than JSON, or is compressed.
        BodyTooLong: it is too long.
    """
    essence = content_type.partition(";")[0].strip().lower()
    if essence not in ("", "application/json"):
        raise NotJSON("the Content-Type is not application/json")
    if encoding.strip().lower() not in ("", "identity"):
        raise NotJSON("the Content-Encoding is not identity")
    if length is not None and length > BODY_LIMIT:
        raise BodyTooLong(f"the body is longer than {BODY_LIMIT} bytes")


def parse(body: bytes, content_type: str = "") -> Review:
    """Read a review. The object is looked at only where a pod is being created.

    Of keys that come twice in a mapping the last counts, as for the API server.

    Raises:
        ReviewError: the body is no review that can be answered. No message repeats
            what the body holds.
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
    kind = _named(request, "kind")
    asked = operation, kind, _named(request, "resource")
    creates_pod = not subresource and asked in (
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


class Written(Sequence[Mapping[str, Any]]):
    """Operations of which there is only the JSON yet."""

    __slots__ = ("_count", "text")

    def __init__(self, text: str, count: int) -> None:
        self.text = text
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        return json.loads(self.text)[place]


def dumped(operations: Sequence[Mapping[str, Any]]) -> str:
    """Return *operations* as JSON."""
    if isinstance(operations, Written):
        return operations.text
    return _ENCODER.encode(operations)


def allow(
    review: Review,
    operations: Sequence[Mapping[str, Any]] = (),
    *,
    warnings: Iterable[str] = (),
    audit: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the answer that lets the object in, patched by *operations* if any."""
    response: dict[str, Any] = {"uid": review.uid, "allowed": True}
    if operations:
        response["patchType"] = "JSONPatch"
        response["patch"] = b64encode(dumped(operations).encode()).decode()
    return _answer(review, response, warnings, audit)


def encoded(answer: Mapping[str, Any]) -> bytes:
    """Return an *answer* as JSON."""
    response = answer["response"]
    patch = response.get("patch")
    if patch is None:
        return _ENCODER.encode(answer).encode()
    # Base64 needs no look at each of its characters. Inside of a text the quotes of the
    # place would be escaped.
    without = {**answer, "response": {**response, "patch": ""}}
    text = _ENCODER.encode(without)
    return text.replace(_PLACE, f'{_PLACE[:-1]}{patch}"', 1).encode()


def deny(
    review: Review,
    message: str,
    *,
    warnings: Iterable[str] = (),
    audit: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the answer that refuses the object; users read *message*.

    No ``reason`` goes with it: for some the API server shows a text of its own instead.
    """
    if len(message) > MESSAGE_LENGTH:
        message = shortened(message, MESSAGE_LENGTH)
    response = {
        "uid": review.uid,
        "allowed": False,
        "status": {"code": 422, "message": message},
    }
    return _answer(review, response, warnings, audit)


def tidy(warnings: Iterable[str]) -> list[str]:
    """Return *warnings* as the API server passes them on: short, few, one line each.

    It drops a warning with a newline or a tab in it, and cuts long ones when there is
    much of them.
    """
    lines = [
        " ".join("".join(c if c.isprintable() else " " for c in warning).split())
        for warning in warnings
    ]
    short = [
        line if len(line) <= WARNING_LENGTH else line[: WARNING_LENGTH - 1] + "…"
        for line in dict.fromkeys(lines)
        if line
    ]
    if len(short) > WARNING_COUNT:
        rest = len(short) - WARNING_COUNT + 1
        short[WARNING_COUNT - 1 :] = [f"and {rest} more warnings"]
    return short


def _answer(
    review: Review,
    response: dict[str, Any],
    warnings: Iterable[str],
    audit: Mapping[str, str] | None,
) -> dict[str, Any]:
    # The API server puts the webhook's name and a slash before each key.
    if audit:
        response["auditAnnotations"] = dict(audit)
    if shown := tidy(warnings):
        response["warnings"] = shown
    return {
        "apiVersion": review.api_version,
        "kind": "AdmissionReview",
        "response": response,
    }


def _constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number is out of range")
    return number


_DECODER = json.JSONDecoder(parse_constant=_constant, parse_float=_float)


def _load(body: bytes) -> Any:
    try:
        # A byte order mark is allowed to be ignored, and Istio's handler does.
        text = body.decode().removeprefix("\ufeff")
        _check_parts(text)
        document = _DECODER.decode(text)
        if _HALF_CHARACTER.search(body):
            json.dumps(document, ensure_ascii=False).encode()
    except ValueError:
        raise ReviewError("the body is not JSON in UTF-8") from None
    return document


def _check_parts(text: str) -> None:
    """Check what a text would take to read, before it is read."""
    many = text.count("[") + text.count("{") > PARTS_LIMIT
    if many and depth.parts(text) > PARTS_LIMIT:
        raise ReviewError(f"the body has more than {PARTS_LIMIT:,} mappings and lists")
    try:
        depth.check(text, BODY_DEPTH_LIMIT)
    except ValueError:
        raise ReviewError("the body nests too deeply") from None


def _pod(value: Any, body: bytes) -> dict[str, Any]:
    pod = _mapping(value, "request.object")
    # Without a kind of its own the request's counts.
    if pod.get("kind") not in (None, "", "Pod"):
        raise ReviewError("request.object.kind: want Pod")
    metadata = pod.get("metadata")
    if metadata is not None:
        _strings(_mapping(metadata, "request.object.metadata"), "labels")
        _strings(metadata, "annotations")
    if pod.get("spec") is not None:
        _mapping(pod["spec"], "request.object.spec")
    # So few levels there are at most in all.
    if body.count(b"{") + body.count(b"[") > DEPTH_LIMIT:
        _check_depth(pod)
    return pod


def _strings(metadata: Mapping[str, Any], key: str) -> None:
    if (value := metadata.get(key)) is None:
        return
    path = f"request.object.metadata.{key}"
    for text in _mapping(value, path).values():
        if not isinstance(text, str):
            raise ReviewError(f"{path}: holds {_name(text)}, want strings only")


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


def _named(request: Mapping[str, Any], key: str) -> tuple[str, str]:
    """Return the group of a kind or resource and its name."""
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
        raise ReviewError(f"{path}{key}: is {_name(value)}, want a string")
    return value


def _mapping(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ReviewError(f"{path}: is {_name(value)}, want a mapping")
    return value


_NAMES = {
    type(None): "null",
    bool: "a boolean",
    dict: "a mapping",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "a string",
}


def _name(value: Any) -> str:
    return _NAMES[type(value)]
