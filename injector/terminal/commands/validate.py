"""``validate``: prints every problem of a configuration, or its settings."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from injector.base.errors import InjectorError
from injector.configuration.config import Config, Policy
from injector.istio import samples
from injector.kubernetes import schema, soundness
from injector.loading import products
from injector.pipeline.injector import Injector
from injector.terminal import configuration, options
from injector.terminal.commands import pack
from injector.terminal.streams import Terminal


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


def run(args: argparse.Namespace, terminal: Terminal) -> bytes:
    """Return the settings of the configuration; warnings go to stderr."""
    found = configuration.read(args, terminal)
    newer = filter(None, [found.config.newer])
    warnings = [*newer, *found.config.doubts, *doubts(found.config)]
    payload = pack.packed(found.documents)
    lines = [
        *(f"{title}: {value}" for title, value in settings(found.config) if value),
        pack.fill(payload),
    ]
    for warning in warnings:
        terminal.say(f"warning: {warning}")
    return "".join(f"{line}\n" for line in lines).encode()


def doubts(config: Config) -> Iterator[str]:
    """Yield the problems of each template with sample pods.

    Raises:
        ConfigError: the mesh configuration cannot be used.
    """
    # Templates are checked whatever the policy is.
    enabled = config._replace(policy=Policy.ENABLED, aliases={})
    for name, template in config.templates.items():
        if name in samples.gateways(config):
            yield from samples.problems(template)
            continue
        injector = products.injector(
            enabled._replace(
                templates={**config.templates, name: samples.watched(template, config)},
                default_templates=(name,),
            )
        )
        for kind, pod in samples.samples(config).items():
            # One sample with problems is enough for each template.
            if found := list(_problems(injector, name, kind, pod)):
                yield from found
                break


def _problems(
    injector: Injector, name: str, kind: str, pod: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what an API server refuses or drops of *pod*, injected by one template."""
    try:
        injection = injector.inject(pod, "default")
    except InjectorError as e:
        yield f"templates.{name}: fails on {kind}: {e}"
        return
    # Elements with the same name are one after the merge.
    repeated = soundness.repeated(injection.template_pod)
    for doubt in dict.fromkeys([*repeated, *soundness.doubts(injection.pod)]):
        yield f"templates.{name}: of {kind}: {doubt}"
    template = injector.config.templates[name]
    rendered = injection.template_pod
    if isinstance(template, samples.Watched):
        rendered = template.made
    for path in _dropped(rendered, schema.known(rendered), ""):
        if isinstance(template, samples.Watched) and path.endswith(samples.STOCK_FIELD):
            continue
        yield f"templates.{name}: {path} is no field of a Pod: API servers drop it"


def _dropped(value: Any, kept: Any, path: str) -> Iterator[str]:
    """Yield the path of each field of *value* that *kept* lacks."""
    if isinstance(value, dict):
        for key, item in value.items():
            place = schema.join(path, key)
            if key in kept:
                yield from _dropped(item, kept[key], place)
            else:
                yield place
    elif isinstance(value, list):
        for index, (item, other) in enumerate(zip(value, kept, strict=True)):
            yield from _dropped(item, other, schema.join(path, index))


def settings(config: Config) -> Iterator[tuple[str, str]]:
    """Yield the settings of *config*, each as a title and a text."""
    yield "policy", config.policy
    yield "release", f"{config.release}{' of Istio' if config.istio else ''}"
    yield "inferred", config.inferred
    yield "revision", config.revision
    yield "templates", ", ".join(config.templates)
    yield "of gateways only", ", ".join(samples.gateways(config))
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
