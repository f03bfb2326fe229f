"""The measured functions and their requests."""

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmark import pods
from benchmark.load import http

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDED = Path(os.environ.get("SHARED", ROOT.parent / "shared")) / "istio"
ISTIO = RECORDED / "1.30" / "configs" / "4c250a0bef.json"
"""The ConfigMaps of an installation of Istio 1.30."""

THREADS = 40
"""The threads of the deployment: a client that stalls holds one."""

HELLO = 'def inject(request):\n    return "hello"\n'
COUNT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A function and its requests; *goal* is the wanted ratio, at least."""

    name: str
    source: Path
    messages: list[bytes]
    goal: float = 0
    environ: Mapping[str, str] = field(default_factory=dict)


def threaded(case: Case) -> Case:
    """Return *case* with as many threads as are deployed."""
    return replace(
        case,
        name=f"{case.name}, {THREADS} threads",
        environ={**case.environ, "THREADS": str(THREADS)},
        goal=0,
    )


def messages(made: Iterable[dict[str, Any]]) -> list[bytes]:
    """Return the requests that post *made*."""
    return [http(pods.review(pod, at)) for at, pod in enumerate(made)]


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a folder with the hello-world function and, if there, the ConfigMaps."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        (path / "main.py").write_text(HELLO, encoding="ascii")
        if ISTIO.exists():
            texts = json.loads(ISTIO.read_text(encoding="utf-8"))
            (path / "istio.yaml").write_text(_config_maps(texts), encoding="utf-8")
        yield path


def _config_maps(texts: Mapping[str, str]) -> str:
    """Return the List that kubectl prints."""
    injector = {key: texts[key] for key in ("config", "values")}
    listed = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": d}
        for name, d in (
            ("istio-sidecar-injector", injector),
            ("istio", {"mesh": texts["mesh"]}),
        )
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": listed})


def cases(path: Path, count: int = COUNT) -> list[Case]:
    """Return all cases, hello world first."""
    same = [pods.pod(number) for number in range(count)]
    every = [pods.workload(number) for number in range(count)]
    mixed = messages(pods.mix(count))
    distinct = messages(same)
    found = [
        Case(name="hello world", source=path, messages=distinct),
        Case(
            name="skip",
            source=ROOT,
            messages=messages(pods.pod(at, skip=True) for at in range(count)),
            goal=0.9,
        ),
        Case(name="distinct pods, bundled", source=ROOT, messages=distinct),
        Case(name="mix, bundled", source=ROOT, messages=mixed, goal=0.6),
        Case(name="distinct forms, bundled", source=ROOT, messages=messages(every)),
    ]
    if (path / "istio.yaml").exists():
        environ = {"CONFIG_FILE": str(path / "istio.yaml")}
        found += [
            Case(
                name="distinct pods, Istio's",
                source=ROOT,
                messages=distinct,
                goal=0.4,
                environ=environ,
            ),
            Case(
                name="mix, Istio's",
                source=ROOT,
                messages=mixed,
                goal=0.6,
                environ=environ,
            ),
        ]
    else:
        print(f"no recorded ConfigMaps at {ISTIO}: not measured", file=sys.stderr)
    return [*found, *(threaded(found[at]) for at in (0, 1, 3))]
