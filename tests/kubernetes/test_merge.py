import copy
from typing import Any

import pytest

from injector.base.errors import MergeError, UnmergeablePod
from injector.kubernetes.merge import merge


def containers(*items: Any, **spec: Any) -> dict[str, Any]:
    return {"spec": {"containers": list(items), **spec}}


def names(pod: dict[str, Any], field: str = "containers") -> list[str]:
    return [item["name"] for item in pod["spec"][field]]


KNOWN = "$retainKeys, $deleteFromPrimitiveList/LIST or $setElementOrder/LIST"
NAMELESS = "has no 'name', by which the items of this list merge"
POD = containers({"name": "a", "image": "one"}, {"name": "b"}, {"name": "c"})


def test_mappings_merge_key_by_key() -> None:
    pod = {"metadata": {"labels": {"app": "web", "tier": "front"}}}

    merged = merge(pod, {"metadata": {"labels": {"tier": "back", "team": "shop"}}})

    labels = {"app": "web", "tier": "back", "team": "shop"}
    assert merged == {"metadata": {"labels": labels}}


def test_null_deletes_and_null_for_nothing_is_nothing() -> None:
    pod = {"spec": {"hostname": "web", "nodeSelector": {"disk": "ssd"}}}

    merged = merge(pod, {"spec": {"hostname": None, "subdomain": None}})

    assert merged == {"spec": {"nodeSelector": {"disk": "ssd"}}}


def test_a_container_of_the_same_name_is_merged_where_it_stands() -> None:
    merged = merge(POD, containers({"name": "b", "image": "two"}))

    assert merged["spec"]["containers"] == [
        {"name": "a", "image": "one"},
        {"name": "b", "image": "two"},
        {"name": "c"},
    ]


def test_new_items_come_first_as_kubernetes_has_it() -> None:
    merged = merge(POD, containers({"name": "x"}, {"name": "y"}))

    assert names(merged) == ["x", "y", "a", "b", "c"]


def test_the_overlay_s_order_wins_over_the_pod_s() -> None:
    merged = merge(POD, containers({"name": "c"}, {"name": "x"}, {"name": "a"}))

    assert names(merged) == ["b", "c", "x", "a"]


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("containers", "name"),
        ("initContainers", "name"),
        ("ephemeralContainers", "name"),
        ("volumes", "name"),
        ("imagePullSecrets", "name"),
        ("hostAliases", "ip"),
        ("topologySpreadConstraints", "topologyKey"),
        ("schedulingGates", "name"),
        ("resourceClaims", "name"),
        ("evictionResponders", "name"),
    ],
)
def test_lists_of_a_spec_merge_by_their_key(field: str, key: str) -> None:
    pod = {"spec": {field: [{key: "one", "old": "1"}]}}

    merged = merge(pod, {"spec": {field: [{key: "one", "new": "2"}]}})

    assert merged == {"spec": {field: [{key: "one", "old": "1", "new": "2"}]}}


@pytest.mark.parametrize(
    ("field", "key", "value"),
    [
        ("env", "name", "HOME"),
        ("volumeMounts", "mountPath", "/data"),
        ("volumeDevices", "devicePath", "/dev/xvda"),
        ("ports", "containerPort", 80),
    ],
)
def test_lists_of_a_container_merge_by_their_key(
    field: str, key: str, value: str | int
) -> None:
    pod = containers({"name": "a", field: [{key: value, "old": "1"}]})
    overlay = containers({"name": "a", field: [{key: value, "new": "2"}]})

    merged = merge(pod, overlay)

    both = {key: value, "old": "1", "new": "2"}
    assert merged == containers({"name": "a", field: [both]})


def test_owners_merge_by_uid() -> None:
    pod = {"metadata": {"ownerReferences": [{"uid": "1", "name": "web"}]}}
    overlay = {"metadata": {"ownerReferences": [{"uid": "1", "kind": "Job"}]}}

    merged = merge(pod, overlay)

    owner = {"uid": "1", "name": "web", "kind": "Job"}
    assert merged == {"metadata": {"ownerReferences": [owner]}}


def test_ports_merge_by_their_number_alone() -> None:
    ports = [{"containerPort": 53, "protocol": "TCP"}]
    overlay = [{"containerPort": 53, "protocol": "UDP"}]

    merged = merge(
        containers({"name": "a", "ports": ports}),
        containers({"name": "a", "ports": overlay}),
    )

    assert merged == containers({"name": "a", "ports": overlay})


def test_true_is_no_port() -> None:
    ports = [{"containerPort": 1, "name": "one"}]

    merged = merge(
        containers({"name": "a", "ports": ports}),
        containers({"name": "a", "ports": [{"containerPort": True}]}),
    )

    assert merged["spec"]["containers"][0]["ports"] == [{"containerPort": True}, *ports]


def test_finalizers_are_united() -> None:
    pod = {"metadata": {"finalizers": ["a", "b", "a"]}}

    merged = merge(pod, {"metadata": {"finalizers": ["c", "b"]}})

    assert merged == {"metadata": {"finalizers": ["c", "a", "b"]}}


def test_lists_without_a_merge_key_are_replaced() -> None:
    pod = containers({"name": "a", "args": ["one", "two"]}, tolerations=[{"key": "x"}])
    overlay = containers({"name": "a", "args": ["three"]}, tolerations=[])

    merged = merge(pod, overlay)

    assert merged == containers({"name": "a", "args": ["three"]}, tolerations=[])


def test_fields_that_nobody_knows_survive_and_merge_as_mappings() -> None:
    pod = {"spec": {"future": {"a": {"b": 1}, "list": [1]}, "else": 1}, "top": [2]}

    merged = merge(pod, {"spec": {"future": {"a": {"c": 2}, "list": [3]}}})

    future = {"a": {"b": 1, "c": 2}, "list": [3]}
    assert merged == {"spec": {"future": future, "else": 1}, "top": [2]}


def test_another_type_replaces() -> None:
    pod: dict[str, Any] = {"spec": {"containers": None, "hostname": "x", "volumes": {}}}

    merged = merge(
        pod, {"spec": {"containers": [{"name": "a"}], "hostname": {}, "volumes": "x"}}
    )

    spec = {"containers": [{"name": "a"}], "hostname": {}, "volumes": "x"}
    assert merged == {"spec": spec}


# Directives


def test_patch_delete_removes_items_of_that_key() -> None:
    pod = containers({"name": "a"}, {"name": "b"}, {"name": "a", "image": "again"})

    merged = merge(pod, containers({"name": "a", "$patch": "delete"}, {"name": "x"}))

    assert names(merged) == ["x", "b"]


def test_patch_delete_empties_a_mapping() -> None:
    pod = {"spec": {"securityContext": {"runAsUser": 1}, "nodeSelector": {"a": "b"}}}

    merged = merge(pod, {"spec": {"securityContext": {"$patch": "delete"}}})

    assert merged == {"spec": {"securityContext": {}, "nodeSelector": {"a": "b"}}}


def test_patch_replace_in_an_item_replaces_the_list() -> None:
    items = [{"$patch": "replace"}, {"name": "x", "image": None}, {"name": "a"}]

    merged = merge(POD, containers(*items))

    assert merged == containers({"name": "x"}, {"name": "a"})


def test_patch_replace_in_a_mapping_replaces_it() -> None:
    pod = {"metadata": {"labels": {"app": "web"}}}
    labels = {"$patch": "replace", "team": "shop", "gone": None}

    merged = merge(pod, {"metadata": {"labels": labels}})

    assert merged == {"metadata": {"labels": {"team": "shop"}}}


def test_retain_keys_clears_the_rest() -> None:
    pod = {"spec": {"volumes": [{"name": "data", "emptyDir": {}}]}}
    volume = {
        "name": "data",
        "hostPath": {"path": "/data"},
        "$retainKeys": ["name", "hostPath"],
    }

    merged = merge(pod, {"spec": {"volumes": [volume]}})

    volumes = [{"name": "data", "hostPath": {"path": "/data"}}]
    assert merged == {"spec": {"volumes": volumes}}


def test_delete_from_primitive_list_takes_strings_out() -> None:
    pod = containers({"name": "a", "args": ["-v", "run", "-v"]})
    overlay = {"name": "a", "$deleteFromPrimitiveList/args": ["-v", "-x"]}

    merged = merge(pod, containers(overlay))

    assert merged == containers({"name": "a", "args": ["run"]})


def test_delete_from_primitive_list_comes_before_what_is_added() -> None:
    pod = {"metadata": {"finalizers": ["a", "b"]}}
    overlay = {"finalizers": ["a"], "$deleteFromPrimitiveList/finalizers": ["a"]}

    merged = merge(pod, {"metadata": overlay})

    assert merged == {"metadata": {"finalizers": ["a", "b"]}}


def test_delete_from_primitive_list_comes_after_the_order() -> None:
    pod = {"metadata": {"finalizers": ["a", "b", "c"]}}
    overlay = {
        "$setElementOrder/finalizers": ["c", "a"],
        "$deleteFromPrimitiveList/finalizers": ["c"],
    }

    merged = merge(pod, {"metadata": overlay})

    assert merged == {"metadata": {"finalizers": ["b", "a"]}}


def test_delete_from_primitive_list_minds_no_list_that_there_is_not() -> None:
    overlay = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}}

    assert merge({"metadata": {}}, overlay) == {"metadata": {}}


def test_set_element_order_orders_the_pod_s_items() -> None:
    order = [{"name": "c"}, {"name": "a"}]

    merged = merge(POD, {"spec": {"$setElementOrder/containers": order}})

    assert names(merged) == ["b", "c", "a"]


def test_set_element_order_orders_both_items() -> None:
    overlay = containers({"name": "x"})
    order = [{"name": "c"}, {"name": "x"}, {"name": "a"}]
    overlay["spec"]["$setElementOrder/containers"] = order

    assert names(merge(POD, overlay)) == ["b", "c", "x", "a"]


def test_set_element_order_orders_strings() -> None:
    pod = {"metadata": {"finalizers": ["a", "b", "c"]}, "spec": {"future": ["x", "y"]}}
    overlay = {
        "metadata": {"finalizers": ["n"], "$setElementOrder/finalizers": ["c", "n"]},
        "spec": {"$setElementOrder/future": ["y", "x"]},
    }

    merged = merge(pod, overlay)

    assert merged == {
        "metadata": {"finalizers": ["a", "b", "c", "n"]},
        "spec": {"future": ["y", "x"]},
    }


def test_an_order_of_nothing_says_nothing() -> None:
    overlay: dict[str, Any] = {"$setElementOrder/containers": []}

    assert merge(POD, {"spec": overlay}) == POD


def test_an_order_passes_over_what_is_deleted() -> None:
    overlay = containers({"name": "b", "$patch": "delete"})
    overlay["spec"]["$setElementOrder/containers"] = [{"name": "c"}, {"name": "a"}]

    assert names(merge(POD, overlay)) == ["c", "a"]


def test_an_order_of_a_list_that_nobody_has_says_nothing() -> None:
    overlay = {"spec": {"$setElementOrder/containers": [{"name": "a"}]}}

    assert merge({"spec": {}}, overlay) == {"spec": {}}


def test_onto_nothing_directives_leave_nothing() -> None:
    container = {
        "name": "x",
        "env": [{"name": "gone", "$patch": "delete"}, {"name": "HOME", "value": None}],
        "$setElementOrder/env": [{"name": "HOME"}],
        "$deleteFromPrimitiveList/args": ["-v"],
        "securityContext": {"$patch": "delete"},
        "resources": {"$retainKeys": ["limits"], "limits": {"cpu": "1"}},
        "args": ["run", None],
    }
    overlay = containers(
        {"$patch": "replace"}, container, affinity={"$patch": "replace"}
    )

    merged = merge({}, overlay)

    assert merged == containers(
        {
            "name": "x",
            "env": [{"name": "HOME"}],
            "resources": {"limits": {"cpu": "1"}},
            "args": ["run", None],
        }
    )


def test_other_keys_with_a_dollar_are_keys() -> None:
    assert merge({"spec": {}}, {"spec": {"$ref": "x"}}) == {"spec": {"$ref": "x"}}


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        (
            containers({"image": "x"}),
            f"spec.containers[0]: {NAMELESS}",
        ),
        (
            containers({"name": "a"}, {"$patch": "delete"}),
            f"spec.containers[1]: {NAMELESS}",
        ),
        (containers("x"), "spec.containers[0]: is 'x', want a mapping"),
        (
            containers({"name": {}}),
            "spec.containers[0]: is a mapping, want a string or a number",
        ),
        (
            containers({"name": "a", "$patch": "merge"}),
            "spec.containers[0].$patch: is 'merge', want 'delete' or 'replace'",
        ),
        (
            {"spec": {"affinity": {"$patch": []}}},
            "spec.affinity.$patch: is a list, want 'delete' or 'replace'",
        ),
        ({"$patch": None}, "$patch: is null, want 'delete' or 'replace'"),
        (
            {"spec": {"$retainKeys": "containers"}},
            "spec.$retainKeys: is 'containers', want a list",
        ),
        (
            {"spec": {"$retainKeys": ["volumes"], "hostname": "x"}},
            "spec: $retainKeys leaves out 'hostname', which stands beside it",
        ),
        (
            {"$retainKeys": [], "spec": {}},
            "$retainKeys leaves out 'spec', which stands beside it",
        ),
        (
            {"spec": {"$setElementOrder": []}},
            f"spec: unknown directive '$setElementOrder', want {KNOWN}",
        ),
        (
            containers({"name": "x", "$deleteFromPrimitiveList/args": None}),
            "spec.containers[0].$deleteFromPrimitiveList/args: is null, want a list",
        ),
        (
            containers(
                {"name": "a"}, **{"$setElementOrder/containers": [{"name": "b"}]}
            ),
            "spec.containers: not in the order that $setElementOrder says",
        ),
        (
            {"spec": {"$setElementOrder/hostname": ["x"]}},
            "spec.hostname: is 'web', want a list",
        ),
        (
            {
                "spec": {
                    "$setElementOrder/containers": [{"name": "a"}],
                    "containers": {},
                }
            },
            "spec.containers: is a mapping, want a list",
        ),
        (
            {"spec": {"$deleteFromPrimitiveList/containers": ["a"]}},
            "spec.containers[0]: is a mapping, want a string or a number",
        ),
        (
            {"metadata": {"finalizers": [["x"]]}},
            "metadata.finalizers[0]: is a list, want a string or a number",
        ),
    ],
)
def test_what_cannot_be_merged_is_named(overlay: dict[str, Any], message: str) -> None:
    pod = containers({"name": "a"}, {"name": "b"}, hostname="web")
    pod["metadata"] = {"finalizers": ["a"]}

    with pytest.raises(MergeError) as caught:
        merge(pod, overlay)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("pod", "message"),
    [
        (
            containers({"image": "x"}),
            f"spec.containers[0] of the pod: {NAMELESS}",
        ),
        (
            containers({"name": "a"}, None),
            "spec.containers[1] of the pod: is null, want a mapping",
        ),
        (
            {"metadata": {"finalizers": [None]}},
            "metadata.finalizers[0] of the pod: is null, want a string or a number",
        ),
    ],
)
def test_a_pod_that_nothing_can_be_merged_onto_is_named(
    pod: dict[str, Any], message: str
) -> None:
    overlay = containers({"name": "x"})
    overlay["metadata"] = {"finalizers": ["x"]}

    with pytest.raises(UnmergeablePod) as caught:
        merge(pod, overlay)

    assert str(caught.value) == message


def test_nothing_is_changed_or_shared() -> None:
    overlay = containers({"name": "x", "args": ["y"]}, nodeSelector={"a": "b"})
    before = copy.deepcopy((POD, overlay))

    merged = merge(POD, overlay)
    merged["spec"]["containers"][0]["args"].append("z")
    merged["spec"]["containers"][1]["image"] = "z"
    merged["spec"]["nodeSelector"]["a"] = "z"

    assert (POD, overlay) == before
