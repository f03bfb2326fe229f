"""YAML as kubectl reads it, and YAML that every reader reads the same.

kubectl turns manifests into JSON by rules of its own: ``y`` and ``on`` are booleans,
``0o10`` and ``010`` are 8, ``1e3`` is 1000, while dates, ``1:30`` and ``=`` are text.
"""

import base64
import math
import re
import sys
from collections.abc import Iterable
from typing import Any

import yaml
from yaml.constructor import ConstructorError, SafeConstructor

from injector.errors import ManifestError

DEPTH = 100
"""The deepest nesting that is read; a manifest has some twenty levels."""

NODES = 500_000
"""The most values that are read; aliases multiply them quickly."""

WHOLE = 1e21
"""From here on Go prints numbers with an exponent."""

_CORE = "tag:yaml.org,2002:"
# Text that begins like a number; only its constructor can tell.
_LIKELY_NUMBER = "tag:kubectl,number"
# Text that some reader takes for something else: it needs quotes.
_AMBIGUOUS = "tag:kubectl,ambiguous"

_BOOLEANS = {
    word: value
    for value, words in ((True, "y yes true on"), (False, "n no false off"))
    for lower in words.split()
    for word in (lower, lower.capitalize(), lower.upper())
}
_INTEGER = re.compile(
    r"([-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)"
    r"|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9][0-9]*))"
)
_NUMERIC = frozenset("0123456789+-.")
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
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


def parse(data: bytes, source: str) -> list[Any]:
    """Return the documents of *data* as JSON values, empty ones as None.

    Raises:
        ManifestError: the data is no YAML, or no JSON can say what it says.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise ManifestError(f"{source}: not UTF-8 text") from e
    try:
        _check_depth(text)
        documents = list(yaml.load_all(text, Loader=_Loader))
        plain = _Plain()
        return [plain.of(document) for document in documents]
    except yaml.MarkedYAMLError as e:
        line = e.problem_mark.line + 1 if e.problem_mark else 1
        raise ManifestError(f"{source}: line {line}: {e.problem}") from e
    except (yaml.YAMLError, ValueError) as e:
        raise ManifestError(f"{source}: {str(e).splitlines()[0]}") from e
    except RecursionError as e:
        raise ManifestError(f"{source}: a mapping merges itself") from e


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
    # What ends a document that is a lone scalar.
    return text.removesuffix("...\n")


def _check_depth(text: str) -> None:
    """Raise ValueError for a nesting that would overflow the C parser's stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH:
                raise ValueError(f"nested deeper than {DEPTH} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Plain:
    """Turns loaded YAML into JSON values that share nothing."""

    def __init__(self) -> None:
        self.nodes = 0

    def of(self, value: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if self.nodes > NODES:
            raise ValueError(f"aliases make more than {NODES} values")
        if depth > DEPTH:
            raise ValueError(f"nested deeper than {DEPTH} levels")
        if isinstance(value, dict):
            return {key(k): self.of(v, depth + 1) for k, v in value.items()}
        if isinstance(value, list):
            return [self.of(item, depth + 1) for item in value]
        if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE:
            # JSON has one kind of number; Go prints these without a fraction.
            return int(value)
        return value


def key(value: Any) -> str:
    """Return *value* as the key that a JSON object has.

    Raises:
        ValueError: it is null, which can be none.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    if isinstance(value, int | str):
        return str(value)
    raise ValueError("null cannot be a key")


def scalar(text: str) -> Any:
    """Return what a scalar without quotes and tag means.

    Raises:
        ValueError: it is a number that JSON does not have.
    """
    first = text[:1]
    if first in _NUMERIC:
        if _ENDLESS.fullmatch(text):
            raise ValueError(f"{text} is no number that JSON has")
        number = _number(text)
        if isinstance(number, float) and number.is_integer() and abs(number) < WHOLE:
            return int(number)
        return number
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    return None if text in _NULLS else text


def _number(text: str) -> int | float | str:
    """Return the number that the text is, else the text."""
    digits = text.replace("_", "")
    if match := _INTEGER.fullmatch(digits):
        bases = {"x": 16, "b": 2, "o": 8, "d": 10}
        base, figures = next((bases[k], v) for k, v in match.groupdict().items() if v)
        value = int(figures, base)
        return -value if match[1] == "-" else value
    if _FLOAT.fullmatch(digits) and math.isfinite(float(digits)):
        return float(digits)
    return text


def _resolvers(*rules: tuple[str, re.Pattern[str]]) -> dict[None, list[Any]]:
    """Return the table in which PyYAML looks for the tag of a plain scalar."""
    return {None: list(rules)}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads scalars as kubectl does."""

    yaml_implicit_resolvers = _resolvers(
        (_CORE + "null", re.compile(r"(?:~|null|Null|NULL|)$")),
        (_CORE + "bool", re.compile(rf"(?:{'|'.join(_BOOLEANS)})$")),
        (_CORE + "merge", re.compile(r"<<$")),
        (_CORE + "float", re.compile(_ENDLESS.pattern + "$")),
        (_LIKELY_NUMBER, re.compile(r"[-+]?\.?[0-9]")),
    )

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Put what ``<<`` names in its place: what stands later wins."""
        pairs: list[Any] = []
        for key, value in node.value:
            if key.tag == _CORE + "merge":
                pairs.extend(self._merged(node, value))
            else:
                pairs.append((key, value))
        node.value = pairs

    def _merged(self, node: yaml.MappingNode, value: yaml.Node) -> list[Any]:
        sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
        pairs: list[Any] = []
        # Of several, the first one wins.
        for source in reversed(sources):
            if not isinstance(source, yaml.MappingNode):
                raise ConstructorError(None, None, "bad merge key", node.start_mark)
            self.flatten_mapping(source)
            pairs.extend(source.value)
        return pairs

    def of_bool(self, node: yaml.ScalarNode) -> bool:
        if node.value not in _BOOLEANS:
            raise ValueError(f"{node.value} is no boolean")
        return _BOOLEANS[node.value]

    def of_likely_number(self, node: yaml.ScalarNode) -> int | float | str:
        return _number(node.value)

    def of_number(self, node: yaml.ScalarNode) -> int | float:
        number = _number(node.value)
        if isinstance(number, str):
            # Infinity and not-a-number are none either.
            raise ValueError(f"{number} is no number that JSON has")  # noqa: TRY004
        return number

    def of_binary(self, node: yaml.ScalarNode) -> str:
        return base64.b64decode(node.value).decode()

    def of_any(self, node: yaml.Node) -> Any:
        """Construct what has a tag of its own: the tag counts for nothing."""
        if isinstance(node, yaml.MappingNode):
            return self.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return self.construct_sequence(node, deep=True)
        return node.value

    yaml_constructors = {  # noqa: RUF012 - PyYAML looks here
        _CORE + "null": lambda _loader, _node: None,
        _CORE + "bool": of_bool,
        _CORE + "int": of_number,
        _CORE + "float": of_number,
        _LIKELY_NUMBER: of_likely_number,
        _CORE + "binary": of_binary,
        _CORE + "map": SafeConstructor.construct_yaml_map,
        _CORE + "seq": SafeConstructor.construct_yaml_seq,
        None: of_any,
    }


class _Dumper(yaml.SafeDumper):
    """Writes no alias, and quotes all that some reader would misread."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def of_text(self, text: str) -> yaml.ScalarNode:
        style = None
        if _ODD_BREAKS.search(text):
            style = '"'
        elif "\n" in text:
            style = "|"
        return self.represent_scalar(_CORE + "str", text, style=style)


_Dumper.add_representer(str, _Dumper.of_text)
_Dumper.add_implicit_resolver(_AMBIGUOUS, _DOUBTFUL, None)
