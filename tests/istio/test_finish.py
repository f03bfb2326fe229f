import copy
import json
import re
from typing import Any

import pytest
from istio_cases import exchanges, pod_differences
from recorded_pods import surroundings_of, template_pod_of, unfinished
from shared_data import istio_folder

from injector.configuration.config import Config
from injector.injection import overrides, status
from injector.istio.mesh import mesh_config as meshes
from injector.istio.pod import finish
from injector.istio.pod.context import Situation, Surroundings, surroundings
from injector.istio.pod.identity import Ids
from injector.kubernetes import pods
from injector.kubernetes.merge import merge
from injector.releases.release import CURRENT, Release

STATUS = (
    '{"initContainers":null,"containers":["istio-proxy"],"volumes":null,'
    '"imagePullSecrets":null,"revision":"default"}'
)
TEMPLATE_POD: dict[str, Any] = {"spec": {"containers": [{"name": "istio-proxy"}]}}
NATIVE_POD: dict[str, Any] = {"spec": {"initContainers": [{"name": "istio-proxy"}]}}


PLAIN = ["istio-proxy", "app"]


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


def test_a_pod_without_sidecar_has_status_all_the_same() -> None:
    pod: dict[str, Any] = {"spec": None}

    finish.finish(pod, {}, {}, around(None, Situation(cluster="c")))

    assert status.has_status(pod)


def both(
    pod: Any, *overlays: Any, release: Release = CURRENT, native: str = "true"
) -> tuple[list[str], list[str]]:
    """Return the names of containers and init containers after a merge."""
    features = {"ENABLE_NATIVE_SIDECARS": native}
    circumstances = around(release=release, features=features)
    after, _ = finish.merged(pod, overlays, circumstances, merge)
    found = [pods.containers(after, kind) for kind in ("containers", "initContainers")]
    containers, init = ([one["name"] for one in listed] for listed in found)
    return containers, init


def test_the_author_s_sidecar_is_where_the_templates_have_it() -> None:
    old = Release(1, 18)

    assert both(merged(), NATIVE_POD) == (["app"], ["istio-proxy"])
    assert both(merged(), NATIVE_POD, release=old) == (PLAIN, ["istio-proxy"])
    assert both(merged(), NATIVE_POD, native="false") == (PLAIN, ["istio-proxy"])
    assert both(merged(), TEMPLATE_POD) == (PLAIN, [])


def test_each_template_finds_the_sidecar_where_those_before_have_it() -> None:
    app: Any = {"spec": {"containers": [{"name": "app"}]}}

    assert both(app, TEMPLATE_POD, NATIVE_POD) == (["app"], ["istio-proxy"])
    assert both(app, NATIVE_POD, TEMPLATE_POD) == (PLAIN, ["istio-proxy"])
    assert both(merged(), NATIVE_POD, {"spec": {}}) == (["app"], ["istio-proxy"])


def test_a_sidecar_is_moved_after_the_author_s_init_containers() -> None:
    pod: Any = copy.deepcopy(merged())
    pod["spec"]["initContainers"] = [{"name": "i"}]
    overlay: Any = {
        "spec": {"initContainers": [{"name": "istio-proxy", "env": [{"name": "A"}]}]}
    }
    pod["spec"]["containers"][0]["env"] = [{"name": "MINE"}, {"name": "A"}]
    circumstances = around(features={"ENABLE_NATIVE_SIDECARS": "true"})

    after, made = finish.merged(pod, [overlay], circumstances, merge)

    [_, proxy] = after["spec"]["initContainers"]
    assert proxy["env"] == [{"name": "MINE"}, {"name": "A"}]
    assert made == overlay


def test_no_sidecar_is_moved_among_init_containers_that_are_no_list() -> None:
    pod: Any = {"spec": {**merged()["spec"], "initContainers": 5}}

    assert both(pod, NATIVE_POD) == (PLAIN, ["istio-proxy"])


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
        if not status.has_status(original):
            overrides.remember(pod, own)
        finish.finish(pod, original, template_pod, circumstances)

        left = [
            difference
            for difference in pod_differences(pod, exchange)
            if not PRINTED.search(difference)
        ]
        assert not left, exchange.name
        compared += 1

    assert compared > 180
