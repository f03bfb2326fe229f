from typing import Any

import own_templates
from hypothesis import given
from hypothesis import strategies as st

from injector.configuration.config import Config
from injector.injection import overrides, status
from injector.injection.arrangement import arrange

CONFIG = Config(revision="r", injected_annotations={"team": "x"})


def injected(
    pod: dict[str, Any], overlays: list[dict[str, Any]], config: Config = CONFIG
) -> dict[str, Any]:
    return own_templates.injected(pod, overlays, config).pod


def spec(**lists: str) -> dict[str, Any]:
    return {
        "spec": {
            kind: [{"name": name, "image": name} for name in names.split()]
            for kind, names in lists.items()
        }
    }


def order(pod: dict[str, Any], kind: str = "containers") -> str:
    return " ".join(container["name"] for container in pod["spec"][kind])


def test_the_status_annotation_names_the_injected_elements() -> None:
    pod = injected({}, [spec(containers="log")])

    assert pod["metadata"]["annotations"] == {
        "sidecar.istio.io/status": (
            '{"initContainers":null,"containers":["log"],"volumes":null,'
            '"imagePullSecrets":null,"revision":"r"}'
        ),
        "team": "x",
    }


def test_injected_containers_follow_the_author_s() -> None:
    pod = injected(
        spec(containers="app b"), [spec(containers="z y"), spec(containers="x")]
    )

    assert order(pod) == "app b z y x"


def test_injected_init_containers_precede_the_author_s() -> None:
    overlays = [spec(initContainers="z y"), spec(initContainers="x")]

    pod = injected(spec(initContainers="i j"), overlays)

    assert order(pod, "initContainers") == "z y x i j"


def test_the_author_s_containers_keep_their_order_if_templates_name_them() -> None:
    pod = injected(
        spec(containers="a b", initContainers="i j"),
        [spec(containers="z b", initContainers="j z")],
    )

    assert order(pod) == "a b z"
    assert order(pod, "initContainers") == "z i j"


def test_a_template_may_set_the_order_of_containers() -> None:
    overlay = spec(containers="log")
    overlay["spec"]["$setElementOrder/containers"] = [{"name": "log"}, {"name": "app"}]

    pod = injected(spec(containers="app"), [overlay])

    assert order(pod) == "log app"


def test_a_list_to_which_nothing_is_added_keeps_its_order() -> None:
    overlays = [spec(volumes="b a"), spec(volumes="c b")]

    assert order(injected(spec(volumes="a b c"), overlays), "volumes") == "a b c"
    assert order(injected(spec(volumes="c"), overlays), "volumes") == "a c b"


def test_a_template_may_set_the_order_of_any_list() -> None:
    overlay = spec(volumes="b a")
    overlay["spec"]["$setElementOrder/volumes"] = [{"name": "b"}, {"name": "a"}]

    assert order(injected(spec(volumes="a b"), [overlay]), "volumes") == "b a"


def test_a_field_that_a_template_deletes_is_gone() -> None:
    pod: dict[str, Any] = {"spec": {"volumes": [{"name": "a"}], "nodeName": "n"}}

    result = injected(pod, [{"spec": {"volumes": None, "nodeName": None}}])

    assert result["spec"] == {}


def test_elements_that_are_no_containers_come_last() -> None:
    pod: dict[str, Any] = {"spec": {"containers": [None, {"name": "a"}]}}

    arrange(pod, spec(containers="a"), [])
    arrange(bare := {"spec": {"containers": None}}, {}, [])

    assert pod["spec"]["containers"] == [{"name": "a"}, None]
    assert bare == {"spec": {"containers": None}}


def test_another_injector_s_containers_stay_and_stay_named() -> None:
    pod = spec(containers="app istio-proxy")
    text = '{"containers":["istio-proxy"]}'
    pod["metadata"] = {"annotations": {"sidecar.istio.io/status": text}}

    result = injected(pod, [spec(containers="log")])

    assert order(result) == "app istio-proxy log"
    assert '"containers":["log","istio-proxy"]' in str(result["metadata"])


def test_changes_of_other_webhooks_survive_a_second_injection() -> None:
    overlay: dict[str, Any] = {
        "spec": {"containers": [{"name": "app", "env": [{"name": "E", "value": "1"}]}]}
    }
    once = injected(spec(containers="app"), [overlay])
    once["spec"]["containers"][0]["image"] = "app@sha256:1"

    twice = injected(once, [overlay])

    assert twice == once


def test_a_second_injection_replaces_stale_elements() -> None:
    mine = {"name": "log", "image": "auto", "args": ["-v"]}
    old = {
        "spec": {"containers": [{"name": "log", "image": "log:1", "command": ["x"]}]}
    }
    new = {"spec": {"containers": [{"name": "log", "image": "log:2"}]}}

    upgraded = injected(injected({"spec": {"containers": [mine]}}, [old]), [new])
    unowned = injected(injected({}, [old]), [new])

    assert upgraded["spec"]["containers"] == [
        {"name": "log", "image": "log:2", "args": ["-v"]}
    ]
    assert unowned["spec"] == new["spec"]


NAMES = st.sampled_from(["a", "b", "c", "d"])
VARIABLES = st.lists(
    st.fixed_dictionaries({"name": NAMES, "value": st.sampled_from(["1", "2"])}),
    unique_by=lambda variable: variable["name"],
    max_size=3,
)
CONTAINERS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES},
        optional={
            "image": st.sampled_from(["auto", "x", "y"]),
            "env": VARIABLES,
            "args": st.lists(NAMES, max_size=2),
            "future": NAMES,
        },
    ),
    unique_by=lambda container: container["name"],
    max_size=4,
)
VOLUMES = st.lists(
    st.fixed_dictionaries({"name": NAMES}), unique_by=lambda v: v["name"], max_size=2
)


@st.composite
def pods(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a pod whose containers all have different names."""
    containers = draw(CONTAINERS)
    names = {container["name"] for container in containers}
    init = [c for c in draw(CONTAINERS) if c["name"] not in names]
    found = {
        "containers": containers,
        "initContainers": init,
        "volumes": draw(VOLUMES),
    }
    return {"spec": {kind: value for kind, value in found.items() if value}}


@given(pod=pods(), overlays=st.lists(pods(), min_size=1, max_size=2))
def test_a_second_injection_gives_the_same_pod(
    pod: dict[str, Any], overlays: list[dict[str, Any]]
) -> None:
    once = injected(pod, overlays)

    assert injected(once, overlays) == once
    seen = overrides.visible(once, status.parse(once), in_place=True)
    assert [c["name"] for c in seen["spec"].get("containers", [])] == [
        c["name"] for c in pod["spec"].get("containers", [])
    ]


def test_a_list_in_another_order_keeps_the_authors_order() -> None:
    ours = {"spec": {"tolerations": [{"key": "b"}, {"key": "a"}]}}
    pod = {"spec": {"tolerations": [{"key": "a"}, {"key": "b"}]}}

    arrange(ours, pod, [])

    assert ours["spec"]["tolerations"] == [{"key": "a"}, {"key": "b"}]


def test_a_list_with_other_elements_is_replaced_by_the_templates() -> None:
    ours = {"spec": {"tolerations": [{"key": "b"}, {"key": "c"}]}}
    pod = {"spec": {"tolerations": [{"key": "a"}, {"key": "b"}]}}

    arrange(ours, pod, [])

    assert ours["spec"]["tolerations"] == [{"key": "b"}, {"key": "c"}]
