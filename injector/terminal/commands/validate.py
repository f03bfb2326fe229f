"""``validate``: every problem of a configuration, or what was understood of it."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from injector.base.errors import InjectorError
from injector.configuration.config import Config, Policy
from injector.istio import samples
from injector.kubernetes import schema, soundness
from injector.loading import products
from injector.pipeline.injector import Injector
from injector.terminal.commands import options, pack, setup
from injector.terminal.commands.streams import Terminal


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
        if name in samples.gateways(config):
            yield from samples.problems(template)
            continue
        injector = products.injector(
            willing._replace(
                templates={**config.templates, name: samples.watched(template, config)},
                default_templates=(name,),
            )
        )
        for kind, pod in samples.samples(config).items():
            # One sample that fails is enough of each template.
            if found := list(_tried(injector, name, kind, pod)):
                yield from found
                break


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
    if isinstance(template, samples.Watched):
        rendered = template.made
    for path in _dropped(rendered, schema.known(rendered), ""):
        if isinstance(template, samples.Watched) and path.endswith(samples.STOCK_FIELD):
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
