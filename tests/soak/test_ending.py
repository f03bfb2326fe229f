"""SIGTERM: what was begun is finished, and nobody gets half an answer."""

import itertools
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import apiserver
import pytest

from soak.asking import answer, connect, message
from soak.conftest import Serve
from soak.reviews import review
from soak.serving import THREADS, Server

ENDS = 10.0
"""Seconds that the cloud waits after SIGTERM, before it kills."""


@dataclass(kw_only=True)
class Clients:
    """Clients that call without a pause until nobody listens any more."""

    port: int
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    answered: dict[str, float] = field(default_factory=dict)
    """When each review was answered, rightly and in full."""
    unanswered: list[str] = field(default_factory=list)
    """Reviews that were sent, and whose connection ended without a byte."""
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        while True:
            asked = review(next(self.numbers))
            try:
                connection = connect(self.port)
            except ConnectionError:
                return
            with connection:
                self.call(connection, asked)

    def call(self, connection: Any, asked: Mapping[str, Any]) -> None:
        uid = asked["request"]["uid"]
        try:
            connection.sendall(message(asked))
            begun = connection.recv(1, 2)  # MSG_PEEK
        except ConnectionError:
            begun = b""
        if not begun:
            self.unanswered.append(uid)
            return
        try:
            apiserver.admit(asked, *answer(connection))
        except (AssertionError, ConnectionError) as error:
            self.wrong.append(f"{uid}: {error!r}")
        else:
            self.answered[uid] = time.monotonic()


def end(server: Server) -> float:
    """Send SIGTERM; return the seconds until the server is gone, without a fault."""
    started = time.monotonic()
    server.popen.send_signal(signal.SIGTERM)
    assert server.popen.wait(3 * ENDS) == 0
    return time.monotonic() - started


@pytest.mark.parametrize("threads", [1, THREADS])
def test_a_server_that_ends_under_load_answers_what_it_began(
    serve: Serve, threads: int
) -> None:
    server = serve(THREADS=str(threads))
    clients = Clients(port=server.port)
    running = [threading.Thread(target=clients.run) for _ in range(THREADS)]
    for thread in running:
        thread.start()
    time.sleep(2)

    told_to_end = time.monotonic()
    seconds = end(server)

    for thread in running:
        thread.join()
    late = [at for at in clients.answered.values() if at > told_to_end]
    begun = Counter(line["uid"] for line in server.lines())
    print(  # noqa: T201 - a measurement for docs/operations.md
        f"threads={threads}: {len(clients.answered)} answered, {len(late)} of them "
        f"after SIGTERM, {len(clients.unanswered)} not begun, ended in {seconds:.2f} s"
    )
    assert seconds < ENDS
    assert clients.wrong == []
    assert begun == Counter(clients.answered.keys())


@pytest.mark.parametrize("threads", [1, 8])
def test_a_body_that_is_half_there_at_the_end_is_awaited_and_answered(
    serve: Serve, threads: int
) -> None:
    server = serve(THREADS=str(threads))
    calls = [review(number + 1) for number in range(threads)]
    connections = [connect(server.port) for _ in calls]
    for connection, asked in zip(connections, calls, strict=True):
        connection.sendall(message(asked)[:-100])
    time.sleep(0.5)

    server.popen.send_signal(signal.SIGTERM)
    time.sleep(1)
    for connection, asked in zip(connections, calls, strict=True):
        connection.sendall(message(asked)[-100:])

    for connection, asked in zip(connections, calls, strict=True):
        with connection:
            assert apiserver.admit(asked, *answer(connection)).allowed
    assert server.popen.wait(ENDS) == 0
