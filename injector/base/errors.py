"""What can go wrong, sorted by who has to fix it.

InjectorError
├── ConfigError        the operator: the configuration cannot be used
├── ConfigUnavailable  nobody: the configuration cannot be read just now
├── TemplateError      the operator: a template fails on a pod it should accept
├── MergeError         the operator or the author: overlay and pod do not go together
├── PodError           the pod's author: the pod asks for something impossible
├── ManifestError      the pod's author: the manifest cannot be read
├── ReviewError        the caller: the request is not an AdmissionReview
├── UnprovedPatch      us: the patch does not give the pod that was built
│   └── ImpossibleValue  the operator or the author: the pod cannot be read any more
└── OutOfTime          nobody: the caller will not wait for the answer
"""

from collections.abc import Iterable
from typing import NamedTuple

QUOTED_LENGTH = 80


def quoted(text: str) -> str:
    """Return *text* in quotes for a message, cut where it is long."""
    if len(text) > QUOTED_LENGTH:
        return f"{text[:QUOTED_LENGTH]!r}..."
    return repr(text)


class InjectorError(Exception):
    """Anything that this package raises on purpose."""


class Problem(NamedTuple):
    """One fault in a document: where it is and what is wrong."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ConfigError(InjectorError):
    """The configuration cannot be used. Holds every problem of the document."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigUnavailable(InjectorError):
    """The configuration cannot be read just now; another try may succeed."""


class TemplateError(InjectorError):
    """A template fails. The message names the template, the line, the expression."""


class MergeError(InjectorError):
    """An overlay cannot be merged onto a pod.

    ``of_pod`` says that the pod could not be merged with anything in that place.
    """

    def __init__(self, message: str, *, of_pod: bool = False) -> None:
        self.of_pod = of_pod
        super().__init__(message)


class PodError(InjectorError):
    """The pod's author asked for something impossible."""


class ManifestError(InjectorError):
    """The text is no YAML, or a workload in it has no shape of a workload."""


class ReviewError(InjectorError):
    """The request is not an AdmissionReview that can be answered.

    ``status`` is the HTTP status to answer.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        self.status = status
        super().__init__(message)


class UnprovedPatch(InjectorError):
    """The patch, applied, does not give the pod that was built."""


class ImpossibleValue(UnprovedPatch):
    """The patch brings a value that no API server could read into a pod."""


class OutOfTime(InjectorError):
    """The answer would come later than the caller waits."""


FAILURES = (TemplateError, MergeError, ImpossibleValue)
"""What an operator or an author has to fix: a plain pod shows who."""
