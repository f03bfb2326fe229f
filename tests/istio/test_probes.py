import json
from typing import Any

import pytest

from injector.istio.pod import probes
from injector.releases.release import CURRENT, Release

MESH = {"defaultConfig": {"statusPort": 15020}}
HTTP = {"httpGet": {"path": "/h", "port": 80}}
ALL = frozenset({"httpGet", "tcpSocket", "grpc"})


def rewritten(
    container: dict[str, Any], release: str = "1.30", kind: str = "containers"
) -> tuple[dict[str, Any], Any]:
    """Return the container after the rewrite, and what the agent is told."""
    proxy: dict[str, Any] = {"name": "istio-proxy", "livenessProbe": HTTP}
    pod: dict[str, Any] = {"spec": {"containers": [proxy]}}
    pod["spec"].setdefault(kind, []).insert(0, container)
    since = Release.parse(release)

    kinds = probes.rewritten_kinds({}, since)
    probes.rewrite_probes(pod, MESH, kinds, since, again=False)

    assert proxy["livenessProbe"] == HTTP
    env = proxy.get("env")
    return container, env and json.loads(env[0]["value"])


def test_an_http_probe_is_led_to_the_agent_and_told_to_it() -> None:
    headers = [{"name": "A", "value": "<b>"}, {"name": "Host"}]
    action = {"scheme": "HTTPS", "httpHeaders": headers, "path": "/h", "port": 443}
    probe = {"timeoutSeconds": 3, "periodSeconds": 9, "httpGet": action}
    proxy: dict[str, Any] = {"name": "istio-proxy"}
    app = {"name": "app", "readinessProbe": probe}
    pod = {"spec": {"containers": [app, proxy]}}

    probes.rewrite_probes(pod, MESH, ALL, CURRENT, again=False)

    assert app["readinessProbe"] == {
        "timeoutSeconds": 3,
        "periodSeconds": 9,
        "httpGet": {
            "path": "/app-health/app/readyz",
            "port": 15020,
            "scheme": "HTTP",
            "httpHeaders": headers,
        },
    }
    told = (
        '{"/app-health/app/readyz":{"httpGet":{"path":"/h","port":443,"scheme":"HTTPS",'
        '"httpHeaders":[{"name":"A","value":"\\u003cb\\u003e"},'
        '{"name":"Host","value":""}]},"timeoutSeconds":3}}'
    )
    assert proxy["env"] == [{"name": "ISTIO_KUBE_APP_PROBERS", "value": told}]


def test_what_the_agent_is_told_is_sorted_by_path() -> None:
    probed = {"livenessProbe": HTTP, "readinessProbe": HTTP, "startupProbe": HTTP}

    _, told = rewritten({"name": "b", **probed})

    assert list(told) == [
        "/app-health/b/livez",
        "/app-health/b/readyz",
        "/app-health/b/startupz",
    ]


def test_a_tcp_probe_becomes_an_http_probe_since_1_12() -> None:
    probe = {"tcpSocket": {"port": 1, "host": "h"}, "periodSeconds": 9}

    after, told = rewritten({"name": "a", "livenessProbe": dict(probe)})
    before, nothing = rewritten({"name": "a", "livenessProbe": dict(probe)}, "1.11")

    assert after["livenessProbe"] == {
        "periodSeconds": 9,
        "httpGet": {"path": "/app-health/a/livez", "port": 15020},
    }
    assert told == {"/app-health/a/livez": {"tcpSocket": {"port": 1, "host": "h"}}}
    assert before["livenessProbe"] == probe
    assert nothing is None


def test_tcp_probes_could_be_left_alone_up_to_1_18() -> None:
    off = {"REWRITE_TCP_PROBES": "false"}

    assert "tcpSocket" not in probes.rewritten_kinds(off, Release.parse("1.18"))
    assert "tcpSocket" in probes.rewritten_kinds({}, Release.parse("1.18"))
    assert "tcpSocket" in probes.rewritten_kinds(off, Release.parse("1.19"))


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ({"port": 1}, {"port": 1, "service": None}),
        ({"port": 1, "service": ""}, {"port": 1, "service": ""}),
        ({"port": 15020}, {"port": 15020, "service": None}),
    ],
)
def test_a_grpc_probe_becomes_an_http_probe_since_1_13(action: Any, told: Any) -> None:
    probe = {"grpc": action}

    after, listed = rewritten({"name": "a", "livenessProbe": dict(probe)})
    before, _ = rewritten({"name": "a", "livenessProbe": dict(probe)}, "1.12")

    assert list(after["livenessProbe"]) == ["httpGet"]
    assert listed == {"/app-health/a/livez": {"grpc": told}}
    assert before["livenessProbe"] == probe


def test_named_ports_become_numbers() -> None:
    ports = [{"name": "web", "containerPort": 80}, {"containerPort": 1}]
    probe = {"tcpSocket": {"port": "web"}}

    _, told = rewritten({"name": "a", "ports": ports, "livenessProbe": probe})

    assert told == {"/app-health/a/livez": {"tcpSocket": {"port": 80}}}


@pytest.mark.parametrize("port", ["web", 15020])
def test_a_port_unknown_or_the_agent_s_own_is_not_told(port: Any) -> None:
    probe = {"httpGet": {"path": "/x", "port": port}}

    after, told = rewritten({"name": "a", "livenessProbe": probe})

    assert after["livenessProbe"]["httpGet"] == {
        "path": "/app-health/a/livez",
        "port": 15020,
    }
    assert told is None


def test_a_name_of_the_agent_s_port_is_told() -> None:
    container = {
        "name": "a",
        "ports": [{"name": "metrics", "containerPort": 15020}, {"containerPort": 81}],
        "readinessProbe": {"httpGet": {"port": "metrics"}},
        "livenessProbe": {"tcpSocket": {"port": ""}},
        "lifecycle": {"preStop": {"httpGet": {"port": "metrics"}}},
    }

    _, told = rewritten(container)

    assert told == {
        "/app-health/a/livez": {"tcpSocket": {"port": 81}},
        "/app-health/a/readyz": {"httpGet": {"port": 15020}},
        "/app-lifecycle/a/prestopz": {"httpGet": {"port": 15020}},
    }


def test_other_probes_stay() -> None:
    probe = {"exec": {"command": ["true"]}}

    after, told = rewritten({"name": "a", "livenessProbe": probe, "startupProbe": None})

    assert after == {"name": "a", "livenessProbe": probe, "startupProbe": None}
    assert told is None


def test_hooks_are_rewritten_since_1_25() -> None:
    hooks = {
        "preStop": {"httpGet": {"port": 80}},
        "postStart": {"tcpSocket": {"port": 1}},
    }

    after, told = rewritten({"name": "a", "lifecycle": json.loads(json.dumps(hooks))})
    before, _ = rewritten({"name": "a", "lifecycle": hooks}, "1.24")

    assert after["lifecycle"] == {
        "preStop": {"httpGet": {"path": "/app-lifecycle/a/prestopz", "port": 15020}},
        "postStart": {
            "httpGet": {"path": "/app-lifecycle/a/poststartz", "port": 15020}
        },
    }
    assert told == {
        "/app-lifecycle/a/poststartz": {"tcpSocket": {"port": 1}},
        "/app-lifecycle/a/prestopz": {"httpGet": {"port": 80}},
    }
    assert before["lifecycle"] == hooks


def test_hooks_know_no_grpc() -> None:
    hooks = {"preStop": {"grpc": {"port": 1}}}

    after, told = rewritten({"name": "a", "lifecycle": hooks})

    assert after["lifecycle"] == {"preStop": {"grpc": {"port": 1}}}
    assert told is None


def test_startup_probes_are_rewritten_since_1_7() -> None:
    probe = {"httpGet": {"port": 80}}

    assert rewritten({"startupProbe": probe}, "1.6")[1] is None


def test_init_containers_are_rewritten_since_1_19() -> None:
    container = {"name": "i", "readinessProbe": {"httpGet": {"port": 80}}}

    _, before = rewritten(container, "1.18", "initContainers")
    _, after = rewritten(container, "1.19", "initContainers")

    assert before is None
    assert list(after) == ["/app-health/i/readyz"]


def test_a_pod_without_sidecar_keeps_its_probes() -> None:
    pod = {"spec": {"containers": [{"name": "a", "livenessProbe": HTTP}]}}

    probes.rewrite_probes(pod, MESH, ALL, CURRENT, again=False)

    assert pod["spec"]["containers"][0]["livenessProbe"] == HTTP


@pytest.mark.parametrize(
    ("annotation", "port"),
    [("15099", 15099), ("x", 15020), (" 1", 15020), ("", 15020)],
)
def test_the_agent_s_port_is_the_pod_s_word(annotation: str, port: int) -> None:
    app = {"name": "a", "livenessProbe": {"httpGet": {"port": 80}}}
    pod = {
        "metadata": {"annotations": {"status.sidecar.istio.io/port": annotation}},
        "spec": {"containers": [app, {"name": "istio-proxy"}]},
    }

    probes.rewrite_probes(pod, MESH, ALL, CURRENT, again=False)

    assert pod["spec"]["containers"][0]["livenessProbe"]["httpGet"]["port"] == port  # type: ignore[index]


OLD = '{"/app-health/a/livez":{"httpGet":{"port":1}}}'


def told_again(release: str, env: Any) -> Any:
    """Return the sidecar's variables after a second injection."""
    probed = {
        "livenessProbe": {"httpGet": {"port": 80}},
        "readinessProbe": {"httpGet": {"port": 90}},
    }
    proxy: dict[str, Any] = {"name": "istio-proxy", "env": env}
    pod = {"spec": {"containers": [{"name": "a", **probed}, proxy]}}

    probes.rewrite_probes(pod, MESH, ALL, Release.parse(release), again=True)

    return [variable.get("value") for variable in proxy["env"] or []]


def test_a_second_injection_adds_to_what_was_told() -> None:
    env = [{"name": "ISTIO_KUBE_APP_PROBERS", "value": OLD}]

    assert told_again("1.30", env) == [
        (
            '{"/app-health/a/livez":{"httpGet":{"port":1}},'
            '"/app-health/a/readyz":{"httpGet":{"port":90}}}'
        )
    ]


@pytest.mark.parametrize("value", [None, "{", "[]", 1])
def test_a_second_injection_leaves_what_it_cannot_read(value: Any) -> None:
    env = [{"name": "ISTIO_KUBE_APP_PROBERS", "value": value}]

    assert told_again("1.30", env) == [value]


def test_a_second_injection_tells_what_the_first_had_no_need_to_since_1_27() -> None:
    assert len(told_again("1.27", None)) == 1
    assert told_again("1.26", None) == []


def test_a_second_injection_told_all_again_up_to_1_16() -> None:
    env = [{"name": "ISTIO_KUBE_APP_PROBERS", "value": OLD}]

    assert len(told_again("1.16", env)) == 2


@pytest.mark.parametrize(
    ("word", "expected"),
    [("true", True), ("false", False), ("no", None), (None, None)],
)
def test_the_pod_s_word_on_rewriting_is_above_the_values(
    word: Any, *, expected: bool | None
) -> None:
    annotations = {"sidecar.istio.io/rewriteAppHTTPProbers": word}
    pod = {"metadata": {"annotations": annotations}}

    for switch in (True, False):
        values = {"sidecarInjectorWebhook": {"rewriteAppHTTPProbe": switch}}
        wanted = switch if expected is None else expected
        assert probes.is_wanted(pod, values) is wanted
    assert probes.is_wanted({}, {}) is False
