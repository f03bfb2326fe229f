import copy
import json
import re
from typing import Any

import pytest
from istio_cases import exchanges, pod_differences
from recorded_pods import surroundings_of, template_pod_of, unfinished
from shared_data import istio_folder

from injector import overrides, status
from injector.config import Config
from injector.istio import finish
from injector.istio import mesh as meshes
from injector.istio.context import Situation, Surroundings, surroundings
from injector.istio.identity import Ids
from injector.merge import merge
from injector.releases import Release

STATUS = (
    '{"initContainers":null,"containers":["istio-proxy"],"volumes":null,'
    '"imagePullSecrets":null,"revision":"default"}'
)
TEMPLATE_POD: dict[str, Any] = {"spec": {"containers": [{"name": "istio-proxy"}]}}
NATIVE_POD: dict[str, Any] = {"spec": {"initContainers": [{"name": "istio-proxy"}]}}


def around(
    pod: Any = None, situation: Situation | None = None, **config: Any
) -> Surroundings:
    given = Config(istio=True, **config)
    mesh = meshes.effective(given.mesh, given.release)
    return surroundings(pod or {}, situation or Situation(), given, mesh)


def merged() -> dict[str, Any]:
    app = {"name": "app", "livenessProbe": {"httpGet": {"port": 80}}}
    return {"spec": {"containers": [{"name": "istio-proxy"}, app]}}


def test_a_pod_is_finished_by_every_rule() -> None:
    pod = merged()
    values = {
        "sidecarInjectorWebhook": {"rewriteAppHTTPProbe": True},
        "global": {"network": "n", "multiCluster": {"clusterName": "c"}},
    }
    circumstances = around(
        None,
        Situation(variables={"A": "b"}),
        values=values,
        injected_annotations={"team": "x", "prometheus.io/scrape": "no"},
    )

    finish.finish(pod, {}, TEMPLATE_POD, circumstances)

    app, proxy = pod["spec"]["containers"]
    assert app["livenessProbe"]["httpGet"]["path"] == "/app-health/app/livez"
    assert [variable["name"] for variable in proxy["env"]] == [
        "A",
        "ISTIO_META_CLUSTER_ID",
        "ISTIO_META_NETWORK",
        "ISTIO_KUBE_APP_PROBERS",
    ]
    assert pod["metadata"] == {
        "labels": {"topology.istio.io/network": "n"},
        "annotations": {
            "prometheus.io/scrape": "no",
            "prometheus.io/path": "/stats/prometheus",
            "prometheus.io/port": "15020",
            "sidecar.istio.io/status": STATUS,
            "team": "x",
        },
    }


def test_the_status_says_the_revision_since_1_11() -> None:
    pod = merged()

    finish.finish(pod, {}, TEMPLATE_POD, around(release=Release(1, 10)))

    text = pod["metadata"]["annotations"]["sidecar.istio.io/status"]
    assert "revision" not in json.loads(text)


def test_a_path_s_network_is_a_variable_even_under_an_empty_label() -> None:
    pod = {**merged(), "metadata": {"labels": {"topology.istio.io/network": ""}}}

    circumstances = around(pod, Situation(network="n"))

    assert finish.path_variables(circumstances) == {"ISTIO_META_NETWORK": "n"}


def test_a_pod_without_sidecar_is_stamped_all_the_same() -> None:
    pod: dict[str, Any] = {"spec": None}

    finish.finish(pod, {}, {}, around(None, Situation(cluster="c")))

    assert status.is_stamped(pod)


def test_the_author_s_sidecar_is_not_among_the_containers_of_a_native_one() -> None:
    pod: dict[str, Any] = copy.deepcopy({**merged()})
    pod["spec"]["initContainers"] = [{"name": "istio-proxy"}]
    usual = copy.deepcopy(pod)

    finish.finish(pod, merged(), NATIVE_POD, around())
    finish.finish(usual, merged(), NATIVE_POD, around(release=Release(1, 18)))

    assert [container["name"] for container in pod["spec"]["containers"]] == ["app"]
    assert len(usual["spec"]["containers"]) == 2


@pytest.mark.parametrize(
    ("original", "template_pod"),
    [
        ({}, NATIVE_POD),
        (TEMPLATE_POD, TEMPLATE_POD),
        (TEMPLATE_POD, {"spec": {**TEMPLATE_POD["spec"], **NATIVE_POD["spec"]}}),
    ],
)
def test_a_sidecar_of_the_template_s_stays_where_it_is(
    original: Any, template_pod: Any
) -> None:
    pod = merged()

    finish.finish(pod, original, template_pod, around())

    assert [c["name"] for c in pod["spec"]["containers"]] == ["app", "istio-proxy"]


def test_metrics_of_an_earlier_injection_are_hidden_from_templates() -> None:
    def hidden(before: Any, port: str) -> dict[str, Any]:
        seen = {"metadata": {"annotations": {"prometheus.io/port": port}}}
        finish.hide_metrics(seen, before, around())
        return seen["metadata"]["annotations"]

    before = status.Status.from_template_pod({})

    assert hidden(before, "15020") == {}
    assert hidden(before, "90") == {"prometheus.io/port": "90"}
    assert hidden(None, "15020") == {"prometheus.io/port": "15020"}


def test_ids_that_openshift_gave_are_dropped_before_all_else() -> None:
    context = {"runAsUser": 7}
    pod: dict[str, Any] = {
        "spec": {
            "containers": [
                {"name": "app", "securityContext": dict(context)},
                {"name": "istio-proxy", "securityContext": dict(context)},
            ]
        }
    }
    elsewhere = copy.deepcopy(pod)

    finish.prepare(pod, around(features={"PLATFORM": "openshift"}))
    finish.prepare(elsewhere, around())

    assert pod["spec"]["containers"][1]["securityContext"] == {}
    assert elsewhere["spec"]["containers"][1]["securityContext"] == context
    assert around().ids == Ids()


def test_the_author_s_ids_are_adopted_since_1_20_7() -> None:
    proxy = {"name": "istio-proxy", "securityContext": {"runAsUser": 12}}
    original: dict[str, Any] = {"spec": {"containers": [proxy]}}

    def argument(release: str) -> str:
        pod = copy.deepcopy(original)
        init = {"name": "istio-init", "args": ["-u", "1337"]}
        pod["spec"]["initContainers"] = [init]
        finish.finish(pod, original, {}, around(release=Release.parse(release)))
        return init["args"][1]

    assert argument("1.20.7") == "12"
    assert argument("1.20.6") == "1337"


# A container that is not at its place any more is printed as the release's Go knows it.
PRINTED = re.compile("Probe/(grpc|grpc/service|terminationGracePeriodSeconds): ")


@pytest.mark.parametrize("release", ["1.10", "1.20", "1.26", "1.30"])
def test_recorded_pods_are_finished_as_istio_did(release: str) -> None:
    istio_folder()
    compared = 0

    for exchange in exchanges(release):
        if exchange.denied or "patch" not in exchange.response["response"]:
            continue
        if release == "1.10" and "--slash--" in exchange.path:
            # A slash of a path is told by the address, not here.
            continue
        original = copy.deepcopy(exchange.request["request"]["object"])
        circumstances = surroundings_of(exchange, original)
        template_pod = template_pod_of(exchange)
        finish.prepare(original, circumstances)
        pod = unfinished(exchange, original, circumstances)

        before = status.parse(original)
        own = overrides.find(
            original, template_pod, before, circumstances.config.release
        )
        pod = overrides.reapply(pod, own, merge)
        if not status.is_stamped(original):
            overrides.remember(pod, own, as_istio=True)
        finish.finish(pod, original, template_pod, circumstances)

        left = [
            difference
            for difference in pod_differences(pod, exchange)
            if not PRINTED.search(difference)
        ]
        assert not left, exchange.name
        compared += 1

    assert compared > 180
