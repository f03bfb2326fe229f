"""Many pods, as fast as the API server takes them."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock

from e2e import manifests
from e2e.cluster import Cluster, call

CREATED = 201
AT_ONCE = 8


@dataclass(kw_only=True)
class Bulk:
    """What became of many creations."""

    statuses: Counter[int] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    """What the API server said where it refused."""
    seconds: float = 0

    @property
    def created(self) -> int:
        """How many pods there are."""
        return self.statuses[CREATED]

    @property
    def refused(self) -> int:
        """How many pods there are not."""
        return self.statuses.total() - self.created


class Creating:
    """Creates pods ``p-0``, ``p-1``... over several connections, beside the test.

    Args:
        cluster: where.
        namespace: where.
        count: how many at least; then until `enough` is called.
        limit: how many at the most.
    """

    def __init__(
        self, cluster: Cluster, namespace: str, count: int, limit: int = 5000
    ) -> None:
        self._cluster = cluster
        self._path = f"/api/v1/namespaces/{namespace}/pods"
        self._count = count
        self._limit = limit
        self._enough = Event()
        self._lock = Lock()
        self._numbers = self._numbered()
        self._bulk = Bulk()
        self._started = time.monotonic()
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._running = [self._pool.submit(self._work) for _ in range(AT_ONCE)]

    @property
    def done(self) -> int:
        """How many are through so far."""
        return self._bulk.statuses.total()

    def enough(self) -> Bulk:
        """Return what became of all, once there are as many as wanted."""
        self._enough.set()
        for each in self._running:
            each.result()
        self._pool.shutdown()
        self._bulk.seconds = time.monotonic() - self._started
        return self._bulk

    def _numbered(self) -> Iterator[int]:
        number = 0
        while number < self._limit and not (
            number >= self._count and self._enough.is_set()
        ):
            yield number
            number += 1

    def _work(self) -> None:
        connection = self._cluster.connection()
        while (number := self._next()) is not None:
            made = manifests.pod(f"p-{number}")
            status, answer = call(connection, "POST", self._path, made)
            with self._lock:
                self._bulk.statuses[status] += 1
                if status != CREATED:
                    self._bulk.messages[str(answer)[:500]] += 1
        connection.close()

    def _next(self) -> int | None:
        with self._lock:
            return next(self._numbers, None)


def create(cluster: Cluster, namespace: str, count: int) -> Bulk:
    """Create so many pods, and return what became of them."""
    return Creating(cluster, namespace, count, limit=count).enough()
