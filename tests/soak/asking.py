"""What a client does to the function, well or badly."""

import base64
import json
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

import apiserver

PATIENCE = 10.0
"""Seconds that a client waits for an answer, as API servers do by default."""

HEAD = b"POST /inject HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def message(review: Mapping[str, Any]) -> bytes:
    """Return the bytes of a call with *review*."""
    body = json.dumps(review).encode()
    return HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def connect(port: int) -> socket.socket:
    """Return a connection."""
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """Return status and body of the answer that comes.

    Raises:
        ConnectionError: none comes, or a part of it.
        TimeoutError: none comes within the client's patience.
    """
    got = b""
    while b"\r\n\r\n" not in got:
        got += _piece(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += _piece(connection)
    return int(head.split()[1]), body


def _piece(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionResetError("the connection ended")
    return piece


def ask(port: int, review: Mapping[str, Any]) -> apiserver.Admission:
    """Return what an API server makes of the answer to *review*."""
    with connect(port) as connection:
        connection.sendall(message(review))
        return apiserver.admit(review, *answer(connection))


@contextmanager
def crowd(port: int, count: int, first: bytes = b"") -> Iterator[list[socket.socket]]:
    """Hold *count* connections open, each of which has sent *first* and no more."""
    connections = []
    try:
        for _ in range(count):
            connections.append(connect(port))
            connections[-1].sendall(first)
        # So that the server has seen them all before the test goes on.
        time.sleep(0.5)
        yield connections
    finally:
        for connection in connections:
            connection.close()


class Caller:
    """A client that keeps its connection, as API servers do."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def call(self, review: Mapping[str, Any]) -> dict[str, Any]:
        """Return the response to *review*, its patch decoded.

        Raises:
            AssertionError: it is not what an API server takes.
        """
        headers = {"Content-Type": "application/json"}
        body = json.dumps(review)
        self.connection.request("POST", "/inject?timeout=10s", body, headers)
        reply = self.connection.getresponse()
        raw = reply.read()
        assert reply.status == 200, (reply.status, raw)
        response: dict[str, Any] = json.loads(raw)["response"]
        assert response["uid"] == review["request"]["uid"]
        if "patch" in response:
            response["patch"] = json.loads(base64.b64decode(response["patch"]))
            assert isinstance(response["patch"], list)
        return response

    def close(self) -> None:
        """End the connection."""
        self.connection.close()
