"""Recipes: what an injection makes of every pod of a form, learnt from one of them.

The pipeline runs on a pod whose texts are sealed. What it makes of that, patch, proof
and all, it makes of every pod of the form of which it would see the same. A recipe is
what was seen, and the patch with the texts left open.
"""

import re
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring_ascii
from sys import getsizeof
from typing import Any, Final, NamedTuple, Protocol

from injector.base.plans import NoPlan, detached, reveal, weight
from injector.base.sealed_text import CURRENT, LONGEST, Trace
from injector.kubernetes import schema
from injector.memory.shape import PREFIX, Form
from injector.pipeline.interface import Injection, Pod
from injector.wire.address import Address
from injector.wire.response import EncodedOperations, dumped

_RESERVED: Final = "\\ue000"
_TOKEN: Final = re.compile(r'"\\ue000([0-9]+)\\ue001"')


class Injects(Protocol):
    """The pipeline."""

    def inject(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        """Return what becomes of *pod*."""
        ...


class Lesson(NamedTuple):
    """A pod's form, with all else that its injection depends on."""

    form: Form
    namespace: str
    address: Address
    checkpoint: Callable[[], None]


class Recipe:
    """How the outcome is made of the texts of a pod of one form."""

    __slots__ = (
        *("_constant", "_count", "_patch", "_plan", "_told", "size"),
        *("checked", "seconds", "trusted", "unchecked"),
    )

    def __init__(self, made: Injection, trace: Trace) -> None:
        """Take what *made* and *trace* say.

        Raises:
            NoPlan: a text cannot be told from the rest.
        """
        self._plan = tuple(trace.plan)
        self._patch = _pieces(list(made.operations), len(trace.texts))
        self._count = len(made.operations)
        self._told = detached((made.workload, made.warnings))
        self._constant = {
            name: getattr(made, name)
            for name in ("inject", "reason", "sentence", "templates", "digest")
        }
        self.size = (
            trace.size
            + sum(map(getsizeof, (self, self._plan)))
            + sum(map(weight, (self._patch, self._told, self._constant)))
        )
        """About how many bytes it takes."""
        self.seconds = 0.0
        """What the pipeline took for such a pod."""
        self.trusted = False
        """Whether it has made of a pod what the pipeline made of it, and never else."""
        self.checked = self.unchecked = 0
        """Answers that were compared with the pipeline's since, and others."""

    @property
    def templates(self) -> tuple[str, ...]:
        """Return the names of the templates that such a pod gets."""
        names: tuple[str, ...] = self._constant["templates"]
        return names

    def followed(self, texts: Sequence[str]) -> Injection | None:
        """Return the outcome; None if the recipe is not for these *texts*."""
        given = list(texts)
        try:
            for fill, expected in self._plan:
                made = fill(given)
                if expected is not None:
                    if not _equal(made, expected[0]):
                        return None
                elif type(made) is not str or len(made) > LONGEST or PREFIX in made:
                    return None
                else:
                    given.append(made)
        except (Exception, NoPlan):  # noqa: BLE001 - a function may refuse what others took
            return None
        pieces = self._patch.copy()
        pieces[1::2] = [encode_basestring_ascii(given[at]) for at in pieces[1::2]]
        workload, warnings = reveal(self._told, given)
        return Injection(
            operations=EncodedOperations("".join(pieces), self._count),
            workload=workload,
            warnings=warnings,
            **self._constant,
        )


def _equal(made: Any, expected: Any) -> bool:
    """Tell whether the values are the same, which zero and minus zero are not."""
    return (
        type(made) is type(expected)
        and made == expected
        and (type(made) is not float or repr(made) == repr(expected))
    )


def learnt(injector: Injects, lesson: Lesson, made: Injection) -> Recipe | None:
    """Return the recipe of a form; None if there is none.

    Args:
        injector: the pipeline.
        lesson: what *injector* was asked.
        made: what it made of that, and what the recipe must make of it too.
    """
    form = lesson.form
    trace = Trace(form.texts, [index for (index,) in form.names.values()])
    token = CURRENT.set(trace)
    try:
        pod = _sealed(form.pod, trace)
        traced = injector.inject(
            pod,
            lesson.namespace,
            address=lesson.address,
            checkpoint=lesson.checkpoint,
        )
        if schema.problems(pod) or _mentions_names(trace):
            return None
        recipe = Recipe(traced, trace)
        found = recipe.followed(form.texts)
    except (Exception, NoPlan):  # noqa: BLE001 - whatever it is, there is no recipe then
        return None
    finally:
        CURRENT.reset(token)
    return recipe if found is not None and same(found, made) else None


def same(one: Injection, other: Injection) -> bool:
    """Tell whether the same would be sent and told of both."""
    return dumped(one.operations) == dumped(other.operations) and all(
        getattr(one, name) == getattr(other, name)
        for name in (
            *("inject", "reason", "sentence", "templates", "workload", "warnings"),
            "digest",
        )
    )


def _pieces(operations: Any, count: int) -> list[Any]:
    """Return the JSON of *operations*, at each second place the index of a text."""
    if _RESERVED in dumped(reveal(operations, [""] * count)):
        raise NoPlan
    tokens = [f"\ue000{index}\ue001" for index in range(count)]
    pieces: list[Any] = _TOKEN.split(dumped(reveal(operations, tokens)))
    pieces[1::2] = map(int, pieces[1::2])
    return pieces


def _mentions_names(trace: Trace) -> bool:
    """Tell whether anything is like the name of a token volume that is none.

    Names are told apart without looking at them, which is right if nothing else can
    be equal to one: no text of the pod is (``form_of``), and no other may be.
    """
    made = dumped(reveal(trace.overlays, [""] * len(trace.texts)))
    return PREFIX in made or any(
        PREFIX in text
        for index, text in enumerate(trace.texts)
        if index not in trace.names
    )


def _sealed(value: Any, trace: Trace) -> Any:
    """Return a form with sealed texts in their places."""
    kind = value.__class__
    if kind is dict:
        return {key: _sealed(item, trace) for key, item in value.items()}
    if kind is list:
        return [_sealed(item, trace) for item in value]
    if kind is tuple:
        return trace.sealed(value[0])
    return value
