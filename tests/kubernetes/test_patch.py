import copy
import traceback
from typing import Any

import jsonpatch
import pytest

from injector.base.errors import ImpossibleValue, UnprovedPatch
from injector.base.sealed_text import CURRENT, Trace
from injector.kubernetes.patch import diff, prove

Json = dict[str, Any]


def add(path: str, value: Any) -> Json:
    return {"op": "add", "path": path, "value": value}


def replace(path: str, value: Any) -> Json:
    return {"op": "replace", "path": path, "value": value}


def remove(path: str) -> Json:
    return {"op": "remove", "path": path}


def apply(before: Json, operations: list[Json]) -> Any:
    return jsonpatch.apply_patch(before, operations)


def containers(*items: Any) -> Json:
    return {"spec": {"containers": list(items)}}


TRUE = True
A, B, C = ({"name": name, "image": name} for name in "abc")


@pytest.mark.parametrize(
    ("before", "after", "operations"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({}, {"metadata": {"labels": {}}}, [add("/metadata", {"labels": {}})]),
        ({"a": 1, "b": 2}, {"b": 2}, [remove("/a")]),
        ({"a": 1}, {"a": "1"}, [replace("/a", "1")]),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": 1}}, [remove("/a/y")]),
        ({"a": {}}, {"a": {"x": 1}}, [add("/a/x", 1)]),
        ({"a": {"x": 1}}, {"a": {}}, [remove("/a/x")]),
        # One operation instead of one for each key.
        ({"a": {}}, {"a": {"x": 1, "y": 2}}, [replace("/a", {"x": 1, "y": 2})]),
        ({"a": {"x": 1, "y": 2}}, {"a": {}}, [replace("/a", {})]),
        ({"a": {"x": 1}}, {"a": []}, [replace("/a", [])]),
        # The document itself is never replaced.
        ({"a": 1, "b": 2}, {"c": 3, "d": 4}, None),
        # An older applier sees no member in a null.
        ({"spec": None}, {"spec": {}}, [add("/spec", {})]),
        ({"spec": {}}, {"spec": None}, [replace("/spec", None)]),
        ({}, {"spec": None}, [add("/spec", None)]),
        ({"spec": None}, {"spec": None}, []),
        ({"spec": None}, {}, [remove("/spec")]),
        ({}, {"a/b": {}}, [add("/a~1b", {})]),
        ({"a~b": {"/": 1}}, {"a~b": {"/": 2}}, [replace("/a~0b/~1", 2)]),
        ({"": {"": 1}}, {"": {"": 2}}, [replace("//", 2)]),
        # What Python takes for equal.
        ({"a": 1}, {"a": True}, [replace("/a", TRUE)]),
        ({"a": 1}, {"a": 1.0}, [replace("/a", 1.0)]),
        ({"a": [0, 1]}, {"a": [0, True]}, [replace("/a/1", TRUE)]),
        ({"a": {"b": [{"c": 0}]}}, {"a": {"b": [{"c": False}]}}, None),
        ({"a": 0.0}, {"a": -0.0}, [replace("/a", -0.0)]),
    ],
)
def test_mappings_differ_key_by_key(
    before: Json, after: Json, operations: list[Json] | None
) -> None:
    found = diff(before, after)

    assert operations is None or repr(found) == repr(operations)
    assert repr(apply(before, found)) == repr(after)


@pytest.mark.parametrize(
    ("before", "after", "operations"),
    [
        ([A], [A, B], [add("/spec/containers/1", B)]),
        ([A], [B, A], [add("/spec/containers/0", B)]),
        ([A, C], [A, B, C], [add("/spec/containers/1", B)]),
        ([A, B, C], [A, C], [remove("/spec/containers/1")]),
        ([A, B, C], [C], [remove("/spec/containers/0")] * 2),
        ([B, A], [C, A], [replace("/spec/containers/0", C)]),
        (
            [A, B],
            [C, A | {"image": "x"}, B],
            [
                add("/spec/containers/0", C),
                replace("/spec/containers/1/image", "x"),
            ],
        ),
        (
            [A, B, C],
            [C, A, B],
            [add("/spec/containers/0", C), remove("/spec/containers/3")],
        ),
        # Nothing stays: one operation says it all.
        ([A, B], [C], [replace("/spec/containers", [C])]),
        ([], [A], [add("/spec/containers/0", A)]),
        ([], [A, B], [replace("/spec/containers", [A, B])]),
        ([A], [], [remove("/spec/containers/0")]),
        ([A, B], [], [replace("/spec/containers", [])]),
        ([A, A], [A, A, A], [add("/spec/containers/2", A)]),
        ([], [], []),
        (["a"], [{"name": "a"}], [replace("/spec/containers/0", {"name": "a"})]),
    ],
)
def test_lists_differ_item_by_item(
    before: list[Any], after: list[Any], operations: list[Json]
) -> None:
    found = diff(containers(*before), containers(*after))

    assert found == operations
    assert apply(containers(*before), found) == containers(*after)


def test_items_without_a_merge_key_are_the_same_if_they_are_equal() -> None:
    before = {"spec": {"tolerations": [{"key": "a"}, {"key": "b"}], "args": ["x", "y"]}}
    after = {"spec": {"tolerations": [{"key": "b"}], "args": ["x", "z", "y"]}}

    found = diff(before, after)

    assert found == [remove("/spec/tolerations/0"), add("/spec/args/1", "z")]


def test_a_list_that_changes_nearly_everywhere_is_replaced() -> None:
    before = {"args": [str(number) for number in range(40)]}
    after = {"args": before["args"][::-1]}

    assert diff(before, after) == [replace("/args", after["args"])]


def test_a_list_that_stays_in_most_places_is_not_replaced() -> None:
    before = {"args": [str(number) for number in range(60)]}
    after = {"args": [*map(str, range(100, 120)), *before["args"]]}

    assert len(diff(before, after)) == 20


def test_a_thousand_items_take_no_time() -> None:
    before = containers(*({"name": str(n), "image": "x"} for n in range(1000)))
    after = copy.deepcopy(before)
    after["spec"]["containers"].insert(500, {"name": "new"})
    after["spec"]["containers"].append(after["spec"]["containers"].pop(0))

    found = diff(before, after)

    assert len(found) == 3
    assert apply(before, found) == after


def test_a_diff_leaves_both_alone() -> None:
    before, after = containers(A, B), containers(C, A)
    copies = copy.deepcopy((before, after))

    prove(before, diff(before, after), after)

    assert (before, after) == copies


def test_a_proof_leaves_the_operations_alone() -> None:
    operations = [add("/a", {"b": 1}), add("/a/c", 2), replace("/a/b", 3)]
    copies = copy.deepcopy(operations)

    prove({}, operations, {"a": {"b": 3, "c": 2}})

    assert operations == copies


@pytest.mark.parametrize(
    "operation",
    [
        remove("/b"),
        replace("/b", 1),
        add("/b/c", 1),
        add("/list/3", 1),
        add("/list/01", 1),
        add("/list/x", 1),
        remove("/list/2"),
        replace("/list/2", 1),
        add("/a/x", 1),
        add("a", 1),
        add("/~2", 1),
        remove(""),
        {"op": "add", "path": "/c"},
        {"op": "append", "path": "/c", "value": "x"},
    ],
)
def test_an_operation_that_does_not_apply_is_named(operation: Json) -> None:
    message = f"{operation['op']} {operation['path']} does not apply"

    with pytest.raises(UnprovedPatch, match=f"^{message}$"):
        prove({"a": 1, "list": [1, 2]}, [operation], {})


def test_an_operation_that_does_not_apply_does_not_quote_the_pod() -> None:
    pod = {"password": "hunter2"}

    with pytest.raises(UnprovedPatch) as caught:
        prove(pod, [remove("/a/b")], {})

    trace = "".join(traceback.format_exception(caught.value))
    assert "hunter2" not in trace


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(1, True), (True, 1), (1, 1.0), (0.0, -0.0), ([{"b": 0}], [{"b": False}])],
)
def test_a_patch_that_gives_something_else_is_not_proved(
    value: Any, wanted: Any
) -> None:
    with pytest.raises(UnprovedPatch) as caught:
        prove({}, [add("/a", value)], {"a": wanted})

    assert str(caught.value) == "the patch does not give the pod that was built"


def test_the_proof_for_a_sealed_text_is_one_for_every_text() -> None:
    trace = Trace(["x", "x"])
    one, other = trace.sealed(0), trace.sealed(1)
    token = CURRENT.set(trace)

    try:
        prove({"list": [one]}, [add("/list/0", other)], {"list": [other, one]})
        seen = len(trace.plan)
        prove({"list": [one]}, [add("/list/0", one)], {"list": [other, one]})
    finally:
        CURRENT.reset(token)

    assert seen == 0
    # That both texts are the same is a condition.
    assert [expected for _, expected in trace.plan] == [(True,)]


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        (
            {"spec": {"containers": [A | {"ports": "x"}]}},
            "spec.containers[0].ports impossible: is 'x', want a list",
        ),
        (
            {"spec": {"containers": [A], "hostNetwork": 1}},
            "spec.hostNetwork impossible: is 1, want true or false",
        ),
        (
            {"metadata": {"labels": {"a.b": 1}}},
            "metadata.labels['a.b'] impossible: is 1, want a string",
        ),
        (
            {"spec": {"containers": [A, "x"]}},
            "spec.containers[1] impossible: is 'x', want a mapping",
        ),
        ({"spec": []}, "spec impossible: is a list, want a mapping"),
    ],
)
def test_a_patch_that_brings_an_impossible_type_is_not_proved(
    after: Json, problem: str
) -> None:
    before: Json = {"spec": {"containers": [A]}, "metadata": {"labels": {}}}

    with pytest.raises(ImpossibleValue) as caught:
        prove(before, diff(before, before | after), before | after)

    assert str(caught.value) == f"the patch makes {problem}"


def test_what_came_with_the_pod_is_no_fault_of_the_patch() -> None:
    wrong = {"name": "wrong", "ports": "x"}
    before, after = containers(A, wrong), containers(wrong, B, A)

    prove(before, diff(before, after), after)


def test_nobody_knows_the_types_of_fields_that_nobody_knows() -> None:
    before: Json = {"future": {"a": [1]}, "spec": {"hostname": {"odd": 1}}}
    after: Json = {"future": {"a": [1, {}]}, "spec": {"hostname": {"odd": 2}}}

    prove(before, diff(before, after), after)
