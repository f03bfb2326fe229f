"""Laws of merging, patching and typing, for whatever Hypothesis finds."""

import copy
from typing import Any

import jsonpatch
import strategies
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from pod_strategies import Json, mergeable_pods, overlays

from injector.base.errors import MergeError
from injector.kubernetes import schema
from injector.kubernetes.merge import merge
from injector.kubernetes.patch import diff, prove

KEYS = st.sampled_from(("a", "b", "/", "~", "~1", "", "spec", "containers", "name"))
SCALARS = st.sampled_from((None, 0, 1, True, False, 1.0, 0.0, -0.0, "a", "1", ""))
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)
ANY_OBJECTS = st.dictionaries(strategies.texts(), strategies.json_values(), max_size=4)
PODS = mergeable_pods()


def check_patch(before: Json, after: Json) -> None:
    copies = copy.deepcopy((before, after))

    operations = diff(before, after)

    made = jsonpatch.apply_patch(before, operations)
    assert schema.same_json(made, after)
    assert schema.same_json([before, after], list(copies))
    assert operations == diff(*copies)


@given(before=OBJECTS, after=OBJECTS)
def test_a_patch_makes_one_object_of_the_other(before: Json, after: Json) -> None:
    check_patch(before, after)


@given(before=ANY_OBJECTS, after=ANY_OBJECTS)
def test_a_patch_makes_any_object_of_any_other(before: Json, after: Json) -> None:
    check_patch(before, after)


@given(before=PODS, after=PODS)
def test_a_patch_makes_one_pod_of_the_other(before: Json, after: Json) -> None:
    check_patch(before, after)


@given(object_=ANY_OBJECTS)
def test_nothing_differs_from_itself(object_: Json) -> None:
    assert diff(object_, copy.deepcopy(object_)) == []


@given(
    items=st.lists(st.integers(0, 9).map(str), min_size=1, max_size=12),
    where=st.integers(0, 12),
    keyed=st.booleans(),
)
def test_an_item_more_is_an_operation_more(
    items: list[str], where: int, *, keyed: bool
) -> None:
    before = [{"name": item} if keyed else {"key": item} for item in items]
    after = [*before[:where], {"name": "new"}, *before[where:]]

    operations = diff({"spec": {"volumes": before}}, {"spec": {"volumes": after}})

    assert len(operations) == 1


@given(
    one=st.lists(st.integers(0, 9), max_size=30),
    other=st.lists(st.integers(0, 9), max_size=30),
)
def test_a_list_takes_no_more_operations_than_it_has_items(
    one: list[int], other: list[int]
) -> None:
    operations = diff({"list": one}, {"list": other})

    assert len(operations) <= max(len(one) + len(other), 1)
    assert jsonpatch.apply_patch({"list": one}, operations) == {"list": other}


def merged(pod: Json, overlay: Json) -> Json:
    """Return the merged pod; what cannot be merged says nothing about a law."""
    try:
        return merge(pod, overlay)
    except MergeError:
        reject()


@given(pod=ANY_OBJECTS)
def test_an_empty_overlay_changes_nothing(pod: Json) -> None:
    assert schema.same_json(merge(pod, {}), pod)


@given(pod=PODS, overlay=overlays())
def test_merging_changes_neither_and_shares_nothing(pod: Json, overlay: Json) -> None:
    copies = copy.deepcopy((pod, overlay))

    result = merged(pod, overlay)
    spoil(result)

    assert (pod, overlay) == copies


def spoil(value: Any) -> None:
    """Change every mapping and list in a value."""
    if isinstance(value, dict):
        for item in value.values():
            spoil(item)
        value["spoiled"] = True
    elif isinstance(value, list):
        for item in value:
            spoil(item)
        value.append("spoiled")


@given(pod=mergeable_pods(sane=True), overlay=overlays(sane=True))
def test_merging_twice_is_merging_once(pod: Json, overlay: Json) -> None:
    once = merged(pod, overlay)

    assert merged(once, overlay) == once


@given(pod=PODS, overlay=overlays())
def test_no_directive_and_no_null_comes_out(pod: Json, overlay: Json) -> None:
    text = str(merged(pod, overlay))

    assert "'$" not in text
    assert "None" not in text


@given(pod=ANY_OBJECTS, overlay=ANY_OBJECTS)
def test_any_two_objects_merge_or_are_refused(pod: Json, overlay: Json) -> None:
    assert isinstance(merged(pod, overlay), dict)


@given(pod=PODS, overlay=overlays())
def test_a_merged_pod_is_proved(pod: Json, overlay: Json) -> None:
    after = merged(pod, overlay)
    assume(not schema.problems(after))

    prove(pod, diff(pod, after), after)


@given(pod=PODS | ANY_OBJECTS)
def test_what_is_typed_stays_as_it_is(pod: Json) -> None:
    typed = schema.typed(pod)

    assert schema.same_json(schema.typed(typed), typed)
    assert schema.same_json(schema.canonical(typed), typed)


@given(pod=PODS | ANY_OBJECTS, by_index=st.booleans())
def test_nothing_is_retyped_that_has_not_changed(pod: Json, *, by_index: bool) -> None:
    same = copy.deepcopy(pod)

    assert schema.same_json(schema.retyped(pod, same, by_index=by_index), pod)


@given(before=PODS, after=PODS, by_index=st.booleans())
def test_retyped_is_typed_but_for_what_stays(
    before: Json, after: Json, *, by_index: bool
) -> None:
    retyped = schema.retyped(before, after, by_index=by_index)

    assert schema.same_json(schema.typed(retyped), schema.typed(after))


@given(value=strategies.json_values(), other=strategies.json_values())
def test_identity_tells_what_is_the_same(value: Any, other: Any) -> None:
    same = schema.same_json(value, other)

    assert (schema.identity(value) == schema.identity(other)) == same
    assert schema.same_json(value, schema.copy_json(value))
