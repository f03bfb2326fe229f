from typing import Any

import pytest

from injector.istio.pod import identity
from injector.istio.pod.identity import Ids
from injector.releases.release import CURRENT, Release

RANGE = "openshift.io/sa.scc.uid-range"
GROUPS = "openshift.io/sa.scc.supplemental-groups"


@pytest.mark.parametrize(
    ("users", "groups", "uid", "gid"),
    [
        ("1000620000/10000", "1000630000/10000", 1000629999, 1000639999),
        ("1000-2000", "3000-4000,5000-6000", 2000, 4000),
        ("1000/10", "", 1009, 1009),
        ("1000", "x", 1337, 1337),
        ("", "5/1", 1337, 5),
    ],
)
def test_openshift_s_ids_are_the_last_of_the_namespace_s_range(
    users: str, groups: str, uid: int, gid: int
) -> None:
    assert identity.ids_of({RANGE: users, GROUPS: groups}) == Ids(uid=uid, gid=gid)


def test_a_namespace_without_ranges_has_the_usual_ids() -> None:
    assert identity.ids_of({}) == Ids(uid=1337, gid=1337)


def test_openshift_is_known_since_1_20() -> None:
    features = {"PLATFORM": "openshift"}

    assert identity.is_openshift(features, CURRENT)
    assert not identity.is_openshift(features, Release.parse("1.19"))
    assert not identity.is_openshift({}, CURRENT)


def shared(application: Any, proxy: Any, kind: str = "containers") -> dict[str, Any]:
    """Return a pod with the user of its application and of its sidecar."""
    app = {"name": "app", "securityContext": {"runAsUser": application}}
    if application is None:
        app = {"name": "app"}
    context = {"runAsUser": proxy, "runAsGroup": 1, "privileged": False}
    if proxy is None:
        del context["runAsUser"]
    return {
        "spec": {
            kind: [app, {"name": "istio-proxy", "securityContext": context}, None],
        }
    }


def dropped(pod: dict[str, Any], release: str, ids: Ids | None = None) -> bool:
    identity.drop_shared_ids(pod, ids or Ids(), Release.parse(release))

    [containers] = pod["spec"].values()
    context = containers[1]["securityContext"]
    gone = "runAsUser" not in context and "runAsGroup" not in context
    assert context["privileged"] is False
    return gone


def test_a_sidecar_with_the_application_s_user_loses_it_since_1_23_1() -> None:
    assert dropped(shared(7, 7), "1.30")
    assert not dropped(shared(7, 7), "1.23.0")
    assert not dropped(shared(7, 8), "1.30")


def test_a_user_that_nobody_set_is_root() -> None:
    assert dropped(shared(None, 0), "1.30")
    assert dropped(shared(None, None), "1.30")
    assert not dropped(shared(None, 8), "1.30")


def test_init_containers_share_users_since_1_27() -> None:
    assert dropped(shared(7, 7, "initContainers"), "1.27")
    assert not dropped(shared(7, 7, "initContainers"), "1.26")


def test_ids_are_dropped_from_1_20_1_on_where_the_template_s_are_unusual() -> None:
    unusual = Ids(uid=1000, gid=1000)

    assert dropped(shared(7, 8), "1.20.1", unusual)
    assert not dropped(shared(7, 8), "1.20.1")
    assert not dropped(shared(7, 8), "1.20.0", unusual)


def test_a_pod_without_sidecar_has_nothing_to_lose() -> None:
    pod: dict[str, Any] = {"spec": {"containers": [{"name": "app"}]}}

    identity.drop_shared_ids(pod, Ids(uid=1, gid=1), Release.parse("1.20.1"))
    identity.drop_shared_ids(pod, Ids(), CURRENT)

    assert pod == {"spec": {"containers": [{"name": "app"}]}}


def adopted(
    redirection: str, context: Any, mode: Any = "REDIRECT", annotation: Any = None
) -> dict[str, Any]:
    """Return the pod in which the redirection knows of the author's ids."""
    original = {
        "spec": {"containers": [{"name": "istio-proxy", "securityContext": context}]}
    }
    pod: dict[str, Any] = {
        "metadata": {"annotations": {}},
        "spec": {
            "containers": [{"name": "istio-proxy"}],
            "initContainers": [
                {"name": redirection, "args": ["-u", "1337", "-m"]},
            ],
        },
    }
    if annotation:
        pod["metadata"]["annotations"]["sidecar.istio.io/interceptionMode"] = annotation

    identity.adopt_ids(pod, original, mode, CURRENT)

    return pod["spec"]  # type: ignore[no-any-return]


def test_the_redirection_spares_the_author_s_user() -> None:
    spec = adopted("istio-init", {"runAsUser": 12, "runAsGroup": 34})

    assert spec["initContainers"] == [
        {"name": "istio-init", "args": ["-u", "12", "-m"]}
    ]
    assert spec["containers"] == [{"name": "istio-proxy"}]


def test_the_check_of_the_redirection_runs_as_the_author_s_ids() -> None:
    both = adopted("istio-validation", {"runAsUser": 12, "runAsGroup": 34})
    group = adopted("istio-validation", {"runAsGroup": 34})

    assert both["initContainers"][0] == {
        "name": "istio-validation",
        "args": ["-u", "12", "-m"],
        "securityContext": {"runAsUser": 12, "runAsGroup": 34},
    }
    assert group["initContainers"][0] == {
        "name": "istio-validation",
        "args": ["-u", "1337", "-m"],
        "securityContext": {"runAsGroup": 34},
    }


@pytest.mark.parametrize(("mode", "word"), [("TPROXY", None), ("NONE", "TPROXY")])
def test_transparent_proxying_needs_root(mode: str, word: str | None) -> None:
    spec = adopted("istio-validation", {"runAsUser": 12}, mode, word)

    assert spec["containers"][0]["securityContext"] == {"runAsUser": 0}
    assert "securityContext" not in spec["initContainers"][0]
    assert spec["initContainers"][0]["args"][1] == "12"


def test_transparent_proxying_keeps_a_sidecar_without_user() -> None:
    spec = adopted("istio-init", {"runAsGroup": 34}, "TPROXY")

    assert spec["containers"] == [{"name": "istio-proxy"}]


@pytest.mark.parametrize("context", [None, {}, {"privileged": True}, {"runAsUser": 0}])
def test_without_ids_of_the_author_s_the_arguments_stay(context: Any) -> None:
    spec = adopted("istio-init", context)

    assert spec["initContainers"][0]["args"] == ["-u", "1337", "-m"]


@pytest.mark.parametrize("args", [None, [], ["-u"], "x"])
def test_arguments_without_a_user_stay(args: Any) -> None:
    init = {"name": "istio-init", "args": args}
    proxy = {"name": "istio-proxy", "securityContext": {"runAsUser": 12}}
    pod: dict[str, Any] = {"spec": {"initContainers": [init]}}

    identity.adopt_ids(pod, {"spec": {"containers": [proxy]}}, None, CURRENT)

    assert init["args"] == args


def test_a_pod_without_redirection_or_sidecar_stays() -> None:
    proxy = {"name": "istio-proxy", "securityContext": {"runAsUser": 12}}
    original: dict[str, Any] = {"spec": {"containers": [proxy]}}
    pod: dict[str, Any] = {"spec": {"initContainers": [{"name": "istio-init"}]}}
    bare: dict[str, Any] = {"spec": None}

    identity.adopt_ids(bare, original, "TPROXY", CURRENT)
    identity.adopt_ids(pod, original, "TPROXY", CURRENT)

    assert bare == {"spec": None}
    assert pod == {"spec": {"initContainers": [{"name": "istio-init"}]}}
