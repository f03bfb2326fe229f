import copy
import json
import subprocess
import sys
from typing import Any

import pytest

from injector.base.errors import Problem
from injector.kubernetes import schema

Json = dict[str, Any]


def spec(**fields: Any) -> Json:
    return {"spec": fields}


def container(**fields: Any) -> Json:
    return spec(containers=[{"name": "a", **fields}])


# The table


def test_a_field_has_its_names_its_type_and_how_it_merges() -> None:
    field = schema.POD.fields["spec"].type.struct.fields["containers"]  # type: ignore[union-attr]

    assert (field.name, field.go_name) == ("containers", "Containers")
    assert (field.kind, field.type.go) == ("list", "[]Container")
    assert field.elem is not None
    assert field.elem.struct is schema.struct("Container")
    assert (field.strategy, field.merge_key) == (("merge",), "name")
    assert (field.omitempty, field.always, field.pointer) == (False, True, False)


def test_a_struct_has_the_fields_of_what_it_embeds() -> None:
    volume = schema.struct("Volume")

    assert next(iter(volume.fields)) == "name"
    assert volume.fields["emptyDir"].type.go == "*EmptyDirVolumeSource"
    assert volume.embedded == {"VolumeSource": schema.struct("VolumeSource")}


def test_a_pointer_and_a_name_are_types_like_any_other() -> None:
    user = schema.struct("SecurityContext").fields["runAsUser"].type
    limits = schema.struct("ResourceRequirements").fields["limits"].type
    protocol = schema.struct("ContainerPort").fields["protocol"].type

    assert (user.go, user.name, user.kind, user.bits) == ("*int64", "int64", "int", 64)
    assert user.pointer
    assert user.struct is None
    assert (limits.go, limits.kind, limits.elem) == (
        "ResourceList",
        "map",
        schema.type_of("quantity"),
    )
    assert (protocol.go, protocol.kind) == ("Protocol", "string")


def test_what_go_always_prints_is_known() -> None:
    always = {name for name, field in schema.POD.fields.items() if field.always}
    in_container = {
        name
        for name, field in schema.struct("Container").fields.items()
        if field.always
    }
    created = schema.struct("ObjectMeta").fields["creationTimestamp"]

    assert always == {"metadata", "spec", "status"}
    assert in_container == {"name", "resources"}
    assert not created.always


def test_the_table_costs_little_to_load() -> None:
    module = "injector.kubernetes.schema.table"
    code = f"import {module} as table; print(table.struct.cache_info().currsize)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )

    # A struct is read when somebody asks for it.
    assert int(done.stdout) < 5


# Impossible types


@pytest.mark.parametrize(
    ("pod", "path", "message"),
    [
        ([], "", "is a list, want a mapping"),
        ({"spec": "x"}, "spec", "is 'x', want a mapping"),
        (spec(containers={}), "spec.containers", "is a mapping, want a list"),
        (spec(containers=["x"]), "spec.containers[0]", "is 'x', want a mapping"),
        (spec(hostname=1), "spec.hostname", "is 1, want a string"),
        (spec(hostNetwork=1), "spec.hostNetwork", "is 1, want true or false"),
        (spec(hostNetwork="true"), "spec.hostNetwork", "is 'true', want true or false"),
        (spec(priority=1.0), "spec.priority", "is 1.0, want an integer of 32 bits"),
        (spec(priority=True), "spec.priority", "is true, want an integer of 32 bits"),
        (
            spec(priority=1 << 31),
            "spec.priority",
            "is 2147483648, want an integer of 32 bits",
        ),
        (
            spec(activeDeadlineSeconds=-(1 << 63) - 1),
            "spec.activeDeadlineSeconds",
            "is -9223372036854775809, want an integer of 64 bits",
        ),
        (spec(priority=[]), "spec.priority", "is a list, want an integer of 32 bits"),
        (
            container(args="x" * 100),
            "spec.containers[0].args",
            f"is '{'x' * 60}'..., want a list",
        ),
        (container(args=[1]), "spec.containers[0].args[0]", "is 1, want a string"),
        (
            container(resources={"limits": {"cpu": "much"}}),
            "spec.containers[0].resources.limits.cpu",
            "is 'much', want a quantity such as '250m' or '1Gi'",
        ),
        (
            container(livenessProbe={"httpGet": {"port": 80.5}}),
            "spec.containers[0].livenessProbe.httpGet.port",
            "is 80.5, want an integer of 32 bits or a string",
        ),
        ({"metadata": {"labels": []}}, "metadata.labels", "is a list, want a mapping"),
        (
            {"metadata": {"labels": {"a.b": 1}}},
            "metadata.labels['a.b']",
            "is 1, want a string",
        ),
        (
            {"metadata": {"labels": {"": {}}}},
            "metadata.labels['']",
            "is a mapping, want a string",
        ),
        (
            {"metadata": {"creationTimestamp": "yesterday"}},
            "metadata.creationTimestamp",
            "is 'yesterday', want a time such as '2026-01-31T12:00:00Z'",
        ),
        (
            {"metadata": {"creationTimestamp": "2026-02-31T12:00:00Z"}},
            "metadata.creationTimestamp",
            "is '2026-02-31T12:00:00Z', want a time such as '2026-01-31T12:00:00Z'",
        ),
        (
            {"metadata": {"creationTimestamp": 0}},
            "metadata.creationTimestamp",
            "is 0, want a time such as '2026-01-31T12:00:00Z'",
        ),
    ],
)
def test_an_impossible_type_is_named(pod: Any, path: str, message: str) -> None:
    assert schema.problems(pod) == [Problem(path, message)]


@pytest.mark.parametrize(
    "pod",
    [
        None,
        {},
        {"spec": None, "metadata": {"creationTimestamp": None, "labels": {"a": None}}},
        spec(containers=None, hostname=None, priority=None),
        spec(containers=[None]),
        spec(priority=-(1 << 31), activeDeadlineSeconds=(1 << 63) - 1),
        container(livenessProbe={"httpGet": {"port": "http"}}),
        container(resources={"limits": {"cpu": 1.5, "memory": "1Gi", "x": None}}),
        {"metadata": {"creationTimestamp": "2026-01-31T12:00:00.123456789+02:00"}},
        {"metadata": {"managedFields": [{"fieldsV1": {"f:spec": {}}}]}},
        {"future": 1, "spec": {"future": [{}]}},
    ],
)
def test_what_is_possible_has_no_problems(pod: Any) -> None:
    assert schema.problems(pod) == []


def test_every_problem_is_found() -> None:
    pod = spec(
        future=1,
        containers=[{"name": 1, "env": [{"name": "a", "value": 1}]}],
        hostIPC="x",
    )

    assert [problem.path for problem in schema.problems(pod)] == [
        "spec.containers[0].name",
        "spec.containers[0].env[0].value",
        "spec.hostIPC",
    ]


def test_a_part_of_a_pod_is_looked_at_by_its_type() -> None:
    found = schema.problems({"name": 1}, schema.struct("Container"), "here")

    assert found == [Problem("here.name", "is 1, want a string")]


# Quantities


def test_canonical_changes_quantities_alone() -> None:
    pod = container(
        image="",
        env=None,
        args=["0.5"],
        resources={"limits": {"cpu": "0.5", "memory": "much", "x": None}},
        future={"cpu": "0.5"},
    )
    pod["spec"]["volumes"] = [{"emptyDir": {"sizeLimit": "1024Ki"}}, "odd"]
    pod["metadata"] = "odd"
    before = copy.deepcopy(pod)

    canonical = schema.canonical(pod)

    limits = {"cpu": "500m", "memory": "much", "x": None}
    before["spec"]["containers"][0]["resources"]["limits"] = limits
    before["spec"]["volumes"][0]["emptyDir"]["sizeLimit"] = "1Mi"
    assert canonical == before


# What Go prints


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ({"name": "a"}, {"name": "a", "resources": {}}),
        ({"name": "a", "resources": None}, {"name": "a", "resources": {}}),
        (
            {"name": "a", "image": "", "args": [], "tty": False, "ports": None},
            {"name": "a", "resources": {}},
        ),
        (
            {"env": [{"value": ""}, {"name": "x", "value": "y"}]},
            {"env": [{"name": ""}, {"name": "x", "value": "y"}]}
            | {"name": "", "resources": {}},
        ),
        (
            {"args": ["", None], "livenessProbe": {"httpGet": {}, "periodSeconds": 0}},
            {"args": ["", ""], "livenessProbe": {"httpGet": {"port": 0}}}
            | {"name": "", "resources": {}},
        ),
        (
            {
                "securityContext": {
                    "runAsUser": 0,
                    "privileged": False,
                    "capabilities": {},
                }
            },
            {
                "securityContext": {
                    "runAsUser": 0,
                    "privileged": False,
                    "capabilities": {},
                }
            }
            | {"name": "", "resources": {}},
        ),
        (
            {
                "resources": {
                    "limits": {"cpu": "0.5", "x": None, "y": "?"},
                    "claims": [],
                }
            },
            {"resources": {"limits": {"cpu": "500m", "x": "0", "y": "?"}}, "name": ""},
        ),
        (
            {"name": "a", "future": {"x": None}, "gone": None, "args": {"odd": ""}},
            {"name": "a", "future": {"x": None}, "args": {"odd": ""}, "resources": {}},
        ),
        (
            {"name": 1, "image": {}, "env": ["odd"], "resources": {"limits": ["odd"]}},
            {"name": 1, "image": {}, "env": ["odd"], "resources": {"limits": ["odd"]}},
        ),
    ],
)
def test_a_container_is_printed_as_go_prints_it(given: Json, printed: Json) -> None:
    assert schema.typed(given, schema.struct("Container")) == printed


def test_a_pod_is_printed_as_go_prints_it() -> None:
    pod = {"metadata": {"creationTimestamp": None, "labels": {"a": None}}, "spec": None}

    printed = schema.typed(pod)

    assert printed == {
        "metadata": {"labels": {"a": ""}},
        "spec": {"containers": None},
        "status": {},
    }


@pytest.mark.parametrize(
    ("text", "zero"),
    [
        ("string", ""),
        ("int32", 0),
        ("bool", False),
        ("quantity", "0"),
        ("int_or_string", 0),
        ("time", None),
        ("[]string", None),
        ("*int64", None),
        ("ResourceList", None),
        ("Protocol", ""),
        ("EnvVar", {"name": ""}),
        ("*EnvVar", None),
    ],
)
def test_zero_is_what_nobody_has_set(text: str, zero: Any) -> None:
    assert schema.zero(schema.type_of(text)) == zero


def test_zero_of_a_struct_is_what_go_prints_of_it() -> None:
    assert schema.zero(schema.struct("Container")) == {"name": "", "resources": {}}


# What a patch between two typed pods leaves


def test_what_is_the_same_stays_as_it_was_written() -> None:
    old = {"name": "a", "args": [], "resources": {"limits": {"cpu": "0.5"}}}
    new = old | {"image": "x"}

    retyped = schema.retyped(spec(containers=[old]), spec(containers=[new]))

    assert retyped == spec(containers=[new])


def test_what_is_new_is_printed_as_go_prints_it() -> None:
    old = {"name": "a"}
    new = {"name": "b", "args": [], "resources": {"limits": {"cpu": "0.5"}}}

    retyped = schema.retyped(spec(containers=[old]), spec(containers=[new, old]))

    printed = {"name": "b", "resources": {"limits": {"cpu": "500m"}}}
    assert retyped == spec(containers=[printed, old])


def test_what_go_prints_alike_stays_as_it_was() -> None:
    before = spec(containers=[], volumes=[], hostname="", priority=0, hostIPC=True)
    after = spec(containers=[], subdomain="", resources=None, hostIPC=False)

    retyped = schema.retyped(before, after)

    assert retyped == spec(containers=[], volumes=[], hostname="")


def test_a_field_that_go_always_prints_cannot_go() -> None:
    before = container(resources={"limits": {"cpu": "1"}}, future=1)

    retyped = schema.retyped(before, container())

    assert retyped == container(resources={})


def test_maps_are_retyped_item_by_item() -> None:
    before = container(resources={"limits": {"cpu": "0.5", "memory": "1024Mi"}})
    after = container(resources={"limits": {"cpu": "0.5", "memory": "2048Mi"}})

    retyped = schema.retyped(before, after)

    assert retyped == container(resources={"limits": {"cpu": "0.5", "memory": "2Gi"}})


def test_items_are_compared_by_their_merge_key_or_their_likes() -> None:
    before = spec(
        containers=[{"name": "a", "args": []}],
        tolerations=[{"key": "a", "value": ""}, {"key": "b"}],
    )
    after = spec(
        containers=[{"name": "x"}, {"name": "a", "args": []}],
        tolerations=[
            {"key": "b"},
            {"key": "a", "value": ""},
            {"key": "c", "value": ""},
        ],
    )

    retyped = schema.retyped(before, after)

    assert retyped == spec(
        containers=[{"name": "x", "resources": {}}, {"name": "a", "args": []}],
        tolerations=[{"key": "b"}, {"key": "a", "value": ""}, {"key": "c"}],
    )


def test_by_index_what_go_does_not_print_stays_where_it_was() -> None:
    before = spec(containers=[{"name": "a", "args": []}])
    after = spec(containers=[{"name": "x"}, {"name": "a", "args": []}])

    retyped = schema.retyped(before, after, by_index=True)

    first = {"name": "x", "args": []}
    assert retyped == spec(containers=[first, {"name": "a", "resources": {}}])


def test_by_index_what_go_does_not_print_stays_in_a_struct_that_is_emptied() -> None:
    limits = {"limits": {"cpu": "1"}}
    before = {"containers": [{"name": "a", "resources": {**limits, "requests": {}}}]}
    proxy: Json = {"name": "p"}

    after = {"containers": [proxy, before["containers"][0]]}
    found = schema.retyped({"spec": before}, {"spec": after}, by_index=True)
    by_name = schema.retyped({"spec": before}, {"spec": after})

    assert found["spec"]["containers"] == [
        {"name": "p", "resources": {"requests": {}}},
        {"name": "a", "resources": limits},
    ]
    assert by_name["spec"]["containers"] == [
        {"name": "p", "resources": {}},
        before["containers"][0],
    ]


def test_by_index_a_struct_that_go_does_not_print_goes_as_a_whole() -> None:
    before = {"name": "a", "securityContext": {"runAsUser": 1, "capabilities": {}}}

    found = schema.retyped(
        {"spec": {"containers": [before]}},
        {"spec": {"containers": [{"name": "p"}]}},
        by_index=True,
    )

    assert found["spec"]["containers"] == [{"name": "p"}]


def test_fields_that_nobody_knows_are_retyped_as_they_are() -> None:
    before, after = spec(future={"a": [1]}), spec(future={"a": [2]}, other=None)

    assert schema.retyped(before, after) == spec(future={"a": [2]})


def test_an_odd_type_is_retyped_as_it_is() -> None:
    before, after = spec(containers={"a": 1}), spec(containers={"a": 2}, volumes="x")

    assert schema.retyped(before, after) == after


# Copies


def test_a_copy_shares_nothing_that_can_change() -> None:
    value = {"a": [{"b": "c"}, "d", 1, None, True, 1.5]}

    copied = schema.copy_json(value)
    copied["a"][0]["b"] = "changed"

    assert value == {"a": [{"b": "c"}, "d", 1, None, True, 1.5]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *((1, True), (0, False), (1, 1.0), (0.0, -0.0), ("1", 1), (None, False)),
        *(([], {}), ([1], [True]), ({"a": {"b": 1}}, {"a": {"b": 1.0}})),
        *(([], [1]), ({}, {"a": 1})),
    ],
)
def test_what_python_takes_for_equal_is_not_the_same(one: Any, other: Any) -> None:
    assert not schema.same_json(one, other)
    assert schema.identity(one) != schema.identity(other)


@pytest.mark.parametrize(
    "value",
    [1, True, 1.5, -0.0, None, "x", [1, "x", [True]], {"a": {"b": 2}, "c": "d"}],
)
def test_a_value_is_the_same_as_its_copy(value: Any) -> None:
    copied = json.loads(json.dumps(value))

    assert schema.same_json(value, copied)
    assert schema.identity(value) == schema.identity(copied)
