import json
from typing import Any

import pytest
from legacy_pods import PROXY, injected

from injector.base.front import Front
from injector.istio.pod.context import Situation
from injector.kubernetes.pods import named

STATUS = "sidecar.istio.io/status"
PROBERS = "ISTIO_KUBE_APP_PROBERS"
REWRITE = "sidecar.istio.io/rewriteAppHTTPProbers"
METRICS = "ISTIO_PROMETHEUS_ANNOTATIONS"
MANUAL = Situation(front=Front.KUBE_INJECT)
TLS_MODE = "security.istio.io/tlsMode"
CANONICAL_NAME = "service.istio.io/canonical-name"
CANONICAL_REVISION = "service.istio.io/canonical-revision"
NETWORK = "topology.istio.io/network"

WITH_PORT = {**PROXY, "args": ["--statusPort", "15020"]}


def probed(
    release: str,
    proxy: dict[str, Any] = WITH_PORT,
    annotations: dict[str, str] | None = None,
    *,
    rendered: bool = True,
    **probe: Any,
) -> tuple[Any, Any]:
    """Return the readiness probe after the injection, and what the agent is told."""
    action = {"path": "/h", "port": "web", "scheme": "HTTPS", "host": "a&b"}
    app = {
        "name": "app",
        "ports": [{"name": "web", "containerPort": 80}],
        "readinessProbe": {"httpGet": action, "timeoutSeconds": 3, **probe},
    }
    pod = {
        "metadata": {"annotations": annotations or {}},
        "spec": {"containers": [app]},
    }
    spec = {"containers": [proxy], "rewriteAppHTTPProbe": rendered}

    after = injected(pod, spec, release)["spec"]["containers"]

    told = named(named(after, "istio-proxy")["env"], PROBERS)  # type: ignore[index]
    return after[0]["readinessProbe"], told and told["value"]


LED = {"path": "/app-health/app/readyz", "port": 15020, "host": "a&b"}
TOLD = '{"path":"/h","port":80,"host":"a\\u0026b","scheme":"HTTPS"}'


@pytest.mark.parametrize(
    ("release", "scheme", "told"),
    [
        ("1.1", "HTTPS", TOLD),
        ("1.2", "HTTP", TOLD),
        ("1.4", "HTTP", TOLD),
        ("1.5", "HTTP", f'{{"httpGet":{TOLD},"timeoutSeconds":3}}'),
        ("1.8", "HTTP", f'{{"httpGet":{TOLD},"timeoutSeconds":3}}'),
    ],
)
def test_a_probe_is_led_to_the_agent_and_told_to_it(
    release: str, scheme: str, told: str
) -> None:
    probe, found = probed(release)

    assert probe == {"httpGet": {**LED, "scheme": scheme}, "timeoutSeconds": 3}
    assert found == f'{{"/app-health/app/readyz":{told}}}'


def test_a_probe_that_is_changed_is_printed_as_go_prints_it() -> None:
    probe, _ = probed("1.3", initialDelaySeconds=0, periodSeconds=None)

    assert probe == {"httpGet": {**LED, "scheme": "HTTP"}, "timeoutSeconds": 3}


def test_nobody_is_asked_about_probes_in_1_0() -> None:
    app = {"name": "app", "readinessProbe": {"httpGet": {"port": 80}}}
    rendered = {"containers": [WITH_PORT], "rewriteAppHTTPProbe": True}

    after = injected({"spec": {"containers": [app]}}, rendered, "1.0")

    assert after["spec"]["containers"][0]["readinessProbe"] == {"httpGet": {"port": 80}}


@pytest.mark.parametrize(
    ("release", "rendered", "word", "rewritten"),
    [
        ("1.1", True, "false", True),
        ("1.2", True, "false", False),
        ("1.2", False, "T", True),
        ("1.2", True, "no", True),
        ("1.8", False, "no", False),
    ],
)
def test_the_pods_word_on_probes_wins_from_1_2_on(
    release: str, word: str, *, rendered: bool, rewritten: bool
) -> None:
    app = {"name": "app", "livenessProbe": {"httpGet": {"port": 80}}}
    pod = {"metadata": {"annotations": {REWRITE: word}}, "spec": {"containers": [app]}}
    spec = {"containers": [WITH_PORT], "rewriteAppHTTPProbe": rendered}

    after = injected(pod, spec, release)["spec"]["containers"][0]["livenessProbe"]

    assert (after["httpGet"].get("path") == "/app-health/app/livez") is rewritten


def test_without_a_port_in_the_arguments_the_agent_is_told_alone() -> None:
    probe, told = probed("1.5", PROXY)

    assert probe["httpGet"]["path"] == "/h"
    assert told is not None


@pytest.mark.parametrize(("annotation", "port"), [({}, 7), ({"x": "9"}, 7)])
def test_the_port_is_the_meshs_from_1_6_on(annotation: Any, port: int) -> None:
    app = {"name": "app", "livenessProbe": {"httpGet": {"port": 80}}}
    pod = {"metadata": {"annotations": annotation}, "spec": {"containers": [app]}}
    rendered = {"containers": [WITH_PORT], "rewriteAppHTTPProbe": True}
    mesh = {"defaultConfig": {"statusPort": 7}}

    after = injected(pod, rendered, "1.6", mesh=(mesh,))["spec"]["containers"]

    assert after[0]["livenessProbe"]["httpGet"]["port"] == port


def test_the_pods_port_wins_over_the_meshs() -> None:
    probe, _ = probed("1.7", PROXY, {"status.sidecar.istio.io/port": "9"})

    assert probe["httpGet"]["port"] == 9


@pytest.mark.parametrize(("release", "told"), [("1.7", "{}"), ("1.8", None)])
def test_the_agent_is_told_nothing_in_words_up_to_1_7(
    release: str, told: str | None
) -> None:
    rendered = {"containers": [PROXY], "rewriteAppHTTPProbe": True}

    [proxy] = injected({}, rendered, release)["spec"]["containers"]

    assert proxy.get("env") == (told and [{"name": PROBERS, "value": told}])


def test_a_probe_of_an_undeclared_port_is_led_away_untold() -> None:
    probe, told = probed("1.4", httpGet={"port": "admin"})

    assert probe["httpGet"] == {"path": "/app-health/app/readyz", "port": 15020}
    assert told == "{}"


def test_a_probe_on_the_agents_port_is_told_up_to_1_8() -> None:
    _, told = probed("1.8", httpGet={"port": 15020})

    assert json.loads(told)["/app-health/app/readyz"]["httpGet"] == {"port": 15020}


# Metrics


def scraped(
    release: str,
    more: dict[str, str] | None = None,
    situation: Situation | None = None,
) -> Any:
    """Return the annotations and the sidecar's variables of a pod that is scraped."""
    own = {"prometheus.io/port": "90", "prometheus.io/path": "/m"}
    annotations = {**own, **(more or {})}
    pod = {"metadata": {"annotations": annotations}, "spec": {}}
    rendered = {"containers": [PROXY], "rewriteAppHTTPProbe": release == "1.7"}
    injection = {"injected_annotations": {"prometheus.io/path": "/x", "a": "b"}}

    after = injected(pod, rendered, release, situation, **injection)

    annotations = after["metadata"]["annotations"]
    annotations.pop(STATUS)
    return annotations, after["spec"]["containers"][0].get("env")


def test_metrics_are_merged_from_1_6_on_after_the_probes() -> None:
    annotations, env = scraped("1.7")

    assert annotations == {
        "prometheus.io/port": "15020",
        "prometheus.io/path": "/stats/prometheus",
        "prometheus.io/scrape": "true",
        "a": "b",
    }
    told = '{"scrape":"","path":"/m","port":"90"}'
    assert env == [
        {"name": PROBERS, "value": "{}"},
        {"name": METRICS, "value": told},
    ]


def test_metrics_that_are_merged_are_merged_once_more() -> None:
    _, env = scraped("1.8", {"prometheus.io/port": "15020"})

    assert json.loads(env[0]["value"])["port"] == "15020"


@pytest.mark.parametrize(
    ("release", "situation", "annotations"),
    [
        ("1.5", None, {"prometheus.io/path": "/x", "a": "b"}),
        ("1.3", None, {"prometheus.io/path": "/m"}),
        ("1.6", MANUAL, {"prometheus.io/path": "/m"}),
    ],
)
def test_injected_annotations_are_the_webhooks_from_1_4_on(
    release: str, situation: Situation | None, annotations: dict[str, str]
) -> None:
    found, _ = scraped(release, situation=situation)

    assert found == {"prometheus.io/port": "90", **annotations}


def test_injected_annotations_win_where_metrics_are_not_merged() -> None:
    found, env = scraped("1.7", {"prometheus.istio.io/merge-metrics": "false"})

    assert found["prometheus.io/path"] == "/x"
    assert env == [{"name": PROBERS, "value": "{}"}]


# Labels and annotations


def labels(
    release: str,
    own: dict[str, str] | None = None,
    situation: Situation | None = None,
    proxy: dict[str, Any] = PROXY,
) -> Any:
    """Return the labels of a pod with those of its *own*."""
    pod = {"metadata": {"name": "web", "labels": own or {}}, "spec": {}}
    after = injected(pod, {"containers": [proxy]}, release, situation, revision="r")
    return after["metadata"]["labels"]


NEW = {
    TLS_MODE: "istio",
    CANONICAL_NAME: "web",
    CANONICAL_REVISION: "latest",
    "istio.io/rev": "r",
}


@pytest.mark.parametrize(
    ("release", "names"),
    [
        ("1.3", []),
        ("1.4", [TLS_MODE]),
        ("1.5", [TLS_MODE, CANONICAL_NAME, CANONICAL_REVISION]),
        ("1.6", list(NEW)),
        ("1.8", list(NEW)),
    ],
)
def test_labels_are_set_by_release(release: str, names: list[str]) -> None:
    assert labels(release) == {name: NEW[name] for name in names}


def test_labels_that_say_something_are_kept() -> None:
    own = {TLS_MODE: "disabled", CANONICAL_NAME: "mine", "app": "a", "version": "v2"}

    assert labels("1.5", own) == {**own, CANONICAL_REVISION: "v2"}


@pytest.mark.parametrize(
    ("own", "name", "revision"),
    [
        ({"app": "", "version": ""}, "", ""),
        ({"app.kubernetes.io/name": "", "app": "a"}, "", "latest"),
        ({CANONICAL_NAME: "", CANONICAL_REVISION: "", "app": "a"}, "", ""),
        ({"app": None}, "", "latest"),
    ],
)
def test_an_empty_label_names_a_service_too(
    own: dict[str, str], name: str, revision: str
) -> None:
    found = labels("1.8", own)

    assert (found[CANONICAL_NAME], found[CANONICAL_REVISION]) == (name, revision)


def test_recommended_labels_name_a_service_before_usual_ones() -> None:
    own = {
        "app": "a",
        "app.kubernetes.io/name": "n",
        "version": "v1",
        "app.kubernetes.io/version": "v2",
    }

    found = labels("1.8", own)

    assert (found[CANONICAL_NAME], found[CANONICAL_REVISION]) == ("n", "v2")


def test_kube_inject_names_no_service() -> None:
    assert labels("1.6", situation=MANUAL) == {TLS_MODE: "istio", "istio.io/rev": "r"}


def test_kube_inject_replaces_the_revision() -> None:
    own = {"istio.io/rev": "mine", TLS_MODE: "disabled"}

    assert labels("1.6", own) == {**NEW, **own}
    assert labels("1.6", own, MANUAL) == {**own, "istio.io/rev": "r"}


@pytest.mark.parametrize(
    ("release", "own", "network"),
    [("1.7", {}, None), ("1.8", {}, "n1"), ("1.8", {NETWORK: "mine"}, "mine")],
)
def test_the_network_is_the_sidecars_from_1_8_on(
    release: str, own: dict[str, str], network: str | None
) -> None:
    value = own.get(NETWORK, "n1")
    proxy = {**PROXY, "env": [{"name": "ISTIO_META_NETWORK", "value": value}]}

    assert labels(release, own, proxy=proxy).get(NETWORK) == network


def test_kube_inject_sets_the_annotations_of_a_network_plugin() -> None:
    rendered = {"podRedirectAnnot": {"sidecar.istio.io/interceptionMode": "TPROXY"}}

    by_hand = injected({}, rendered, "1.3", MANUAL)["metadata"]["annotations"]
    by_webhook = injected({}, rendered, "1.3")["metadata"]["annotations"]

    assert by_hand.keys() - by_webhook.keys() == {"sidecar.istio.io/interceptionMode"}


def test_kube_inject_sets_only_what_says_something_and_is_known() -> None:
    known = {
        "traffic.sidecar.istio.io/kubevirtInterfaces": "net1",
        "traffic.sidecar.istio.io/includeInboundPorts": "*",
        "k8s.v1.cni.cncf.io/networks": "istio-cni",
    }
    unknown = {
        "traffic.sidecar.istio.io/excludeInboundPorts": "",
        "example.com/own": "x",
    }
    rendered = {"podRedirectAnnot": {**known, **unknown}}

    found = injected({}, rendered, "1.6", MANUAL)["metadata"]["annotations"]

    assert found.keys() == {*known, "sidecar.istio.io/status"}


@pytest.mark.parametrize(("release", "merges"), [("1.6", False), ("1.7", True)])
def test_kube_inject_merges_metrics_from_1_7_on(release: str, *, merges: bool) -> None:
    found = injected({}, {}, release, MANUAL)["metadata"]["annotations"]

    assert ("prometheus.io/port" in found) is merges
