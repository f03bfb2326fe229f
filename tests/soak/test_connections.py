"""Connections that callers keep: none is closed under a request that is on its way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from soak.asking import crowd, message
from soak.conftest import Serve
from soak.reviews import review
from soak.test_under_fire import assert_served

LATENCY = 0.01
"""Seconds that a byte is on its way, in each direction."""

OLD_LIMIT = 2.0
"""Seconds after which gunicorn closes idle connections if nobody says otherwise."""

CALLERS = 100
ROUNDS = 7
SPREAD = 0.06
"""The pauses lie around the limit by so many seconds, on either side."""


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Bring what comes, and then its end, after the link's latency."""
    loop = asyncio.get_running_loop()
    with suppress(ConnectionError):
        while piece := await reader.read(65536):
            loop.call_later(LATENCY, writer.write, piece)
    await asyncio.sleep(2 * LATENCY)
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@asynccontextmanager
async def link(port: int) -> AsyncIterator[int]:
    """Yield the port of a link to *port*. All that called must have left at the end."""
    links = []

    async def connected(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", port)
        both = asyncio.gather(carry(reader, outer), carry(inner, writer))
        links.append(both)
        await both

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*links)


async def call(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
) -> str:
    """Return what comes of one request."""
    writer.write(message(review(number)))
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return "EOF"
    return head.split()[1].decode()


async def calls(port: int, number: int) -> Counter[str]:
    """Return what comes of the requests of one caller, with pauses between them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    outcomes: Counter[str] = Counter()
    for around in range(ROUNDS):
        outcome = await call(reader, writer, number * ROUNDS + around)
        outcomes[outcome] += 1
        if outcome == "EOF":
            break
        offset = SPREAD * (2 * ((number * ROUNDS + around) % 50) / 49 - 1)
        await asyncio.sleep(OLD_LIMIT + offset)
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return outcomes


def test_no_request_meets_a_connection_that_is_closed_just_then(serve: Serve) -> None:
    server = serve()

    async def run() -> Counter[str]:
        async with link(server.port) as port:
            called = [calls(port, number) for number in range(CALLERS)]
            return sum(await asyncio.gather(*called), Counter[str]())

    outcomes = asyncio.run(run())

    assert outcomes == {"200": CALLERS * ROUNDS}


def test_connections_that_are_kept_are_few_enough_for_others(serve: Serve) -> None:
    server = serve()

    with crowd(server.port, 900, message(review(1))):
        assert_served(server.port)
    assert_served(server.port)
