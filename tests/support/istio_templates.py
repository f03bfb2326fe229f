"""A template of Istio's, and its data: one pod, one mesh, some values."""

from collections.abc import Mapping
from typing import Any

from injector.configuration.config import Config
from injector.istio.go.template import IstioTemplate, Library
from injector.istio.mesh import mesh_config as meshes
from injector.istio.pod.context import Context, Situation, surroundings
from injector.releases.release import Release

POD: Mapping[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "generateName": "web-7-",
        "namespace": "shop",
        "labels": {"app": "web", "pod-template-hash": "7"},
        "annotations": {"a": "<x>", "n": "8080"},
        "ownerReferences": [
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "name": "web-7",
                "controller": True,
            }
        ],
    },
    "spec": {
        "terminationGracePeriodSeconds": 30,
        "containers": [
            {
                "name": "app",
                "ports": [
                    {"containerPort": 80, "name": "http"},
                    {"containerPort": 53, "protocol": "UDP"},
                ],
                "resources": {"limits": {"cpu": "1500m", "memory": "1Gi"}},
                "livenessProbe": {"httpGet": {"port": "http", "path": "/"}},
                "readinessProbe": {"tcpSocket": {"port": 81}},
            }
        ],
        "volumes": [{"name": "v", "emptyDir": {}}],
    },
}
MESH: Mapping[str, Any] = {
    "enablePrometheusMerge": False,
    "trustDomainAliases": ["a", "b"],
    "defaultConfig": {
        "concurrency": 3,
        "drainDuration": "61.5s",
        "interceptionMode": "TPROXY",
        "proxyMetadata": {"B": "2", "A": "1"},
        "tracing": {"zipkin": {"address": "z:1"}, "sampling": 12.5},
        "holdApplicationUntilProxyStarts": True,
        "extraStatTags": ["x", "y"],
    },
    "extensionProviders": [{"name": "p", "prometheus": {}}],
}
VALUES: Mapping[str, Any] = {
    "number": 15020,
    "list": [1, "a"],
    "resources": {"limits": {"cpu": "100m", "memory": None}},
    "global": {"hub": "h", "tag": "t"},
}


def template(
    source: str, release: str = "1.30", features: Mapping[str, str] | None = None
) -> IstioTemplate:
    """Return a template of the release."""
    library = Library(Release.parse(release), VALUES, features or {})
    return IstioTemplate("sidecar", source, library)


def context(
    release: str = "1.30",
    mesh: Mapping[str, Any] = MESH,
    pod: Mapping[str, Any] = POD,
) -> Context:
    """Return the data of the release's templates for a pod."""
    config = Config(values=VALUES, release=Release.parse(release), istio=True)
    effective = meshes.effective([mesh], config.release)
    around = surroundings(pod, Situation(namespace="ns"), config, effective)
    return Context(pod, around)
