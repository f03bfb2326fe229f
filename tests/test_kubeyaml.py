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

from injector import kubeyaml
from injector.errors import ManifestError

SCALARS: dict[str, Any] = {
    "on": True,
    "y": True,
    "No": False,
    "OFF": False,
    "tRue": "tRue",
    "~": None,
    "Null": None,
    "nULL": "nULL",
    "1e3": 1000,
    "1.5e+3": 1500,
    "1.0": 1,
    "0.25": 0.25,
    ".5": 0.5,
    "5.": 5,
    "-0.0": 0,
    "0o10": 8,
    "010": 8,
    "08": 8,
    "09.5": 9.5,
    "0x1F": 31,
    "+0x1f": 31,
    "-0b11": -3,
    "0o": "0o",
    "1_000": 1000,
    "1_": 1,
    "_1": "_1",
    "1:30": "1:30",
    "190:20:30.15": "190:20:30.15",
    "2001-12-14": "2001-12-14",
    "2001-12-14t21:59:43.10-05:00": "2001-12-14t21:59:43.10-05:00",
    "9007199254740993": 9007199254740993,
    "9223372036854775807": 9223372036854775807,
    "1e400": "1e400",
    "1e22": 1e22,
    "10Gi": "10Gi",
    "1.2.3": "1.2.3",
    "=": "=",
    "!!str 5": "5",
    "!!int '5'": 5,
    "!!float 3": 3,
    "!!bool yes": True,
    "!!timestamp 2001-12-14": "2001-12-14",
    "!!binary aGVsbG8=": "hello",
    "!!set {a, b}": {"a": None, "b": None},
    "!mine text": "text",
    "!mine [1]": [1],
    "'on'": "on",
}
"""Scalars as a manifest writes them, and what kubectl makes of them."""

DOUBTFUL = [
    *(text for text in SCALARS if not text.startswith(("!", "'"))),
    "",
    "1.",
    "<<",
    ".inf",
    ".NaN",
    "-.INF",
    "0o17",
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


@pytest.mark.parametrize(("text", "value"), SCALARS.items())
def test_a_scalar_means_what_it_means_to_kubectl(text: str, value: Any) -> None:
    [found] = parsed(f"value: {text}")

    assert found == {"value": value}
    assert type(found["value"]) is type(value)


def test_kubectl_itself_says_the_same(tmp_path: Path) -> None:
    lines = "".join(f"  s{i}: {text}\n" for i, text in enumerate(SCALARS))

    found = read_by_kubectl(f"value:\n{lines}", tmp_path)

    assert list(SCALARS.values()) == [found[f"s{i}"] for i in range(len(SCALARS))]


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


def test_what_aliases_name_is_not_shared() -> None:
    [found] = parsed("a: &a {b: 1}\nc: *a")

    assert found["a"] == found["c"]
    assert found["a"] is not found["c"]


def test_documents_keep_their_order_and_the_empty_ones_are_none() -> None:
    found = parsed("---\n# nothing\n---\na: 1\n---\nnull\n---\n- 2\n--- x\n---\n")

    assert found == [None, {"a": 1}, None, [2], "x", None]


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
        (b"a: \x01", "control characters are not allowed"),
        (b"a: *x", "f.yaml: line 1: found undefined alias"),
        (b"? [a]\n: b", "f.yaml: line 1: found unhashable key"),
        (b"~: 1", "f.yaml: null cannot be a key"),
        (b"a: .inf", "f.yaml: .inf is no number that JSON has"),
        (b"a: -.INF", "f.yaml: -.INF is no number that JSON has"),
        (b"a: !!bool x", "f.yaml: x is no boolean"),
        (b"a: !!int x", "f.yaml: x is no number that JSON has"),
        (b"a: !!float x", "f.yaml: x is no number that JSON has"),
        (b"a: {<<: 1}", "f.yaml: line 1: bad merge key"),
        (b"a: &a {<<: *a}", "f.yaml: a mapping merges itself"),
        (b"a: &a [*a]", "f.yaml: nested deeper than 100 levels"),
        (b"[" * 100_000, "f.yaml: nested deeper than 100 levels"),
        (
            b"a: &a [" + b"1," * 3000 + b"]\nb: [" + b"*a," * 1000 + b"]",
            "f.yaml: aliases make more than 500000 values",
        ),
    ],
)
def test_what_cannot_be_json_is_refused_with_its_place(
    data: bytes, message: str
) -> None:
    with pytest.raises(ManifestError) as raised:
        kubeyaml.parse(data, "f.yaml")

    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


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
    | st.integers()
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
