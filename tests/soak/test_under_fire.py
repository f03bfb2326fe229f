"""Clients that are slow, broken, too many or too large, and what others notice of them.

What the server cannot withstand is here as well, each as an expected failure: see
"What the server withstands" in docs/operations.md.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from leaks import find

from soak.asking import HEAD, answer, ask, connect, crowd, message
from soak.conftest import Serve
from soak.reviews import review
from soak.serving import THREADS

MB = 1 << 20
TOKEN = "k7Qw-3q2_7wSECRETtoken-ABCDEF"  # noqa: S105 - of a server on loopback
HALF_BODY = HEAD + b'Content-Length: 1000\r\n\r\n{"kind":'


def assert_served(port: int, times: int = 20) -> None:
    """Others get their answers, and no later than they would wait for them."""
    started = time.monotonic()
    for number in range(times):
        assert ask(port, review(number + 1)).allowed
    assert time.monotonic() - started < times


@pytest.mark.parametrize("sent", [b"", HEAD[:9], HEAD, HALF_BODY])
def test_clients_that_send_no_more_stop_nobody(serve: Serve, sent: bytes) -> None:
    server = serve()

    for _ in range(3):
        # Three times as many as there are threads: those that left hold none.
        with crowd(server.port, THREADS - 1, sent):
            assert_served(server.port)


def test_clients_that_send_byte_by_byte_stop_nobody_and_are_served(
    serve: Serve,
) -> None:
    server = serve()
    asked = message(review(1))

    def drip(_: int) -> int:
        with connect(server.port) as connection:
            for byte in asked[: len(HEAD)]:
                connection.sendall(bytes((byte,)))
                time.sleep(0.05)
            connection.sendall(asked[len(HEAD) :])
            return answer(connection)[0]

    with ThreadPoolExecutor(THREADS - 1) as pool:
        slow = [pool.submit(drip, number) for number in range(THREADS - 1)]
        assert_served(server.port)
        assert not any(client.done() for client in slow)

        assert {client.result() for client in slow} == {200}


def of_known_length(total: int) -> Iterator[bytes]:
    """Yield a call with a body of *total* bytes, all of them spaces."""
    yield HEAD + f"Content-Length: {total}\r\n\r\n".encode()
    for _ in range(total // 65536):
        yield b" " * 65536


def in_chunks(total: int) -> Iterator[bytes]:
    """Yield the same in chunks, so that nobody knows its length beforehand."""
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    for _ in range(total // 65536):
        yield b"10000\r\n" + b" " * 65536 + b"\r\n"
    yield b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("pieces", "held"),
    # What has no known length is read up to the limit of 6 MiB, and then put together.
    [(of_known_length, 1), (in_chunks, 16)],
)
def test_bodies_of_100_mb_are_refused_stop_nobody_and_are_never_held(
    serve: Serve, pieces: Callable[[int], Iterator[bytes]], held: int
) -> None:
    server = serve()
    assert_served(server.port)
    before = server.status("VmHWM")

    def send(_: int) -> int:
        with connect(server.port) as connection:
            for piece in pieces(100 * MB):
                connection.sendall(piece)
            return answer(connection)[0]

    with ThreadPoolExecutor(4) as pool:
        large = [pool.submit(send, number) for number in range(4)]
        assert_served(server.port)

        assert {client.result() for client in large} == {413}

    assert server.status("VmHWM") - before < 4 * held + 4


def test_900_idle_connections_stop_nobody(serve: Serve) -> None:
    server = serve()

    with crowd(server.port, 900):
        assert_served(server.port)


def test_2000_idle_connections_do_not_stop_three_workers(serve: Serve) -> None:
    server = serve(WORKERS="3")

    with crowd(server.port, 2000):
        assert_served(server.port)
    assert_served(server.port)


@pytest.mark.parametrize(
    "environ", [{}, {"THREADS": "1"}, {"THREADS": "1", "WORKERS": "3"}]
)
@pytest.mark.xfail(
    raises=TimeoutError, reason="a worker holds 1000 connections, and then hangs"
)
def test_2000_idle_connections_stop_nobody(
    serve: Serve, environ: dict[str, str]
) -> None:
    server = serve(**environ)

    with crowd(server.port, 2000):
        assert_served(server.port)


@pytest.mark.xfail(raises=TimeoutError, reason="a client that stalls holds a thread")
def test_as_many_clients_that_stall_as_there_are_threads_stop_nobody(
    serve: Serve,
) -> None:
    server = serve()

    with crowd(server.port, THREADS, HALF_BODY):
        assert_served(server.port)


def test_a_worker_without_threads_is_replaced_when_a_client_stalls(
    serve: Serve,
) -> None:
    server = serve(THREADS="1", CLOUD_RUN_TIMEOUT_SECONDS="2")

    with crowd(server.port, 1):
        assert ask(server.port, review(1)).allowed


def broken() -> dict[str, bytes]:
    """Return what breaks off, or is no HTTP, each by what it is."""
    call = HEAD.replace(b"/inject", f"/t/{TOKEN}/inject".encode())
    wrong = HEAD.replace(b"/inject", f"/t/x{TOKEN}/inject".encode())
    chunked = b"Transfer-Encoding: chunked\r\n\r\n"
    known = b"Content-Length: 1000\r\n\r\n"
    return {
        "nothing": b"",
        "half a line": call[:9],
        "half a head": call,
        "half a body": call + known + b"{",
        "half a body and no token": wrong + known + b"{",
        "half a chunk": call + chunked + b"5\r\n{",
        "no chunk": call + chunked + b"ZZ\r\n{}",
        "no chunk and no token": wrong + chunked + b"ZZ\r\n{}",
        "a chunk with no end": call + chunked + b"2\r\n{}XX",
        "a chunk with no end and no token": wrong + chunked + b"2\r\n{}XX",
        "an impossible length": call + b"Content-Length: -1\r\n\r\n{}",
        "two lengths": call + b"Content-Length: 1\r\n" + known,
        "a length and chunks": call + b"Content-Length: 2\r\n" + chunked,
        "another version": call.replace(b"HTTP/1.1", b"HTTP/9.9") + b"\r\n",
        "a name with a space": call + b"A B: 1\r\n\r\n",
        "a long header": call + b"A: " + b"a" * 20000 + b"\r\n\r\n",
        "many headers": call + b"A: 1\r\n" * 300 + b"\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "nonsense": b"\x00\xff" * 500 + b"\r\n\r\n",
        "a long line": b"POST /" + b"a" * 20000 + b" HTTP/1.1\r\n\r\n",
    }


def test_what_breaks_off_or_is_no_http_stops_nobody_and_shows_no_token(
    serve: Serve,
) -> None:
    server = serve(PATH_TOKENS=f'["{TOKEN}"]')

    for number in range(200):
        for sent in broken().values():
            with connect(server.port) as connection:
                connection.sendall(sent)
                if number % 2:
                    # Half of them wait for an answer, half are gone before it comes.
                    connection.shutdown(1)
                    connection.recv(65536)

    with connect(server.port) as connection:
        asked = message(review(1)).replace(b"/inject", f"/t/{TOKEN}/inject".encode(), 1)
        connection.sendall(asked)
        assert answer(connection)[0] == 200
    assert find({"log": server.output()}, [TOKEN]) == ()
    assert {line["status"] for line in server.lines()} == {200, 400, 404}
