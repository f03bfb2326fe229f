"""Requests from one thread, at a low cost for its core.

Each request has its own connection: a sync worker keeps none.
"""

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

CONNECTIONS = 4


@dataclass(slots=True)
class Seen:
    """The number of answers, the whole duration, and the duration of each answer."""

    answers: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return the answers a second."""
        return self.answers / self.seconds


def http(body: bytes) -> bytes:
    """Return the bytes of a POST of *body*."""
    head = (
        "POST /inject?timeout=10s HTTP/1.1\r\nHost: localhost\r\n"
        "User-Agent: kube-apiserver-admission\r\nAccept: application/json, */*\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Accept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def exchange(port: int, message: bytes) -> bytes:
    """Send one request on its own connection; return the answer's body.

    Raises:
        OSError: the server does not accept connections.
        ValueError: the answer is not 200.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(message)
        parts = []
        while part := connection.recv(1 << 16):
            parts.append(part)
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise ValueError(f"answer {head[:80]!r}")
    return body


def closed(port: int, messages: Sequence[bytes], seconds: float, start: int) -> Seen:
    """Keep four requests in flight for *seconds*, from the message *start* on."""
    seen = Seen()
    poll = select.epoll()
    sent: dict[int, tuple[socket.socket, float]] = {}
    number = start
    began = time.perf_counter()
    until = began + seconds
    try:
        for _ in range(CONNECTIONS):
            _send(port, messages[number % len(messages)], poll, sent)
            number += 1
        while sent:
            for descriptor, _ in poll.poll(5):
                connection, at = sent.pop(descriptor)
                _finish(connection, poll)
                now = time.perf_counter()
                seen.latencies.append(now - at)
                if now < until:
                    _send(port, messages[number % len(messages)], poll, sent)
                    number += 1
    finally:
        poll.close()
    seen.answers = len(seen.latencies)
    seen.seconds = time.perf_counter() - began
    return seen


def paced(port: int, messages: Sequence[bytes], seconds: float, rate: float) -> Seen:
    """Send *rate* requests a second, evenly, whatever the answers."""
    seen = Seen()
    poll = select.epoll()
    due: dict[int, tuple[socket.socket, float]] = {}
    began = time.perf_counter()
    number, total = 0, int(rate * seconds)
    try:
        while number < total or due:
            at = began + number / rate
            wait = at - time.perf_counter() if number < total else 5
            if wait <= 0:
                _send(port, messages[number % len(messages)], poll, due, at)
                number += 1
                continue
            for descriptor, _ in poll.poll(wait):
                connection, at = due.pop(descriptor)
                _finish(connection, poll)
                seen.latencies.append(time.perf_counter() - at)
    finally:
        poll.close()
    seen.answers = len(seen.latencies)
    seen.seconds = time.perf_counter() - began
    return seen


def _send(
    port: int,
    message: bytes,
    poll: select.epoll,
    sent: dict[int, tuple[socket.socket, float]],
    at: float | None = None,
) -> None:
    connection = socket.socket()
    sent[connection.fileno()] = connection, at or time.perf_counter()
    connection.connect(("127.0.0.1", port))
    connection.sendall(message)
    poll.register(connection, select.EPOLLIN)


def _finish(connection: socket.socket, poll: select.epoll) -> None:
    """Read the rest of an answer."""
    poll.unregister(connection)
    first = connection.recv(1 << 16)
    if not first.startswith(b"HTTP/1.1 200"):
        raise ValueError(f"answer {first[:80]!r}")
    while connection.recv(1 << 16):
        pass
    connection.close()
