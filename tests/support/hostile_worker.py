"""A worker as it is deployed; it answers on a pipe, with its time and memory.

A frame in: a line of JSON with path and length, the body. A frame out: a line of JSON
with status, seconds of the processor, peak MiB of memory and length, the body.
"""

import json
import os
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

# The log goes to another stream: stdout is the pipe.
REPLIES = os.dup(1)
os.dup2(2, 1)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from injector.web.function import Call, Function  # noqa: E402
from injector.web.replies import Reply  # noqa: E402
from main import FUNCTION  # noqa: E402


def peak() -> int:
    """Return the peak of resident memory in MiB; 0 if the system does not report it."""
    with suppress(OSError):
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) >> 10  # type: ignore[index]
    return 0


def answer(function: Function, path: str, body: bytes) -> Reply:
    return function.serve(
        Call(
            method="POST",
            path=path,
            timeout="5s",
            headers={"Content-Type": "application/json"},
            length=len(body),
            read=lambda limit: body[:limit],
        )
    )


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer until the requests end."""
    # No deadline: other load on the machine must not make an answer late.
    function = FUNCTION._replace(clock=time.thread_time)
    while line := requests.readline():
        asked: dict[str, Any] = json.loads(line)
        body = requests.read(asked["length"])
        started = time.thread_time()
        reply = answer(function, asked["path"], body)
        head = {
            "status": reply.status,
            "seconds": time.thread_time() - started,
            "peak": peak(),
            "length": len(reply.body),
        }
        replies.write(json.dumps(head).encode() + b"\n" + reply.body)
        replies.flush()


if __name__ == "__main__":
    with os.fdopen(REPLIES, "wb") as replies:
        serve(sys.stdin.buffer, replies)
