from typing import Any

import pytest

from injector.base.errors import PodError
from injector.kubernetes import pods


@pytest.mark.parametrize(
    "pod",
    [
        {},
        {"metadata": None, "spec": None},
        {"metadata": [], "spec": "x"},
        {"metadata": {"labels": None, "annotations": []}, "spec": {"containers": 1}},
    ],
)
def test_what_is_absent_or_odd_is_empty(pod: dict[str, Any]) -> None:
    assert pods.annotations(pod) == {}
    assert pods.labels(pod) == {}
    assert pods.all_containers(pod) == []


def test_containers_that_are_no_mappings_are_passed_over() -> None:
    pod = {"spec": {"containers": [None, "x", {"name": "app"}]}}

    assert pods.containers(pod) == [{"name": "app"}]


def test_an_element_is_found_by_name() -> None:
    elements: list[dict[str, Any]] = [{}, {"name": "a", "n": 1}, {"name": "a", "n": 2}]

    assert pods.named(elements, "a") == {"name": "a", "n": 1}
    assert pods.named(elements, "b") is None
    assert not pods.is_named("a", "a")


def test_metadata_is_made_where_there_is_none() -> None:
    pod: dict[str, Any] = {"metadata": None}

    pods.annotate(pod, "a", "1")
    pods.label(pod, "l", "2")

    assert pod == {"metadata": {"annotations": {"a": "1"}, "labels": {"l": "2"}}}


@pytest.mark.parametrize("name", ["- a: b", "a_b", "a b", "-a", "a\n", "é", "\u2028"])
def test_impossible_names_are_replaced(name: str) -> None:
    pod = {
        "kind": "Pod",
        "metadata": {
            "name": name,
            "generateName": name,
            "namespace": name,
            "ownerReferences": [{"apiVersion": name, "kind": name, "name": name}],
        },
        "spec": {"serviceAccountName": name, "hostNetwork": True},
    }

    assert pods.with_possible_names(pod) == {
        "kind": "Pod",
        "metadata": {
            "name": "pod",
            "generateName": "pod",
            "namespace": "pod",
            "ownerReferences": [{"apiVersion": "pod", "kind": "pod", "name": "pod"}],
        },
        "spec": {"serviceAccountName": "pod", "hostNetwork": True},
    }


@pytest.mark.parametrize(
    "metadata",
    [
        {"name": "web-1.a"},
        {"generateName": "web-", "ownerReferences": [{"kind": "Job", "name": "a"}]},
        {"ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet"}]},
        {"name": "", "generateName": None},
        {"name": 5},
    ],
)
def test_other_names_stay(metadata: dict[str, Any]) -> None:
    found = pods.with_possible_names({"metadata": metadata})

    assert found["metadata"] == {"ownerReferences": [], **metadata}


def test_the_first_element_of_each_name_is_known() -> None:
    first: dict[str, Any] = {"name": "a", "n": 1}
    second, nameless = {"name": "a", "n": 2}, {"name": ["a"]}

    assert pods.by_name([first, second, nameless]) == {"a": first, None: nameless}


def annotated(size: int, text: str = "x") -> dict[str, Any]:
    """Return a pod with annotations of so many bytes."""
    given = {"key": text * ((size - 3) // len(text.encode())), "": ""}
    return {"metadata": {"annotations": given}}


@pytest.mark.parametrize("text", ["x", "é"])
def test_annotations_that_an_api_server_takes_pass(text: str) -> None:
    pods.check_annotations(annotated(262_144, text))


@pytest.mark.parametrize(("text", "size"), [("x", 262_145), ("é", 262_147)])
def test_annotations_that_no_api_server_takes_are_refused(text: str, size: int) -> None:
    with pytest.raises(
        PodError,
        match=rf"^the annotations have {size:,} bytes with their names, "
        r"want at most 262,144$",
    ):
        pods.check_annotations(annotated(size, text))


def test_values_are_counted_at_any_depth() -> None:
    pod = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{}, [1, 2]]}}

    assert pods.values(pod) == 9


def test_a_pod_of_too_many_values_is_refused() -> None:
    pod: dict[str, Any] = {"spec": {"containers": [{}] * 150_000}}

    pods.check_values({"spec": [{}] * 149_999})
    with pytest.raises(
        PodError, match=r"^the pod has 150,002 values, want at most 150,000$"
    ):
        pods.check_values(pod)
