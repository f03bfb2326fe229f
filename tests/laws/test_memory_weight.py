"""That all which memory holds is weighed: what it says it takes, it takes at most."""

import gc
import tracemalloc
from typing import Any

import pytest
from remembered import CONTAINER, Trusting, go, jinja, made
from remembered import recalls as follows

from injector.pipeline.injector import Injector

FORMS = 12
X = "metadata.labels.app"
BIG = "('qz' * 20000)"
ITEMS = "range(2000) | list"

ANNOTATED = "metadata: {annotations: {a: a{{ %s }}}}"
LOOP = "{% for n in range(300) %}{% set m = 'a%s' % n %}"

KINDS = {
    "nothing": CONTAINER,
    "an argument": ANNOTATED % f"{X} | replace('q', {BIG})",
    "an argument with a name": ANNOTATED % f"{X} | replace('q', new={BIG})",
    "an argument of a method": ANNOTATED % f"{X}.replace('q', {BIG})",
    "a list": ANNOTATED % f"{X} in ({ITEMS})",
    "a list with a name": ANNOTATED % f"{X} | replace('q', new={ITEMS})",
    "a mapping": ANNOTATED % f"{X} | replace('q', {{'b': {ITEMS}}})",
    "a constant of the patch": ANNOTATED % BIG,
    "many steps": f"{LOOP}{{% set x = {X}.replace('q', m) %}}{{% endfor %}}{CONTAINER}",
    "conditions": f"{LOOP}{{% if {X} == m %}}{{% endif %}}{{% endfor %}}{CONTAINER}",
    "a text": f"{{% set x = metadata.annotations.long | list %}}{CONTAINER}",
    "texts": "metadata: {annotations: {{ metadata.labels }}}",
}


def pod(form: int, number: int) -> dict[str, Any]:
    """Return a pod; *form* tells which of the forms, *number* which pod of it."""
    base = made(number, **{f"label-{form}-{'x' * 200}": "x"})
    base["metadata"]["annotations"]["long"] = f"{'long' * 900}"
    return base


def taken(injector: Injector) -> tuple[int, int]:
    """Return what memory says it takes, and what it takes, of some forms."""
    remembering = Trusting(injector)
    # What is made once, at the first time, is not memory.
    warm = Trusting(injector)
    for number in range(4):
        follows(warm, pod(0, number), "shop")
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for form in range(FORMS):
            for number in range(2):
                follows(remembering, pod(form, number), "shop")
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert follows(remembering, pod(0, 1), "shop")
    assert len(remembering) == FORMS
    return remembering.size, grown


@pytest.mark.parametrize("kind", KINDS)
def test_what_memory_takes_is_counted(kind: str) -> None:
    counted, grown = taken(jinja(KINDS[kind]))

    assert counted > 0.7 * grown


def test_what_memory_takes_of_go_templates_is_counted() -> None:
    source = (
        'metadata: {annotations: {a: "{{ .ObjectMeta.Labels.app }}", '
        'b: "{{ repeat 20000 `x` }}"}}'
    )

    counted, grown = taken(go(source))

    assert counted > 0.7 * grown
