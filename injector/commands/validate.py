"""``validate``: every problem of a configuration, or what was understood of it."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from injector import annotations, soundness
from injector.commands import options, pack, setup
from injector.commands.terminal import Terminal
from injector.config import Config, Policy
from injector.errors import MergeError, PodError, TemplateError, UnprovedPatch
from injector.inject import Injector

PLAIN = {"spec": {"containers": [{"name": "app", "image": "app"}]}}
"""What the pod is that templates are tried on."""


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
    odd = list(doubts(found.config))
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
    willing = replace(config, policy=Policy.ENABLED, aliases={})
    injector = Injector(willing)
    for name in config.templates:
        pod = {"metadata": {"annotations": {annotations.TEMPLATES: name}}, **PLAIN}
        try:
            made = injector.inject(pod, "default").pod
        except (PodError, TemplateError, MergeError, UnprovedPatch) as e:
            yield f"templates.{name}: fails on a plain pod: {e}"
            continue
        for doubt in soundness.doubts(made):
            yield f"templates.{name}: of a plain pod: {doubt}"


def understood(config: Config) -> Iterator[tuple[str, str]]:
    """Yield each part of *config* that people want to see, as a title and a text."""
    yield "policy", config.policy
    yield "release", f"{config.release}{' of Istio' if config.istio else ''}"
    yield "revision", config.revision
    yield "templates", ", ".join(config.templates)
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
