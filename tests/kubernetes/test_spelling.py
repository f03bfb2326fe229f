"""Names of fields in any case: what Go's JSON made of the same values."""

from typing import Any

import pytest

from injector.kubernetes import schema

CONTAINER = schema.type_of("Container")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"imagepullpolicy": "Always"}, {"imagePullPolicy": "Always"}),
        ({"IMAGE": "a", "image": "b"}, {"image": "b"}),
        ({"image": "b", "imagE": "c", "IMAGE": "a"}, {"image": "b"}),
        ({"IMAGE": "a", "image": None}, {"image": "a"}),
        ({"IMAGE": None, "image": None}, {"image": None}),
        ({"STDIN": True, "stdin": None}, {"stdin": True}),
        ({"ENV": [{"name": "A"}], "env": None}, {"env": None}),
        (
            {"SecurityContext": {"runAsUser": 1}, "securityContext": None},
            {"securityContext": None},
        ),
        (
            {"SECURITYCONTEXT": {"RunAsUser": 1}, "securityContext": {"runAsGroup": 2}},
            {"securityContext": {"runAsUser": 1, "runAsGroup": 2}},
        ),
        (
            {"Resources": {"limits": {"cpu": "1"}}, "resources": None},
            {"resources": {"limits": {"cpu": "1"}}},
        ),
        (
            {"Resources": {"limits": {"a": "1"}}, "resources": {"Limits": {"b": "2"}}},
            {"resources": {"limits": {"a": "1", "b": "2"}}},
        ),
        (
            {"ENV": [{"name": "A", "value": "1"}, {}], "env": [{"Name": "C"}]},
            {"env": [{"name": "C", "value": "1"}]},
        ),
        ({"ENV": [{"name": "A"}], "env": [None]}, {"env": [{"name": "A"}]}),
        ({"ARGS": ["a"], "args": ["b", "c"]}, {"args": ["b", "c"]}),
        ({"\u212aind": 1, "tty": True}, {"\u212aind": 1, "tty": True}),
        ({"livene\u017f\u017fProbe": {}}, {"livenessProbe": {}}),
        ({"$patch": "replace", "Name": "a"}, {"$patch": "replace", "name": "a"}),
        ({"future": 1, "FUTURE": 2}, {"future": 1, "FUTURE": 2}),
    ],
)
def test_a_field_is_known_in_any_spelling(given: Any, read: Any) -> None:
    assert schema.spelled(given, CONTAINER) == read


def test_in_a_text_the_last_spelling_counts() -> None:
    given = {"image": "a", "IMAGE": "b"}

    assert schema.spelled(given, CONTAINER, order=list) == {"image": "b"}
    assert schema.spelled(given, CONTAINER) == {"image": "a"}


def test_what_is_spelled_as_usual_is_shared() -> None:
    given = {"name": "a", "env": [{"name": "A"}]}

    assert schema.spelled(given, CONTAINER) == given
    assert schema.known(given, CONTAINER) == given
    assert schema.spelled("text", CONTAINER) == "text"


def test_names_in_maps_are_no_fields() -> None:
    labels = {"App": "a", "app": "b"}

    found = schema.spelled({"Metadata": {"Labels": labels}}, schema.type_of("Pod"))

    assert found == {"metadata": {"labels": labels}}


def test_the_overlay_of_a_template_is_read_so() -> None:
    overlay = {"spec": {"Volumes": [{"name": "f", "configmap": {"name": "x"}}]}}

    assert schema.known(overlay) == {
        "spec": {"volumes": [{"name": "f", "configMap": {"name": "x"}}]}
    }
