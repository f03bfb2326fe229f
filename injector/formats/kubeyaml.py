"""Manifests: read as kubectl reads them, written so that all YAML readers agree."""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import yaml

from injector.base.errors import ManifestError
from injector.formats import json_documents, yaml_documents
from injector.formats.yaml_documents import DuplicateKey
from injector.formats.yaml_events import YAMLFault
from injector.formats.yaml_scalars import CORE, is_text

# Texts that some YAML reader reads as another type: they need quotes.
_AMBIGUOUS: Final = "tag:kubectl,ambiguous"
_DOUBTFUL = re.compile(
    r"""(?:[yn~=]|<<|yes|no|on|off|true|false|null
    |[-+]?0[xob][0-9a-f_]+
    |[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:e[-+]?[0-9_]+)?
    |[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?
    |[-+]?\.(?:inf|nan))$""",
    re.IGNORECASE | re.VERBOSE,
)
# Line breaks for some readers and plain characters for others.
_ODD_BREAKS = re.compile("[\r\x85\u2028\u2029]")


def parse(
    data: bytes, source: str, note: Callable[[DuplicateKey], None] | None = None
) -> list[Any]:
    """Return the documents of *data* as JSON values, empty ones as None.

    Data that begins with a brace are JSON documents, followed by YAML. Items of a list
    such as a PodList get its kind. *note* is called for each duplicate key.

    Raises:
        ManifestError: the data is no YAML, or has values that JSON cannot hold.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise ManifestError(f"{source}: not UTF-8 text") from e
    try:
        return [_typed(document) for document in _documents(text, note)]
    except YAMLFault as e:
        raise ManifestError(f"{source}: {e}") from e


def _documents(text: str, note: Callable[[DuplicateKey], None] | None) -> list[Any]:
    found: list[Any] = []
    at = 0
    if text.lstrip().startswith("{"):
        found, at = json_documents.leading(text, note)
    if found and at == len(text):
        return found
    # Line numbers count from the beginning. kubectl adds a last newline.
    rest = "\n" * text.count("\n", 0, at) + text[at:]
    return found + yaml_documents.every(rest.removesuffix("\n") + "\n", note)


def _typed(document: Any) -> Any:
    """Return *document*; the items of a list such as a PodList get its kind."""
    found = items(document)
    if not found or document["kind"] == "List":
        return document
    kind = document["kind"].removesuffix("List")
    head = {"apiVersion": document.get("apiVersion"), "kind": kind}
    return {**document, "items": [_headed(item, head) for item in found]}


def _headed(item: Any, head: Mapping[str, Any]) -> Any:
    if not isinstance(item, dict) or item.get("kind") or item.get("apiVersion"):
        return item
    return {**head, **item, **head}


def items(document: Any) -> list[Any] | None:
    """Return the items of a List, PodList and so on; None for other documents."""
    if not isinstance(document, dict) or "items" not in document:
        return None
    if not str(document.get("kind")).endswith("List"):
        return None
    found = document["items"]
    return found if isinstance(found, list) else []


def dump(documents: Iterable[Any]) -> str:
    """Return *documents*, JSON values, as one YAML text in their order.

    None is an empty document.
    """
    texts: list[str] = []
    for document in documents:
        text = "" if document is None else _dump(document)
        texts.append(f"---\n{text}" if texts or not text else text)
    return "".join(texts)


def _dump(document: Any) -> str:
    text: str = yaml.dump(
        document,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=sys.maxsize,
    )
    # PyYAML ends a lone scalar with three dots.
    return text.removesuffix("...\n")


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, and quotes texts that some YAML reader would misread."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def of_text(self, text: str) -> yaml.ScalarNode:
        style = None
        if _ODD_BREAKS.search(text):
            style = '"'
        elif "\n" in text:
            style = "|"
        elif not is_text(text):
            style = "'"
        return self.represent_scalar(CORE + "str", text, style=style)


_Dumper.add_representer(str, _Dumper.of_text)
_Dumper.add_implicit_resolver(_AMBIGUOUS, _DOUBTFUL, None)
