import json
from typing import Any

import pytest
from legacy_pods import PROXY, around, injected

from injector.base.errors import MergeError
from injector.base.front import Front
from injector.istio import flat
from injector.istio.flat import defaults
from injector.istio.flat.sidecar import number
from injector.istio.pod.context import Situation
from injector.releases.release import Release

STATUS = "sidecar.istio.io/status"
MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
MANUAL = Situation(front=Front.KUBE_INJECT)


def sidecar_of(pod: dict[str, Any]) -> dict[str, Any]:
    """Return the sidecar of *pod*."""
    [found] = [c for c in pod["spec"]["containers"] if c["name"] == "istio-proxy"]
    return found  # type: ignore[no-any-return]


def spec_of(pod: dict[str, Any], rendered: dict[str, Any], release: str) -> Any:
    """Return the spec of *pod* with what was *rendered*."""
    return injected(pod, rendered, release)["spec"]


# What is rendered


def test_what_is_rendered_is_read_into_its_types() -> None:
    rendered = {
        "containers": [
            {
                "name": "istio-proxy",
                "args": [1337, 1.5, True, None, "x"],
                "restartPolicy": "Always",
                "resources": {"limits": {"cpu": 0.5}},
                "securityContext": {"restartPolicy": "Always", "runAsUser": 1337},
                "ports": [{"containerPort": 15090, "unknown": 1, "$patch": "x"}],
            }
        ],
        "podRedirectAnnot": {"a": 1},
        "unknown": {},
    }

    spec = flat.read(rendered, Release(1, 3))

    assert spec.lists == {
        "initContainers": [],
        "containers": [
            {
                "name": "istio-proxy",
                "args": ["1337", "1.5", "true", "", "x"],
                "resources": {"limits": {"cpu": "500m"}},
                "securityContext": {"runAsUser": 1337},
                "ports": [{"containerPort": 15090}],
            }
        ],
        "volumes": [],
        "imagePullSecrets": [],
    }
    assert spec.redirect == {"a": "1"}


@pytest.mark.parametrize(
    ("rendered", "problem"),
    [
        ({"containers": {}}, "containers: is a mapping, want a list"),
        (
            {"initContainers": [{"ports": [{"containerPort": "80"}]}]},
            "initContainers[0].ports[0].containerPort: is '80', want an integer",
        ),
        ({"rewriteAppHTTPProbe": "yes"}, "rewriteAppHTTPProbe: is 'yes', want true or"),
    ],
)
def test_an_impossible_type_is_named(rendered: dict[str, Any], problem: str) -> None:
    with pytest.raises(MergeError) as raised:
        flat.read(rendered, Release(1, 5))

    assert str(raised.value).startswith(f"the template renders {problem}")


def test_a_field_is_read_by_the_releases_that_know_it() -> None:
    rendered = {
        "dnsConfig": {"nameservers": ["1.1.1.1"]},
        "rewriteAppHTTPProbe": True,
        "podRedirectAnnot": {"a": "b"},
    }

    found = [flat.read(rendered, Release(1, minor)) for minor in (0, 1, 3, 8)]

    assert [spec.dns is not None for spec in found] == [False, True, True, True]
    assert [spec.rewrite_probes for spec in found] == [False, True, True, True]
    assert [bool(spec.redirect) for spec in found] == [False, False, True, False]


# What was there goes, what is new is appended


def test_what_is_rendered_is_appended_in_its_order() -> None:
    pod = {
        "metadata": {"labels": {"app": "a"}},
        "spec": {"containers": [{"name": "app"}], "volumes": [{"name": "v"}]},
    }
    rendered = {
        "initContainers": [{"name": "istio-init"}, {"name": "enable-core-dump"}],
        "containers": [PROXY],
        "volumes": [{"name": "istio-envoy", "emptyDir": {}}],
        "imagePullSecrets": [{"name": "secret"}],
    }

    after = injected(pod, rendered, "1.1")

    status = (
        '{"version":"abc","initContainers":["istio-init","enable-core-dump"],'
        '"containers":["istio-proxy"],"volumes":["istio-envoy"],'
        '"imagePullSecrets":["secret"]}'
    )
    assert after == {
        "metadata": {"labels": {"app": "a"}, "annotations": {STATUS: status}},
        "spec": {
            "containers": [{"name": "app"}, {**PROXY, "resources": {}}],
            "volumes": [{"name": "v"}, {"name": "istio-envoy", "emptyDir": {}}],
            "initContainers": [
                {"name": "istio-init", "resources": {}},
                {"name": "enable-core-dump", "resources": {}},
            ],
            "imagePullSecrets": [{"name": "secret"}],
        },
    }


@pytest.mark.parametrize("pod", [{}, {"spec": None}, {"metadata": None, "spec": {}}])
def test_a_pod_of_next_to_nothing_is_injected(pod: dict[str, Any]) -> None:
    after = injected(pod, {"containers": [PROXY]}, "1.0")

    assert [c["name"] for c in after["spec"]["containers"]] == ["istio-proxy"]
    assert json.loads(after["metadata"]["annotations"][STATUS]) == {
        "version": "abc",
        "initContainers": None,
        "containers": ["istio-proxy"],
        "volumes": None,
        "imagePullSecrets": None,
    }


def test_what_the_status_names_is_replaced() -> None:
    status = {"containers": ["old"], "volumes": ["gone"], "imagePullSecrets": ["s"]}
    pod: dict[str, Any] = {
        "metadata": {"annotations": {STATUS: json.dumps(status)}},
        "spec": {
            "containers": [{"name": "old"}, {"name": "app"}, {"name": "istio-proxy"}],
            "volumes": [{"name": "gone"}],
            "imagePullSecrets": [{"name": "s"}, {"name": "own"}],
        },
    }

    after = spec_of(pod, {"containers": [PROXY]}, "1.5")

    names = [container["name"] for container in after["containers"]]
    assert names == ["app", "istio-proxy", "istio-proxy"]
    assert after["volumes"] == []
    assert after["imagePullSecrets"] == [{"name": "own"}]


@pytest.mark.parametrize("status", [{}, {STATUS: "version-test"}])
def test_without_a_status_the_usual_names_are_replaced(status: dict[str, str]) -> None:
    pod = {
        "metadata": {"annotations": status},
        "spec": {
            "initContainers": [
                {"name": "istio-init"},
                {"name": "enable-core-dump"},
                {"name": "own"},
            ],
            "containers": [{"name": "istio-proxy", "image": "mine"}],
            "volumes": [{"name": "istio-certs"}, {"name": "istio-envoy"}],
        },
    }

    after = spec_of(pod, {"containers": [PROXY]}, "1.8")

    assert after["initContainers"] == [{"name": "own"}]
    assert [container["image"] for container in after["containers"]] == ["proxy"]
    assert after["volumes"] == []


@pytest.mark.parametrize(
    ("release", "names"),
    [
        ("1.5", ["own", "init", "istio-validation"]),
        ("1.6", ["istio-validation", "own"]),
    ],
)
def test_the_validation_is_first_from_1_6_on(release: str, names: list[str]) -> None:
    pod = {"spec": {"initContainers": [{"name": "own"}]}}
    rendered = {"initContainers": [{"name": "init"}, {"name": "istio-validation"}]}

    after = spec_of(pod, rendered, release)

    found = [container["name"] for container in after["initContainers"]]
    assert found[: len(names)] == names


HOLD = {"holdApplicationUntilProxyStarts": True}


@pytest.mark.parametrize(
    ("release", "config", "first"),
    [
        ("1.6", {"values": {"global": {"proxy": HOLD}}}, False),
        ("1.7", {"values": {"global": {"proxy": HOLD}}}, True),
        ("1.7", {"mesh": ({"defaultConfig": HOLD},)}, False),
        ("1.8", {"mesh": ({"defaultConfig": HOLD},)}, True),
    ],
)
def test_a_sidecar_that_the_application_waits_for_is_first(
    release: str, config: dict[str, Any], *, first: bool
) -> None:
    pod = {"spec": {"containers": [{"name": "app"}]}}

    after = injected(pod, {"containers": [PROXY]}, release, **config)

    assert (after["spec"]["containers"][0]["name"] == "istio-proxy") is first


def test_a_rendered_name_resolution_replaces_the_pods() -> None:
    new, own = {"nameservers": ["1.1.1.1"]}, {"searches": ["x"]}

    def after(release: str, rendered: dict[str, Any]) -> Any:
        return spec_of({"spec": {"dnsConfig": own}}, rendered, release).get("dnsConfig")

    assert after("1.0", {"dnsConfig": new}) == own
    assert after("1.1", {"dnsConfig": new}) == new
    assert after("1.1", {}) == own


MOUNTED = {"enableSdsTokenMount": True, "sdsUdsPath": "unix:/sds"}
SWITCH = "ENABLE_LEGACY_FSGROUP_INJECTION"


@pytest.mark.parametrize(
    ("release", "mesh", "features", "context"),
    [
        ("1.0", MOUNTED, {}, {"runAsUser": 1}),
        ("1.1", MOUNTED, {}, {"fsGroup": 1337}),
        ("1.2", {"sdsUdsPath": "unix:/sds"}, {}, {"runAsUser": 1}),
        ("1.3", {"sdsUdsPath": "unix:/sds"}, {}, {"fsGroup": 1337}),
        ("1.4.4", {"sdsUdsPath": "unix:/sds"}, {}, {"fsGroup": 1337}),
        ("1.4.5", {"sdsUdsPath": "u"}, {}, {"runAsUser": 1, "fsGroup": 1337}),
        ("1.5", {}, {}, {"runAsUser": 1}),
        ("1.6", {}, {}, {"runAsUser": 1, "fsGroup": 1337}),
        ("1.8", {}, {}, {"runAsUser": 1, "fsGroup": 1337}),
        ("1.8", {}, {SWITCH: "false"}, {"runAsUser": 1}),
        ("1.8", {}, {"JWT_POLICY": "first-party-jwt"}, {"runAsUser": 1}),
        (
            "1.8",
            {},
            {"JWT_POLICY": "first-party-jwt", SWITCH: "1"},
            {"runAsUser": 1, "fsGroup": 1337},
        ),
    ],
)
def test_the_group_of_volumes_is_the_sidecars(
    release: str, mesh: dict[str, Any], features: dict[str, str], context: Any
) -> None:
    pod = {"spec": {"securityContext": {"runAsUser": 1}}}

    after = injected(pod, {}, release, mesh=(mesh,), features=features)

    assert after["spec"]["securityContext"] == context


# What an API server would fill in


def test_1_0_fills_in_what_an_api_server_would() -> None:
    probe = {"httpGet": {"port": 15020}, "periodSeconds": 2}
    rendered = {
        "containers": [
            {
                "name": "istio-proxy",
                "image": "hub/proxy:1.0",
                "ports": [
                    {"containerPort": 1},
                    {"containerPort": 2, "protocol": "UDP"},
                ],
                "env": [
                    {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "x"}}},
                    {"name": "B", "value": "b"},
                ],
                "readinessProbe": probe,
                "livenessProbe": {"tcpSocket": {"port": 1}},
                "lifecycle": {"preStop": {"httpGet": {"port": 1, "path": "/x"}}},
                "resources": {
                    "limits": {"cpu": "1", "memory": "1Gi"},
                    "requests": {"cpu": "10m"},
                },
            }
        ],
        "initContainers": [{"name": "i", "imagePullPolicy": "Never"}],
        "volumes": [
            {"name": "a"},
            {"name": "b", "secret": {"secretName": "s"}},
            {"name": "c", "configMap": {"name": "c", "defaultMode": 256}},
        ],
    }

    after = spec_of({}, rendered, "1.0")

    assert after["containers"] == [
        {
            "name": "istio-proxy",
            "image": "hub/proxy:1.0",
            "imagePullPolicy": "IfNotPresent",
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "File",
            "ports": [
                {"containerPort": 1, "protocol": "TCP"},
                {"containerPort": 2, "protocol": "UDP"},
            ],
            "env": [
                {
                    "name": "A",
                    "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "x"}},
                },
                {"name": "B", "value": "b"},
            ],
            "readinessProbe": {
                "httpGet": {"port": 15020, "path": "/", "scheme": "HTTP"},
                "timeoutSeconds": 1,
                "periodSeconds": 2,
                "successThreshold": 1,
                "failureThreshold": 3,
            },
            "livenessProbe": {
                "tcpSocket": {"port": 1},
                "timeoutSeconds": 1,
                "periodSeconds": 10,
                "successThreshold": 1,
                "failureThreshold": 3,
            },
            "lifecycle": {
                "preStop": {"httpGet": {"port": 1, "path": "/x", "scheme": "HTTP"}}
            },
            "resources": {
                "limits": {"cpu": "1", "memory": "1Gi"},
                "requests": {"cpu": "10m", "memory": "1Gi"},
            },
        }
    ]
    assert after["initContainers"][0]["imagePullPolicy"] == "Never"
    assert after["volumes"] == [
        {"name": "a", "emptyDir": {}},
        {"name": "b", "secret": {"secretName": "s", "defaultMode": 420}},
        {"name": "c", "configMap": {"name": "c", "defaultMode": 256}},
    ]


def test_fields_of_the_pod_in_volumes_have_a_version() -> None:
    item: dict[str, Any] = {"path": "p", "fieldRef": {"fieldPath": "x"}}
    volume = {"name": "a", "downwardAPI": {"items": [dict(item, fieldRef={})]}}
    projected = {
        "name": "b",
        "projected": {"sources": [{"downwardAPI": {"items": [item]}}, {"secret": {}}]},
    }

    defaults.fill_volume(volume)
    defaults.fill_volume(projected)

    assert volume["downwardAPI"] == {
        "defaultMode": 420,
        "items": [{"path": "p", "fieldRef": {"apiVersion": "v1"}}],
    }
    assert item["fieldRef"] == {"fieldPath": "x", "apiVersion": "v1"}
    assert projected["projected"]["defaultMode"] == 420  # type: ignore[index]


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("a", "Always"),
        ("hub:5000/a", "Always"),
        ("a:latest", "Always"),
        ("a:1", "IfNotPresent"),
        ("hub:5000/a:1", "IfNotPresent"),
        ("a@sha256:1234", "IfNotPresent"),
        ("", "IfNotPresent"),
    ],
)
def test_an_image_whose_tag_moves_is_always_pulled(image: str, policy: str) -> None:
    container = {"name": "a", "image": image}

    defaults.fill_container(container)

    assert container["imagePullPolicy"] == policy


# The sidecar


@pytest.mark.parametrize(
    ("resources", "args"),
    [
        ({"limits": {"cpu": "1500m"}, "requests": {"cpu": "4"}}, ["2"]),
        ({"requests": {"cpu": "10m"}}, ["1"]),
        ({"limits": {"cpu": "0"}, "requests": {"cpu": 3}}, ["3"]),
        ({"limits": {"memory": "1Gi"}}, None),
        ({}, None),
    ],
)
def test_the_sidecar_has_as_many_threads_as_processors(
    resources: Any, args: list[str] | None
) -> None:
    proxy = {**PROXY, "resources": resources}

    after = sidecar_of(injected({}, {"containers": [proxy]}, "1.1"))

    assert after.get("args") == (args and ["--concurrency", *args])


def test_threads_that_the_template_says_are_kept() -> None:
    def args(theirs: list[str], release: str) -> Any:
        proxy = {**PROXY, "args": theirs, "resources": {"limits": {"cpu": "2"}}}
        return sidecar_of(injected({}, {"containers": [proxy]}, release))["args"]

    assert args(["--concurrency", "1"], "1.8") == ["--concurrency", "1"]
    assert args(["--concurrency", "0"], "1.8")[2:] == ["--concurrency", "2"]
    assert args(["proxy"], "1.0") == ["proxy"]


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (["--statusPort", "15020"], 15020),
        (["--statusPort=1"], 1),
        (["-statusPort", "2 "], 2),
        (["--statusPort"], None),
        (["--statusPort", "x"], None),
        (["--statusPorts", "1"], None),
        (None, None),
    ],
)
def test_a_number_is_found_among_arguments(args: Any, found: int | None) -> None:
    assert number({"args": args}, "statusPort") == found


CLUSTER = {"name": "ISTIO_META_CLUSTER_ID", "value": "c"}
NETWORK = {"name": "ISTIO_META_NETWORK", "value": "n"}
OLD_NETWORK = {"name": "ISTIO_META_NETWORK", "value": "old"}
ENDS = ("x", "c", "y", "n")


@pytest.mark.parametrize(
    ("release", "situation", "variables"),
    [
        ("1.6.0", Situation(elements=ENDS), [OLD_NETWORK]),
        ("1.6.1", Situation(elements=ENDS), [CLUSTER, NETWORK]),
        ("1.7", Situation(elements=("a", "b", *ENDS)), [CLUSTER, NETWORK]),
        ("1.7", Situation(elements=ENDS[:2], cluster="c"), [OLD_NETWORK]),
        ("1.8", Situation(elements=ENDS, cluster="c"), [OLD_NETWORK, CLUSTER]),
        ("1.8", Situation(), [OLD_NETWORK]),
        (
            "1.8",
            Situation(cluster="c", network="n", variables={"A": "a"}),
            [{"name": "A", "value": "a"}, CLUSTER, NETWORK],
        ),
    ],
)
def test_the_path_gives_the_sidecar_variables(
    release: str, situation: Situation, variables: Any
) -> None:
    proxy = {**PROXY, "env": [OLD_NETWORK]}

    after = injected({}, {"containers": [proxy]}, release, situation)

    assert sidecar_of(after)["env"] == variables


def test_the_sidecar_gets_the_applications_account() -> None:
    mounts = [{"name": name, "mountPath": MOUNT_PATH} for name in ("one", "two")]
    other = {"name": "data", "mountPath": "/data"}
    app = {"name": "app", "volumeMounts": [other, *mounts]}
    proxy = {**PROXY, "volumeMounts": [other]}

    def after(release: str, app: dict[str, Any], situation: Situation) -> Any:
        pod = {"spec": {"containers": [app]}}
        rendered = {"containers": [proxy]}
        return sidecar_of(injected(pod, rendered, release, situation))["volumeMounts"]

    assert after("1.1", app, Situation()) == [other, mounts[1]]
    assert after("1.0", app, Situation()) == [other]
    assert after("1.1", app, MANUAL) == [other]
    assert after("1.1", {"name": "app"}, Situation()) == [other]


def test_a_template_without_sidecar_is_put_in_all_the_same() -> None:
    pod = {"spec": {"containers": [{"name": "app", "readinessProbe": {"x": 1}}]}}

    after = injected(pod, {"rewriteAppHTTPProbe": True}, "1.8", revision="canary")

    assert after["spec"] == {
        "containers": [{"name": "app", "readinessProbe": {"x": 1}}],
        "securityContext": {"fsGroup": 1337},
    }


# kube-inject


def test_kube_inject_removes_nothing_and_fills_in_nothing() -> None:
    pod = {"spec": {"containers": [{"name": "istio-proxy", "image": "old"}]}}

    after = injected(pod, {"containers": [PROXY]}, "1.0", MANUAL)

    assert after["spec"]["containers"] == [
        {"name": "istio-proxy", "image": "old"},
        {**PROXY, "resources": {}},
    ]


def test_kube_inject_always_replaces_the_name_resolution() -> None:
    def after(release: str) -> Any:
        pod = {"spec": {"dnsConfig": {"searches": ["x"]}}}
        return injected(pod, {}, release, MANUAL)["spec"].get("dnsConfig")

    assert after("1.0") == {"searches": ["x"]}
    assert after("1.1") is None
    assert after("1.7") is None


def test_kube_inject_adds_pull_secrets_from_1_6_3_on() -> None:
    def after(release: str) -> Any:
        rendered = {"imagePullSecrets": [{"name": "s"}]}
        pod = injected({}, rendered, release, MANUAL)
        told = json.loads(pod["metadata"]["annotations"][STATUS])
        return pod["spec"].get("imagePullSecrets"), told["imagePullSecrets"]

    assert after("1.6.2")[0] is None
    assert after("1.6.3") == ([{"name": "s"}], ["s"])


def test_what_the_template_makes_of_an_empty_pod_is_returned() -> None:
    rendered = {"containers": [PROXY], "dnsConfig": {"searches": ["x"]}}

    made = flat.inject({}, rendered, around("1.2"))

    assert made == {
        "spec": {
            "initContainers": [],
            "containers": [{**PROXY, "resources": {}}],
            "volumes": [],
            "imagePullSecrets": [],
            "dnsConfig": {"searches": ["x"]},
        }
    }


def test_a_flat_spec_is_known_in_any_spelling() -> None:
    rendered = {
        "Containers": [{"name": "a", "imagepullpolicy": "Always"}],
        "PodRedirectAnnot": {"a": "b"},
        "rewriteapphttpprobe": True,
    }

    found = flat.read(rendered, Release.parse("1.6"))

    assert found.lists["containers"][0]["imagePullPolicy"] == "Always"
    assert (found.redirect, found.rewrite_probes) == ({"a": "b"}, True)


@pytest.mark.parametrize("scalar", [True, 16, 1.5])
def test_a_scalar_is_a_text_but_not_in_what_go_embeds(scalar: Any) -> None:
    release = Release.parse("1.8")
    env = [{"name": scalar, "valueFrom": {"secretKeyRef": {"key": scalar}}}]
    volumes = {"volumes": [{"name": "v", "configMap": {"name": scalar}}]}

    found = flat.read({"containers": [{"name": "a", "env": env}]}, release)

    [variable] = found.lists["containers"][0]["env"]
    text = variable["name"]
    assert variable["valueFrom"]["secretKeyRef"]["key"] == text
    assert text in ("true", "16", "1.5")
    with pytest.raises(MergeError) as raised:
        flat.read(volumes, release)
    assert str(raised.value) == (
        f"the template renders volumes[0].configMap.name: is {text}, want a string"
    )
