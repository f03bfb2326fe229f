"""Values as Go's fmt, JSON and YAML packages print them in templates."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from injector.formats import golang
from injector.formats.yaml_scalars import is_text

WIDTH = 80
"""The column at which lines of YAML are folded."""

SIMPLE_LENGTH = 40
"""The length of a word that is surely written without quotes and folding."""

# Go's JSON writes a number outside of these exponents as 1e+21.
JSON = (-6, 21)

_SIMPLE = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*")
_TEXT = "tag:yaml.org,2002:str"
# A sexagesimal number in YAML 1.1. Go reads it as text, but quotes it.
_SIXTIETHS = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
# Line breaks for some readers and plain characters for others.
_ODD_BREAKS = re.compile("[\r\x85\u2028\u2029]")
_RUNS = re.compile("([0-9]+)")


def shown(value: Any) -> str:
    """Return *value* as Go's ``fmt`` prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "<nil>"
    if isinstance(value, float):
        return golang.decimal(value, *golang.SHORTEST)
    if isinstance(value, Mapping):
        items = (f"{key}:{shown(value[key])}" for key in sorted(value))
        return f"map[{' '.join(items)}]"
    if isinstance(value, list):
        return f"[{' '.join(map(shown, value))}]"
    return str(value)


def marshal(value: Any, order: Callable[[Any], list[str]] = sorted) -> str:
    """Return *value* as compact JSON; *order* gives the keys of a mapping."""
    if isinstance(value, str):
        return golang.compact(value)
    if isinstance(value, Mapping):
        items = (
            f"{golang.compact(key)}:{marshal(value[key], order)}"
            for key in order(value)
        )
        return f"{{{','.join(items)}}}"
    if isinstance(value, list):
        return f"[{','.join(marshal(item, order) for item in value)}]"
    if isinstance(value, float):
        # Go's JSON drops the leading zero of a negative exponent.
        return golang.decimal(value, *JSON).replace("e-0", "e-")
    return golang.compact(value)


def to_yaml(value: Any) -> str:
    """Return *value* as YAML in block style with sorted keys, ending in a newline."""
    if simple(value):
        return "".join(f"{line}\n" for line in _lines(value))
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=WIDTH,
    )
    return text.removesuffix("...\n")


def simple(value: Any) -> bool:
    """Return whether every text in *value* is one plain word."""
    if isinstance(value, Mapping):
        return all(map(simple, value)) and all(map(simple, value.values()))
    if isinstance(value, list):
        return all(map(simple, value))
    if isinstance(value, str):
        known = _SIMPLE.fullmatch(value) and is_text(value)
        return bool(known) and len(value) <= SIMPLE_LENGTH
    return True


def _lines(value: Any) -> Iterator[str]:
    """Yield the lines of a simple value."""
    if isinstance(value, Mapping) and value:
        for key in sorted(value, key=natural):
            item = value[key]
            if not (isinstance(item, Mapping | list) and item):
                yield f"{key}: {_scalar(item)}"
                continue
            yield f"{key}:"
            margin = "" if isinstance(item, list) else "  "
            yield from (f"{margin}{line}" for line in _lines(item))
    elif isinstance(value, list) and value:
        for item in value:
            first, *others = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in others)
    else:
        yield _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, float):
        low, high = golang.SHORTEST
        return golang.decimal(value, low, JSON[1] if value.is_integer() else high)
    if isinstance(value, Mapping):
        return "{}"
    return "[]" if isinstance(value, list) else shown(value)


def natural(key: str) -> list[tuple[int, int, str]]:
    """Return the sort key of natural order: ``a2`` before ``a10``."""
    # Numbers compare by length, then by digits: ``int`` refuses long ones.
    return [
        (0, len(digits), f"{digits} {run}") if index % 2 else (1, 0, run)
        for index, run in enumerate(_RUNS.split(key))
        for digits in [run.lstrip("0")]
    ]


class _Dumper(yaml.SafeDumper):
    """Quotes texts that a YAML reader would read as another type."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML looks here

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def of_text(self, text: str) -> yaml.ScalarNode:
        style = None
        odd = _SIXTIETHS.fullmatch(text) or _ODD_BREAKS.search(text)
        if odd or not is_text(text):
            style = '"'
        elif "\n" in text:
            style = "|"
        return self.represent_scalar(_TEXT, text, style=style)

    def of_plain(self, value: Any) -> yaml.ScalarNode:
        return self.represent_scalar(_TEXT, _scalar(value))

    def of_mapping(self, value: Mapping[str, Any]) -> yaml.MappingNode:
        items = [(key, value[key]) for key in sorted(value, key=natural)]
        return self.represent_mapping("tag:yaml.org,2002:map", items)


_Dumper.add_representer(str, _Dumper.of_text)
for _kind in (bool, int, float, type(None)):
    _Dumper.add_representer(_kind, _Dumper.of_plain)
_Dumper.add_representer(dict, _Dumper.of_mapping)
