"""Single calls of sprig's functions, in Python and in Go."""

import functools
import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import go_tool
from folders import TESTDATA

from injector.templates.go.values.functions import Function, FunctionError
from injector.templates.go.values.types import NUMBERS, Type, parse
from injector.templates.go.values.values import Typed, is_nil, raw, type_of, view

RECORDED = sorted((TESTDATA / "sprig").glob("*.jsonl"))

Case = tuple[str, Sequence[Any]]


class WrongTypeError(Exception):
    """The engine refuses the arguments before the call."""


@functools.cache
def built() -> Path:
    """Return the built tool; skip the test if the build fails."""
    return go_tool.build("gotemplates", Path(tempfile.mkdtemp()))


def template(name: str, count: int) -> str:
    """Return a template that calls the function, and prints its arguments after."""
    names = [f"$a{i}" for i in range(count)]
    return "".join(
        [
            *(f"{{{{ {n} := literal (index . {i}) }}}}" for i, n in enumerate(names)),
            f"{{{{ exactly ({name} {' '.join(names)}) }}}}",
            *(f"\n{{{{ exactly {n} }}}}" for n in names),
        ]
    )


def go(cases: Sequence[Case]) -> list[Any]:
    """Return Go's result for each case: [result, argument, ...], or its error."""
    requests = [
        {
            "template": template(name, len(arguments)),
            "data": [json.dumps(encode(argument)) for argument in arguments],
            "sprig": True,
        }
        for name, arguments in cases
    ]
    run = subprocess.run(
        [built()],
        input="".join(f"{json.dumps(request)}\n" for request in requests),
        capture_output=True,
        text=True,
        check=True,
        # A template may not end.
        timeout=600,
    )
    return [_answer(json.loads(line)) for line in run.stdout.split("\n")[:-1]]


def _answer(response: dict[str, str]) -> Any:
    if "error" in response:
        return response["error"].partition(">: ")[2] or response["error"]
    return [json.loads(line) for line in response["output"].split("\n")]


def ours(registry: Any, case: Case) -> Any:
    """Return our result for the case, in the same form."""
    name, arguments = case
    try:
        result = call(registry[name], arguments)
    except FunctionError as e:
        return f"error calling {name}: {e}"
    except WrongTypeError:
        return "wrong type"
    return [encode(result), *map(encode, arguments)]


def call(function: Function, arguments: Sequence[Any]) -> Any:
    """Call *function* as the engine does: raw arguments, a value as result."""
    types = [*function.params]
    if len(arguments) < len(types):
        raise WrongTypeError
    if function.variadic is None and len(arguments) > len(types):
        raise WrongTypeError
    while len(types) < len(arguments):
        assert function.variadic is not None
        types.append(function.variadic)
    given = [_raw(type_, arg) for type_, arg in zip(types, arguments, strict=True)]
    result = function.call(*given)
    if function.result.kind == "interface":
        return result
    if result is None:
        return Typed(function.result, None)
    return view(function.result, result)


def _raw(type_: Type, argument: Any) -> Any:
    if type_.kind == "interface":
        return argument
    if argument is None and type_.nilable:
        return None
    if type_of(argument) is not type_:
        raise WrongTypeError
    return raw(argument)


def encode(value: Any) -> Any:
    """Return *value* as the tool writes it."""
    found = type_of(value)
    if found is None:
        return None
    if found.kind == "string":
        text = raw(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            return ["bytes", text.encode("utf-8", "surrogateescape").hex()]
        return [found.name, text]
    if found.kind in NUMBERS or found.kind == "bool":
        return [found.name, _number(raw(value))]
    return _encode_nilable(found, value)


def _encode_nilable(found: Type, value: Any) -> Any:
    held = raw(value)
    if is_nil(value):
        return [found.name, None]
    if found.kind == "map":
        assert found.elem is not None
        assert found.key is not None
        pairs = [
            [encode(_element(found.key, key)), encode(_element(found.elem, held[key]))]
            for key in sorted(held, key=str)
        ]
        return [found.name, pairs]
    if found.kind == "slice":
        assert found.elem is not None
        return [found.name, [encode(_element(found.elem, each)) for each in held]]
    if found.kind == "ptr" and found.text is None:
        assert found.elem is not None
        return [found.name, encode(_element(found.elem, held))]
    return [found.name, str(held) if found.text is None else found.text(held)]


def _element(type_: Type, held: Any) -> Any:
    return held if type_.kind == "interface" else view(type_, held)


def _number(held: Any) -> str:
    if isinstance(held, bool):
        return str(held).lower()
    if isinstance(held, int):
        return str(held)
    # Python's shortest digits are Go's; the form is not compared.
    texts = {"inf": "+Inf", "-inf": "-Inf", "nan": "NaN"}
    return texts.get(repr(held), repr(held))


def same_numbers(tagged: Any) -> Any:
    """Return the tool's output, with floats in Python's form."""
    if isinstance(tagged, list):
        if tagged[:1] in (["float64"], ["float32"]):
            return [tagged[0], _number(float(tagged[1]))]
        return [same_numbers(each) for each in tagged]
    return tagged


def of(name: str, held: Any) -> Typed:
    """Return a value of the Go type *name*."""
    return Typed(parse(name), held)


def read(value: Any) -> Any:
    """Return a value as it is recorded."""
    if isinstance(value, dict) and "$" in value:
        held = value["v"]
        if value["$"].startswith("map[int]"):
            held = {int(key): each for key, each in held.items()}
        return of(value["$"], held)
    if isinstance(value, dict):
        return {key: read(each) for key, each in value.items()}
    return [read(each) for each in value] if isinstance(value, list) else value


def recorded(path: Path) -> list[tuple[str, list[Any], Any]]:
    """Return the calls of a file."""
    lines = path.read_text().removesuffix("\n").split("\n")
    return [(name, read(args), result) for name, args, result in map(json.loads, lines)]
