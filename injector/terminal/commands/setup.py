"""The configuration that a command works by, and the injector made of it."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from injector.base.errors import ManifestError
from injector.base.front import Front
from injector.configuration import document
from injector.configuration.config import Config
from injector.istio.maps import documents as istio_documents
from injector.kubernetes import schema
from injector.loading import loader, products
from injector.loading.sources import FileSource, Payload, Source, choose
from injector.pipeline.interface import Injection
from injector.terminal.commands.streams import STDIN, Terminal, UsageError
from injector.terminal.explaining import Inject
from injector.wire import address

PATIENCE = 30.0
"""Seconds that people wait for a secret to be read."""


class StdinSource(NamedTuple):
    """The standard input; templates in files are in the current folder."""

    data: bytes
    name: str = "stdin"
    moves: bool = False

    def read(self, seconds: float) -> Payload:  # noqa: ARG002 - it was read already
        """Return what stood there."""
        return Payload(data=self.data)

    def read_file(self, path: str) -> str:
        """Return the text of a file in the current folder or below it."""
        return FileSource(Path(STDIN)).read_file(path)


class Setup(NamedTuple):
    """A configuration, and the text that it was read from."""

    config: Config
    source: Source
    data: bytes

    @property
    def whole(self) -> list[Mapping[str, Any]]:
        """The documents, with all that counts: the texts of templates in files too."""
        documents = document.parts(self.data)
        if document.are_istios(documents):
            return istio_documents.needed(documents)
        return [self._with_templates(document.own(documents))]

    def _with_templates(self, found: Mapping[str, Any]) -> Mapping[str, Any]:
        templates = {
            name: template
            if isinstance(template, str)
            else self.source.read_file(template["file"])
            for name, template in found.get("templates", {}).items()
        }
        return {**found, "templates": templates} if templates else found


def read(chosen: argparse.Namespace, terminal: Terminal) -> Setup:
    """Return the configuration that ``--config`` or the environment names.

    Raises:
        ConfigError: it is wrong: every problem in it.
        ConfigUnavailable: it cannot be read just now.
        UsageError: the standard input cannot be read.
    """
    source = _source(chosen.config, terminal)
    data = source.read(PATIENCE).data
    config = loader.parse(data, source, terminal.environ)
    return Setup(config=config, source=source, data=data)


def injecting(config: Config, path: str, front: Front = Front.WEBHOOK) -> Inject:
    """Return what injects by *config*, as if it were called by *path*.

    Raises:
        ConfigError: the mesh configuration cannot be used.
        UsageError: *path* is none of the function's.
    """
    called = address.parse(path)
    if called is None or called.endpoint != "inject":
        raise UsageError(
            f"{path!r} is no path of the function, want /inject[/KEY/VALUE]"
        )
    injector = products.injector(config, front)

    def inject(pod: dict[str, Any], namespace: str) -> Injection:
        try:
            injection = injector.inject(pod, namespace, address=called)
        except Exception:
            # What is impossible is not the injector's fault.
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
