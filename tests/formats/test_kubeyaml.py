import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from yaml_texts import EMOJI, KEYS, LONG, MANIFESTS, PLAIN, TAGGED, bomb

from injector.base.errors import ManifestError
from injector.formats import kubeyaml, yaml_documents

DOUBTFUL = [
    *PLAIN,
    "1.",
    ".inf",
    ".NaN",
    "-.INF",
    "1e+5",
    "@a",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "%a",
    "a\nb",
    "a\nb\n",
    "\n",
    "\n\n  a\n",
    "  a\n b",
    "a \nb",
    "a\tb\n\tc",
    "\ta",
    "a\r\nb",
    "a\x85b",
    "a\u2028b\nc",
    "\ufeffa",
    "\x07",
    "ä€😀",
    "x" * 200 + " y",
]
"""Texts that a careless writer turns into something else."""


NINES = "9" * 5000
NO_MAPPING = "mapping values are not allowed in this context"
MERGES_WHAT = "'<<' merges a mapping or a list of mappings"
OF_ITSELF = "the value of the anchor 'a' contains itself"


def kubectl() -> str:
    found = shutil.which("kubectl")
    if found is None and os.environ.get("REQUIRE_KUBECTL") == "1":
        pytest.fail("no kubectl in the path")
    return found or pytest.skip("no kubectl in the path")


def read_by_kubectl(text: str, folder: Path) -> Any:
    head = "apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: x\n"
    file = folder / "thing.yaml"
    file.write_text(f"{head}{text}", encoding="utf-8")
    command = [kubectl(), "annotate", "--local", "-f", str(file), "a=b", "-o", "json"]
    done = subprocess.run(command, check=True, capture_output=True)
    return json.loads(done.stdout)["value"]


def parsed(text: str) -> list[Any]:
    return kubeyaml.parse(text.encode(), "f.yaml")


def test_kubectl_itself_reads_the_tables_of_scalars(tmp_path: Path) -> None:
    # kubectl holds integers beyond 63 bits as floats.
    values = {k: v for k, v in {**PLAIN, **TAGGED}.items() if v != (1 << 64) - 1}
    lines = "".join(f"  s{i}: {text}\n" for i, text in enumerate(values))
    keys = "".join(f"  k{i}: {{{key}: 1}}\n" for i, key in enumerate(KEYS))

    found = read_by_kubectl(f"value:\n{lines}{keys}", tmp_path)

    assert list(values.values()) == [found[f"s{i}"] for i in range(len(values))]
    assert list(KEYS.values()) == [
        key for i in range(len(KEYS)) for key in found[f"k{i}"]
    ]


MERGES = """
value:
  base: &base {a: 1, c: 2}
  before: {a: 5, <<: *base}
  after: {<<: *base, a: 5}
  several: {<<: [*base, {d: 3, a: 7}]}
  twice: {a: 1, a: 2}
  keys: {on: 1, 2: 3, 1.5: 4, 1e6: 5, x: [*base, *base]}
"""


def test_merge_keys_aliases_and_odd_keys_are_read_as_by_kubectl(tmp_path: Path) -> None:
    [found] = parsed(MERGES)

    assert found["value"] == read_by_kubectl(MERGES, tmp_path)
    assert found["value"]["before"] == {"a": 1, "c": 2}
    assert list(found["value"]["keys"]) == ["true", "2", "1.5", "1e+06", "x"]


@pytest.mark.parametrize(
    "entry", ["{<<: [%s]}", "[%s]", "{x: [%s]}", "{<<: {<<: [%s]}}"]
)
@pytest.mark.parametrize(("width", "depth"), [(8, 7), (2, 20), (20, 4), (3, 90)])
def test_what_aliases_repeat_is_counted_before_it_is_made(
    width: int, depth: int, entry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = 0
    copied = yaml_documents._copied  # noqa: SLF001 - what makes repeated values

    def counting(value: Any, depth: int) -> Any:
        nonlocal made
        made += 1
        return copied(value, depth)

    monkeypatch.setattr(yaml_documents, "_copied", counting)

    with pytest.raises(ManifestError, match="aliases repeat"):
        parsed(bomb(width, depth, entry))

    assert made < 100_000


def test_a_document_with_many_aliases_is_read() -> None:
    env = ", ".join(f"{{name: N{i}, value: v}}" for i in range(20))
    text = f"env: &env [{env}]\ncontainers:\n" + "- {name: a, env: *env}\n" * 100

    [found] = parsed(text)

    assert found["containers"] == [{"name": "a", "env": found["env"]}] * 100


def test_of_two_anchors_of_one_name_the_later_counts(tmp_path: Path) -> None:
    text = "value: {a: &a 1, b: *a, c: &a [&a 2], d: *a, e: &a {f: 3}, g: *a}\n"

    [found] = parsed(text)

    assert found["value"] == read_by_kubectl(text, tmp_path)
    assert found["value"] == {
        "a": 1,
        "b": 1,
        "c": [2],
        "d": 2,
        "e": {"f": 3},
        "g": {"f": 3},
    }


def test_keys_that_are_no_texts_become_texts(tmp_path: Path) -> None:
    text = "value: {0: a, 1: b, on: c, n: d}\n"

    [found] = parsed(text)

    assert found["value"] == read_by_kubectl(text, tmp_path)
    assert found["value"] == {"0": "a", "1": "b", "true": "c", "false": "d"}


def test_what_aliases_name_is_not_shared() -> None:
    [found] = parsed("a: &a {b: 1}\nc: *a")

    assert found["a"] == found["c"]
    assert found["a"] is not found["c"]


def test_documents_keep_their_order_and_the_empty_ones_are_none() -> None:
    found = parsed("---\n# nothing\n---\na: 1\n---\nnull\n---\n- 2\n--- x\n---\n")

    assert found == [None, {"a": 1}, None, [2], "x", None]


# JSON


@pytest.mark.parametrize(("text", "documents"), MANIFESTS.items())
def test_a_file_is_a_stream_of_json_or_yaml(text: str, documents: list[Any]) -> None:
    found = parsed(text)

    assert json.dumps(found) == json.dumps(documents)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{"b": ]', "f.yaml: line 2: did not find expected node content"),
        ('{"a": 1}}', "f.yaml: line 1: did not find expected node content"),
        ('{"a": 1}\n\n---\nb: c: d', f"f.yaml: line 4: {NO_MAPPING}"),
        ('{"a": 1e400}', "f.yaml: '1e400' is no number that JSON has"),
        (
            f'{{"a": -{"9" * 5000}}}',
            f"f.yaml: '-{'9' * 59}'... is no number that JSON has",
        ),
        (
            '{"a":' * 101 + "1" + "}" * 101,
            "f.yaml: line 1: nested deeper than 100 levels",
        ),
        ('{"a":' * 200_000, "f.yaml: line 1: nested deeper than 100 levels"),
    ],
)
def test_json_that_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(ManifestError) as raised:
        parsed(text)

    assert str(raised.value) == message


def test_keys_that_an_object_has_twice_are_told() -> None:
    told: list[Any] = []

    kubeyaml.parse(b'{"a": {"b": 1, "b": 2}}{"a": 1, "c": 2}', "f.json", told.append)

    assert told == [((), "key 'b' is in an object twice")]


POD_LIST = {"apiVersion": "v1", "kind": "PodList"}


@pytest.mark.parametrize(
    ("document", "items"),
    [
        (
            {**POD_LIST, "items": [{"metadata": {"name": "a"}}]},
            [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}],
        ),
        (
            {**POD_LIST, "items": [{"kind": None, "apiVersion": ""}]},
            [{"apiVersion": "v1", "kind": "Pod"}],
        ),
        ({**POD_LIST, "items": [{"kind": "X"}, None]}, [{"kind": "X"}, None]),
        ({**POD_LIST, "kind": "List", "items": [{"a": 1}]}, [{"a": 1}]),
        ({**POD_LIST, "kind": "Pods", "items": [{"a": 1}]}, [{"a": 1}]),
        ({**POD_LIST, "items": None}, None),
        (
            {"kind": "DeploymentList", "items": [{}]},
            [{"apiVersion": None, "kind": "Deployment"}],
        ),
    ],
)
def test_items_of_a_list_of_one_kind_have_that_kind(
    document: dict[str, Any], items: Any
) -> None:
    [found] = parsed(json.dumps(document))

    assert found == {**document, "items": items}


def annotated_by_kubectl(text: str, folder: Path) -> list[Any]:
    """Return the objects that kubectl finds in *text*."""
    file = folder / "objects"
    file.write_text(text, encoding="utf-8")
    command = [kubectl(), "annotate", "--local", "-f", str(file), "a=b", "-o", "json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    decoder = json.JSONDecoder()
    found: list[Any] = []
    at = 0
    while rest := done.stdout[at:].lstrip():
        at = len(done.stdout) - len(rest)
        value, end = decoder.raw_decode(rest)
        found.append(value)
        at += end
    return found


META = {"metadata": {"annotations": {"a": "b"}, "name": "x"}}
THING = {"apiVersion": "example.com/v1", "kind": "Thing", **META}
THINGS = {"apiVersion": "example.com/v1", "kind": "ThingList", "items": [META, THING]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(THING) * 2,
        json.dumps(THING)[:-1] + f', "{LONG}": "{EMOJI}\x7f\x80\\ud83d"}}',
        json.dumps(THINGS),
        yaml.safe_dump(THING) + "text: |\n  last",
    ],
)
def test_kubectl_reads_the_same_objects(text: str, tmp_path: Path) -> None:
    found = [one for each in parsed(text) for one in kubeyaml.items(each) or [each]]

    assert found == annotated_by_kubectl(text, tmp_path)


def test_nothing_has_no_documents() -> None:
    assert parsed("") == []


def test_a_byte_order_mark_is_no_text() -> None:
    assert kubeyaml.parse(b"\xef\xbb\xbfa: 1", "f.yaml") == [{"a": 1}]


def test_json_may_be_indented_with_tabs() -> None:
    assert parsed('{\n\t"a":\t[1.0, "\\u00e4"]\n}\n') == [{"a": [1, "ä"]}]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff", "f.yaml: not UTF-8 text"),
        (b"a: [\n", "f.yaml: line 2: did not find expected node content"),
        (
            b"a: \x01",
            "f.yaml: unacceptable character #x0001: control characters are not allowed",
        ),
        (b"a: *x", "f.yaml: line 1: no anchor has the name 'x'"),
        (b"a: &x 1\n---\nb: *x", "f.yaml: line 3: no anchor has the name 'x'"),
        (b"a:\n? [a]\n: b", "f.yaml: line 2: a list or a mapping cannot be a key"),
        (b"a: &a {}\n*a : 1", "f.yaml: line 2: a list or a mapping cannot be a key"),
        (b"a:\n~: 1", "f.yaml: line 2: null cannot be a key"),
        (
            b"18446744073709551615: 1",
            f"f.yaml: line 1: {(1 << 64) - 1} cannot be a key: it is beyond 63 bits",
        ),
        (b"a: {<<: 1}", f"f.yaml: line 1: {MERGES_WHAT}"),
        (b"a: {<<: [{}, 1]}", f"f.yaml: line 1: {MERGES_WHAT}"),
        (b"a: &a []\nb: {<<: *a}", f"f.yaml: line 2: {MERGES_WHAT}"),
        (b"a: &a {<<: *a}", f"f.yaml: line 1: {OF_ITSELF}"),
        (b"a: &a\n- *a", f"f.yaml: line 2: {OF_ITSELF}"),
        (b"[" * 100_000, "f.yaml: line 1: nested deeper than 100 levels"),
        (
            b"a: &a "
            + b"[" * 60
            + b"]" * 60
            + b"\nb: "
            + b"[" * 60
            + b"*a"
            + b"]" * 60,
            "f.yaml: line 2: nested deeper than 100 levels",
        ),
        (
            b"a: &a [" + b"1," * 3000 + b"]\nb: [" + b"1," * 3000 + b"*a," * 99 + b"]",
            "f.yaml: line 2: aliases repeat more than 100,000 values",
        ),
        (b"\n%TAG" * 101, "f.yaml: more than 100 directives"),
    ],
)
def test_what_cannot_be_json_is_refused_with_its_place(
    data: bytes, message: str
) -> None:
    with pytest.raises(ManifestError) as raised:
        kubeyaml.parse(data, "f.yaml")

    assert str(raised.value) == message


def test_the_text_is_readable_and_keeps_the_order() -> None:
    document = {"b": [{"x": "1"}, []], "a": {"text": "one\ntwo\n", "n": None}}

    text = kubeyaml.dump([document])

    assert text == (
        "b:\n- x: '1'\n- []\na:\n  text: |\n    one\n    two\n  'n': null\n"
    )


def test_documents_are_apart_and_empty_ones_stay() -> None:
    documents = [None, {"a": 1}, None, "on", [1], None]

    text = kubeyaml.dump(documents)

    assert text == "---\n---\na: 1\n---\n---\n'on'\n---\n- 1\n---\n"
    assert parsed(text) == documents


def test_no_alias_is_written() -> None:
    shared = {"a": 1}

    assert kubeyaml.dump([[shared, shared]]) == "- a: 1\n- a: 1\n"


def test_doubtful_texts_are_the_same_texts_for_every_reader(tmp_path: Path) -> None:
    document = {"value": {f"k{i}": text for i, text in enumerate(DOUBTFUL)}}

    text = kubeyaml.dump([document])

    assert parsed(text) == [document]
    assert yaml.safe_load(text) == document
    assert read_by_kubectl(text, tmp_path) == document["value"]


def test_doubtful_keys_stay_texts(tmp_path: Path) -> None:
    document = {"value": dict.fromkeys(DOUBTFUL, 1)}

    text = kubeyaml.dump([document])

    assert parsed(text) == [document]
    assert read_by_kubectl(text, tmp_path) == document["value"]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats(allow_nan=False, allow_infinity=False).filter(
        lambda x: not x.is_integer()
    )
    | st.text()
    | st.text("-+.:0123456789eExob_ \n#'\"", max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=3))
def test_whatever_is_written_is_read_again(documents: list[Any]) -> None:
    assert parsed(kubeyaml.dump(documents)) == documents
