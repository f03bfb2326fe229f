"""Sample pods on which ``validate`` renders templates, and templates without any."""

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
"""Fields that only Istio's gateway controller gives to its templates."""

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
"""The sample pods, by what they are."""

STOCK_FIELD = ".securityContext.fsGroup"
"""A field that containers lack, and that Istio's templates of old releases set."""


class Watched(NamedTuple):
    """A template of Istio's that keeps its last overlay, unknown fields included."""

    name: str
    template: "IstioTemplate"
    made: dict[str, Any]

    def render(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the overlay; keep it in ``made`` with its unknown fields."""
        # Istio reads names in any case.
        made = schema.spelled(self.template.untyped(context), schema.POD_TYPE)
        self.made.clear()
        self.made.update(made)
        return self.template.render(context)


def watched(template: Template, config: Config) -> Template:
    """Return *template*, ``Watched`` if its overlays are read through types of Go."""
    if not config.from_istio or config.template_version:
        return template
    return Watched(template.name, cast("IstioTemplate", template), {})


def samples(config: Config) -> Mapping[str, Mapping[str, Any]]:
    """Return the sample pods for *config*, by what they are."""
    if not config.from_istio:
        return PLAIN_ONLY
    return {kind: pod for kind, pod in SAMPLES.items() if _valid(pod, config.release)}


def _valid(pod: Mapping[str, Any], release: Release) -> bool:
    """Tell whether the annotations of *pod* are valid in *release*."""
    try:
        annotations.check(pods.annotations(pod), release)
    except PodError:
        return False
    return True


def gateways(config: Config) -> tuple[str, ...]:
    """Return the names of templates that only Istio's gateway controller can render."""
    if not config.from_istio:
        return ()
    return tuple(
        name
        for name, template in config.templates.items()
        if all(field in cast("IstioTemplate", template).source for field in OF_GATEWAYS)
    )


def problems(template: Template) -> Iterator[str]:
    """Yield the compile error of a template that no sample pod can be rendered with."""
    try:
        cast("IstioTemplate", template).check()
    except TemplateError as e:
        yield f"templates.{template.name}: is none: {e}"
