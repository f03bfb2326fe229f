"""A configuration's document, read from bytes into JSON values.

The bytes are YAML or JSON, plain or in a ConfigMap, gzipped or not. Scalars mean the
same as for kubectl and Istio: ``on``, ``y`` and ``no`` are booleans, ``012`` and
``0o12`` are 10, ``1.30`` is the number 1.3, dates are text. A repeated key in a mapping
is a problem, since one of its values would be lost.
"""

import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from injector.base.errors import ConfigError, ManifestError, Problem
from injector.base.messages import shown, step
from injector.formats import kubeyaml
from injector.formats.yaml_documents import DuplicateKey

GZIP = b"\x1f\x8b"
LIMIT = 4 << 20
"""The most bytes of text that are read: four times the limit of a ConfigMap."""

KEY = "config.yaml"
"""The key of our own document in a ConfigMap."""

ISTIO_KEYS = frozenset({"config", "mesh"})
"""The keys by which Istio's own ConfigMaps are recognized."""


def unpack(data: bytes) -> Mapping[str, Any]:
    """Return our own document in *data*.

    Raises:
        ConfigError: there is not exactly one, or it cannot be read.
    """
    return own(parts(data))


def parts(data: bytes) -> list[Mapping[str, Any]]:
    """Return the documents in *data*, lists replaced by their items.

    Raises:
        ConfigError: they cannot be read, or one is no mapping.
    """
    documents: list[Any] = []
    for document in read_all(_plain(data)):
        items = kubeyaml.items(document)
        documents += [document] if items is None else items
    for document in documents:
        if not isinstance(document, Mapping):
            raise _wrong(f"is {shown(document)}, want a mapping")
    return documents


def are_istios(documents: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether Istio's own ConfigMaps are among *documents*."""
    return any(_is_istios(document) for document in documents)


def own(documents: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the one document of ours in *documents*.

    Raises:
        ConfigError: there is not exactly one, or it cannot be read.
    """
    if not documents:
        raise _wrong("is empty, want a mapping ({} is the bundled configuration)")
    if len(documents) > 1:
        raise _wrong(f"holds {len(documents)} documents, want one")
    document = documents[0]
    return _unwrapped(document) if document.get("kind") == "ConfigMap" else document


def _plain(data: bytes) -> bytes:
    if data.startswith(GZIP):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(LIMIT + 1)
        except (OSError, EOFError, zlib.error) as e:
            raise _wrong("is gzipped, and damaged") from e
    if len(data) > LIMIT:
        raise _wrong(f"is longer than {LIMIT} bytes")
    return data


def _is_istios(document: Mapping[str, Any]) -> bool:
    data = document.get("data")
    if document.get("kind") != "ConfigMap" or not isinstance(data, Mapping):
        return False
    return KEY not in data and not ISTIO_KEYS.isdisjoint(data)


def _unwrapped(config_map: Mapping[str, Any]) -> Mapping[str, Any]:
    data = config_map.get("data")
    text = data.get(KEY) if isinstance(data, Mapping) else None
    if not isinstance(text, str):
        raise _wrong(f"the ConfigMap has no text under the key {KEY!r} of its data")
    document = read(text)
    if not isinstance(document, Mapping):
        raise _wrong(f"is {shown(document)}, want a mapping", KEY)
    return document


def _wrong(message: str, path: str = "") -> ConfigError:
    return ConfigError([Problem(path, message)])


def read_all(data: bytes) -> list[Any]:
    """Return the documents of *data* as JSON values, without the empty ones.

    Raises:
        ConfigError: the text cannot be read, or repeats a key.
    """
    doubles: list[DuplicateKey] = []
    try:
        documents = kubeyaml.parse(data, "", doubles.append)
    except ManifestError as e:
        raise _wrong(str(e).removeprefix(": ")) from e
    if doubles:
        raise ConfigError(map(_problem, doubles))
    return [document for document in documents if document is not None]


def _problem(double: DuplicateKey) -> Problem:
    return Problem(reduce(step, double.path, ""), double.message)


def read(text: str) -> Any:
    """Return the one document that *text* holds; None if it is empty.

    Raises:
        ConfigError: the text cannot be read, repeats a key or holds several.
    """
    documents = read_all(text.encode(errors="surrogatepass"))
    if len(documents) > 1:
        raise _wrong(f"holds {len(documents)} documents, want one")
    return documents[0] if documents else None
