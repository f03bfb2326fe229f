"""Our reading, merging and printing of a ProxyConfig against protobuf's own."""

import json
import os
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import go_tool
import pytest

from injector.formats import gotext
from injector.istio.mesh import mesh_json, mesh_types
from injector.istio.mesh.mesh_types import ENUMS, PROXY, WRAPPERS, Field, fields
from injector.istio.mesh.proxy_config import _merge_messages, ordered
from injector.releases.release import NEWEST

# What the tool's module knows.
RELEASE = NEWEST
CASES = 3000
SEED = int(os.environ.get("FUZZ_SEED") or 1)

TEXTS = ("", "a", "<é>", "5", "-5", "05", " 7", "1.5", "true", "45s", "bad", "\n")
SCALARS: dict[str, Sequence[Any]] = {
    "string": TEXTS,
    "bool": (True, False),
    "int32": (0, 1, 5, "5", "0", 2**31 - 1, -1),
    "uint32": (0, 1, 5, "5", "0", 2**31 - 1),
    "int64": (0, 1, "5", -1, 2**40),
    "double": (0, 1, 12.5, "3.5", 1e-8, 1e22, 100000, 0.1, -2, 123456.789),
    "Duration": ("0s", "45s", "1.5s", "20ms", "1h", "1m0.000001s", "3ns"),
}
ANYTHING: Sequence[Any] = (None, True, 0, -1, 2**31, 2**32, 1.5, [], {}, *TEXTS)


@pytest.fixture(scope="session")
def meshtypes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tool, built; skip where it cannot be."""
    return go_tool.build("meshtypes", tmp_path_factory.mktemp("go"))


def answers(tool: Path, mode: str, lines: Sequence[Any] = ()) -> list[str]:
    """Return the lines that the tool prints."""
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    run = subprocess.run(
        [tool, mode], input=text, capture_output=True, text=True, check=True
    )
    # The line break alone ends a line: texts hold others.
    return run.stdout.removesuffix("\n").split("\n")


class Author:
    """Writes ProxyConfigs, some of them wrong."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - no secret

    def message(self, name: str) -> dict[str, Any]:
        rows = fields(name, RELEASE)
        chance = min(1, 2.2 / max(1, len(rows)))
        chosen = [row for row in rows if self.random.random() < chance]
        self.random.shuffle(chosen)
        # Two members of one oneof are no message; which one is taken is nobody's rule.
        chosen = list({row.oneof or row.name: row for row in chosen}.values())
        return {
            self.random.choice([row.name, row.name, row.proto]): self.value(row)
            for row in chosen
        }

    def value(self, row: Field) -> Any:
        if self.random.random() < 0.04:
            return self.random.choice(ANYTHING)
        if row.shape == "list":
            return [self.item(row) for _ in range(self.random.randrange(3))]
        if row.shape == "map":
            keys = self.random.sample(["a", "b", "<", "é", ""], 2)
            return {key: self.item(row) for key in keys}
        return self.one(row)

    def item(self, row: Field) -> Any:
        return None if self.random.random() < 0.1 else self.one(row)

    def one(self, row: Field) -> Any:
        if row.kind == "message":
            return self.message(row.of)
        if row.kind == "enum":
            return self.random.choice([*ENUMS[row.of], *ENUMS[row.of].values(), 99])
        return self.random.choice(SCALARS[WRAPPERS.get(row.kind, row.kind)])


def read(value: Any) -> dict[str, Any] | None:
    """Return what we read, None if it is wrong."""
    layer, problems = mesh_json.read(value, PROXY, RELEASE, "")
    return None if problems else mesh_json.settled(layer, PROXY, RELEASE)


def printed(proxy: dict[str, Any] | None) -> str:
    """Return how we print it, empty if it is wrong."""
    if proxy is None:
        return ""
    return gotext.marshal(ordered(proxy, PROXY, RELEASE), list)


def merged(pair: Sequence[Any]) -> dict[str, Any] | None:
    base, layer = map(read, pair)
    if base is None or layer is None:
        return None
    return _merge_messages(base, layer, PROXY, RELEASE)


def test_the_types_are_those_of_the_public_api(meshtypes: Path) -> None:
    file = Path(mesh_types.__file__).with_suffix(".json")

    assert "\n".join(answers(meshtypes, "types")) + "\n" == file.read_text("utf-8")


def test_a_proxy_config_is_read_and_printed_as_protobuf_does(meshtypes: Path) -> None:
    author = Author(SEED)
    lines = [author.message(PROXY) for _ in range(CASES)]

    theirs = answers(meshtypes, "read", lines)

    for line, expected in zip(lines, theirs, strict=True):
        assert printed(read(line)) == expected, (SEED, line)


def test_proxy_configs_merge_as_protobuf_s_messages_do(meshtypes: Path) -> None:
    author = Author(SEED + 1)
    pairs = [[author.message(PROXY), author.message(PROXY)] for _ in range(CASES)]
    for _, layer in pairs:
        # It replaces in Istio, whatever it is.
        layer.pop("concurrency", None)

    theirs = answers(meshtypes, "merge", pairs)

    for pair, expected in zip(pairs, theirs, strict=True):
        assert printed(merged(pair)) == expected, (SEED, pair)
