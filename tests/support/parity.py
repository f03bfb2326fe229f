"""Runs every recorded case of a release through both fronts.

The configuration is the bundled templates, or Istio's recorded ConfigMaps.
"""

import io
import json
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import jsonpatch
from istio_cases import (
    Exchange,
    Manifest,
    Setting,
    documents,
    exchanges,
    manifest_differences,
    manifests,
    pod_differences,
)

from injector.loading.loader import Loader
from injector.terminal import cli
from injector.terminal.streams import Terminal
from injector.web.function import Call, Function

BUNDLED = frozenset({"sidecar", "gateway"})

Documents = Callable[[Setting], list[dict[str, Any]]]


def bundled(setting: Setting) -> list[dict[str, Any]]:
    """Return our own document for the bundled templates."""
    return [setting.document()]


def istios(setting: Setting) -> list[dict[str, Any]]:
    """Return Istio's ConfigMaps with their release."""
    return setting.istios()


def unnamed(setting: Setting) -> list[dict[str, Any]]:
    """Return Istio's ConfigMaps without their release."""
    return setting.istios(release=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The differences of one recorded case on one front."""

    front: str
    case: str
    config: str
    differences: tuple[str, ...]


class Fronts:
    """The function and the terminal, with documents of recorded settings."""

    def __init__(self, folder: Path, made: Documents = bundled) -> None:
        self._folder = folder
        self._made = made
        self._files: dict[str, Path] = {}
        self._functions: dict[Path, Function] = {}

    def post(self, exchange: Exchange) -> Any:
        """Return the pod that the function's answer gives; None for a denial."""
        response = self._response(exchange.setting, exchange.path, exchange.request)
        if isinstance(response, str):
            return response
        if not response["allowed"]:
            return None
        operations = json.loads(b64decode(response.get("patch", "W10=")))
        return jsonpatch.apply_patch(exchange.request["request"]["object"], operations)

    def validate(self, exchange: Exchange, review: Mapping[str, Any]) -> Any:
        """Return the response to *review* at the exchange's validating path."""
        path = exchange.path.replace("/inject", "/validate", 1)
        return self._response(exchange.setting, path, review)

    def _response(self, setting: Setting, path: str, review: Mapping[str, Any]) -> Any:
        """Return the function's response to *review*, or the text of an error."""
        body = json.dumps(review).encode()
        reply = self._function(setting).serve(
            Call(
                method="POST",
                path=path,
                headers={"Content-Type": "application/json"},
                length=len(body),
                read=io.BytesIO(body).read,
            )
        )
        if reply.status != 200:
            return f"HTTP {reply.status}: {reply.body.decode()}"
        return json.loads(reply.body)["response"]

    def inject(self, setting: Setting, text: str, *options: str) -> str | None:
        """Return the terminal's output for a manifest; None if it refuses."""
        out = io.BytesIO()
        terminal = Terminal(
            stdin=io.BytesIO(text.encode()),
            stdout=out,
            stderr=io.StringIO(),
            environ={},
        )
        config = str(self._file(setting))
        status = cli.main(["inject", "--config", config, *options], terminal)
        return out.getvalue().decode() if status == 0 else None

    def _function(self, setting: Setting) -> Function:
        file = self._file(setting)
        if file not in self._functions:
            loader = Loader({"CONFIG_FILE": str(file)})
            self._functions[file] = Function(loader=loader, write=lambda _: None)
        return self._functions[file]

    def _file(self, setting: Setting) -> Path:
        text = "\n---\n".join(json.dumps(part) for part in self._made(setting))
        if text not in self._files:
            file = self._folder / f"{len(self._files)}.yaml"
            file.write_text(text, encoding="utf-8")
            self._files[text] = file
        return self._files[text]


Front = Callable[[str], Iterator[Outcome]]
AnyCase = TypeVar("AnyCase", Exchange, Manifest)


def webhook(release: str, made: Documents = bundled) -> Iterator[Outcome]:
    """Yield the outcome of every recorded review, posted to the function."""
    with fronts(made) as both:
        for exchange in chosen(exchanges(release), made):
            yield outcome("webhook", exchange, answered(both, exchange))


def terminal(release: str, made: Documents = bundled) -> Iterator[Outcome]:
    """Yield the outcome of the pod of every recorded review in the terminal."""
    with fronts(made) as both:
        for exchange in chosen(exchanges(release), made):
            yield outcome("terminal", exchange, typed_in(both, exchange))


def kube_inject(release: str, made: Documents = bundled) -> Iterator[Outcome]:
    """Yield the outcome of every recorded manifest in the terminal."""
    with fronts(made) as both:
        for manifest in chosen(manifests(release), made):
            yield outcome("kube-inject", manifest, injected(both, manifest))


FRONTS: tuple[Front, ...] = (webhook, terminal, kube_inject)
ISTIOS_FRONTS = (webhook, kube_inject)
"""What takes Istio's documents; pods in the terminal are injected as by kube-inject."""


def chosen(cases: Iterator[AnyCase], made: Documents) -> Iterator[AnyCase]:
    """Return the *cases* that the documents can run."""
    return filter(is_bundled, cases) if made is bundled else cases


@contextmanager
def fronts(made: Documents = bundled) -> Iterator[Fronts]:
    """Return both fronts, with a folder for their configurations."""
    with tempfile.TemporaryDirectory() as folder:
        yield Fronts(Path(folder), made)


def is_bundled(case: Exchange | Manifest) -> bool:
    """Return whether *case* needs the bundled templates only."""
    return case.setting.standard and case.templates <= BUNDLED


def outcome(
    front: str, case: Exchange | Manifest, differences: Iterable[str]
) -> Outcome:
    """Return the outcome of *case*."""
    return Outcome(
        front=front,
        case=case.name,
        config=case.setting.config,
        differences=tuple(differences),
    )


def answered(fronts: Fronts, exchange: Exchange) -> list[str]:
    """Return the paths where the function's answer differs from Istio's."""
    return compared(fronts.post(exchange), exchange)


def typed_in(fronts: Fronts, exchange: Exchange) -> list[str]:
    """Return the paths where the terminal's pod differs from Istio's."""
    request: Mapping[str, Any] = exchange.request["request"]
    text = json.dumps(request["object"])
    namespace = request.get("namespace") or ""
    options = ("--path", exchange.path, "--namespace", namespace)
    printed = fronts.inject(exchange.setting, text, *options)
    return compared(None if printed is None else documents(printed)[0], exchange)


def compared(pod: Any, exchange: Exchange) -> list[str]:
    """Return the paths where *pod* (None: a denial) differs from Istio's answer."""
    if isinstance(pod, str):
        return [pod]
    if pod is None or exchange.denied:
        ours = "denied" if pod is None else "allowed"
        theirs = "denied" if exchange.denied else "allowed"
        return [] if ours == theirs else [f"{ours} instead of {theirs}"]
    return pod_differences(pod, exchange)


def injected(fronts: Fronts, manifest: Manifest) -> list[str]:
    """Return the paths where the terminal's manifest differs from kube-inject's."""
    printed = fronts.inject(manifest.setting, manifest.text)
    if printed is None or manifest.expected is None:
        ours = "refused" if printed is None else "injected"
        theirs = "refused" if manifest.expected is None else "injected"
        return [] if ours == theirs else [f"{ours} instead of {theirs}"]
    return manifest_differences(printed, manifest.expected)
