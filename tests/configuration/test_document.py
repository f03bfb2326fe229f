import gzip
import time
from typing import Any

import pytest

from injector.base.errors import ConfigError
from injector.configuration.document import LIMIT, are_istios, parts, read, unpack

DOCUMENT = "policy: enabled\nvalues: {a: 1}\n"
EXPECTED = {"policy": "enabled", "values": {"a": 1}}
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: injector}
data:
  config.yaml: |
    policy: enabled
    values: {a: 1}
"""
ISTIO = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector}
data: {config: "policy: enabled", values: "{}"}
"""
LIST = '{"apiVersion": "v1", "kind": "List", "items": %s}'


def problems(data: bytes | str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        unpack(data.encode() if isinstance(data, str) else data)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "data",
    [
        DOCUMENT.encode(),
        b'{"policy": "enabled", "values": {"a": 1}}',
        b"\xef\xbb\xbf" + DOCUMENT.encode(),
        b"---\n" + DOCUMENT.encode() + b"---\n# nothing more\n",
        CONFIG_MAP.encode(),
        gzip.compress(DOCUMENT.encode()),
        gzip.compress(b"policy: enabled\n") + gzip.compress(b"values: {a: 1}\n"),
        gzip.compress(CONFIG_MAP.encode()),
        (
            LIST % '[{"kind": "ConfigMap", "data": {"config.yaml": "policy: enabled\\n'
            'values: {a: 1}"}}]'
        ).encode(),
    ],
    ids=[
        "yaml",
        "json",
        "byte order mark",
        "empty documents around",
        "config map",
        "gzip",
        "gzip in parts",
        "gzipped config map",
        "list",
    ],
)
def test_a_document_is_found_in_each_of_its_forms(data: bytes) -> None:
    assert unpack(data) == EXPECTED


def test_an_empty_mapping_is_a_document() -> None:
    assert unpack(b"{}") == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty, want a mapping ({} is the bundled configuration)"),
        ("# nothing\n", "is empty, want a mapping ({} is the bundled configuration)"),
        (LIST % "null", "is empty, want a mapping ({} is the bundled configuration)"),
        ("- a", "is a list, want a mapping"),
        ("a", "is 'a', want a mapping"),
        ("a: 1\n---\nb: 2", "holds 2 documents, want one"),
        ("a: [", "line 2: did not find expected node content"),
        (
            "kind: ConfigMap\ndata: {other: x}",
            "the ConfigMap has no text under the key 'config.yaml' of its data",
        ),
        (
            "kind: ConfigMap",
            "the ConfigMap has no text under the key 'config.yaml' of its data",
        ),
        (
            "kind: ConfigMap\ndata: {config.yaml: '[1]'}",
            "config.yaml: is a list, want a mapping",
        ),
        (
            "kind: ConfigMap\ndata: {config.yaml: ''}",
            "config.yaml: is null, want a mapping",
        ),
        (
            'kind: ConfigMap\ndata: {config.yaml: "a: 1\\n---\\nb: 1"}',
            "holds 2 documents, want one",
        ),
    ],
)
def test_what_is_no_document_is_refused(text: str, problem: str) -> None:
    assert problems(text) == [problem]


@pytest.mark.parametrize(
    "text",
    [
        ISTIO,
        "kind: ConfigMap\ndata: {mesh: 'a: b'}",
        f"{ISTIO}---\nrelease: '1.20'\n",
        LIST % '[{"kind": "ConfigMap", "data": {"mesh": ""}}]',
    ],
)
def test_istios_own_config_maps_are_recognised_by_their_keys(text: str) -> None:
    assert are_istios(parts(text.encode()))


def test_a_config_map_with_our_own_document_is_none_of_istios() -> None:
    assert not are_istios(parts(CONFIG_MAP.encode()))


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(DOCUMENT.encode())[:-9],
        gzip.compress(DOCUMENT.encode())[:12] + b"x" * 20,
        b"\x1f\x8bnothing",
    ],
    ids=["cut", "overwritten", "no gzip at all"],
)
def test_a_damaged_gzip_is_refused(data: bytes) -> None:
    assert problems(data) == ["is gzipped, and damaged"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_text_that_is_too_long_is_refused(pack: Any) -> None:
    data = pack(b"#" * (LIMIT + 1))

    assert problems(data) == ["is longer than 4194304 bytes"]


def test_bytes_that_are_no_text_are_refused() -> None:
    assert problems(b"a: \xff") == ["not UTF-8 text"]


def test_every_key_that_stands_twice_is_a_problem() -> None:
    text = 'a: 1\nb: {c: 1, c: 2}\n"a": 2\nl: [{x: 1}, {x: 1, "x.y": {z: 1, z: 2}}]\n'

    assert problems(text) == [
        "b: key 'c' is in line 2 and in 2",
        "key 'a' is in line 1 and in 3",
        "l[1]['x.y']: key 'z' is in line 4 and in 4",
    ]


def test_keys_that_json_does_not_tell_apart_stand_twice() -> None:
    text = "a: {<<: {x: 1, x: 2}}\non: 1\n'true': 2\n&k b: &k 1\n*k : 2\n1: 3\n"

    assert problems(text) == [
        "a['<<']: key 'x' is in line 1 and in 1",
        "key 'true' is in line 2 and in 3",
        "key '1' is in line 5 and in 6",
    ]


def test_an_anchor_may_stand_twice() -> None:
    assert unpack(b"a: &x 1\nb: &x 2\nc: *x\n")["c"] == 2


def test_a_key_may_stand_twice_where_one_is_merged() -> None:
    text = "a: &a {k: 1, m: 2}\nb: {<<: *a, k: 3}\nc: *a\n"

    assert unpack(text.encode())["b"] == {"k": 3, "m": 2}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", True),
        ("y", True),
        ("no", False),
        ("~", None),
        ("012", 10),
        ("0o12", 10),
        ("1.30", 1.3),
        ("1e3", 1000),
        ("2024-01-01", "2024-01-01"),
        ("12:30:45", "12:30:45"),
        ('"on"', "on"),
        ("", None),
    ],
)
def test_scalars_mean_what_they_mean_to_kubectl(text: str, value: Any) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 5_000,
        "- " * 20_000,
        "a0: &a0 [x]\n"
        + "".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20)
        ),
        "a: &a {b: *a}",
        "!!python/object/apply:os.system [x]",
        '"\ud800"',
    ],
    ids=["flow", "mappings", "block", "laughs", "cycle", "tag", "surrogate"],
)
def test_hostile_text_ends_soon(text: str) -> None:
    started = time.monotonic()

    try:
        read(text)
    except ConfigError as e:
        assert e.problems  # noqa: PT017 - some of these may as well be read

    assert time.monotonic() - started < 20
