from typing import Any

import pytest

from injector import pods


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
