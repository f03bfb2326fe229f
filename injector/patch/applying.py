"""What operations make of an object, and the proof that they make the right one."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from injector.errors import Problem, UnprovedPatch
from injector.patch.differing import Operation
from injector.schema import (
    POD,
    Type,
    copy_json,
    join,
    problems,
    same_json,
    type_of,
)

_POD = type_of(POD.name)
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_ITEM = re.compile(r"\[[0-9]+\]")


def apply(before: Mapping[str, Any], operations: Sequence[Operation]) -> Any:
    """Return what the operations make of *before*, which is left as it is.

    Raises:
        UnprovedPatch: an operation does not apply.

    """
    document = {"": copy_json(before)}
    for operation in operations:
        _apply(document, operation)
    return document[""]


def prove(
    before: Mapping[str, Any],
    operations: Sequence[Operation],
    after: Mapping[str, Any],
) -> None:
    """Prove that the operations make *after* of *before*, and possible values only.

    Raises:
        UnprovedPatch: they make something else, or bring a value of an impossible type.

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
            raise UnprovedPatch(f"the patch makes {problem.path} impossible")


def _apply(document: dict[str, Any], operation: Operation) -> None:
    op, path = operation["op"], operation["path"]
    *steps, last = path.split("/")
    holder: Any = document
    for step in steps:
        holder = holder[_place(holder, step, operation)]
    place = _place(holder, last, operation, adding=op == "add")
    if op == "remove":
        del holder[place]
    elif op == "add" and isinstance(holder, list):
        holder.insert(place, copy_json(operation["value"]))
    else:
        holder[place] = copy_json(operation["value"])


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
    raise UnprovedPatch(f"{operation['op']} {operation['path']} does not apply")


def _key(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~") if "~" in step else step


def _problems(operation: Operation) -> list[Problem]:
    """Return what is impossible in the value that an operation brings."""
    kind: Type | None = _POD
    text = ""
    for step in operation["path"].split("/")[1:]:
        if kind is None:
            return []
        if kind.kind == "list":
            kind, text = kind.elem, f"{text}[{step}]"
        else:
            key = _key(step)
            field = kind.struct.fields.get(key) if kind.struct else None
            kind, text = field.type if field else kind.elem, join(text, key)
    value = operation.get("value")
    return [] if kind is None else problems(value, kind, text)


def _anywhere(problem: Problem) -> Problem:
    """Return the problem as any item of its lists would have it."""
    return Problem(_ITEM.sub("[]", problem.path), problem.message)
