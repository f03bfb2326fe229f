"""What becomes of memory that is wrong: it is found out, told, and wrong no more."""

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from remembered import (
    ADDRESS,
    CONTAINER,
    NAMING,
    asked,
    jinja,
    made,
    never,
    recalls,
    shown,
)

from injector.base.errors import OutOfTime, PodError, TemplateError
from injector.base.sealed_text import Trace
from injector.memory.memory import Remembering
from injector.memory.recipe import Recipe
from injector.memory.recipe_cache import CHECKED_EVERY, CHECKED_FIRST, RecipeCache
from injector.pipeline.injector import Injector
from injector.pipeline.interface import Injection
from injector.web.function import Call, Function
from injector.wire.deadline import Deadline
from injector.wire.response import EncodedOperations

OTHER = jinja("metadata: {labels: {a: b}}")


class Changing(Injector):
    """Gives the answers of another pipeline once `changes` is set."""

    def __init__(self, plain: Injector, then: Callable[..., Injection]) -> None:
        super().__init__(plain.product)
        self.plain, self.then = plain, then
        self.asked = 0
        self.changes = False

    def inject(self, *args: Any, **kwargs: Any) -> Injection:
        self.asked += 1
        return (self.then if self.changes else self.plain.inject)(*args, **kwargs)


def raising(error: Exception) -> Callable[..., Injection]:
    """Return a pipeline that fails."""

    def inject(*_: Any, **__: Any) -> Injection:
        raise error

    return inject


def taught(
    then: Callable[..., Injection] = OTHER.inject, source: str = NAMING
) -> tuple[Remembering, Changing]:
    """Return a memory that trusts a recipe, and its pipeline."""
    pipeline = Changing(jinja(source), then)
    remembering = Remembering(pipeline)
    for number in range(3):
        recalls(remembering, made(number), "shop")
    return remembering, pipeline


def test_the_first_answers_of_a_recipe_are_checked_and_then_a_sample() -> None:
    remembering, pipeline = taught()
    before, checks = pipeline.asked, []

    for number in range(CHECKED_FIRST + 3 * CHECKED_EVERY):
        assert recalls(remembering, made(number % 9), "shop")
        if pipeline.asked > before:
            before = pipeline.asked
            checks.append(number)

    assert checks[:CHECKED_FIRST] == list(range(CHECKED_FIRST))
    assert len(checks) == CHECKED_FIRST + 3
    assert {b - a for a, b in zip(checks[-3:], checks[-2:], strict=False)} == {
        CHECKED_EVERY
    }


@pytest.mark.parametrize("unchecked", [0, 1, 40])
def test_after_a_difference_the_pipeline_answers(unchecked: int) -> None:
    remembering, pipeline = taught()
    answers = CHECKED_FIRST if unchecked else 0
    for number in range(answers + unchecked):
        recalls(remembering, made(number), "shop")
    pipeline.changes = True

    wanted = shown(OTHER.inject(made(5), "shop"))
    got = [asked(remembering, made(5), "shop") for _ in range(2 * CHECKED_EVERY)]

    wrong = [answer for answer in got if answer != wanted]
    assert len(wrong) == (CHECKED_EVERY - answers - unchecked - 1 if unchecked else 0)
    assert got[len(wrong) :] == [wanted] * (len(got) - len(wrong))
    (difference,) = remembering.differences()
    assert difference.unchecked == unchecked + len(wrong)
    assert (difference.namespace, difference.cluster) == ("shop", "")
    assert difference.templates == ("sidecar",)
    assert difference.digest == remembering.config.digest
    assert list(remembering.differences()) == []


@pytest.mark.parametrize(
    "error", [PodError("no"), TemplateError("no"), ZeroDivisionError("no")]
)
def test_a_failure_of_the_pipeline_is_a_difference(error: Exception) -> None:
    remembering, pipeline = taught(raising(error))
    pipeline.changes = True

    for _ in range(2):
        with pytest.raises(type(error)):
            remembering.outcome(made(5), "shop", address=ADDRESS, checkpoint=never)

    assert len(list(remembering.differences())) == 1


def test_a_recipe_that_is_wrong_for_its_second_pod_is_logged() -> None:
    pipeline = Changing(jinja(NAMING), OTHER.inject)
    remembering = Remembering(pipeline)
    for number in range(2):
        recalls(remembering, made(number), "shop")
    pipeline.changes = True

    assert asked(remembering, made(5), "shop") == shown(OTHER.inject(made(5), "shop"))

    (difference,) = remembering.differences()
    assert difference.unchecked == 0


def test_a_wrong_recipe_frees_its_bytes() -> None:
    remembering, pipeline = taught()
    before = remembering.size
    pipeline.changes = True

    recalls(remembering, made(5), "shop")

    assert 0 < remembering.size < before / 2
    assert len(remembering) == 1


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def deadline(self, seconds: float) -> Deadline:
        return Deadline(start=self.now, end=self.now + seconds, clock=self)


class Slow(Injector):
    """Takes seconds, and calls the checkpoint after that."""

    def __init__(self, plain: Injector, clock: Clock) -> None:
        super().__init__(plain.product)
        self.plain, self.clock = plain, clock
        self.asked = 0
        self.seconds = 1.0

    def inject(
        self, *args: Any, checkpoint: Callable[[], None] = never, **kwargs: Any
    ) -> Injection:
        self.asked += 1
        self.clock.now += self.seconds
        checkpoint()
        return self.plain.inject(*args, checkpoint=checkpoint, **kwargs)


def slow() -> tuple[Remembering, Slow, Callable[[float], Any]]:
    """Return a memory with a recipe, its slow pipeline, and a function that asks it."""
    clock = Clock()
    pipeline = Slow(jinja(NAMING), clock)
    remembering = Remembering(pipeline)

    def ask(seconds: float) -> Any:
        deadline = clock.deadline(seconds)
        outcome = remembering.outcome(
            made(5), "shop", address=ADDRESS, checkpoint=deadline
        )
        # As the function does before it sends the answer.
        deadline()
        return outcome.operations

    for _ in range(3):
        ask(1000)
    return remembering, pipeline, ask


def test_no_answer_is_checked_if_there_is_little_time() -> None:
    _, pipeline, ask = slow()
    before = pipeline.asked

    for _ in range(CHECKED_EVERY):
        assert isinstance(ask(20), EncodedOperations)
    hurried = pipeline.asked
    for _ in range(CHECKED_FIRST + 2):
        assert isinstance(ask(21), EncodedOperations)

    assert hurried == before
    # The check comes as soon as there is time.
    assert pipeline.asked == before + CHECKED_FIRST + 1


def test_memory_answers_if_the_check_runs_out_of_time() -> None:
    remembering, pipeline, ask = slow()
    pipeline.seconds = 11

    assert isinstance(ask(21), EncodedOperations)

    assert list(remembering.differences()) == []
    assert isinstance(ask(21), EncodedOperations)


def test_an_untrusted_recipe_does_not_answer_if_time_runs_out() -> None:
    clock = Clock()
    pipeline = Slow(jinja(NAMING), clock)
    remembering = Remembering(pipeline)
    for _ in range(2):
        remembering.outcome(
            made(5), "shop", address=ADDRESS, checkpoint=clock.deadline(1000)
        )
    pipeline.seconds = 2000

    with pytest.raises(OutOfTime):
        remembering.outcome(
            made(5), "shop", address=ADDRESS, checkpoint=clock.deadline(1000)
        )

    assert list(remembering.differences()) == []


class Meeting(Injector):
    """Gives a right and a wrong answer to two pods at the same time."""

    def __init__(self, plain: Injector) -> None:
        super().__init__(plain.product)
        self.plain = plain
        self.meets = False
        self.wrong_is_told = threading.Event()
        self.both = threading.Barrier(2, timeout=30)

    def inject(self, pod: Mapping[str, Any], *args: Any, **kwargs: Any) -> Injection:
        if not self.meets:
            return self.plain.inject(pod, *args, **kwargs)
        self.both.wait()
        if pod["metadata"]["labels"]["app"] == "wrong":
            return OTHER.inject(pod, *args, **kwargs)
        self.wrong_is_told.wait(30)
        return self.plain.inject(pod, *args, **kwargs)


@pytest.mark.parametrize("trusted", [False, True])
@pytest.mark.parametrize("second", ["right", "wrong"])
def test_a_recipe_that_was_wrong_is_not_trusted_again(
    trusted: bool,  # noqa: FBT001 - a parameter
    second: str,
) -> None:
    pipeline = Meeting(jinja(NAMING))
    remembering = Remembering(pipeline)
    for number in range(2 + trusted):
        recalls(remembering, made(number), "shop")
    pipeline.meets = True

    def ask(app: str) -> Any:
        answer = asked(remembering, made(1, app=app), "shop")
        if app == "wrong":
            pipeline.wrong_is_told.set()
        return answer

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(ask, ("wrong", second)))
    pipeline.meets = False

    assert len(list(remembering.differences())) == 1
    assert not any(recalls(remembering, made(n), "shop") for n in range(20))


def test_an_answer_is_checked_if_another_thread_found_its_recipe_wrong() -> None:
    recipe = Recipe(Injection(inject=True, reason="r", sentence="s"), Trace([]))
    cache = RecipeCache()
    entry = cache.entry(b"form")
    cache.keep(entry, recipe)
    cache.trust(entry, recipe)
    before = cache.is_due(recipe, has_time=False)

    dropped = cache.drop(entry, recipe), cache.drop(entry, recipe)
    cache.trust(entry, recipe)
    cache.keep(entry, recipe)

    assert (before, *dropped) == (False, True, False)
    assert cache.is_due(recipe, has_time=False)
    assert entry.recipes == ()


class Loads:
    """Has one injector."""

    def __init__(self, injector: Remembering) -> None:
        self.injector = injector

    def current(self, seconds: float) -> Remembering:
        del seconds
        return self.injector


def serve(remembering: Remembering, number: int) -> list[dict[str, Any]]:
    """Return the lines of the log when a pod is posted."""
    lines: list[dict[str, Any]] = []
    function = Function(
        loader=Loads(remembering), write=lambda line: lines.append(dict(line))
    )
    request = {
        "uid": "u",
        "namespace": "shop",
        "operation": "CREATE",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "object": made(number),
    }
    document = {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": request,
    }
    body = json.dumps(document).encode()
    call = Call(
        method="POST",
        path="/inject/cluster/c1",
        headers={"Content-Type": "application/json"},
        length=len(body),
        read=lambda _: body,
    )
    function.serve(call)
    return lines


@pytest.mark.parametrize(
    ("then", "last"),
    [
        (OTHER.inject, {"decision": "inject", "status": 200, "severity": "INFO"}),
        (
            raising(PodError("the pod says so")),
            {"decision": "deny", "status": 200, "severity": "WARNING"},
        ),
        (
            raising(ZeroDivisionError("the pod says so")),
            {"reason": "crashed", "status": 500, "severity": "ERROR"},
        ),
    ],
)
def test_a_difference_has_its_own_log_line(
    then: Callable[..., Injection], last: dict[str, Any]
) -> None:
    pipeline = Changing(jinja(CONTAINER), then)
    remembering = Remembering(pipeline)
    for number in range(3):
        assert len(serve(remembering, number)) == 1
    pipeline.changes = True

    lines = serve(remembering, 5)

    assert lines[0] == {
        "severity": "ERROR",
        "message": "memory made something else of a pod than the pipeline",
        "reason": "memory_differs",
        "cluster": "c1",
        "namespace": "shop",
        "templates": "sidecar",
        "config": remembering.config.digest,
        "unchecked": 0,
    }
    assert lines[1].items() >= last.items()
    assert len(lines) == 2
    assert len(serve(remembering, 6)) == 1
