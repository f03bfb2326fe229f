from typing import Any

import pytest

from injector.istio.pod.concurrency import estimated

PREFIX = "sidecar.istio.io"


def values(**resources: Any) -> dict[str, Any]:
    return {"global": {"proxy": {"resources": resources}}}


@pytest.mark.parametrize(
    ("annotations", "proxy", "given", "threads"),
    [
        ({}, {"concurrency": 3}, {}, 3),
        ({}, {}, values(limits={"cpu": "4"}), 2),
        ({f"{PREFIX}/proxyCPULimit": "2500m"}, {"concurrency": 0}, {}, 3),
        ({f"{PREFIX}/proxyCPU": "1"}, {"concurrency": 0}, {}, 1),
        ({}, {"concurrency": 0}, values(limits={"cpu": "4"}), 4),
        ({}, {"concurrency": 0}, values(requests={"cpu": "100m"}), 1),
        ({}, {"concurrency": 0}, {}, 2),
    ],
)
def test_threads_are_what_the_proxy_or_its_cpu_means(
    annotations: dict[str, Any],
    proxy: dict[str, Any],
    given: dict[str, Any],
    threads: int,
) -> None:
    assert estimated(annotations, proxy, given) == threads
