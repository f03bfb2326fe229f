"""How the cost grows with pods, templates and configurations: in this process.

Every pod has its own form, so memory does not answer.
"""

import gc
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark import pods
from injector.loading.loader import Loader
from injector.web.function import Call, Function

CONTAINERS = (1, 10, 50, 100)
KILOBYTES = (10, 100, 300, 1000)
TEMPLATES = (1, 5, 20, 50)
CONFIGURATIONS = (10, 100, 300, 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The milliseconds of a case of that size."""

    what: str
    size: int
    kilobytes: float
    milliseconds: float


def growth(repeats: int) -> list[Point]:
    """Return all points."""
    found = [_pod("containers", at, pods.sized(at), repeats) for at in CONTAINERS]
    found += [
        _pod("KB of pod", at, pods.sized(10, at), max(repeats // 2, 2))
        for at in KILOBYTES
    ]
    with tempfile.TemporaryDirectory() as folder:
        found += [_templates(at, Path(folder), repeats) for at in TEMPLATES]
        found += [_configuration(at, Path(folder), repeats) for at in CONFIGURATIONS]
    return found


def _median(repeats: int, run: Callable[[int], Any]) -> float:
    """Return the median processor time of *run*, in milliseconds."""
    times = []
    for at in range(repeats + 1):
        started = time.process_time()
        run(at)
        times.append((time.process_time() - started) * 1000)
    # The first run builds tables.
    return statistics.median(times[1:])


def _function(environ: Mapping[str, str]) -> Function:
    return Function(loader=Loader(environ), write=lambda _: None)


def _post(function: Function, made: dict[str, Any], at: int) -> int:
    # Another label makes another form.
    labels = {**made["metadata"]["labels"], f"form-{at}": "x"}
    pod = {**made, "metadata": {**made["metadata"], "labels": labels}}
    body = pods.review(pod, at)
    reply = function.serve(
        Call(
            method="POST",
            path="/inject",
            length=len(body),
            read=lambda limit: body[:limit],
        )
    )
    if reply.status != 200 or b'"patch"' not in reply.body:  # noqa: PLR2004 - HTTP's
        raise ValueError(f"answer {reply.status} {reply.body[:200]!r}")
    return len(body)


def _pod(what: str, size: int, made: dict[str, Any], repeats: int) -> Point:
    function = _function({})
    spent = _median(repeats, lambda at: _post(function, made, at))
    length = len(pods.review(made, 0)) / 1000
    return Point(what=what, size=size, kilobytes=length, milliseconds=spent)


def _templates(count: int, folder: Path, repeats: int) -> Point:
    """Measure the injection of *count* templates, each with a container."""
    text = (
        "spec: {containers: [{name: side-%d, image: {{ workload.name }}, args: [%s]}]}"
    )
    words = ", ".join(f"word-{at}" for at in range(100))
    document = {
        "policy": "enabled",
        "templates": {f"t{at}": text % (at, words) for at in range(count)},
        "defaultTemplates": [f"t{at}" for at in range(count)],
    }
    file = folder / "templates.yaml"
    file.write_text(json.dumps(document), encoding="ascii")
    function = _function({"CONFIG_FILE": str(file)})
    spent = _median(repeats, lambda at: _post(function, pods.pod(0), at))
    size = len(json.dumps(document["templates"])) / 1000
    return Point(what="templates", size=count, kilobytes=size, milliseconds=spent)


def _configuration(kilobytes: int, folder: Path, repeats: int) -> Point:
    """Measure the load of a configuration with values of *kilobytes*."""
    values: dict[str, Any] = {}
    while len(values) * 100 < kilobytes * 1000:
        values[f"key-{len(values)}"] = {"text": "v" * 60, "list": [1, 2, 3]}
    document = {"policy": "enabled", "values": {"mine": values}}
    file = folder / "values.yaml"
    file.write_text(json.dumps(document, indent=1), encoding="ascii")
    size = file.stat().st_size / 1000
    # As at a start: without collections.
    gc.disable()
    spent = _median(max(repeats // 2, 2), lambda _: Loader({"CONFIG_FILE": str(file)}))
    gc.enable()
    return Point(
        what="KB of configuration", size=kilobytes, kilobytes=size, milliseconds=spent
    )
