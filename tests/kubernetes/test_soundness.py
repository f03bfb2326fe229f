from typing import Any

import pytest

from injector.kubernetes.soundness import doubts


def container(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, **fields}


@pytest.mark.parametrize(
    ("spec", "sentences"),
    [
        ({"containers": [container("a"), container("b")]}, []),
        (
            {
                "containers": [container("a"), container("a")],
                "initContainers": [container("b")],
                "ephemeralContainers": [container("b"), container("a")],
            },
            ["3 containers are named 'a'", "2 containers are named 'b'"],
        ),
        (
            {"volumes": [{"name": "v"}, {"name": "v"}]},
            ["2 volumes are named 'v'"],
        ),
        (
            {
                "containers": [
                    container(
                        "a",
                        volumeMounts=[
                            {"name": "v", "mountPath": "/x"},
                            {"name": "w", "mountPath": "/x"},
                            {"name": "w", "mountPath": "/y"},
                        ],
                        volumeDevices=[{"name": "d", "devicePath": "/dev/x"}],
                    )
                ],
                "volumes": [{"name": "v"}],
            },
            [
                "container 'a': 2 mounts are at '/x'",
                "container 'a': there is no volume 'w' to mount",
                "container 'a': there is no volume 'd' to mount",
            ],
        ),
        (
            {
                "initContainers": [
                    container(
                        "a",
                        ports=[
                            {"name": "http", "containerPort": 1},
                            {"containerPort": 2},
                            {"containerPort": 3},
                            {"name": "http", "containerPort": 4},
                        ],
                    )
                ]
            },
            ["container 'a': 2 ports are named 'http'"],
        ),
        ({"containers": "x", "volumes": [1, {}, {}]}, []),
        ({"containers": [{}, {}]}, []),
    ],
)
def test_what_an_api_server_will_refuse_is_told(
    spec: dict[str, Any], sentences: list[str]
) -> None:
    assert doubts({"spec": spec}) == sentences


def test_a_pod_without_a_spec_raises_no_doubts() -> None:
    assert doubts({}) == []
