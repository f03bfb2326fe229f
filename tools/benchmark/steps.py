"""The duration of each step of a request, in this process."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmark import pods
from injector.istio import dataplane
from injector.istio.pod import finish
from injector.kubernetes import patch, schema
from injector.loading.loader import Loader
from injector.memory import memory, recipe
from injector.web import function, logs
from injector.wire import response, review

STEPS: Mapping[str, tuple[Any, str]] = {
    "parse the review": (review, "parse"),
    "decide": (dataplane, "decide"),
    "form": (memory, "form_of"),
    "recipe": (recipe.Recipe, "apply"),
    "surroundings": (dataplane, "surroundings"),
    "render": (dataplane, "render"),
    "merge": (finish, "merged"),
    "finish": (finish, "finish"),
    "types": (schema, "retyped"),
    "diff": (patch, "diff"),
    "prove": (patch, "prove"),
    "answer": (response, "allow"),
    "log line": (logs, "line"),
}
"""The function of each step."""

COUNT = 300
ROUNDS = 7


def steps(environ: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Return the microseconds of each step, by the outcome for the pods."""
    kinds: dict[str, list[dict[str, Any]]] = {
        "skip": [pods.pod(at, skip=True) for at in range(COUNT)],
        "from memory": [pods.pod(at) for at in range(COUNT)],
        "by the pipeline": [_another(at) for at in range(COUNT)],
    }
    return {kind: _spent(environ, made) for kind, made in kinds.items()}


def _another(number: int) -> dict[str, Any]:
    """Return a pod with its own form."""
    made = pods.pod(number)
    made["metadata"]["labels"][f"form-{number}"] = "x"
    return made


def _spent(environ: Mapping[str, str], made: list[dict[str, Any]]) -> dict[str, float]:
    spent = dict.fromkeys(STEPS, 0.0)
    originals = {name: getattr(*place) for name, place in STEPS.items()}
    asked = function.Function(loader=Loader(environ), write=logs.line)
    bodies = [pods.review(pod, at) for at, pod in enumerate(made)]
    rounds = []
    try:
        for name, (holder, attribute) in STEPS.items():
            setattr(holder, attribute, _timed(originals[name], spent, name))
        for _ in range(ROUNDS):
            # Each round has new forms only, or forms with trusted recipes only.
            spent.update(dict.fromkeys(spent, 0.0))
            started = time.perf_counter()
            for body in bodies:
                _serve(asked, body)
            whole = time.perf_counter() - started
            rounds.append({**spent, "all": whole})
            if "form-" in str(made[0]["metadata"]["labels"]):
                asked = function.Function(loader=Loader(environ), write=logs.line)
                _serve(asked, bodies[0])
    finally:
        for name, (holder, attribute) in STEPS.items():
            setattr(holder, attribute, originals[name])
    found = {
        name: statistics.median(one[name] for one in rounds) / COUNT * 1e6
        for name in (*STEPS, "all")
    }
    known = sum(value for name, value in found.items() if name != "all")
    return {**found, "the rest": found["all"] - known}


def _serve(asked: function.Function, body: bytes) -> None:
    asked.serve(
        function.Call(
            method="POST",
            path="/inject",
            timeout="10s",
            headers={"Content-Type": "application/json"},
            length=len(body),
            read=lambda _: body,
        )
    )


def _timed(
    called: Callable[..., Any], spent: dict[str, float], name: str
) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        try:
            return called(*args, **kwargs)
        finally:
            spent[name] += time.perf_counter() - started

    return call
