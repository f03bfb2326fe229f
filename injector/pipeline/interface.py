"""What callers see of the pipeline: its methods and their results."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from injector.configuration.config import NOTHING
from injector.wire.address import Address

Pod = Mapping[str, Any]


class Injection(NamedTuple):
    """The outcome for one pod."""

    inject: bool
    reason: str
    """The slug of the rule that decided."""
    sentence: str
    """The reason as a sentence."""
    operations: Sequence[Mapping[str, Any]] = ()
    templates: tuple[str, ...] = ()
    workload: Mapping[str, Any] = NOTHING
    warnings: tuple[str, ...] = ()
    digest: str = ""
    """The configuration's."""
    pod: Pod = NOTHING
    """The pod after the injection; empty in an answer of memory."""
    template_pod: Pod = NOTHING
    """The overlays, merged onto an empty pod; empty in an answer of memory."""


class Difference(NamedTuple):
    """An answer of memory that differs from the pipeline's."""

    namespace: str
    cluster: str
    templates: tuple[str, ...]
    digest: str
    """The configuration's."""
    unchecked: int
    """The number of answers of the same recipe that were sent without a check."""


class Injects(Protocol):
    """The pipeline, or memory in front of it."""

    def inject(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        """Return the outcome for *pod*."""
        ...

    def outcome(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        """Return the outcome for *pod*; it may lack the pods."""
        ...

    def differences(self) -> Iterable[Difference]:
        """Return the differences that were not returned before."""
        ...
