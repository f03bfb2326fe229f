"""Every error of the package says whose fault it is, and is answered by that."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import injector
from injector.base.errors import (
    AuthorFault,
    CallerFault,
    ConfigError,
    InjectorError,
    OperatorFault,
    OwnFault,
    Problem,
    TemporaryFault,
)
from injector.terminal.streams import UsageError
from injector.web import replies

STATUSES: dict[type[InjectorError], set[int]] = {
    AuthorFault: {500},
    OperatorFault: {500},
    CallerFault: {400, 404, 405, 413, 415},
    OwnFault: {500},
    TemporaryFault: {503},
}
"""By whose fault it is. For an author's, webhooks deny before the table is asked."""


def kinds(base: type[InjectorError]) -> Iterator[type[InjectorError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


for module in pkgutil.walk_packages(injector.__path__, "injector."):
    # The compiled templates are no modules to import, and the other one is a command.
    if not module.name.startswith(("injector.__main__", "injector.bundled.compiled.")):
        importlib.import_module(module.name)
ERRORS = sorted(
    {
        kind
        for kind in kinds(InjectorError)
        if kind not in STATUSES and kind.__module__.startswith("injector.")
    },
    key=lambda kind: kind.__name__,
)


def made(kind: type[InjectorError]) -> InjectorError:
    return kind([Problem("", "x")]) if kind is ConfigError else kind("x")


def blame(kind: type[InjectorError]) -> list[type[InjectorError]]:
    return [base for base in STATUSES if issubclass(kind, base)]


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_is_one_partys_fault(kind: type[InjectorError]) -> None:
    assert len(blame(kind)) == 1


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if kind is not UsageError])
def test_the_reply_to_an_error_follows_from_whose_fault_it_is(
    kind: type[InjectorError],
) -> None:
    (base,) = blame(kind)

    reply, fields = replies.to_error(made(kind))

    assert reply.status in STATUSES[base]
    assert fields["severity"] == ("ERROR" if reply.status == 500 else "WARNING")
    assert fields["reason"] in {fault.reason for fault in replies.FAULTS.values()}


def test_no_row_of_the_table_is_without_its_error() -> None:
    assert set(replies.FAULTS) <= {Exception, *ERRORS}


def test_each_kind_of_fault_has_errors() -> None:
    assert {base for kind in ERRORS for base in blame(kind)} == set(STATUSES)
