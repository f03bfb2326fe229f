"""Recorded pods before Istio's finishing rules.

The comparison leaves out the templates: the elements that they put into a recorded pod
are taken as they are, and the changes of the finishing rules are undone.
"""

import copy
from functools import cache
from typing import Any

import yaml
from istio_cases import Exchange, Setting

from injector.configuration.config import Cluster, Config, Namespace
from injector.injection import status
from injector.istio.mesh import mesh_config as meshes
from injector.istio.pod import names
from injector.istio.pod.context import Situation, Surroundings, surroundings
from injector.kubernetes import pods
from injector.releases.release import Release
from injector.wire import address

ISTIO = (names.INIT, names.VALIDATION, names.PROXY, names.CORE_DUMP)
PROBED = ("readinessProbe", "livenessProbe", "startupProbe", "lifecycle")
FINISHED = (
    "sidecar.istio.io/status",
    "proxy.istio.io/overrides",
    "prometheus.io/scrape",
    "prometheus.io/path",
    "prometheus.io/port",
)
KINDS = ("containers", "initContainers")


@cache
def read(text: str) -> Any:
    """Return the document in a recorded text; do not change it."""
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}  # noqa: S506 - a safe one


def config_of(setting: Setting) -> Config:
    """Return the configuration of the recorded injector."""
    document = read(setting.texts["config"])
    cluster = setting.cluster
    namespaces = {
        name: Namespace(annotations=namespace.get("annotations") or {})
        for name, namespace in (cluster.get("namespaces") or {}).items()
    }
    return Config(
        values=read(setting.texts["values"]),
        mesh=(read(setting.texts["mesh"]),),
        features={name: value for name, value in setting.env.items() if value},
        clusters={
            "Kubernetes": Cluster(
                nodes=cluster.get("nodes") or {}, namespaces=namespaces
            )
        },
        injected_annotations=document.get("injectedAnnotations") or {},
        release=Release.parse(setting.release),
        istio=True,
    )


def surroundings_of(exchange: Exchange, pod: dict[str, Any]) -> Surroundings:
    """Return the surroundings of the *pod* of the *exchange*."""
    config = config_of(exchange.setting)
    where = address.parse(exchange.path)
    assert where is not None
    situation = Situation(
        namespace=exchange.request["request"].get("namespace", ""),
        cluster=where.cluster,
        network=where.network,
        variables=where.variables,
    )
    mesh = meshes.effective(config.mesh, config.release)
    return surroundings(pod, situation, config, mesh)


def template_pod_of(exchange: Exchange) -> dict[str, Any]:
    """Return the names of the elements that the templates put into the pod."""
    found = status.parse(exchange.patched)
    assert found is not None
    return {
        "spec": {
            kind: [{"name": name} for name in listed]
            for kind, listed in found.names.items()
        }
    }


def unfinished(
    exchange: Exchange, original: dict[str, Any], around: Surroundings
) -> dict[str, Any]:
    """Return the recorded pod after the merge, before the finishing rules."""
    pod: dict[str, Any] = copy.deepcopy(exchange.patched)
    template_pod = template_pod_of(exchange)
    _restore_metadata(pod, original, around)
    native = _has_proxy(template_pod, "initContainers")
    both = native and _has_proxy(template_pod, "containers")
    for kind in KINDS:
        listed = pods.containers(pod, kind)
        for container in listed:
            name = container["name"]
            theirs = pods.named(pods.containers(original, kind), name)
            if name == names.PROXY:
                if _has_proxy(template_pod, kind) and not (both and kind == KINDS[1]):
                    theirs = theirs or pods.named(pods.all_containers(original), name)
                    _restore_variables(container, theirs or {}, around)
            elif theirs is not None:
                restored = {key: theirs[key] for key in PROBED if key in theirs}
                container.update(copy.deepcopy(restored))
        made = {c["name"] for c in pods.containers(template_pod, kind)} & {*ISTIO}
        ours = [c for c in listed if c["name"] in made]
        rest = [c for c in listed if c["name"] not in made]
        if listed:
            # The merge puts the template's elements first.
            pod["spec"][kind] = [*reversed(ours), *rest]
    _restore_ids(pod, original, template_pod, around)
    return pod


def _has_proxy(pod: dict[str, Any], kind: str) -> bool:
    return pods.named(pods.containers(pod, kind), names.PROXY) is not None


def _restore_metadata(
    pod: dict[str, Any], original: dict[str, Any], around: Surroundings
) -> None:
    annotations = pods.mapping_at(pods.mapping_at(pod, "metadata"), "annotations")
    before = pods.annotations(original)
    for name in (*FINISHED, *around.config.injected_annotations):
        annotations.pop(name, None)
    for name, value in before.items():
        if name in FINISHED or name.startswith(("prometheus-", "prometheus_")):
            annotations[name] = value
    if "topology.istio.io/network" not in pods.labels(original):
        pods.labels(pod).pop("topology.istio.io/network", None)


def _restore_variables(
    proxy: dict[str, Any], theirs: dict[str, Any], around: Surroundings
) -> None:
    before = pods.elements(theirs.get("env"))
    computed = {names.CLUSTER_VARIABLE, names.NETWORK_VARIABLE}
    computed &= {
        name
        for name, value in (
            (names.CLUSTER_VARIABLE, around.cluster),
            (names.NETWORK_VARIABLE, around.network),
        )
        if value
    }
    computed |= set(around.situation.variables)
    kept = []
    for variable in pods.elements(proxy.get("env")):
        mine = pods.named(before, variable["name"])
        if variable["name"] == names.PROBERS_VARIABLE and mine:
            kept.append(dict(mine))
        elif variable["name"] == names.METRICS_VARIABLE:
            kept.extend([mine] if mine else [])
        elif variable["name"] not in {*computed, names.PROBERS_VARIABLE}:
            kept.append(variable)
    if kept:
        proxy["env"] = kept
    else:
        proxy.pop("env", None)


def _restore_ids(
    pod: dict[str, Any],
    original: dict[str, Any],
    template_pod: dict[str, Any],
    around: Surroundings,
) -> None:
    theirs = pods.named(pods.all_containers(original), names.PROXY) or {}
    before = pods.mapping(theirs.get("securityContext"))
    if not before.keys() & {"runAsUser", "runAsGroup"}:
        return
    injected = pods.containers(template_pod, "initContainers")
    for container in pods.containers(pod, "initContainers"):
        if pods.named(injected, container["name"]) is None:
            continue
        if container["name"] in (names.INIT, names.VALIDATION):
            arguments = container.get("args", [])
            if "-u" in arguments:
                arguments[arguments.index("-u") + 1] = str(around.ids.uid)
        if container["name"] == names.VALIDATION:
            ids = {"runAsUser": around.ids.uid, "runAsGroup": around.ids.gid}
            container["securityContext"].update(ids)
    proxy = pods.named(pods.all_containers(pod), names.PROXY)
    if proxy is not None and before.get("runAsUser") is not None:
        proxy["securityContext"]["runAsUser"] = before["runAsUser"]
