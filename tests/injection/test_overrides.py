import json
from typing import Any

import pytest

from injector.base.errors import PodError
from injector.injection import overrides, status
from injector.injection.overrides import Overrides
from injector.kubernetes.merge import merge
from injector.releases.release import CURRENT, Release

ANNOTATION = "proxy.istio.io/overrides"
STATUS = "sidecar.istio.io/status"


def pod_of(
    containers: Any = None, init: Any = None, **annotations: str
) -> dict[str, Any]:
    spec = {"containers": containers or [], "initContainers": init or []}
    return {"metadata": {"annotations": annotations}, "spec": spec}


def named(*names: str) -> list[dict[str, Any]]:
    return [{"name": name} for name in names]


def injected(pod: dict[str, Any], **names: list[str]) -> dict[str, Any]:
    """Return *pod* with a status that names these."""
    pod["metadata"]["annotations"][STATUS] = json.dumps(names)
    return pod


def seen(pod: dict[str, Any], *, in_place: bool) -> dict[str, Any]:
    return overrides.visible(pod, status.parse(pod), in_place=in_place)


def names_of(pod: dict[str, Any], kind: str = "containers") -> list[str]:
    return [container["name"] for container in pod["spec"][kind]]


def remembered(**lists: Any) -> dict[str, str]:
    return {ANNOTATION: json.dumps(lists)}


def test_templates_do_not_see_what_was_injected() -> None:
    pod = injected(
        pod_of(named("proxy", "app"), named("init"), other="1"),
        containers=["proxy"],
        initContainers=["init"],
    )

    found = seen(pod, in_place=False)

    assert found == pod_of(named("app"), [], other="1")
    assert names_of(pod) == ["proxy", "app"]
    assert STATUS in pod["metadata"]["annotations"]


@pytest.mark.parametrize(
    ("in_place", "order"),
    [(True, ["app", "mine", "b", "lost"]), (False, ["app", "b", "mine", "lost"])],
)
def test_what_the_author_wrote_instead_is_seen_again(
    order: list[str], *, in_place: bool
) -> None:
    mine = {"name": "mine", "image": "i"}
    pod = injected(
        pod_of(
            [*named("app", "mine"), *named("b")],
            **remembered(containers=[mine, *named("lost")]),
        ),
        containers=["mine"],
    )

    found = seen(pod, in_place=in_place)

    assert names_of(found) == order
    assert mine in found["spec"]["containers"]


def test_a_pod_that_was_not_injected_is_seen_as_it_is() -> None:
    assert seen(pod_of(named("app")), in_place=False) == pod_of(named("app"))
    assert seen({}, in_place=True) == {"metadata": {"annotations": {}}, "spec": {}}


@pytest.mark.parametrize("text", ["{", "[" * 99999, 7])
def test_an_annotation_that_is_no_json_is_the_author_s_fault(text: Any) -> None:
    message = f"^annotation {ANNOTATION} is no JSON; remove it$"

    with pytest.raises(PodError, match=message):
        overrides.remembered(pod_of(**{ANNOTATION: text}))


@pytest.mark.parametrize("lists", [{"containers": {}}, {"initContainers": [1]}])
def test_an_annotation_that_lists_no_containers_is_the_author_s_fault(
    lists: Any,
) -> None:
    with pytest.raises(PodError) as raised:
        overrides.remembered(pod_of(**remembered(**lists)))

    assert str(raised.value) == (
        f"annotation {ANNOTATION} is no mapping with lists of containers; remove it"
    )


def test_an_annotation_of_containers_that_cannot_be_is_the_author_s_fault() -> None:
    wrong = {"initContainers": [{"name": "a"}, {"name": {"b": 1}, "tty": "no"}]}

    with pytest.raises(PodError) as raised:
        overrides.remembered(pod_of(**remembered(**wrong)))

    assert str(raised.value) == (
        f"annotation {ANNOTATION} is wrong: initContainers[1].name: is a mapping, "
        "want a string; remove it"
    )


def test_an_annotation_without_lists_remembers_nothing() -> None:
    assert not overrides.remembered(pod_of(**{ANNOTATION: "null"}))
    assert not overrides.remembered(pod_of(**remembered(containers=None)))
    assert overrides.remembered(pod_of(**remembered(initContainers=named("i"))))


def found(
    pod: dict[str, Any], template_pod: dict[str, Any], release: str = "1.30"
) -> tuple[list[str], list[str]]:
    """Return the names of the overrides, and of those among init containers."""
    result = overrides.find(
        pod, template_pod, status.parse(pod), Release.parse(release)
    )
    return (
        [container["name"] for container in result.containers],
        [container["name"] for container in result.init_containers],
    )


def test_containers_of_pod_and_template_are_overrides() -> None:
    pod = pod_of(named("app", "a", "b"), named("i", "j"))
    template_pod = pod_of(named("b", "a", "c"), named("j"))

    assert found(pod, template_pod) == (["b", "a"], ["j"])


def test_an_init_container_s_override_may_stand_among_containers_since_1_19() -> None:
    template_pod = pod_of([], named("a"))

    assert found(pod_of(named("a")), template_pod) == ([], ["a"])
    assert found(pod_of(named("a")), template_pod, "1.18") == ([], [])
    assert found(pod_of([], named("a")), pod_of(named("a"))) == ([], [])


def test_what_was_injected_is_no_override_since_1_17() -> None:
    pod = injected(pod_of(named("a")), containers=["a"])

    assert found(pod, pod_of(named("a"))) == ([], [])
    assert found(pod, pod_of(named("a")), "1.16") == (["a"], [])


def test_what_was_remembered_counts_more_than_what_is_there() -> None:
    old = {"name": "a", "image": "old"}
    pod = pod_of([{"name": "a", "image": "new"}], **remembered(containers=[old]))

    result = overrides.find(pod, pod_of(named("a")), None, CURRENT)

    assert result.containers == (old,)


def test_an_automatic_image_and_empty_fields_are_no_wish() -> None:
    mine = {
        "name": "a",
        "image": "auto",
        "command": [],
        "resources": {"limits": {"cpu": "0.5"}},
        "future": "",
    }

    own = Overrides(containers=(mine,))
    result = overrides.reapply(pod_of([{"name": "a", "image": "t"}]), own, merge)

    assert result["spec"]["containers"] == [
        {
            "name": "a",
            "image": "t",
            "resources": {"limits": {"cpu": "500m"}},
            "future": "",
        }
    ]


def test_overrides_are_laid_over_the_merged_pod() -> None:
    own: Any = Overrides(
        containers=({"name": "a", "args": ["x"]},),
        init_containers=({"name": "i", "image": "mine"},),
    )
    merged = pod_of(
        [{"name": "a", "image": "t", "args": ["y"]}], [{"name": "i", "image": "t"}]
    )

    result = overrides.reapply(merged, own, merge)

    assert result["spec"] == {
        "containers": [{"name": "a", "image": "t", "args": ["x"], "resources": {}}],
        "initContainers": [{"name": "i", "image": "mine", "resources": {}}],
    }


def test_overrides_are_remembered_as_go_writes_them() -> None:
    container = {
        "future": {"b": 1, "a": 2},
        "resources": {"limits": {"memory": "1Gi", "cpu": "1"}},
        "env": [{"value": "<", "name": "E"}],
        "name": "a",
    }
    pod = pod_of()

    overrides.remember(pod, Overrides(containers=(container,)))

    assert pod["metadata"]["annotations"][ANNOTATION] == (
        '{"containers":[{"name":"a","env":[{"name":"E","value":"\\u003c"}],'
        '"resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}'
    )


def test_istio_remembers_no_automatic_image() -> None:
    pod = pod_of()

    own = Overrides(containers=({"name": "a", "image": "auto"},))
    overrides.remember(pod, own)

    assert pod["metadata"]["annotations"][ANNOTATION] == (
        '{"containers":[{"name":"a","resources":{}}]}'
    )


def test_nothing_is_remembered_of_nothing() -> None:
    pod = pod_of()

    overrides.remember(pod, Overrides())

    assert pod == pod_of()


def test_a_container_is_made_anew_from_what_the_author_wrote_of_it() -> None:
    partial = {"name": "log", "args": ["x"]}
    pod = injected(
        pod_of(
            [
                {"name": "log", "image": "stale", "args": ["x"]},
                {"name": "agent", "image": "stale"},
                {"name": "app", "image": "app", "env": []},
                {"name": "istio-proxy", "image": "theirs"},
            ],
            **remembered(containers=[partial, {"name": "app", "image": "old"}]),
        ),
        containers=["log", "agent", "app", "istio-proxy"],
    )
    template_pod = pod_of(named("log", "agent", "app"))

    base = overrides.base(pod, status.parse(pod), template_pod)

    assert base["spec"]["containers"] == [
        partial,
        {"name": "app", "image": "app", "env": []},
        {"name": "istio-proxy", "image": "theirs"},
    ]


def test_the_base_of_a_first_injection_is_the_pod() -> None:
    pod = pod_of([{"name": "app", "image": "auto"}, {"name": "b", "image": "auto"}])

    base = overrides.base(pod, None, pod_of(named("app")))

    assert base == pod
    bare = injected({"metadata": {"annotations": {}}}, containers=["a"])
    assert overrides.base(bare, status.parse(bare), pod_of())["spec"] == {}


def test_overrides_leave_containers_where_they_stand() -> None:
    merged = pod_of(named("a", "b", "c", "d"))
    theirs = Overrides(
        containers=({"name": "d", "tty": True}, {"name": "b", "stdin": True})
    )

    made = overrides.reapply(merged, theirs, merge)

    assert names_of(made) == ["a", "b", "c", "d"]
    assert made["spec"]["containers"][1]["stdin"] is True
    assert made["spec"]["containers"][3]["tty"] is True


def test_many_overrides_are_merged_at_once() -> None:
    calls: list[Any] = []

    def counting(pod: Any, overlay: Any) -> dict[str, Any]:
        calls.append(overlay)
        return merge(pod, overlay)

    many = tuple(named(*map(str, range(100))))

    overrides.reapply(pod_of(list(many)), Overrides(containers=many), counting)

    assert len(calls) == 1


def test_what_was_remembered_is_known_in_any_spelling() -> None:
    text = (
        '{"Containers": [{"name": "a", "Image": "x"}], "INITcontainers": [],'
        ' "containers": [{"Stdin": true, "image": "y", "IMAGE": "z"}]}'
    )
    pod = {"metadata": {"annotations": {"proxy.istio.io/overrides": text}}}

    found = overrides.remembered(pod)

    assert found.containers == ({"name": "a", "image": "z", "stdin": True},)
    assert found.init_containers == ()
