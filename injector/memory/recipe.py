"""Recipes: the recorded injection of one pod, repeated for others of its form.

The pipeline runs once on a pod with sealed texts, diff and proof of the patch included.
A recipe is the plan that this run recorded, and the patch with places for the texts. It
holds for every pod of the form that fulfils the conditions of the plan.
"""

import re
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring_ascii
from sys import getsizeof
from typing import Any, Final, NamedTuple

from injector.base.plans import NoPlan, detached, reveal, weight
from injector.base.sealed_text import CURRENT, LONGEST, Trace
from injector.kubernetes import schema
from injector.memory.form import PREFIX, Form
from injector.pipeline.interface import Injection, Pod
from injector.wire.address import Address
from injector.wire.response import EncodedOperations, dumped

_RESERVED: Final = "\\ue000"
_TOKEN: Final = re.compile(r'"\\ue000([0-9]+)\\ue001"')


class Request(NamedTuple):
    """The arguments of one injection, and the pod's form."""

    pod: Pod
    form: Form
    namespace: str
    address: Address
    checkpoint: Callable[[], None]


class Recipe:
    """Makes the outcome for a pod from its texts."""

    __slots__ = (
        *("_constant", "_count", "_patch", "_plan", "_reported", "size"),
        *("checked", "seconds", "trusted", "unchecked"),
    )

    def __init__(self, injection: Injection, trace: Trace) -> None:
        """Make a recipe of an *injection* with sealed texts, and its *trace*.

        Raises:
            NoPlan: the patch holds a place's mark, or a value that may hide a text.
        """
        self._plan = tuple(trace.plan)
        self._patch = _pieces(list(injection.operations), len(trace.texts))
        self._count = len(injection.operations)
        self._reported = detached((injection.workload, injection.warnings))
        self._constant = {
            name: getattr(injection, name)
            for name in ("inject", "reason", "sentence", "templates", "digest")
        }
        self.size = (
            trace.size
            + sum(map(getsizeof, (self, self._plan)))
            + sum(map(weight, (self._patch, self._reported, self._constant)))
        )
        """The size, about, in bytes."""
        self.seconds = 0.0
        """The duration of the pipeline for such a pod."""
        self.trusted = False
        """Whether it gave the pipeline's answer for a second pod, and never another."""
        self.checked = self.unchecked = 0
        """The answers since then: those compared with the pipeline's, and the rest."""

    @property
    def templates(self) -> tuple[str, ...]:
        """Return the names of the templates."""
        names: tuple[str, ...] = self._constant["templates"]
        return names

    def apply(self, texts: Sequence[str]) -> Injection | None:
        """Return the outcome for *texts*; None if they do not fulfil the conditions."""
        filled = list(texts)
        try:
            for fill, expected in self._plan:
                value = fill(filled)
                if expected is not None:
                    if not _equal(value, expected[0]):
                        return None
                elif type(value) is not str or len(value) > LONGEST or PREFIX in value:
                    return None
                else:
                    filled.append(value)
        except (Exception, NoPlan):  # noqa: BLE001 - a recorded function may raise anything
            return None
        pieces = self._patch.copy()
        pieces[1::2] = [encode_basestring_ascii(filled[at]) for at in pieces[1::2]]
        workload, warnings = reveal(self._reported, filled)
        return Injection(
            operations=EncodedOperations("".join(pieces), self._count),
            workload=workload,
            warnings=warnings,
            **self._constant,
        )


def _equal(value: Any, expected: Any) -> bool:
    """Return whether type and value are the same; 0.0 and -0.0 differ."""
    return (
        type(value) is type(expected)
        and value == expected
        and (type(value) is not float or repr(value) == repr(expected))
    )


def record(
    inject: Callable[..., Injection], request: Request, expected: Injection
) -> Recipe | None:
    """Return a recipe for pods of the form of *request*; None if it is impossible.

    Args:
        inject: the pipeline's method.
        request: the arguments of *inject*.
        expected: the outcome for *request*, which the recipe must give too.
    """
    form = request.form
    trace = Trace(form.texts, [index for (index,) in form.names.values()])
    token = CURRENT.set(trace)
    try:
        pod = _sealed(form.pod, trace)
        traced = inject(
            pod,
            request.namespace,
            address=request.address,
            checkpoint=request.checkpoint,
        )
        if schema.problems(pod) or _mentions_names(trace):
            return None
        recipe = Recipe(traced, trace)
        found = recipe.apply(form.texts)
    except (Exception, NoPlan):  # noqa: BLE001 - any failure means no recipe
        return None
    finally:
        CURRENT.reset(token)
    return recipe if found is not None and same_answer(found, expected) else None


def same_answer(one: Injection, other: Injection) -> bool:
    """Return whether both give the same answer and the same log line."""
    return dumped(one.operations) == dumped(other.operations) and all(
        getattr(one, name) == getattr(other, name)
        for name in (
            *("inject", "reason", "sentence", "templates", "workload", "warnings"),
            "digest",
        )
    )


def _pieces(operations: Any, count: int) -> list[Any]:
    """Return the JSON of *operations* in pieces: text, index of a text, text, ..."""
    if _RESERVED in dumped(reveal(operations, [""] * count)):
        raise NoPlan
    tokens = [f"\ue000{index}\ue001" for index in range(count)]
    pieces: list[Any] = _TOKEN.split(dumped(reveal(operations, tokens)))
    pieces[1::2] = map(int, pieces[1::2])
    return pieces


def _mentions_names(trace: Trace) -> bool:
    """Return whether another text has the prefix of the names of token volumes.

    The names are compared without a record, so no other text may equal one: `form_of`
    guarantees it for the pod, this check for overlays and derived texts.
    """
    overlays = dumped(reveal(trace.overlays, [""] * len(trace.texts)))
    return PREFIX in overlays or any(
        PREFIX in text
        for index, text in enumerate(trace.texts)
        if index not in trace.names
    )


def _sealed(value: Any, trace: Trace) -> Any:
    """Return a form with sealed texts in its places."""
    kind = value.__class__
    if kind is dict:
        return {key: _sealed(item, trace) for key, item in value.items()}
    if kind is list:
        return [_sealed(item, trace) for item in value]
    if kind is tuple:
        return trace.sealed(value[0])
    return value
