"""Which product a configuration and a front want."""

from injector.base.front import Front
from injector.configuration.config import Config
from injector.istio.dataplane import DataPlane
from injector.istio.kube_inject import KubeInject
from injector.pipeline.injector import Injector
from injector.pipeline.sidecars import Sidecars


def injector(config: Config, front: Front = Front.WEBHOOK) -> Injector:
    """Return the injector of *config* for pods that come through *front*.

    Raises:
        ConfigError: the mesh configuration cannot be used.
    """
    if front is Front.KUBE_INJECT:
        return Injector(KubeInject(config))
    plane = DataPlane(config)
    return Injector(plane if config.istio else Sidecars(config, plane.context))


def manifest_front(config: Config) -> Front:
    """Return the front that manifests come through.

    Only Istio's own ConfigMaps have a program for manifests, ``kube-inject``.
    """
    return Front.KUBE_INJECT if config.from_istio else Front.WEBHOOK
