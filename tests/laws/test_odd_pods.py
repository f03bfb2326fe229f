"""Pods in which anything stands where something else belongs."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from own_templates import injected

from injector.base.errors import MergeError, PodError
from injector.base.front import Front
from injector.configuration.config import Config
from injector.injection import overrides, status
from injector.istio import flat
from injector.istio.mesh import mesh_config as meshes
from injector.istio.pod import finish as istio_finish
from injector.istio.pod.context import Situation, context, surroundings
from injector.kubernetes.merge import merge
from injector.releases.release import Release

WORDS = st.sampled_from(
    [
        *(
            "app",
            "istio-proxy",
            "istio-init",
            "istio-validation",
            "x",
            "auto",
            "TPROXY",
        ),
        *("ReplicaSet", "Job", "ReplicationController", "default-12345678"),
        *("80", "true", "false", "1/2", "1-2", "{}", "[]", "null", "statusPort:1"),
        '{"containers":["app","istio-proxy"],"initContainers":["istio-init"]}',
        '{"containers":[{"name":"app"}],"initContainers":[{"name":[]}]}',
        '{"/app-health/app/livez":{}}',
    ]
)
KEYS = st.sampled_from(
    [
        *("metadata", "spec", "name", "namespace", "generateName", "ownerReferences"),
        *("labels", "annotations", "controller", "kind", "nodeName", "volumes"),
        *("containers", "initContainers", "env", "value", "args", "image", "ports"),
        *("containerPort", "securityContext", "runAsUser", "runAsGroup", "resources"),
        *("limits", "cpu", "readinessProbe", "livenessProbe", "lifecycle", "preStop"),
        *("httpGet", "tcpSocket", "grpc", "port", "scheme", "httpHeaders"),
        *("timeoutSeconds", "pod-template-hash", "deploymentconfig"),
        *("sidecar.istio.io/status", "proxy.istio.io/overrides"),
        *("proxy.istio.io/config", "prometheus.istio.io/scrape-targets"),
        *("prometheus.io/port", "prometheus.io/scrape", "topology.istio.io/network"),
        *("status.sidecar.istio.io/port", "sidecar.istio.io/interceptionMode"),
        "ISTIO_KUBE_APP_PROBERS",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-1, 20000) | st.just(0.5) | WORDS
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner),
    max_leaves=12,
)


def odd(**fields: Any) -> Any:
    """Draw a mapping with these fields, any of which may be odd or absent."""
    return st.fixed_dictionaries({}, optional={k: v | JSON for k, v in fields.items()})


PROBES = odd(httpGet=odd(port=WORDS), tcpSocket=odd(port=WORDS), grpc=odd(port=WORDS))
CONTAINERS = st.lists(
    odd(
        name=WORDS,
        env=st.lists(odd(name=KEYS, value=WORDS)),
        ports=st.lists(odd(name=WORDS, containerPort=SCALARS)),
        securityContext=odd(runAsUser=SCALARS, runAsGroup=SCALARS),
        args=st.lists(WORDS),
        livenessProbe=PROBES,
        lifecycle=odd(preStop=PROBES),
        resources=JSON,
    )
    | JSON
)
OWNERS = st.lists(odd(kind=WORDS, name=WORDS, controller=st.just(value=True)))
METADATA = odd(
    name=WORDS,
    namespace=WORDS,
    generateName=WORDS,
    labels=st.dictionaries(KEYS, SCALARS),
    annotations=st.dictionaries(KEYS, SCALARS | JSON),
    ownerReferences=OWNERS,
)
PODS = odd(
    metadata=METADATA, spec=odd(containers=CONTAINERS, initContainers=CONTAINERS)
)
RELEASES = st.sampled_from(["1.9", "1.12", "1.18", "1.20.1", "1.26", "1.30", "1.31"])


@given(pod=PODS, template_pod=PODS, release=RELEASES)
def test_istio_s_rules_take_any_pod_or_blame_it(
    pod: dict[str, Any], template_pod: dict[str, Any], release: str
) -> None:
    config = Config(
        release=Release.parse(release),
        values={"sidecarInjectorWebhook": {"rewriteAppHTTPProbe": True}},
        features={"PLATFORM": "openshift", "ENABLE_NATIVE_SIDECARS": "true"},
    )
    mesh = meshes.effective((), config.release)
    merged = copy.deepcopy(pod)

    try:
        around = surroundings(pod, Situation(cluster="c", network="n"), config, mesh)
        istio_finish.prepare(pod, around)
        before = status.parse(pod)
        seen = overrides.visible(pod, before, in_place=False)
        istio_finish.hide_metrics(seen, before, around)
        context(seen, around)
        theirs = overrides.find(pod, template_pod, before, config.release)
        istio_finish.merged(pod, [template_pod], around, merge)
        overrides.remember(merged, theirs)
        istio_finish.finish(merged, pod, template_pod, around)
    except (PodError, MergeError):
        return

    assert status.has_status(merged)


RENDERED = odd(
    containers=CONTAINERS,
    initContainers=CONTAINERS,
    volumes=st.lists(odd(name=WORDS, secret=JSON)),
    imagePullSecrets=st.lists(odd(name=WORDS)),
    rewriteAppHTTPProbe=st.booleans(),
)
OLD_RELEASES = st.sampled_from(["1.0", "1.1", "1.2", "1.4", "1.5", "1.6", "1.7", "1.8"])


@given(pod=PODS, rendered=RENDERED, release=OLD_RELEASES, front=st.sampled_from(Front))
def test_istio_s_old_rules_take_any_pod_or_blame_it(
    pod: dict[str, Any], rendered: dict[str, Any], release: str, front: Front
) -> None:
    config = Config(release=Release.parse(release), template_version="1")
    mesh = meshes.effective((), config.release)
    situation = Situation(cluster="c", front=front)

    try:
        around = surroundings(pod, situation, config, mesh)
        flat.inject(pod, rendered, around)
    except (MergeError, PodError):
        return

    assert status.has_status(pod)


@given(pod=PODS, template_pod=PODS)
def test_our_own_rules_take_any_pod_or_blame_it(
    pod: dict[str, Any], template_pod: dict[str, Any]
) -> None:
    try:
        built = injected(pod, [template_pod], Config())
    except (MergeError, PodError):
        return

    assert status.has_status(built.pod)
