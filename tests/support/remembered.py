"""Pods of one form with other texts, and answers with and without memory."""

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import istio_maps
from strategies import NASTY

from injector.base.errors import InjectorError
from injector.configuration.config import Config
from injector.istio.jinja_functions import JINJA as FUNCTIONS
from injector.istio.maps import documents
from injector.loading import products
from injector.memory.form import form_of
from injector.memory.memory import Remembering
from injector.memory.recipe import Recipe, Request
from injector.memory.recipe_cache import Entry
from injector.pipeline.injector import Injector
from injector.pipeline.interface import Injection
from injector.templates.jinja.rendering import JinjaTemplate
from injector.wire.address import Address
from injector.wire.response import EncodedOperations, dumped

Json = dict[str, Any]

WORDS = (
    *("web", "v1", "shop-7", "a", "A.b_c/d-e", "5d4f8c7b9", "x" * 64, "x" * 63 + "-"),
    *("istio-proxy", "auto", "registry.example/shop:1.2", "100m", "8080", "15021"),
    *("true", "no", "null", '"quoted"', '"', '""', '"a"b"', "name-27593640", "1e5"),
    *("kube-api-access-bcdfg", "\ue0000\ue001", "\ue0005\ue001", "(0,)", "-5d4f8c7b9"),
    *NASTY,
)
ADDRESS = Address()
HASH = "5d4f8c7b9"
CONTAINER = "spec: {containers: [{name: logs, image: registry.example/logs:1}]}"
NAMING = (
    "metadata: {labels: {a: {{ workload.name }}, b: 'x-{{ metadata.labels.app }}'}}"
)


def made(number: int = 1, **labels: str) -> Json:
    """Return a pod of a ReplicaSet; the *number* changes its texts."""
    name, volume = f"shop-{number}", f"kube-api-access-{number:05}"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": f"{name}-{HASH}-",
            "labels": {"app": name, "pod-template-hash": HASH, **labels},
            "annotations": {"team": f"team-{number}", "sidecar.istio.io/x": "1"},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": f"{name}-{HASH}",
                    "uid": f"{number:036}",
                    "controller": True,
                }
            ],
            "managedFields": [{"time": f"2026-01-01T00:00:{number % 60:02}Z"}],
        },
        "spec": {
            "serviceAccountName": name,
            "containers": [
                {
                    "name": "web",
                    "image": f"registry.example/web:{number}",
                    "env": [{"name": "A", "value": f"a {number}"}],
                    "args": ["--name", name],
                    "volumeMounts": [{"name": volume, "mountPath": "/token"}],
                }
            ],
            "volumes": [{"name": volume, "projected": {"defaultMode": 420}}],
        },
    }


def jinja(source: str, **more: Any) -> Injector:
    """Return an injector of one Jinja2 template."""
    template = JinjaTemplate("sidecar", source, FUNCTIONS)
    config = Config(policy="enabled", templates={"sidecar": template}, **more)
    return products.injector(config)


def go(source: str) -> Injector:
    """Return an injector of one Go template."""
    text = istio_maps.config(templates={"sidecar": source})
    maps = [istio_maps.injector(text), istio_maps.mesh()]
    return products.injector(documents.parse(maps, {}))


class Trusting(Remembering):
    """Trusts each recipe at once, and checks no answer."""

    def _answer(
        self, request: Request, entry: Entry, recipe: Recipe, found: Injection
    ) -> Injection:
        del request, entry, recipe
        return found


def never() -> None:
    """Set no time limit."""


def filled(value: Any, texts: Sequence[str]) -> Any:
    """Return a form with *texts* in its places."""
    if isinstance(value, dict):
        return {key: filled(item, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, texts) for item in value]
    return texts[value[0]] if isinstance(value, tuple) else value


def variants(pod: dict[str, Any], count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield pods of the form of *pod*, or nearly, with other texts."""
    chance = random.Random(seed)  # noqa: S311 - variety, no secret
    form = form_of(pod)
    names = {index for (index,) in form.names.values()}
    for number in range(count):
        texts = list(form.texts)
        # Few texts change at first, so that conditions of recipes hold; then more.
        for index in range(len(texts)):
            if index in names:
                letters = chance.choices("bcdfgh24", k=5)
                texts[index] = f"kube-api-access-{''.join(letters)}"
            elif chance.random() < (0.1, 0.3, 0.9)[number % 3]:
                texts[index] = _other(texts, index, chance)
        yield filled(form.pod, texts)


def _other(texts: list[str], index: int, chance: random.Random) -> str:
    text = texts[index]
    return chance.choice(
        (
            chance.choice(WORDS),
            chance.choice(texts),
            f"{text}-{chance.randrange(100)}",
            f"{chance.randrange(100)}{text}",
            text[: chance.randrange(len(text) + 1)],
            f"w{chance.randrange(1000)}",
            f"w{chance.randrange(1000)}",
        )
    )


def shown(outcome: Injection) -> tuple[Any, ...]:
    """Return the answer and the log line's fields of an *outcome*."""
    return (
        outcome.inject,
        outcome.reason,
        outcome.sentence,
        dumped(outcome.operations),
        len(outcome.operations),
        outcome.templates,
        json.dumps(dict(outcome.workload)),
        list(outcome.warnings),
        outcome.digest,
    )


def asked(injector: Injector | Remembering, pod: Any, namespace: str) -> Any:
    """Return the outcome for *pod*, as `shown` returns it, or the error."""
    try:
        outcome = injector.outcome(pod, namespace, address=ADDRESS, checkpoint=never)
    except InjectorError as error:
        return type(error), str(error)
    return shown(outcome)


def recalls(remembering: Remembering, pod: Any, namespace: str) -> bool:
    """Return whether memory answers for *pod*."""
    try:
        outcome = remembering.outcome(pod, namespace, address=ADDRESS, checkpoint=never)
    except InjectorError:
        return False
    return isinstance(outcome.operations, EncodedOperations)
