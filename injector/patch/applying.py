"""What operations make of an object, and the proof that they make the right one."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from injector.errors import ImpossibleValue, Problem, UnprovedPatch
from injector.patch.differing import Operation
from injector.schema import (
    POD,
    Type,
    join,
    possible,
    problems,
    same_json,
    type_of,
)

_Json = dict[str, Any]

_POD = type_of(POD.name)
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_ITEM = re.compile(r"\[[0-9]+\]")


def apply(before: Mapping[str, Any], operations: Sequence[Operation]) -> Any:
    """Return what the operations make of *before*, which is left as it is.

    The result shares parts with *before* and with the operations' values.

    Raises:
        UnprovedPatch: an operation does not apply.

    """
    document = {"": before}
    copies = {id(document): document}
    for operation in operations:
        _apply(document, operation, copies)
    return document[""]


def prove(
    before: Mapping[str, Any],
    operations: Sequence[Operation],
    after: Mapping[str, Any],
) -> None:
    """Prove that the operations make *after* of *before*, and possible values only.

    Raises:
        UnprovedPatch: they make something else.
        ImpossibleValue: they bring a value of an impossible type.

    """
    if not same_json(apply(before, operations), after):
        raise UnprovedPatch("the patch does not give the pod that was built")
    impossible = [
        problem for operation in operations for problem in _problems(operation)
    ]
    if not impossible:
        return
    # What came with the pod is not ours, wherever it has moved to.
    known = {_anywhere(problem) for problem in problems(before)}
    for problem in impossible:
        if _anywhere(problem) not in known:
            message = f"the patch makes {problem.path} impossible: {problem.message}"
            raise ImpossibleValue(message)


def _apply(document: _Json, operation: Operation, copies: dict[int, Any]) -> None:
    """Apply one operation, to copies of what it changes: *copies* has those made."""
    op, path = operation["op"], operation["path"]
    *steps, last = path.split("/")
    if not steps and (last or op == "remove"):
        raise _inapplicable(operation)
    holder: Any = document
    for step in steps:
        place = _place(holder, step, operation)
        below = holder[place]
        if id(below) not in copies:
            below = holder[place] = _shallow(below)
            copies[id(below)] = below
        holder = below
    place = _place(holder, last, operation, adding=op == "add")
    if op == "remove":
        del holder[place]
    elif op == "add" and isinstance(holder, list):
        holder.insert(place, operation["value"])
    else:
        holder[place] = operation["value"]


def _shallow(value: Any) -> Any:
    return value.copy() if isinstance(value, dict | list) else value


def _place(
    holder: Any, step: str, operation: Operation, *, adding: bool = False
) -> Any:
    """Return the key or the index that a step of the path means.

    Raises:
        UnprovedPatch: it means nothing there.

    """
    if isinstance(holder, dict):
        key = _key(step)
        if adding or key in holder:
            return key
    if isinstance(holder, list) and _INDEX.fullmatch(step):
        index = int(step)
        if index < len(holder) + adding:
            return index
    raise _inapplicable(operation)


def _inapplicable(operation: Operation) -> UnprovedPatch:
    return UnprovedPatch(f"{operation['op']} {operation['path']} does not apply")


def _key(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~") if "~" in step else step


def _problems(operation: Operation) -> list[Problem]:
    """Return what is impossible in the value that an operation brings."""
    holder, _, last = operation["path"].rpartition("/")
    kind = _below(_kind_of(holder), _key(last))
    value = operation.get("value")
    if kind is None or possible(value, kind):
        return []
    return problems(value, kind, _text(operation["path"]))


@lru_cache(maxsize=1024)
def _kind_of(path: str) -> Type | None:
    """Return the type of what stands there in a pod, unless nobody knows it."""
    kind: Type | None = _POD
    for step in path.split("/")[1:]:
        kind = _below(kind, _key(step))
    return kind


def _below(kind: Type | None, key: str) -> Type | None:
    if kind is None or kind.struct is None:
        return kind and kind.elem
    return kind.struct.fields[key].type if key in kind.struct.fields else None


def _text(path: str) -> str:
    """Return the path as people write it."""
    kind: Type | None = _POD
    text = ""
    for step in path.split("/")[1:]:
        key = _key(step)
        in_list = kind is not None and kind.kind == "list"
        text = f"{text}[{step}]" if in_list else join(text, key)
        kind = _below(kind, key)
    return text


def _anywhere(problem: Problem) -> Problem:
    """Return the problem as any item of its lists would have it."""
    return Problem(_ITEM.sub("[]", problem.path), problem.message)
