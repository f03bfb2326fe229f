"""The context of templates, and the inputs of an injection other than the pod."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from injector.base import annotations
from injector.base.front import Front
from injector.configuration.config import NOTHING, Config, Namespace
from injector.injection.workload import DEPLOYMENT_CONFIG, hides_label, workload
from injector.istio.mesh.proxy_config import proxy_config
from injector.istio.pod.identity import Ids, ids_of, is_openshift
from injector.istio.pod.images import init_image, proxy_image
from injector.istio.pod.native import is_native
from injector.kubernetes import pods
from injector.releases.history import rule

DEFAULT_CLUSTER = "Kubernetes"
DEFAULT_NAMESPACE = "default"


class Situation(NamedTuple):
    """The namespace of a request, the elements of its path, and the program."""

    namespace: str = ""
    cluster: str = ""
    network: str = ""
    variables: Mapping[str, str] = NOTHING
    elements: tuple[str, ...] = ()
    """The path's elements between slashes, as old releases read them."""
    front: Front = Front.WEBHOOK
    """The program of the release that injects the pod."""


class Surroundings(NamedTuple):
    """The inputs of the injection of one pod other than the pod."""

    situation: Situation
    config: Config
    mesh: Mapping[str, Any]
    """The effective mesh configuration."""
    proxy: Mapping[str, Any]
    """The sidecar's ProxyConfig: the mesh's, overlaid with the pod's annotation."""
    cluster: str
    """The cluster's name by the path or the values, else empty."""
    network: str
    ids: Ids
    native: bool
    """Whether the sidecar of this pod is a native one."""


def surroundings(
    pod: Mapping[str, Any],
    situation: Situation,
    config: Config,
    mesh: Mapping[str, Any],
) -> Surroundings:
    """Return the surroundings of *pod*; *mesh* is the effective mesh configuration.

    Raises:
        PodError: the pod's own proxy configuration cannot be read.
    """
    annotation = rule(config.release, "proxy_config_annotation")
    text = pods.annotations(pod).get(annotation)
    own = text if isinstance(text, str) else None
    values = pods.mapping(config.values.get("global"))
    multi_cluster = pods.mapping(values.get("multiCluster"))
    cluster = situation.cluster or pods.text(multi_cluster.get("clusterName"))
    network = situation.network or pods.text(values.get("network"))
    if annotations.NETWORK in pods.labels(pod):
        network = pods.text(pods.labels(pod)[annotations.NETWORK])
    return Surroundings(
        situation=situation,
        config=config,
        mesh=mesh,
        proxy=proxy_config(mesh, own, config.release),
        cluster=cluster,
        network=network,
        ids=_namespace_ids(pod, situation, config, cluster or DEFAULT_CLUSTER),
        native=is_native(pod, cluster or DEFAULT_CLUSTER, config),
    )


def _namespace_ids(
    pod: Mapping[str, Any], situation: Situation, config: Config, cluster: str
) -> Ids:
    """Return the ids of the sidecar of *pod*: OpenShift gives each namespace some."""
    if not is_openshift(config.features, config.release):
        return Ids()
    if rule(config.release, "openshift_cluster") == "own":
        cluster = DEFAULT_CLUSTER
    known = (config.clusters or {}).get(cluster)
    metadata = pods.mapping(pod.get("metadata"))
    name = pods.text(metadata.get("namespace")) or situation.namespace
    namespace = known.namespaces.get(name) if known else None
    return ids_of((namespace or Namespace()).annotations)


class Context(Mapping[str, Any]):
    """The context of templates: for Jinja a mapping, which is made at its first use.

    Istio's templates read *seen*, the pod as templates see it, and *around* instead.
    """

    def __init__(self, seen: Mapping[str, Any], around: Surroundings) -> None:
        self.seen = seen
        self.around = around

    @cached_property
    def _names(self) -> dict[str, Any]:
        return context(self.seen, self.around)

    def __getitem__(self, name: str) -> Any:
        return self._names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def context(seen: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
    """Return the variables of Jinja templates for the pod *seen*.

    Labels and annotations are mappings, containers, init containers and volumes are
    lists, also where the pod has none. The namespace is ``default`` where pod and
    request name none.
    """
    config = around.config
    metadata = metadata_seen(seen, around)
    namespace = metadata.get("namespace") or DEFAULT_NAMESPACE
    spec = dict(pods.spec(seen))
    for name in ("containers", "initContainers", "volumes"):
        spec[name] = pods.elements(spec.get(name))
    mesh = around.mesh
    if rule(config.release, "mesh_shows_annotation"):
        mesh = {**mesh, "defaultConfig": around.proxy}
    return {
        "pod": {**seen, "metadata": metadata, "spec": spec},
        "metadata": metadata,
        "spec": spec,
        "namespace": namespace,
        "workload": workload(seen, namespace, config.release),
        "cluster": around.cluster or DEFAULT_CLUSTER,
        "network": around.network,
        "values": config.values,
        "mesh": mesh,
        "proxy": around.proxy,
        "revision": config.revision,
        "istio": _istio(metadata["annotations"], around),
    }


def _istio(annotations: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
    """Return the variable ``istio``: what Istio computes from several sources."""
    config = around.config
    sources = (annotations, around.proxy, config.values, config.release)
    return {
        "image": proxy_image(*sources),
        "initImage": init_image(*sources),
        "uid": around.ids.uid,
        "gid": around.ids.gid,
        "nativeSidecars": around.native,
        "compliancePolicy": config.features.get("COMPLIANCE_POLICY", ""),
        "inboundTrafficPolicyMode": inbound_mode(around.mesh),
        "revision": config.revision,
    }


def inbound_mode(mesh: Mapping[str, Any]) -> str:
    """Return where inbound traffic goes: ``localhost`` or ``passthrough``."""
    mode = pods.mapping(mesh.get("inboundTrafficPolicy")).get("mode")
    return "localhost" if mode == "LOCALHOST" else "passthrough"


def metadata_seen(seen: Mapping[str, Any], around: Surroundings) -> dict[str, Any]:
    """Return the metadata that templates see."""
    release = around.config.release
    metadata = dict(pods.mapping(seen.get("metadata")))
    labels = dict(pods.labels(seen))
    if hides_label(seen, release):
        labels.pop(DEPLOYMENT_CONFIG, None)
    metadata |= {"labels": labels, "annotations": dict(pods.annotations(seen))}
    namespace = around.situation.namespace
    if not metadata.get("namespace") and namespace and rule(release, "fills_namespace"):
        metadata["namespace"] = namespace
    return metadata
