"""The proof of a patch: its operations give the right object, of possible types.

The ``jsonpatch`` library applies them: the proof shares no code with `diff`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import jsonpatch

from injector.base.errors import ImpossibleValue, Problem, UnprovedPatch
from injector.kubernetes.patch.difference import Operation
from injector.kubernetes.schema import (
    POD_TYPE,
    Type,
    copy_json,
    join,
    possible,
    problems,
    same_json,
)

_KINDS = jsonpatch.JsonPatch.operations
SHORT = 128
"""Characters of a path whose type is cached: authors may write long keys."""

_ITEM = re.compile(r"\[[0-9]+\]")


def prove(
    before: Mapping[str, Any],
    operations: Sequence[Operation],
    after: Mapping[str, Any],
) -> None:
    """Prove that the operations turn *before* into *after*, with possible values only.

    Raises:
        UnprovedPatch: an operation does not apply, or the result is not *after*.
        ImpossibleValue: an operation adds a value of an impossible type.
    """
    if not same_json(_applied(before, operations), after):
        raise UnprovedPatch("the patch does not give the pod that was built")
    impossible = [
        problem for operation in operations for problem in _problems(operation)
    ]
    if not impossible:
        return
    # A problem of the pod itself may have moved to another index of a list.
    known = {_without_indices(problem) for problem in problems(before)}
    for problem in impossible:
        if _without_indices(problem) not in known:
            message = f"the patch makes {problem.path} impossible: {problem.message}"
            raise ImpossibleValue(message)


class _Value:
    """A value that ``deepcopy`` copies as JSON, in half the time."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __deepcopy__(self, _memo: Any) -> Any:
        return copy_json(self.value)


def _applied(before: Mapping[str, Any], operations: Sequence[Operation]) -> Any:
    """Return a copy of *before* with the operations applied by the library."""
    document: Any = copy_json(before)
    for operation in operations:
        given = operation
        if "value" in operation:
            given = {**operation, "value": _Value(operation["value"])}
        try:
            document = _KINDS[operation["op"]](given).apply(document)
        except Exception:  # noqa: BLE001 - any error means a wrong patch
            # The library's message may quote the pod.
            message = f"{operation['op']} {operation['path']} does not apply"
            raise UnprovedPatch(message) from None
    return document


def _problems(operation: Operation) -> list[Problem]:
    """Return the impossible types in the value of an operation."""
    holder, _, last = operation["path"].rpartition("/")
    kind = _below(_kind_of(holder), _key(last))
    value = operation.get("value")
    if kind is None or possible(value, kind):
        return []
    return problems(value, kind, _text(operation["path"]))


def _kind_of(path: str) -> Type | None:
    """Return the type at *path* of a pod; None if it is unknown."""
    return _cached(path) if len(path) <= SHORT else _found(path)


@lru_cache(maxsize=512)
def _cached(path: str) -> Type | None:
    return _found(path)


def _found(path: str) -> Type | None:
    kind: Type | None = POD_TYPE
    for step in path.split("/")[1:]:
        kind = _below(kind, _key(step))
    return kind


def _key(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~") if "~" in step else step


def _below(kind: Type | None, key: str) -> Type | None:
    if kind is None or kind.struct is None:
        return kind and kind.elem
    return kind.struct.fields[key].type if key in kind.struct.fields else None


def _text(path: str) -> str:
    """Return the path as in messages: ``spec.containers[0]``."""
    kind: Type | None = POD_TYPE
    text = ""
    for step in path.split("/")[1:]:
        key = _key(step)
        in_list = kind is not None and kind.kind == "list"
        text = f"{text}[{step}]" if in_list else join(text, key)
        kind = _below(kind, key)
    return text


def _without_indices(problem: Problem) -> Problem:
    """Return the problem without the indices in its path."""
    return Problem(_ITEM.sub("[]", problem.path), problem.message)
