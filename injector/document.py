"""A configuration's text: YAML or JSON, read into JSON values without guessing.

Scalars mean what they mean to kubectl (and so to Istio): ``on``, ``y`` and ``no`` are
booleans, ``012`` and ``0o12`` are 10, ``1.30`` is the number 1.3, dates are text. A key
that stands twice in a mapping is a problem, since one of its values would be lost.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from injector import kubeyaml
from injector.errors import ConfigError, ManifestError, Problem
from injector.readers import step

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MERGE = "<<"


def read_all(data: bytes) -> list[Any]:
    """Return the documents of *data* as JSON values, without the empty ones.

    Raises:
        ConfigError: the text cannot be read, or a key stands twice.
    """
    try:
        documents = kubeyaml.parse(data, "")
    except ManifestError as e:
        message = str(e).removeprefix(": ")
        raise ConfigError([Problem("", message)]) from e
    # It was read once, so it has no depth and no tag that could hurt here.
    nodes = yaml.compose_all(data.decode("utf-8-sig"), LOADER)
    problems = [problem for node in nodes for problem in _doubles(node, "", set())]
    if problems:
        raise ConfigError(problems)
    return [document for document in documents if document is not None]


def read(text: str) -> Any:
    """Return the one document that *text* holds; None if it is empty.

    Raises:
        ConfigError: the text cannot be read, holds several or a key twice.
    """
    documents = read_all(text.encode(errors="surrogatepass"))
    if len(documents) > 1:
        raise ConfigError([Problem("", f"holds {len(documents)} documents, want one")])
    return documents[0] if documents else None


def _doubles(node: yaml.Node | None, path: str, seen: set[int]) -> Iterator[Problem]:
    """Yield each key that a mapping has twice. Aliases are looked at once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _doubles(item, f"{path}[{index}]", seen)
    if not isinstance(node, yaml.MappingNode):
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.value in lines and key.value != MERGE:
            message = f"key {key.value!r} is in line {lines[key.value]} and in {line}"
            yield Problem(path, message)
        lines.setdefault(key.value, line)
        yield from _doubles(value, step(path, key.value), seen)
