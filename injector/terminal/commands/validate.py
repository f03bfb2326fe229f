"""``validate``: every problem of a configuration, or what was understood of it."""

import argparse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from injector.base.errors import InjectorError, PodError, TemplateError
from injector.configuration.config import Config, Policy, Template
from injector.istio.maps.documents import OF_GATEWAYS
from injector.istio.pod import annotations as istio_annotations
from injector.kubernetes import pods, schema, soundness
from injector.loading import products
from injector.pipeline.injector import Injector
from injector.releases.release import Release
from injector.terminal.commands import options, pack, setup
from injector.terminal.commands.streams import Terminal

if TYPE_CHECKING:
    from injector.istio.go.template import IstioTemplate

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


def add(commands: Any) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "validate",
        parents=[options.configured()],
        help="check a configuration and tell what it says",
        description="Check a configuration: every problem with its path on stderr, or "
        "what was understood on stdout.",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace, terminal: Terminal) -> bytes:
    """Return what the configuration says. What is odd about it goes to stderr."""
    found = setup.read(chosen, terminal)
    newer = filter(None, [found.config.newer])
    odd = [*newer, *found.config.doubts, *doubts(found.config)]
    payload = pack.packed(found.whole)
    lines = [
        *(f"{title}: {value}" for title, value in understood(found.config) if value),
        pack.fill(payload),
    ]
    for doubt in odd:
        terminal.say(f"warning: {doubt}")
    return "".join(f"{line}\n" for line in lines).encode()


def doubts(config: Config) -> Iterator[str]:
    """Yield what each template makes of a plain pod that no API server takes.

    Raises:
        ConfigError: the mesh configuration cannot be used.
    """
    # Whatever the policy is: the question is about templates.
    willing = config._replace(policy=Policy.ENABLED, aliases={})
    for name, template in config.templates.items():
        if name in gateways(config):
            yield from _compiled(template)
            continue
        injector = products.injector(
            willing._replace(
                templates={**config.templates, name: _watched(template, config)},
                default_templates=(name,),
            )
        )
        for kind, pod in samples(config).items():
            # One sample that fails is enough of each template.
            if found := list(_tried(injector, name, kind, pod)):
                yield from found
                break


def _watched(template: Template, config: Config) -> Template:
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
        istio_annotations.check(pods.annotations(pod), release)
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


def _compiled(template: Template) -> Iterator[str]:
    """Yield what is wrong with a template that no pod can try."""
    try:
        cast("IstioTemplate", template).check()
    except TemplateError as e:
        yield f"templates.{template.name}: is none: {e}"


def _tried(
    injector: Injector, name: str, kind: str, pod: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what the template makes of *pod*, a *kind* of pod, that nobody takes."""
    try:
        injection = injector.inject(pod, "default")
    except InjectorError as e:
        yield f"templates.{name}: fails on {kind}: {e}"
        return
    # A merge makes one of two elements with the same name.
    told = [*soundness.repeated(injection.template_pod)]
    for doubt in dict.fromkeys([*told, *soundness.doubts(injection.pod)]):
        yield f"templates.{name}: of {kind}: {doubt}"
    template = injector.config.templates[name]
    rendered = injection.template_pod
    if isinstance(template, Watched):
        rendered = template.made
    for path in _dropped(rendered, schema.known(rendered), ""):
        if isinstance(template, Watched) and path.endswith(STOCK_FIELD):
            continue
        yield f"templates.{name}: {path} is no field of a Pod: API servers drop it"


def _dropped(value: Any, kept: Any, path: str) -> Iterator[str]:
    """Yield the path of each field that is not in *kept*, which has the rest."""
    if isinstance(value, dict):
        for key, item in value.items():
            place = schema.join(path, key)
            if key in kept:
                yield from _dropped(item, kept[key], place)
            else:
                yield place
    elif isinstance(value, list):
        for index, (item, other) in enumerate(zip(value, kept, strict=True)):
            yield from _dropped(item, other, f"{path}[{index}]")


def understood(config: Config) -> Iterator[tuple[str, str]]:
    """Yield each part of *config* that people want to see, as a title and a text."""
    yield "policy", config.policy
    yield "release", f"{config.release}{' of Istio' if config.istio else ''}"
    yield "inferred", config.inferred
    yield "revision", config.revision
    yield "templates", ", ".join(config.templates)
    yield "of gateways only", ", ".join(gateways(config))
    yield "default templates", ", ".join(config.default_templates)
    yield (
        "aliases",
        "; ".join(
            f"{alias} = {', '.join(names)}" for alias, names in config.aliases.items()
        ),
    )
    yield "never injected", "; ".join(map(str, config.never_inject_selectors))
    yield "always injected", "; ".join(map(str, config.always_inject_selectors))
    yield "ignored namespaces", ", ".join(sorted(config.ignored_namespaces))
    yield "injected annotations", ", ".join(config.injected_annotations)
    yield (
        "features",
        ", ".join(f"{name}={value}" for name, value in config.features.items()),
    )
    yield "clusters", ", ".join(config.clusters or ())
    yield "digest", config.digest
