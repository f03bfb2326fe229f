"""The log: one line of JSON for each event, in the field names of Cloud Logging.

A line is written by one system call and is shorter than a pipe's atomic write, so that
threads cannot mix their lines. Long texts are cut. No line has a part of a pod.
"""

import json
import os
import re
import traceback
from collections.abc import Mapping
from typing import Any

from injector.base.messages import cut

LINE_LIMIT = 4096
"""The bytes that a pipe takes in one piece (PIPE_BUF of Linux)."""

TEXT_LIMIT = 200
LONG_TEXT_LIMIT = 3000
STACK_LIMIT = 1500
FRAMES = 12

STDOUT = 1

_ENCODER = json.JSONEncoder(separators=(",", ":"))
_CLOUD = re.compile(r"([0-9a-f]{32})(?:/([0-9]{1,20}))?(?:;o=[0-9]+)?")
_W3C = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?")


def write(
    record: Mapping[str, Any], descriptor: int = STDOUT, *, texts: int = TEXT_LIMIT
) -> None:
    """Write *record* as one line. A line that cannot be written is lost.

    Args:
        record: the fields.
        descriptor: the file that is written to.
        texts: the most characters of a text.
    """
    try:
        os.write(descriptor, line(record, texts))
    except OSError:
        # Without a reader of the log, pods still have to get their sidecars.
        return


def line(record: Mapping[str, Any], limit: int = TEXT_LIMIT) -> bytes:
    """Return *record* as a line of JSON shorter than `LINE_LIMIT`.

    Texts are cut to *limit* characters, and further where the line is too long.
    """
    text = _encode(record, limit, STACK_LIMIT)
    while len(text) >= LINE_LIMIT:
        limit //= 2
        text = _encode(record, limit, limit)
    return text


def trace(headers: Mapping[str, str], project: str) -> dict[str, str]:
    """Return the fields that join a line to its request's trace.

    Args:
        headers: the request's; ``X-Cloud-Trace-Context`` goes before ``traceparent``.
        project: the cloud project, without which a trace has its bare id only.
    """
    span = ""
    if match := _CLOUD.fullmatch(headers.get("X-Cloud-Trace-Context", "").lower()):
        span = f"{int(match[2]):016x}"[-16:] if match[2] else ""
    elif match := _W3C.fullmatch(headers.get("traceparent", "").lower()):
        span = match[2]
    if match is None:
        return {}
    path = f"projects/{project}/traces/{match[1]}" if project else match[1]
    fields = {"logging.googleapis.com/trace": path}
    if span:
        fields["logging.googleapis.com/spanId"] = span
    return fields


def failure(error: BaseException) -> dict[str, str]:
    """Return the type of *error* and where it was raised: no message and no values."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < FRAMES:
        kinds.append(type(cause).__name__)
        last, cause = cause, cause.__cause__ or cause.__context__
    frames = [
        f"{'/'.join(frame.f_code.co_filename.split('/')[-2:])}:{number}"
        f" {frame.f_code.co_name}"
        for frame, number in traceback.walk_tb(last.__traceback__)
    ]
    # The innermost frames show the fault.
    return {"error": " from ".join(kinds), "stack": " > ".join(frames[-FRAMES:])}


def _encode(record: Mapping[str, Any], limit: int, stack_limit: int) -> bytes:
    limits = {"stack": stack_limit}
    short = {
        key: cut(value, limits.get(key, limit)) if isinstance(value, str) else value
        for key, value in record.items()
    }
    return _ENCODER.encode(short).encode() + b"\n"
