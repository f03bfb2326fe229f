"""The answers to an AdmissionReview, by the rules of the API server.

The uid and the apiVersion of the review are echoed; ``patch`` needs ``patchType``.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from injector.base.messages import shortened
from injector.wire.review import Review

WARNING_LENGTH = 120
WARNING_COUNT = 5

MESSAGE_LENGTH = 2000

_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_EMPTY_PATCH = '"patchType":"JSONPatch","patch":""'


class EncodedOperations(Sequence[Mapping[str, Any]]):
    """Operations as JSON, decoded only on access."""

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
    if isinstance(operations, EncodedOperations):
        return operations.text
    return _ENCODER.encode(operations)


def allow(
    review: Review,
    operations: Sequence[Mapping[str, Any]] = (),
    *,
    warnings: Iterable[str] = (),
    audit: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the answer that allows the object, patched by *operations* if any."""
    response: dict[str, Any] = {"uid": review.uid, "allowed": True}
    if operations:
        response["patchType"] = "JSONPatch"
        response["patch"] = b64encode(dumped(operations).encode()).decode()
    return _answer(review, response, warnings, audit)


def encoded(answer: Mapping[str, Any]) -> bytes:
    """Return *answer* as JSON."""
    response = answer["response"]
    patch = response.get("patch")
    if patch is None:
        return _ENCODER.encode(answer).encode()
    # The encoder need not scan the long patch: base64 has no character to escape. The
    # quotes of any other text are escaped, so that it cannot match.
    without = {**answer, "response": {**response, "patch": ""}}
    text = _ENCODER.encode(without)
    return text.replace(_EMPTY_PATCH, f'{_EMPTY_PATCH[:-1]}{patch}"', 1).encode()


def deny(
    review: Review,
    message: str,
    *,
    warnings: Iterable[str] = (),
    audit: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the answer that refuses the object; users read *message*.

    It has no ``reason``: for some reasons the API server replaces the message.
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
    """Return *warnings* in the form that the API server passes on: few short lines.

    The API server drops a warning with a newline or a tab, and cuts long warnings when
    their total length is over its limit.
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
    if tidied := tidy(warnings):
        response["warnings"] = tidied
    return {
        "apiVersion": review.api_version,
        "kind": "AdmissionReview",
        "response": response,
    }
