"""Our table of types, and what follows from it, against the real Go types."""

import copy
import json
import math
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from operator import mul
from pathlib import Path
from typing import Any

import pytest
from go_tool import build
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from pod_strategies import Json, mergeable_pods
from podtypes import Referee, referee

from injector.formats import durations, quantities
from injector.istio.mesh import proxy_config
from injector.istio.pod import annotations as istio_annotations
from injector.kubernetes import schema
from injector.kubernetes.patch import diff
from injector.kubernetes.schema import Type
from injector.releases.release import CURRENT
from injector.templates.go.sprig import SPRIG
from injector.templates.go.values.functions import Function
from injector.templates.go.values.types import INT64
from injector.templates.go.values.values import Typed
from injector.web.function import TIMEOUT_LIMIT, patience

pytestmark = pytest.mark.slow

TABLE = Path(schema.__file__).with_name("pod_types.json")
UNHURRIED = settings(
    deadline=None,
    max_examples=1500,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def podtypes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("podtypes", tmp_path_factory.mktemp("go"))


@pytest.fixture
def asked(podtypes: Path, request: pytest.FixtureRequest) -> Iterator[Referee]:
    with referee(podtypes, request.param) as running:
        yield running


def mode(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("asked", [name], indirect=True)


def test_the_table_is_what_the_tool_writes(podtypes: Path) -> None:
    done = subprocess.run([podtypes, "types"], capture_output=True, check=True)

    assert done.stdout == TABLE.read_bytes()


# Quantities and durations, by every reader that there is of them

DIGITS = st.one_of(
    st.just(""),
    st.integers(0, 3000).map(str),
    st.integers(0, 10**24).map(str),
    st.integers(0, 5000).map(lambda number: str(number * 1000)),
    st.integers(0, 5000).map(lambda number: str(number * 1024)),
    st.text("0123456789", max_size=40),
    st.builds(mul, st.sampled_from("019"), st.sampled_from((17, 18, 19, 90, 5000))),
)
FRACTIONS = st.one_of(
    st.just(""),
    st.just("."),
    DIGITS.map(".{}".format),
    st.text("0123456789", max_size=12).map(".{}".format),
    st.text("05", min_size=60, max_size=90).map(".{}".format),
)
EXPONENTS = st.one_of(
    st.integers(-40, 40),
    st.integers(-30, 30).map(lambda number: number + (1 << 32)),
    st.sampled_from((2**63, -(2**63) - 1, 10**30)),
)
SUFFIXES = st.one_of(
    st.sampled_from((*"numkMGTPE", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")),
    st.builds("{}{}".format, st.sampled_from(("e", "E")), EXPONENTS),
    st.builds("e+{}".format, st.integers(0, 30)),
    st.builds("e-0{}".format, st.integers(0, 30)),
    st.sampled_from(("", "", "", "i", "K", "m5", "e", "ki", "m ", " m", "\n", "e+")),
)
# With more digits, or a small exponent of as many, Go takes minutes.
FAR = st.builds(
    "{}{}e{}".format,
    st.sampled_from(("", "0", "00", "1", "15", "1000")),
    st.sampled_from(("", ".", ".5", ".000", ".500")),
    st.integers(2**31 - 9, 2**31 - 1)
    | st.integers(-5, 5).map(lambda number: number * 2**32),
)
TEXTS = FAR | st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(("", "", "", "+", "-", "--", " ")),
    st.sampled_from(("", "", "", "0", "00")),
    DIGITS,
    FRACTIONS,
    SUFFIXES,
)
PARTS = st.builds(
    "{}{}{}".format,
    DIGITS,
    FRACTIONS,
    st.sampled_from((*durations.UNITS, *durations.UNITS, "d", "", "S", "sm", " ")),
)
LENGTHS = st.builds(
    "{}{}".format,
    st.sampled_from(("", "", "+", "-", "+-", " ")),
    st.lists(PARTS, max_size=3).map("".join),
)
ODD = settings(UNHURRIED, suppress_health_check=list(HealthCheck))


@mode("quantity")
@ODD
@given(text=TEXTS)
def test_a_quantity_is_printed_as_go_prints_it(asked: Referee, text: str) -> None:
    ours = quantities.canonical(text) if quantities.is_quantity(text) else None

    assert ours == asked.ask(text).get("ok")


@mode("text")
@ODD
@given(text=TEXTS)
def test_an_annotation_is_a_quantity_to_go_too(asked: Referee, text: str) -> None:
    refused = istio_annotations.quantity(text, CURRENT)

    assert (refused is None) == ("ok" in asked.ask(text))


@mode("duration")
@ODD
@given(text=LENGTHS)
def test_a_duration_is_read_as_go_reads_it(asked: Referee, text: str) -> None:
    try:
        ours = durations.parse(text)
    except ValueError:
        ours = None
    theirs = asked.ask(text).get("ok")

    assert [ours, durations.go(ours or 0)] == (theirs or [None, "0s"])


@mode("duration")
@ODD
@given(text=LENGTHS)
def test_every_reader_of_durations_is_that_one(asked: Referee, text: str) -> None:
    length, printed = asked.ask(text).get("ok") or (None, None)

    layer, problems = proxy_config.read_annotation(
        json.dumps({"drainDuration": text}), CURRENT
    )
    rounded = SPRIG["durationRound"]
    assert isinstance(rounded, Function)

    assert bool(problems) == (length is None)
    if length is not None:
        assert durations.parse(layer["drainDuration"]) == length
        assert durations.go(length) == printed
    assert rounded.call(text) == rounded.call(Typed(INT64, length or 0))
    if len(text) <= TIMEOUT_LIMIT:
        seconds = length / durations.SECOND if length and length > 0 else math.inf
        assert patience(text) == seconds


# Pods of all fields

WRONG = st.sampled_from(
    (None, "", "x", 0, 1, 1.0, True, [], {}, [1], {"a": 1}, 1 << 40)
)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": st.sampled_from(("", "x")),
    "bool": st.booleans(),
    "int": st.sampled_from((0, 1, -1, (1 << 31) - 1)),
    "quantity": st.sampled_from(("0", "1", "0.5", "1024Mi", 2, 0.5)),
    "int_or_string": st.sampled_from((0, 80, "", "http")),
    "time": st.sampled_from((None, "2026-01-31T12:00:00Z")),
    "any": st.sampled_from(({}, {"f:spec": {}})),
}


@cache
def values(go: str, *, wrong: bool) -> st.SearchStrategy[Any]:
    """Return values of the type, null or *wrong* at times."""
    kind = schema.type_of(go)
    right = st.deferred(lambda: _right(kind, wrong=wrong))
    rare = WRONG if wrong else st.none()
    return st.integers(0, 19).flatmap(lambda chance: right if chance else rare)


def _right(kind: Type, *, wrong: bool) -> st.SearchStrategy[Any]:
    if kind.struct is not None:
        fields = sorted(kind.struct.fields.items())
        return st.lists(st.sampled_from(fields), max_size=3).flatmap(
            lambda some: st.fixed_dictionaries(
                {name: values(field.type.go, wrong=wrong) for name, field in some}
            )
        )
    if kind.elem is None:
        return SCALARS[kind.kind]
    elem = values(kind.elem.go, wrong=wrong)
    if kind.kind == "list":
        return st.lists(elem, max_size=2)
    return st.dictionaries(st.sampled_from(("a", "cpu")), elem, max_size=2)


def parts(*, wrong: bool) -> st.SearchStrategy[Json]:
    """Return pods that have the fields that matter most."""
    containers = st.lists(values("Container", wrong=wrong), max_size=2)
    volumes = st.lists(values("Volume", wrong=wrong), max_size=2)
    spec = st.builds(
        lambda some, containers, volumes: (
            some | {"containers": containers, "volumes": volumes}
            if isinstance(some, dict)
            else some
        ),
        values("PodSpec", wrong=wrong),
        containers,
        volumes,
    )
    return st.fixed_dictionaries(
        {"spec": spec},
        optional={
            "metadata": values("ObjectMeta", wrong=wrong),
            "status": values("PodStatus", wrong=wrong),
        },
    )


@mode("typed")
@settings(UNHURRIED, suppress_health_check=list(HealthCheck))
@given(pod=parts(wrong=False))
def test_a_pod_is_printed_as_go_prints_it(asked: Referee, pod: Json) -> None:
    answer = asked.ask(pod)

    assert schema.problems(pod) == []
    note(str(answer))
    assert schema.same_json(schema.typed(pod), answer["ok"])


@mode("typed")
@settings(UNHURRIED, suppress_health_check=list(HealthCheck))
@given(pod=parts(wrong=True))
def test_what_go_cannot_read_is_a_problem(asked: Referee, pod: Json) -> None:
    answer = asked.ask(pod)

    note(str(answer))
    assert (schema.problems(pod) == []) == ("ok" in answer)


def kelvin(name: str) -> str:
    return name.replace("k", "\u212a").replace("s", "\u017f")


SPELLINGS: st.SearchStrategy[Callable[[str], str]] = st.sampled_from(
    (str, str, str.upper, str.title, kelvin)
)


@st.composite
def oddly_spelled(draw: st.DrawFn) -> Json:
    """Return two pods as one value, with names of fields in other spellings."""

    def spelled(value: Any) -> Any:
        if isinstance(value, list):
            return [spelled(item) for item in value]
        if not isinstance(value, dict):
            return value
        spell = draw(SPELLINGS)
        return {spell(key): spelled(item) for key, item in value.items()}

    def both(one: Any, other: Any) -> Any:
        if not (isinstance(one, dict) and isinstance(other, dict)):
            return one
        return other | {
            key: both(item, other[key]) if key in other else item
            for key, item in one.items()
        }

    pods = parts(wrong=False)
    return both(spelled(draw(pods)), spelled(draw(pods)))  # type: ignore[no-any-return]


@mode("typed")
@settings(UNHURRIED, suppress_health_check=list(HealthCheck))
@given(pod=oddly_spelled())
def test_names_are_read_in_any_case_as_go_reads_them(asked: Referee, pod: Json) -> None:
    answer = asked.ask(pod)

    note(str(answer))
    ours = schema.known(schema.spelled(pod, schema.type_of("Pod"), order=list))
    assert schema.same_json(schema.typed(ours), answer["ok"])


# Patches as an API server applies them

KEYS = st.sampled_from(("a", "b", "/", "~", "~1", "", "spec", "containers", "name"))
LEAVES = st.sampled_from((None, 0, 1, True, False, 1.5, "a", "1", ""))
OBJECTS = st.dictionaries(
    KEYS,
    st.recursive(
        LEAVES,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
        ),
        max_leaves=12,
    ),
    max_size=4,
)


@mode("patch")
@settings(UNHURRIED, suppress_health_check=list(HealthCheck))
@given(before=OBJECTS | mergeable_pods(), after=OBJECTS | mergeable_pods())
def test_an_api_server_applies_our_patches(
    asked: Referee, before: Json, after: Json
) -> None:
    operations = diff(before, copy.deepcopy(after))

    answer = asked.ask([before, operations])

    note(json.dumps(operations))
    note(str(answer))
    assert schema.same_json(answer.get("ok"), after)
