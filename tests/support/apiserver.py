"""An API server's part of a webhook call: the checks, and the patched pod."""

import base64
import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonpatch

from injector.kubernetes import schema


class CallFailed(AssertionError):
    """The call failed: the webhook's failurePolicy decides."""


class Rejected(AssertionError):
    """The API server rejects the pod because of the answer, under any failurePolicy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The outcome for a pod."""

    allowed: bool
    pod: Any
    message: str = ""
    warnings: tuple[str, ...] = ()
    audit: Mapping[str, str]

    @property
    def reason(self) -> str:
        """The slug in the audit annotations."""
        return self.audit["reason"]


def admit(review: Mapping[str, Any], status: int, body: bytes) -> Admission:
    """Return the outcome of the answer to *review*, or raise the API server's error."""
    if status not in (200, 201, 202, 206):
        raise CallFailed(f"status {status}")
    answer = json.loads(body)
    _require(answer["apiVersion"] == review["apiVersion"], "apiVersion")
    _require(answer["kind"] == "AdmissionReview", "kind")
    response = answer["response"]
    _require(response["uid"] == review["request"]["uid"], "uid")
    _require(isinstance(response["allowed"], bool), "allowed")
    _require(("patch" in response) == ("patchType" in response), "patch, patchType")
    _require(response.get("patchType", "JSONPatch") == "JSONPatch", "patchType")
    _require(response["allowed"] or "patch" not in response, "a patch that is denied")
    pod = review["request"].get("object")
    if "patch" in response:
        pod = apply(pod, base64.b64decode(response["patch"], validate=True))
    return Admission(
        allowed=response["allowed"],
        pod=pod,
        message=response.get("status", {}).get("message", ""),
        warnings=_warnings(response.get("warnings", [])),
        audit=_audit(response.get("auditAnnotations", {})),
    )


def apply(pod: Any, patch: bytes) -> Any:
    """Return the patched pod."""
    try:
        patched = jsonpatch.apply_patch(copy.deepcopy(pod), json.loads(patch))
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        raise Rejected(f"the patch does not apply: {error}") from error
    new = set(map(str, schema.problems(patched))) - set(map(str, schema.problems(pod)))
    if new:
        raise Rejected(f"the patched pod does not decode: {new}")
    return patched


def _warnings(warnings: list[str]) -> tuple[str, ...]:
    for warning in warnings:
        _require(bool(warning) and not {"\n", "\t"} & set(warning), "a dropped warning")
        _require(len(warning) <= 120, "a warning longer than advised")
    _require(len(set(warnings)) == len(warnings), "a warning twice")
    return tuple(warnings)


def _audit(annotations: Mapping[str, Any]) -> Mapping[str, str]:
    for key, value in annotations.items():
        _require(bool(key) and "/" not in key, f"the audit annotation {key!r}")
        _require(isinstance(value, str), f"the audit annotation {key!r}")
    return annotations


def _require(claim: bool, what: str) -> None:  # noqa: FBT001 - as assert
    if not claim:
        raise CallFailed(f"received invalid webhook response: {what}")
