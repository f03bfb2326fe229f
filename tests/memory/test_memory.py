"""That remembering changes no answer, and what it costs."""

import copy
import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import golden
import istio_maps
import pytest
from folders import TESTDATA
from hypothesis import given
from hypothesis import strategies as st
from remembered import (
    ADDRESS,
    CONTAINER,
    NAMING,
    Trusting,
    asked,
    go,
    jinja,
    made,
    never,
    recalls,
    shown,
    variants,
)
from strategies import pods

from injector.base.errors import OutOfTime
from injector.base.sealed_text import LONGEST
from injector.configuration.config import Config
from injector.kubernetes import manifests
from injector.loading import loader, products
from injector.memory.memory import LARGEST, Remembering
from injector.memory.recipe_cache import ATTEMPTS, VARIANTS
from injector.pipeline.injector import Injector
from injector.pipeline.interface import Injection
from injector.templates.jinja.rendering import JinjaTemplate
from injector.templates.jinja.slots import Text, slots
from injector.wire.address import Address
from injector.wire.deadline import Deadline
from injector.wire.response import EncodedOperations

Json = dict[str, Any]

WHOLE_POD = "spec: {containers: [{name: logs, image: i, args: ['{{ pod | tojson }}']}]}"


def looking(language: str) -> list[str]:
    """Return templates that look at texts in every manner."""
    file = TESTDATA / "looking" / f"{language}.txt"
    return file.read_text(encoding="utf-8").split("\n=====\n")


def agrees(plain: Injector, base: Json, count: int = 30) -> int:
    """Check that remembering changes no answer; return how often it remembered."""
    remembering = Trusting(plain)
    recalled = 0
    for pod in (base, base, base, base, *variants(base, count, 1)):
        before = copy.deepcopy(pod)

        wanted = asked(plain, pod, "shop")

        recalled += recalls(remembering, pod, "shop")
        assert asked(remembering, pod, "shop") == wanted
        assert pod == before
    return recalled


@pytest.mark.parametrize("source", looking("jinja"))
def test_memory_agrees_with_the_pipeline_if_templates_read_texts(source: str) -> None:
    agrees(jinja(source), made())


@pytest.mark.parametrize("source", looking("go"))
def test_memory_agrees_with_the_pipeline_if_go_templates_read_texts(
    source: str,
) -> None:
    agrees(go(source), made())


def test_a_text_may_become_part_of_a_number() -> None:
    source = "spec: {terminationGracePeriodSeconds: 1{{ .ObjectMeta.Labels.app }}}"

    for app in ("e5", "e2", "web"):
        agrees(go(source), made(1, app=app))


def test_reserved_characters_are_not_mistaken_for_texts() -> None:
    pod = made()
    pod["metadata"]["annotations"]["sidecar.istio.io/x"] = "\ue0000\ue001"

    source = "metadata: {labels: {a: {{ metadata.annotations['sidecar.istio.io/x'] }}}}"
    assert agrees(jinja(source), pod) == 0


def test_the_pipeline_answers_if_a_text_becomes_long() -> None:
    remembering = Remembering(jinja(NAMING))
    pods = [made(1, app="x" * length) for length in (1, 2, 3, LONGEST, 4)]

    assert [recalls(remembering, pod, "shop") for pod in pods] == [
        *(False, False, False, False),
        True,
    ]


@pytest.mark.parametrize(
    "injector",
    [
        products.injector(loader.load({})),
        jinja(CONTAINER),
        jinja(NAMING),
        go(istio_maps.SIDECAR),
    ],
)
def test_pods_that_differ_in_texts_are_remembered(injector: Injector) -> None:
    remembering = Remembering(injector)

    recalled = [recalls(remembering, made(number), "shop") for number in range(9)]

    # The first, the one that is recorded, and the one that checks the recipe.
    assert recalled == [False] * 3 + [True] * 6
    assert len(remembering) == 1


def test_memory_answers_like_the_pipeline() -> None:
    plain = products.injector(loader.load({}))
    remembering = Remembering(plain)
    for number in range(3):
        recalls(remembering, made(number), "shop")

    outcome = remembering.outcome(made(7), "shop", address=ADDRESS, checkpoint=never)
    whole = remembering.inject(made(7), "shop", address=ADDRESS, checkpoint=never)

    assert isinstance(outcome.operations, EncodedOperations)
    assert list(outcome.operations) == list(whole.operations)
    assert shown(outcome) == shown(whole)
    assert outcome.workload["name"] == "shop-7"


@pytest.mark.parametrize("case", golden.cases(), ids=lambda case: case.name)
def test_golden_cases_are_the_same_from_memory(case: golden.Case) -> None:
    injector = products.injector(loader.load({"CONFIG_FILE": str(case.config)}))
    text = case.manifest.read_text(encoding="utf-8")
    for document in golden.documents(text):
        for workload in manifests.find(document, case.namespace):
            agrees(injector, dict(workload.pod or {}), 6)


@given(pods())
def test_any_pod_is_the_same_from_memory(pod: Json) -> None:
    agrees(jinja(NAMING), pod, 4)


SKIPPING = {"sidecar.istio.io/inject": "false"}


def test_skipped_pods_take_no_memory() -> None:
    remembering = Remembering(jinja(CONTAINER))

    assert [recalls(remembering, made(1, **SKIPPING), "shop") for _ in range(5)] == [
        False
    ] * 5
    assert len(remembering) == 0


def test_namespaces_and_paths_have_recipes_of_their_own() -> None:
    source = "metadata: {annotations: {a: '{{ namespace }}/{{ cluster }}'}}"
    remembering = Remembering(jinja(source))
    places = [
        (namespace, Address(cluster=cluster, elements=("cluster", cluster)))
        for namespace in ("a", "b")
        for cluster in ("c", "d")
    ] * 5

    said = []
    for namespace, address in places:
        outcome = remembering.outcome(
            made(), namespace, address=address, checkpoint=never
        )
        values = {each["path"]: each["value"] for each in outcome.operations}
        said.append(values["/metadata/annotations/a"])

    assert said == ["a/c", "a/d", "b/c", "b/d"] * 5
    assert len(remembering) == 4


def test_a_form_has_few_recipes() -> None:
    looks = "metadata: {labels: {a: {{ metadata.labels.app | list | join }}}}"
    remembering = Remembering(jinja(looks))

    for _ in range(4):
        for number in range(2 * ATTEMPTS):
            recalls(remembering, made(number), "shop")
    recalled = sum(recalls(remembering, made(n), "shop") for n in range(2 * ATTEMPTS))

    assert 0 < recalled <= VARIANTS


def test_forms_are_bounded_in_number() -> None:
    remembering = Remembering(jinja(CONTAINER), entries=3)
    bases = [made(1, **{f"label-{number}": "x"}) for number in range(6)]

    for _ in range(4):
        for base in bases[:4]:
            recalls(remembering, base, "shop")
    assert len(remembering) == 3
    # The form used last stays.
    for base in bases[4:]:
        for _ in range(4):
            recalls(remembering, base, "shop")

    assert [recalls(remembering, base, "shop") for base in bases[4:]] == [True, True]


def test_recipes_are_bounded_in_size() -> None:
    remembering = Remembering(jinja(CONTAINER), size=40_000)

    for number in range(20):
        base = made(1, **{f"label-{number}": "x"})
        for _ in range(4):
            recalls(remembering, base, "shop")
        assert remembering.size <= 40_000

    assert 0 < len(remembering) < 20


def test_large_pods_are_not_remembered() -> None:
    remembering = Remembering(jinja(CONTAINER))
    large = made()
    large["spec"]["containers"][0]["workingDir"] = "x" * LARGEST

    assert [recalls(remembering, large, "shop") for _ in range(5)] == [False] * 5
    assert len(remembering) == 0


class Changing(Injector):
    """Gives other answers after three calls."""

    def __init__(self, first: Injector, then: Injector) -> None:
        super().__init__(first.product)
        self.asked = 0
        self.both = first, then

    def inject(self, *args: Any, **kwargs: Any) -> Injection:
        self.asked += 1
        return self.both[self.asked > 3].inject(*args, **kwargs)


def test_a_wrong_recipe_is_never_applied_again() -> None:
    then = jinja("metadata: {labels: {a: b}}")
    changing = Changing(jinja(CONTAINER), then)
    remembering = Remembering(changing)

    answers = [asked(remembering, made(number), "shop") for number in range(20)]

    assert answers[2:] == [asked(then, made(number), "shop") for number in range(2, 20)]
    assert not recalls(remembering, made(), "shop")


class Contradicting(Injector):
    """Gives another answer at each call."""

    def __init__(self, plain: Injector) -> None:
        super().__init__(plain.product)
        self.plain = plain
        self.asked = 0

    def inject(self, pod: Mapping[str, Any], *args: Any, **kwargs: Any) -> Injection:
        self.asked += 1
        labels = {**pod["metadata"]["labels"], f"extra-{self.asked}": "x"}
        changed = {**pod, "metadata": {**pod["metadata"], "labels": labels}}
        return self.plain.inject(changed, *args, **kwargs)


def test_a_recipe_with_another_answer_is_dropped() -> None:
    remembering = Remembering(Contradicting(jinja(WHOLE_POD)))

    assert not any(recalls(remembering, made(), "shop") for _ in range(9))


def test_a_record_ends_with_the_deadline() -> None:
    remembering = Remembering(jinja(CONTAINER))
    calls = 0

    def impatient() -> None:
        nonlocal calls
        calls += 1
        if calls > 4:
            raise OutOfTime("late")

    for _ in range(2):
        remembering.outcome(made(), "shop", address=ADDRESS, checkpoint=impatient)
    with pytest.raises(OutOfTime):
        remembering.outcome(made(), "shop", address=ADDRESS, checkpoint=impatient)

    assert not recalls(remembering, made(), "shop")


def test_an_impossible_pod_gives_no_recipe() -> None:
    remembering = Remembering(jinja(CONTAINER))
    impossible = made()
    impossible["metadata"]["managedFields"][0]["time"] = "yesterday"

    for _ in range(5):
        assert not recalls(remembering, impossible, "shop")
    assert [recalls(remembering, made(n), "shop") for n in range(4)][-1]
    assert not recalls(remembering, impossible, "shop")


def test_a_form_may_be_dropped_while_its_recipe_is_recorded() -> None:
    remembering = Remembering(jinja(CONTAINER), entries=1)
    other = made(1, more="x")

    def interrupt() -> None:
        if threading.current_thread() is threading.main_thread() and armed:
            armed.pop()()

    armed: list[Callable[[], object]] = []
    asked(remembering, made(), "shop")
    armed.append(lambda: asked(remembering, other, "shop"))
    remembering.outcome(made(), "shop", address=ADDRESS, checkpoint=interrupt)

    assert len(remembering) == 1
    assert not recalls(remembering, made(), "shop")


def test_threads_share_recipes() -> None:
    plain = products.injector(loader.load({}))
    remembering = Remembering(plain, entries=4)
    bases = [made(number, **{f"label-{number % 6}": "x"}) for number in range(60)] * 3
    wanted = [asked(plain, base, "shop") for base in bases]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda pod: asked(remembering, pod, "shop"), bases))

    assert found == wanted
    assert len(remembering) <= 4


@given(st.data())
def test_answers_share_no_value_with_recipes(data: st.DataObject) -> None:
    remembering = Remembering(jinja(NAMING))
    for number in range(4):
        recalls(remembering, made(number), "shop")
    number = data.draw(st.integers(5, 50))
    first = remembering.outcome(made(number), "shop", address=ADDRESS, checkpoint=never)
    text = json.dumps(shown(first))

    operations: Any = list(first.operations)
    operations[0]["value"] = "changed"
    dict(first.workload).clear()
    if isinstance(first.workload, dict):
        first.workload.clear()
    again = remembering.outcome(made(number), "shop", address=ADDRESS, checkpoint=never)

    assert json.dumps(shown(again)) == text


def check(plain: Injector, taught: list[Json], other: Json) -> None:
    """Have pods remembered; another one must get what the pipeline makes of it."""
    remembering = Trusting(plain)
    for pod in taught:
        asked(remembering, pod, "shop")

    assert asked(remembering, other, "shop") == asked(plain, other, "shop")


@pytest.mark.parametrize(("first", "then"), [("abcde", "zzzzz"), ("zzzzz", "abcde")])
def test_a_name_that_is_hidden_by_an_escape_is_found(first: str, then: str) -> None:
    mount = {"name": "kube-api-access=abcde", "mountPath": "/t"}
    written = json.dumps(
        {"initContainers": [{"name": "istio-proxy", "volumeMounts": [mount]}]}
    ).replace("=", r"\u002d")

    def pod(suffix: str) -> Json:
        pod = made()
        spec, name = pod["spec"], f"kube-api-access-{suffix}"
        pod["metadata"]["annotations"]["proxy.istio.io/overrides"] = written
        for each in (spec["volumes"][0], spec["containers"][0]["volumeMounts"][0]):
            each["name"] = name
        return pod

    check(products.injector(loader.load({})), [pod(first)] * 3, pod(then))


@pytest.mark.parametrize(
    "source",
    [
        "metadata: {annotations: {a: {{ metadata.labels.x | yaml }}}}",
        "spec: {future: {{ metadata.labels.x | yaml }}}",
    ],
)
@pytest.mark.parametrize("text", ["[a]", "["])
def test_the_pipeline_answers_if_a_text_becomes_another_type(
    source: str, text: str
) -> None:
    check(jinja(source), [made(x="ab")] * 3, made(x=text))


BLOCKS = (
    "{% filter upper %}{{ metadata.labels.a }}{% endfilter %}",
    "{% filter trim | upper %}{{ metadata.labels.a }}{% endfilter %}",
    "{% set t | upper %}{{ metadata.labels.a }}{% endset %}{{ t }}",
    "{% set t %}{{ metadata.labels.a | upper }}{% endset %}{{ t }}",
    "{% macro m(x) %}{{ x | upper }}{% endmacro %}{{ m(metadata.labels.a) }}",
    """{% macro m() %}{{ caller() | upper }}{% endmacro %}
    {%- call m() %}{{ metadata.labels.a }}{% endcall %}""",
    "{% call metadata.labels.a.upper() %}{% endcall %}",
)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_result_of_a_block_is_not_that_of_another_expression(block: str) -> None:
    source = "metadata: {annotations: {one: '{{ metadata.labels.b }}', two: '%s'}}"

    for taught in (made(a="x", b="X"), made(a="x", b="Z")):
        check(jinja(source % block), [taught] * 3, made(a="x", b="Y"))
        check(jinja(source % block), [taught] * 3, made(a="y", b="X"))


@pytest.mark.parametrize(("one", "two"), [("0.0", "-0.0"), ("1", "true"), ("1", "1.0")])
@pytest.mark.parametrize("call", ["('a', {})", "('a', new={})", "('a', new=[{}])"])
def test_arguments_that_are_equal_in_python_are_distinguished(
    one: str, two: str, call: str
) -> None:
    a, b = (
        f"{{{{ metadata.labels.x | replace{call.format(number)} }}}}"
        for number in (one, two)
    )
    source = f"metadata: {{annotations: {{a: '{a}', b: '{b}'}}}}"

    check(jinja(source), [made(x="q")] * 3, made(x="abc"))


@pytest.mark.parametrize(
    "compared",
    [
        "(x | trim) is sameas (x | trim)",
        "(x | float(0)) is sameas (x | float(0))",
        "x is sameas y",
        "[x | trim, x | trim] | select('sameas', x | trim) | list | length",
        "([x | trim] | map('lower') | first) is sameas (x | lower)",
    ],
)
def test_the_pipeline_answers_if_a_template_compares_objects(compared: str) -> None:
    names = "{% set x = metadata.labels.x %}{% set y = metadata.labels.y %}"
    source = f"{names}metadata: {{annotations: {{a: 'a{{{{ {compared} }}}}'}}}}"
    # Python has but one text of a single character.
    texts = ("a", "ab", "10", " a ", " ab ", "1000.5")

    for taught in texts:
        for other in texts:
            pods = made(x=taught, y=taught), made(x=other, y=other)
            check(jinja(source), [pods[0]] * 3, pods[1])


def test_the_pipeline_answers_if_a_function_keeps_values() -> None:
    source = "metadata: {annotations: {a: '{{ aside(metadata.labels.app) }}'}}"
    functions = {"aside": lambda text: Text(slots().put(text.upper()))}
    template = JinjaTemplate("sidecar", source, functions)
    config = Config(policy="enabled", templates={"sidecar": template})

    assert agrees(products.injector(config), made()) == 0


def test_comparisons_with_true_false_and_none_are_traced() -> None:
    source = (
        "metadata: {annotations: {a: 'a{{ metadata.labels.app is sameas true }}"
        "{{ metadata.labels.app }}'}}"
    )

    assert agrees(jinja(source), made()) > 10


def test_zero_and_minus_zero_differ() -> None:
    source = "metadata: {annotations: {a: '{{ metadata.labels.x | float }}'}}"

    check(jinja(source), [made(x="0")] * 3, made(x="-0"))


def test_the_limits_of_templates_hold_for_answers_of_memory() -> None:
    upper_and_lower = " | lower | upper" * 6
    source = (
        "spec: {containers: [{name: logs, image: '"
        "{% for e in spec.containers[0].env %}{{ e.name if e.value"
        f"{upper_and_lower} == 'Q' }}}}{{% endfor %}}'}}]}}"
    )

    def pod(length: int) -> Json:
        pod = made()
        variables = [{"name": f"a{n}", "value": "x" * length} for n in range(500)]
        pod["spec"]["containers"][0]["env"] = variables
        return pod

    check(jinja(source), [pod(1), pod(1), pod(2)], pod(LONGEST - 6))


def test_values_that_are_not_printed_count_for_answers_of_memory() -> None:
    source = (
        "{% for n in range(15) %}{% set x = 'x' * 1040000 %}{% endfor %}"
        "spec: {containers: [{name: logs, image: '"
        "{% for e in spec.containers[0].env %}{{ e.name if e.value | upper == 'Q' }}"
        "{% endfor %}'}]}"
    )

    def pod(length: int) -> Json:
        pod = made()
        variables = [{"name": f"a{n}", "value": "x" * length} for n in range(400)]
        pod["spec"]["containers"][0]["env"] = variables
        return pod

    check(jinja(source), [pod(1), pod(1), pod(2)], pod(LONGEST - 96))


def test_the_namespace_counts_for_the_size() -> None:
    remembering = Remembering(jinja(CONTAINER))

    asked(remembering, made(), "n" * LARGEST)
    assert len(remembering) == 0
    asked(remembering, made(), "n" * 1000)

    assert remembering.size > 1000


def test_no_recipe_is_recorded_if_there_is_little_time() -> None:
    remembering = Remembering(jinja(CONTAINER))
    now = iter(range(1000))
    hurry = Deadline(start=-50, end=1000, clock=lambda: next(now))

    for _ in range(4):
        remembering.outcome(made(), "shop", address=ADDRESS, checkpoint=hurry)
    assert [recalls(remembering, made(), "shop") for _ in range(4)] == [
        *(False, False, True, True)
    ]
