"""What can go wrong. The base of a type says whose fault it is.

==============  ======================================================================
base            who is to act
==============  ======================================================================
AuthorFault     the author of the pod or manifest: it asks for something impossible
OperatorFault   the operator: the configuration or a template cannot be used
CallerFault     the caller: the request or the command cannot be understood
OwnFault        the developers of this package
TemporaryFault  the caller, later: the same request may succeed
==============  ======================================================================

A template may also fail because of the pod. So an `OperatorFault` that injecting a pod
raises becomes a `PodError` if a plain pod does not raise it: `Injector._build` decides.
"""

from collections.abc import Iterable
from typing import NamedTuple


class InjectorError(Exception):
    """Anything that this package raises on purpose."""


class AuthorFault(InjectorError):
    """The author of the pod or manifest has to change it."""


class OperatorFault(InjectorError):
    """The operator has to change the configuration or a template."""


class CallerFault(InjectorError):
    """The caller has to send another request."""


class OwnFault(InjectorError):
    """The developers have to correct this package."""


class TemporaryFault(InjectorError):
    """Nothing has to be changed: another try may succeed."""


class Problem(NamedTuple):
    """One fault in a document: where it is and what is wrong."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ConfigError(OperatorFault):
    """The configuration cannot be used. Holds every problem of the document."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigUnavailable(TemporaryFault):
    """The configuration cannot be read now."""


class TemplateError(OperatorFault):
    """A template fails. The message names the template, the line, the expression."""


class MergeError(OperatorFault):
    """An overlay cannot be merged onto a pod."""


class ImpossibleValue(OperatorFault):
    """The patch brings a value that no API server could read into a pod."""


class PodError(AuthorFault):
    """The pod asks for something impossible."""


class UnmergeablePod(PodError):
    """A part of the pod cannot be merged with any overlay."""


class ManifestError(AuthorFault):
    """The text is no YAML, or a workload in it has no shape of a workload."""


class ReviewError(CallerFault):
    """The request is not an AdmissionReview that can be answered."""


class BodyTooLong(ReviewError):
    """The body has more bytes than a review may have."""


class NotJSON(ReviewError):
    """The headers say that the body is no JSON, or is compressed."""


class UnprovedPatch(OwnFault):
    """The patch, applied, does not give the pod that was built."""


class OutOfTime(TemporaryFault):
    """The answer would come later than the caller waits."""
