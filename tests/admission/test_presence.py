from typing import Any

import pytest

from injector.admission.presence import lacking

RENDERED: dict[str, Any] = {
    "metadata": {"labels": {"mesh": "on"}, "annotations": {"who": "us"}},
    "spec": {
        "containers": [
            {
                "name": "proxy",
                "image": "proxy:1",
                "args": ["serve", "--all"],
                "env": [{"name": "A", "value": "1"}, {"name": "EMPTY", "value": ""}],
                "resources": {"limits": {"cpu": "2000m"}},
                "ports": [
                    {"containerPort": 15090, "protocol": "TCP"},
                    {"containerPort": 15090, "protocol": "UDP"},
                ],
                "securityContext": {"privileged": False},
                "stdin": False,
                "futureField": "x",
            }
        ],
        "volumes": [
            {
                "name": "info",
                "downwardAPI": {
                    "items": [
                        {
                            "path": "labels",
                            "fieldRef": {"fieldPath": "metadata.labels"},
                        }
                    ]
                },
            }
        ],
    },
}


def kept() -> dict[str, Any]:
    """Return the pod as an API server keeps it: with its defaults and others' parts."""
    return {
        "metadata": {
            "name": "p",
            "labels": {"mesh": "on", "app": "web"},
            "annotations": {"who": "us", "more": "x"},
        },
        "spec": {
            "containers": [
                {"name": "app", "image": "app:1"},
                {
                    "name": "proxy",
                    "image": "proxy:1",
                    "imagePullPolicy": "IfNotPresent",
                    "args": ["serve", "--all"],
                    "env": [
                        {"name": "ADDED", "value": "x"},
                        {"name": "EMPTY"},
                        {"name": "A", "value": "1"},
                    ],
                    "resources": {"limits": {"cpu": "2", "memory": "1Gi"}},
                    "ports": [
                        {"containerPort": 15090, "protocol": "UDP"},
                        {"containerPort": 15090, "protocol": "TCP"},
                    ],
                    "securityContext": {"privileged": False},
                    "volumeMounts": [{"name": "token", "mountPath": "/var/run"}],
                },
            ],
            "volumes": [
                {"name": "token"},
                {
                    "name": "info",
                    "downwardAPI": {
                        "defaultMode": 420,
                        "items": [
                            {
                                "path": "labels",
                                "fieldRef": {
                                    "apiVersion": "v1",
                                    "fieldPath": "metadata.labels",
                                },
                            }
                        ],
                    },
                },
            ],
        },
    }


def found(change: str, value: Any = None) -> list[str]:
    """Return what lacks once the part at that path has another value, or is gone."""
    pod = kept()
    parent: Any = pod
    *steps, last = (int(step) if step.isdigit() else step for step in change.split("."))
    for step in steps:
        parent = parent[step]
    if value is None:
        del parent[last]
    else:
        parent[last] = value
    return lacking(RENDERED, RENDERED, pod)


def test_an_injected_pod_lacks_nothing() -> None:
    assert lacking(RENDERED, RENDERED, kept()) == []


def test_a_pod_lacks_nothing_if_nothing_is_rendered() -> None:
    assert lacking({}, kept(), kept()) == []
    assert lacking({"spec": {"containers": []}}, kept(), {}) == []


def test_a_pod_without_sidecars_lacks_every_part() -> None:
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "app"}]}}

    assert lacking(RENDERED, RENDERED, pod) == [
        "metadata.labels[mesh]",
        "metadata.annotations[who]",
        "spec.containers[proxy]",
        "spec.volumes[info]",
    ]


@pytest.mark.parametrize(
    ("change", "value", "path"),
    [
        ("metadata.labels.mesh", None, "metadata.labels[mesh]"),
        ("metadata.labels.mesh", "off", "metadata.labels[mesh]"),
        ("metadata.annotations.who", "you", "metadata.annotations[who]"),
        ("spec.containers.1", None, "spec.containers[proxy]"),
        ("spec.containers.1.image", "other", "spec.containers[proxy].image"),
        ("spec.containers.1.args", ["serve"], "spec.containers[proxy].args"),
        ("spec.containers.1.env.2", None, "spec.containers[proxy].env[A]"),
        ("spec.containers.1.env.2.value", "2", "spec.containers[proxy].env[A].value"),
        (
            "spec.containers.1.resources.limits.cpu",
            "3",
            "spec.containers[proxy].resources.limits[cpu]",
        ),
        (
            "spec.containers.1.securityContext",
            None,
            "spec.containers[proxy].securityContext",
        ),
        (
            "spec.containers.1.securityContext.privileged",
            None,
            "spec.containers[proxy].securityContext.privileged",
        ),
        ("spec.volumes.1", None, "spec.volumes[info]"),
        (
            "spec.volumes.1.downwardAPI.items.0.path",
            "x",
            "spec.volumes[info].downwardAPI.items[0].path",
        ),
        (
            "spec.volumes.1.downwardAPI.items",
            None,
            "spec.volumes[info].downwardAPI.items",
        ),
        (
            "spec.volumes.1.downwardAPI.items",
            [{}, {}],
            "spec.volumes[info].downwardAPI.items",
        ),
    ],
)
def test_a_missing_or_different_part_is_named_by_its_path(
    change: str, value: Any, path: str
) -> None:
    assert found(change, value) == [path]


def test_a_part_that_the_injection_removes_may_be_missing() -> None:
    wanted = kept()
    del wanted["metadata"]["labels"]["mesh"]
    del wanted["spec"]["volumes"]
    wanted["spec"]["containers"].pop()
    pod = {"metadata": {"annotations": {"who": "us"}}, "spec": {"containers": []}}

    assert lacking(RENDERED, wanted, pod) == []


def test_the_authors_override_is_the_wanted_value() -> None:
    wanted, pod = kept(), kept()
    wanted["spec"]["containers"][1]["image"] = "own:1"
    pod["spec"]["containers"][1]["image"] = "own:1"

    assert lacking(RENDERED, wanted, pod) == []


def test_a_list_that_injection_made_longer_is_compared_as_a_whole() -> None:
    wanted, pod = kept(), kept()
    for view in (wanted, pod):
        view["spec"]["volumes"][1]["downwardAPI"]["items"].append({"path": "more"})

    assert lacking(RENDERED, wanted, pod) == []


def test_few_elements_of_one_key_may_have_any_order_and_many_may_not() -> None:
    one = {"name": "proxy", "image": "proxy:1"}
    other = one | {"image": "other:1"}
    rendered = {"spec": {"containers": [one]}}
    wrong = ["spec.containers[proxy].image"]

    for many, lacks in ((2, []), (3, wrong)):
        wanted = {"spec": {"containers": [one, *[other] * many]}}
        found = {"spec": {"containers": [*[one | {"image": "x"}] * many, one]}}
        assert lacking(rendered, wanted, wanted) == []
        assert lacking(rendered, wanted, found) == lacks
