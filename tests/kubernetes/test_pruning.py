"""What the types of a release do not know."""

import pytest

from injector.kubernetes import schema
from injector.releases.pod_fields import lacking
from injector.releases.release import Release

LACKS = frozenset({("Container", "restartPolicy"), ("Probe", "grpc")})


def pod(*containers: object) -> dict[str, object]:
    return {"spec": {"containers": list(containers)}}


def test_what_is_no_field_goes_at_any_depth() -> None:
    value = {
        "spec": {
            "$retainKeys": ["x"],
            "containers": [{"securityContext": {"fsGroup": 1, "runAsUser": 2}}],
            "nodeSelector": {"any": "x"},
            "overhead": {"cpu": 1},
            "noField": 1,
        },
        "metadata": {"labels": {"a": "b"}},
    }

    assert schema.known(value) == {
        "spec": {
            "$retainKeys": ["x"],
            "containers": [{"securityContext": {"runAsUser": 2}}],
            "nodeSelector": {"any": "x"},
            "overhead": {"cpu": 1},
        },
        "metadata": {"labels": {"a": "b"}},
    }


def test_what_a_release_lacks_goes_with_it() -> None:
    value = pod({"name": "a", "restartPolicy": "Always", "x": 1})

    assert schema.known(value, lacks=LACKS) == pod({"name": "a"})
    assert schema.without(value, LACKS) == pod({"name": "a", "x": 1})


def test_what_has_an_impossible_type_stays() -> None:
    for value in ({"containers": 5}, {"nodeName": {"a": 1}}):
        assert schema.known({"spec": value}) == {"spec": value}


def test_a_type_may_be_named() -> None:
    probe = schema.type_of("Probe")

    assert schema.known({"x": 1}, probe) == {}


def test_what_is_lacked_stays_at_its_index() -> None:
    before = pod(
        {"name": "a", "restartPolicy": "Always"},
        {"name": "b", "livenessProbe": {"grpc": {"port": 1}}},
    )
    after = pod(
        {"name": "proxy"}, {"name": "a", "livenessProbe": {}}, {"name": "b", "x": {}}
    )

    assert schema.restored(after, before, LACKS) == pod(
        {"name": "proxy", "restartPolicy": "Always"},
        {"name": "a", "livenessProbe": {"grpc": {"port": 1}}},
        {"name": "b", "x": {}},
    )


def test_what_is_lacked_goes_where_what_holds_it_went() -> None:
    before = {"spec": {"containers": [{"restartPolicy": "Always"}]}, "metadata": {}}

    assert schema.restored({"spec": {}, "metadata": 1}, before, LACKS) == {
        "spec": {},
        "metadata": 1,
    }
    labels = {"metadata": {"labels": {"a": "b"}}}
    assert schema.restored(labels, labels, LACKS) == labels


def test_what_is_lacked_comes_back_in_the_pods_order() -> None:
    fields = ("grpc", "restartPolicy", "a", "b", "c", "d")
    lacks = frozenset(("Container", field) for field in fields)
    before = pod(dict.fromkeys(fields, 1))

    restored = schema.restored(pod({"name": "a"}), before, lacks)

    assert [*restored["spec"]["containers"][0]] == ["name", *fields]


def test_what_cannot_hold_a_field_stays() -> None:
    before = pod({"command": ["a"], "livenessProbe": {"grpc": {"port": 1}}}, 1)
    after = pod({"command": ["b"], "livenessProbe": 1}, {"name": "a"})

    assert schema.restored(after, before, LACKS) == after


@pytest.mark.parametrize(
    ("release", "field", "lacks"),
    [
        ("1.18", ("Container", "restartPolicy"), True),
        ("1.19", ("Container", "restartPolicy"), False),
        ("1.23", ("Volume", "image"), True),
        ("1.24", ("Volume", "image"), False),
    ],
)
def test_a_release_lacks_what_came_later(
    release: str, field: tuple[str, str], *, lacks: bool
) -> None:
    assert (field in lacking(Release.parse(release))) is lacks


def test_the_newest_releases_lack_nothing() -> None:
    assert lacking(Release(1, 30)) == frozenset()


def test_every_field_of_the_table_is_one() -> None:
    for struct, field in lacking(Release(1, 0)):
        assert field in schema.struct(struct).fields
