"""JSON is read with a bound of our own: the outcome is the same on every Python."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from folders import ROOT

from injector.base.errors import ConfigError
from injector.formats.depth import DEPTH, check, loads, parts
from injector.istio.go.istio_functions import from_json, from_json_as_go
from injector.wire.address import Tokens

DEEP = 9000
"""What Python 3.11 refuses to read and 3.13 reads."""

UNBOUND = {
    "formats/depth.py": "behind the bound",
    "istio/go/istio_functions.py": "behind the bound",
    "istio/go/registry.py": "the text is ours",
    "istio/mesh/mesh_types.py": "the file is ours",
    "formats/json_documents.py": "what is read is counted, and too deep is said so",
    "wire/response.py": "the text is ours",
    "wire/review.py": "behind a bound",
    "kubernetes/schema/table.py": "the file is ours",
    "templates/go/sprig/fromjson.py": "jsonsyntax.py counts",
}
"""The modules that read JSON by the standard library's own means, and why they may."""


def lists(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "text",
    [
        lists(DEPTH),
        '{"a":' * DEPTH + "1" + "}" * DEPTH,
        "[" + ",".join(["{}"] * 1000) + "]",
        json.dumps("[" * DEEP),
        json.dumps('"\\[' * DEEP),
        json.dumps(['\\"{' * DEEP, "\\"]),
    ],
)
def test_what_does_not_nest_deeper_is_read(text: str) -> None:
    assert loads(text) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        lists(DEPTH + 1),
        lists(DEEP),
        "[" * (DEPTH + 1),
        "[{}," * (DEPTH + 1),
        '{"}":' * (DEPTH + 1),
        '["\\"]",' * (DEPTH + 1),
        '["' + "]" * 1000 + '",' + lists(DEPTH),
    ],
)
def test_what_nests_deeper_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^nests deeper than 100 levels$"):
        loads(text)


def test_a_text_without_an_end_is_looked_at_once() -> None:
    check('"\\' * 1_000_000 + "[" * 1000)


def test_what_is_no_text_is_refused() -> None:
    wrong: Any = None

    with pytest.raises(TypeError):
        loads(wrong)


@pytest.mark.parametrize("text", ["NaN", "[-Infinity]", '{"a": 1e999}', "[1e400]"])
def test_numbers_that_python_alone_reads_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"(is no JSON|is out of range)$"):
        loads(text)


@pytest.mark.parametrize("read", [from_json, from_json_as_go])
def test_deep_json_in_an_annotation_makes_a_template_fail(read: Any) -> None:
    with pytest.raises(ValueError, match=r"^nests deeper than 100 levels$"):
        read(lists(DEEP))


def test_tokens_that_nest_deeply_are_refused() -> None:
    with pytest.raises(ConfigError, match="is not JSON"):
        Tokens.from_text(lists(DEEP))


def readers(module: Path) -> list[str]:
    """Return where a module reads JSON by the standard library's own means."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("json.loads", "json.load", "json.JSONDecoder")
    ]


def test_all_json_is_read_with_a_bound() -> None:
    package = ROOT / "injector"

    found = {
        str(module.relative_to(package))
        for module in package.rglob("*.py")
        if readers(module)
    }

    assert found == set(UNBOUND)


@pytest.mark.parametrize(
    ("text", "count"), [("1", 0), ('[{"[":"{\\"{"}, []]', 3), ('"[[', 0), ("[[", 2)]
)
def test_mappings_and_lists_are_counted_outside_of_texts(text: str, count: int) -> None:
    assert parts(text) == count
