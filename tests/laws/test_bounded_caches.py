"""Caches of what authors write: bounded in bytes, all of them together."""

import gc
import json
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from injector.base.caches import BYTES, STORE, weight
from injector.istio.go import registry
from injector.istio.mesh import proxy_config
from injector.kubernetes import patch
from injector.releases.release import CURRENT
from injector.templates.go.sprig import patterns
from injector.templates.jinja.reading import read
from injector.templates.jinja.rendering import JinjaTemplate


def test_what_a_value_takes_is_about_what_python_says() -> None:
    texts = [
        "{a},{b},{c}," * 2000,
        json.dumps([{"k": {"n": index}} for index in range(2000)]),
        "\n".join(f"k{index}: {{v: [1, x]}}" for index in range(2000)),
        "- \n" * 5000,
    ]
    for text in texts:
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        document = read(f"[{text}]" if text.startswith("{a}") else text)
        taken = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()

        assert taken * 0.7 < weight(document)


LONG = "x" * 200_000


def annotations(index: int) -> None:
    proxy_config.read_annotation(f"binaryPath: {LONG}{index}", CURRENT)


def printed(index: int) -> None:
    registry._yaml(json.dumps([f"a{index}"] * 3_000))  # noqa: SLF001


SHAPED = JinjaTemplate("sidecar", f"a: {{% for _ in many %}}x{{% endfor %}}{LONG}")


def shaped(index: int) -> None:
    SHAPED.render({"many": range(index)})


def compiled(index: int) -> None:
    patterns.compiled("ab" * 2500 + str(index))


def pathed(index: int) -> None:
    key = f"k{index}" * 50_000
    before = {"unknown": {key: {"a": 1, "b": {"c": 2}}}}
    after = {"unknown": {key: {"a": 1, "b": {"c": 1}}}}
    patch.prove(before, patch.diff(before, after), after)


@pytest.fixture
def emptied() -> Iterator[None]:
    """Leave the caches of other tests as good as empty, and start with none."""
    STORE.clear()
    yield
    STORE.clear()


@pytest.mark.usefixtures("emptied")
@pytest.mark.parametrize("ask", [annotations, printed, shaped, compiled, pathed])
def test_what_authors_write_is_not_remembered_without_end(
    ask: Callable[[int], None],
) -> None:
    for index in range(3):
        ask(index)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]

    for index in range(3, 40):
        ask(index)

    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert taken < STORE.size * 1.2 + (1 << 20)
    assert STORE.size <= BYTES


def test_an_expression_that_is_long_is_remembered_nowhere_else() -> None:
    text = "a" * 5000

    pattern = patterns.compiled(text)

    assert patterns.compiled(text) is pattern
    assert pattern.regex.fullmatch(text)
