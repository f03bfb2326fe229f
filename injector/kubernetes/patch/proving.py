"""The proof that operations make the right object, and possible values only.

An implementation that is not ours applies them: the ``jsonpatch`` library.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import jsonpatch

from injector.base.errors import ImpossibleValue, Problem, UnprovedPatch
from injector.kubernetes.patch.differing import Operation
from injector.kubernetes.schema import (
    POD,
    Type,
    copy_json,
    join,
    possible,
    problems,
    same_json,
    type_of,
)

_KINDS = jsonpatch.JsonPatch.operations
_POD = type_of(POD.name)
SHORT = 128
"""Characters of a path that is remembered: authors write keys."""

_ITEM = re.compile(r"\[[0-9]+\]")


def prove(
    before: Mapping[str, Any],
    operations: Sequence[Operation],
    after: Mapping[str, Any],
) -> None:
    """Prove that the operations make *after* of *before*, and possible values only.

    Raises:
        UnprovedPatch: an operation does not apply, or they make something else.
        ImpossibleValue: they bring a value of an impossible type.

    """
    if not same_json(_applied(before, operations), after):
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


class _Value:
    """A value that the library copies in half the time, as JSON and nothing more."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __deepcopy__(self, _memo: Any) -> Any:
        return copy_json(self.value)


def _applied(before: Mapping[str, Any], operations: Sequence[Operation]) -> Any:
    """Return what the library makes of *before*, which is left as it is."""
    document: Any = copy_json(before)
    for operation in operations:
        given = operation
        if "value" in operation:
            given = {**operation, "value": _Value(operation["value"])}
        try:
            document = _KINDS[operation["op"]](given).apply(document)
        except Exception:  # noqa: BLE001 - whatever it is, the patch is ours
            # The library's message may quote the pod.
            message = f"{operation['op']} {operation['path']} does not apply"
            raise UnprovedPatch(message) from None
    return document


def _problems(operation: Operation) -> list[Problem]:
    """Return what is impossible in the value that an operation brings."""
    holder, _, last = operation["path"].rpartition("/")
    kind = _below(_kind_of(holder), _key(last))
    value = operation.get("value")
    if kind is None or possible(value, kind):
        return []
    return problems(value, kind, _text(operation["path"]))


def _kind_of(path: str) -> Type | None:
    """Return the type of what stands there in a pod, unless nobody knows it."""
    return _remembered(path) if len(path) <= SHORT else _walked(path)


@lru_cache(maxsize=512)
def _remembered(path: str) -> Type | None:
    return _walked(path)


def _walked(path: str) -> Type | None:
    kind: Type | None = _POD
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
