"""The configuration of a command, and the injector made from it."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from injector.base.errors import ManifestError
from injector.base.front import Front
from injector.configuration import document
from injector.configuration.config import Config
from injector.istio.maps import config_maps
from injector.kubernetes import schema
from injector.loading import loader, products
from injector.loading.sources import FileSource, Payload, Source, choose
from injector.pipeline.interface import Injection
from injector.terminal.explaining import Inject
from injector.terminal.streams import STDIN, Terminal, UsageError
from injector.wire import address

TIMEOUT = 30.0
"""The most seconds for the read of a secret."""


class StdinSource(NamedTuple):
    """The standard input; its paths of templates start at the current folder."""

    data: bytes
    name: str = "stdin"
    moves: bool = False

    def read(self, seconds: float) -> Payload:  # noqa: ARG002 - the data is here
        """Return the data."""
        return Payload(data=self.data)

    def read_file(self, path: str) -> str:
        """Return the text of a file in the current folder or below it."""
        return FileSource(Path(STDIN)).read_file(path)


class LoadedConfig(NamedTuple):
    """A configuration and its source."""

    config: Config
    source: Source
    data: bytes

    @property
    def documents(self) -> list[Mapping[str, Any]]:
        """The documents that the configuration needs, with the texts of templates."""
        documents = document.parts(self.data)
        if document.are_istios(documents):
            return config_maps.needed(documents)
        return [self._with_templates(document.own(documents))]

    def _with_templates(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        templates = {
            name: template
            if isinstance(template, str)
            else self.source.read_file(template["file"])
            for name, template in config.get("templates", {}).items()
        }
        return {**config, "templates": templates} if templates else config


def read(args: argparse.Namespace, terminal: Terminal) -> LoadedConfig:
    """Return the configuration that ``--config`` or the environment names.

    Raises:
        ConfigError: the configuration is invalid; the error has every problem.
        ConfigUnavailable: the configuration cannot be read now.
        UsageError: the standard input cannot be read.
    """
    source = _source(args.config, terminal)
    data = source.read(TIMEOUT).data
    config = loader.parse(data, source, terminal.environ)
    return LoadedConfig(config=config, source=source, data=data)


def inject_function(config: Config, path: str, front: Front = Front.WEBHOOK) -> Inject:
    """Return a function that injects by *config*, as for a request to *path*.

    Raises:
        ConfigError: the mesh configuration cannot be used.
        UsageError: *path* is no path that injects.
    """
    target = address.parse(path)
    if target is None or target.endpoint != "inject":
        raise UsageError(
            f"{path!r} is no path of the function, want /inject[/KEY/VALUE]"
        )
    injector = products.injector(config, front)

    def inject(pod: dict[str, Any], namespace: str) -> Injection:
        try:
            injection = injector.inject(pod, namespace, address=target)
        except Exception:
            # Impossible types are the manifest's fault, not the injector's.
            _check_types(pod)
            raise
        if injection.inject:
            _check_types(pod)
        return injection

    return inject


def _check_types(pod: dict[str, Any]) -> None:
    """Raise ManifestError with every field that has an impossible type."""
    if problems := schema.problems(pod):
        raise ManifestError("; ".join(map(str, problems)))


def _source(name: str | None, terminal: Terminal) -> Source:
    if name is None:
        return choose(terminal.environ)
    return StdinSource(terminal.read(name)) if name == STDIN else FileSource(Path(name))
