"""Istio's templates on trial: sample pods, and the templates that no pod can try."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from injector.base.errors import PodError, TemplateError
from injector.configuration.config import Config, Template
from injector.istio.pod import annotations
from injector.kubernetes import pods, schema
from injector.releases.release import Release

if TYPE_CHECKING:
    from injector.istio.go.template import IstioTemplate

OF_GATEWAYS: Final = (".DeploymentName", ".ServiceType")
"""Fields that only the gateway controller of Istio gives to its templates."""

PLAIN: Mapping[str, Any] = {"spec": {"containers": [{"name": "app", "image": "app"}]}}
PLAIN_ONLY: Mapping[str, Mapping[str, Any]] = {"a plain pod": PLAIN}
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    **PLAIN_ONLY,
    "a pod with words of its own": {
        "metadata": {
            "labels": {"app": "app", "version": "v1"},
            "annotations": {
                "sidecar.istio.io/logLevel": "info",
                "sidecar.istio.io/proxyCPU": "100m",
                "sidecar.istio.io/proxyMemory": "128Mi",
                "sidecar.istio.io/proxyCPULimit": "1",
                "sidecar.istio.io/proxyMemoryLimit": "1Gi",
                "status.sidecar.istio.io/port": "15021",
                "traffic.sidecar.istio.io/excludeInboundPorts": "9090",
                "traffic.sidecar.istio.io/excludeOutboundPorts": "9091",
                "traffic.sidecar.istio.io/excludeOutboundIPRanges": "10.0.0.0/8",
            },
        },
        **PLAIN,
    },
    "a pod without redirection": {
        "metadata": {"annotations": {"sidecar.istio.io/interceptionMode": "NONE"}},
        **PLAIN,
    },
    "a pod with a transparent proxy": {
        "metadata": {"annotations": {"sidecar.istio.io/interceptionMode": "TPROXY"}},
        **PLAIN,
    },
    "a pod with ports and probes": {
        "metadata": {"namespace": "default"},
        "spec": {
            "serviceAccountName": "app",
            "containers": [
                {
                    "name": "app",
                    "image": "app",
                    "ports": [{"name": "http", "containerPort": 80}],
                    "readinessProbe": {"httpGet": {"path": "/", "port": "http"}},
                    "livenessProbe": {"tcpSocket": {"port": 80}},
                },
            ],
        },
    },
    "a pod with its own sidecar": {
        "spec": {
            "containers": [
                {"name": "app", "image": "app"},
                {"name": "istio-proxy", "image": "auto"},
            ]
        }
    },
}
"""What pods templates are tried on."""


STOCK_FIELD = ".securityContext.fsGroup"
"""What Istio's own templates gave to containers, which have no such field, in old
releases: no operator can change it."""


class Watched(NamedTuple):
    """A template of Istio's, and what it made last, the fields that no Pod has too."""

    name: str
    template: "IstioTemplate"
    made: dict[str, Any]

    def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the overlay, and note it as it was before it was read as a Pod."""
        # Istio reads names in any case.
        made = schema.spelled(self.template.untyped(context), schema.type_of("Pod"))
        self.made.clear()
        self.made.update(made)
        return self.template.render(context)


def watched(template: Template, config: Config) -> Template:
    """Return *template*, watched where it makes pods that are read through types."""
    if not config.from_istio or config.template_version:
        return template
    return Watched(template.name, cast("IstioTemplate", template), {})


def samples(config: Config) -> Mapping[str, Mapping[str, Any]]:
    """Return the pods that templates are tried on, by what they are."""
    if not config.from_istio:
        return PLAIN_ONLY
    return {kind: pod for kind, pod in SAMPLES.items() if _may_say(pod, config.release)}


def _may_say(pod: Mapping[str, Any], release: Release) -> bool:
    """Tell whether a pod may have such annotations in *release*."""
    try:
        annotations.check(pods.annotations(pod), release)
    except PodError:
        return False
    return True


def gateways(config: Config) -> tuple[str, ...]:
    """Return the templates that only Istio's gateway controller can render."""
    if not config.from_istio:
        return ()
    return tuple(
        name
        for name, template in config.templates.items()
        if all(field in cast("IstioTemplate", template).source for field in OF_GATEWAYS)
    )


def problems(template: Template) -> Iterator[str]:
    """Yield what is wrong with a template that no pod can try."""
    try:
        cast("IstioTemplate", template).check()
    except TemplateError as e:
        yield f"templates.{template.name}: is none: {e}"
