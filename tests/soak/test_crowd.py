"""As many of the largest pods at once as there are threads: the memory they need."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apiserver
import istio_maps
import pytest

from soak.asking import HEAD, answer, connect
from soak.conftest import Serve
from soak.serving import THREADS

MB = 1 << 20
LIMIT = 400
"""MiB, of the 512 that the cloud gives."""

ROUNDS = 2
LONG = 600.0
"""Seconds until the last of them has had its turn, on a slow machine."""


def review(number: int) -> dict[str, Any]:
    """Return a review of nearly 3 MiB, more than which no API server takes."""
    containers = [
        {
            "name": f"c{place}-{number}",
            "image": "registry.example/app:1",
            "env": [
                {
                    "name": f"VARIABLE_{key}_OF_{place}",
                    "value": f"the value {key} of {place} of pod {number}",
                }
                for key in range(100)
            ],
        }
        for place in range(420)
    ]
    return asking(number, {"containers": containers})


def of_small_parts(number: int) -> dict[str, Any]:
    """Return one that becomes nearly as many mappings as there may be."""
    env = [{"name": "a" * 12} for _ in range(125_000)]
    return asking(number, {"containers": [{"name": "app", "image": "i", "env": env}]})


def of_smaller_parts(number: int) -> dict[str, Any]:
    """Return one that is of more than may be."""
    tolerations: list[dict[str, Any]] = [{} for _ in range(1_000_000)]
    containers = [{"name": "app", "image": "i"}]
    return asking(number, {"containers": containers, "tolerations": tolerations})


def asking(number: int, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": f"u-{number}",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "namespace": "shop",
            "operation": "CREATE",
            "object": {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"generateName": "web-", "labels": {"app": f"a{number}"}},
                "spec": spec,
            },
        },
    }


@pytest.mark.parametrize(
    ("name", "make", "status"),
    [
        ("bundled", review, 200),
        ("1.30", review, 200),
        ("bundled", of_small_parts, 200),
        ("bundled", of_smaller_parts, 400),
    ],
)
def test_a_crowd_of_the_largest_pods_fits_into_memory(
    name: str, make: Any, status: int, serve: Serve, tmp_path: Path
) -> None:
    server = serve(**istio_maps.environ(name, tmp_path))
    plain = json.dumps(make(0), separators=(",", ":")).encode()
    assert 2.6 * MB < len(plain) < 3 * MB

    def call(number: int) -> int:
        asked = make(number)
        body = json.dumps(asked, separators=(",", ":")).encode()
        with connect(server.port) as connection:
            connection.settimeout(LONG)
            connection.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode())
            connection.sendall(body)
            got, reply = answer(connection)
        if got == 200:
            # What has more values than any pod may have is denied.
            assert apiserver.admit(asked, got, reply).allowed is (make is review)
        return got

    statuses = set()
    for around in range(ROUNDS):
        with ThreadPoolExecutor(THREADS) as pool:
            numbers = range(around * THREADS, (around + 1) * THREADS)
            statuses |= set(pool.map(call, numbers))

    peak = server.status("VmHWM")
    print(  # noqa: T201 - a measurement for docs/operations.md
        f"{ROUNDS} times {THREADS} of {len(plain) / MB:.1f} MiB ({make.__name__}), "
        f"{name}: at most {peak:.0f} MiB resident, {server.status('VmRSS'):.0f} after"
    )
    assert statuses == {status}
    assert peak < LIMIT
