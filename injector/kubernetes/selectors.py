"""Label selectors: read from a document, matched against labels."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from injector.base.errors import ConfigError, Problem
from injector.base.places import Place

NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
PREFIX = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


class Operator(StrEnum):
    """The operators of a requirement, as Kubernetes names them."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


VALUED = (Operator.IN, Operator.NOT_IN)
OPERATORS = ", ".join(Operator)


class Requirement(NamedTuple):
    """A condition on one label."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, Any]) -> bool:
        """Return whether *labels* fulfil the requirement."""
        present = self.key in labels
        match self.operator:
            case Operator.IN:
                return present and labels[self.key] in self.values
            case Operator.NOT_IN:
                # An absent label fulfils it too, as in Kubernetes.
                return not present or labels[self.key] not in self.values
            case _:
                return present is (self.operator is Operator.EXISTS)

    def __str__(self) -> str:
        values = ",".join(self.values)
        match self.operator:
            case Operator.IN:
                one = len(self.values) == 1
                return f"{self.key}={values}" if one else f"{self.key} in ({values})"
            case Operator.NOT_IN:
                return f"{self.key} notin ({values})"
            case _:
                return self.key if self.operator is Operator.EXISTS else f"!{self.key}"


class Selector(NamedTuple):
    """Requirements that labels must fulfil together; without any, all labels do."""

    requirements: tuple[Requirement, ...] = ()

    @classmethod
    def from_json(cls, value: Any) -> "Selector":
        """Return the selector that *value* describes; null is the empty selector.

        Raises:
            ConfigError: *value* has problems; the error lists all.
        """
        problems: list[Problem] = []
        selector = read(Place(value, "", problems))
        if problems:
            raise ConfigError(problems)
        return selector

    def matches(self, labels: Mapping[str, Any]) -> bool:
        """Return whether *labels* fulfil every requirement."""
        return all(requirement.matches(labels) for requirement in self.requirements)

    def __str__(self) -> str:
        """Return the selector as ``kubectl`` takes it, such as ``app=a,!job``."""
        return ",".join(map(str, self.requirements))


def read(place: Place) -> Selector:
    """Return the selector at *place*; faults are added to the problems of *place*."""
    fields = place.fields("matchLabels", "matchExpressions")
    labels = [
        Requirement(key=_key(key, at), operator=Operator.IN, values=(_value(at),))
        for key, at in fields["matchLabels"].entries().items()
    ]
    expressions = [_expression(at) for at in fields["matchExpressions"].items()]
    return Selector(requirements=(*labels, *expressions))


def is_name(text: str) -> bool:
    """Return whether *text* can be the name of a label or an annotation."""
    prefix, slash, name = text.rpartition("/")
    if slash and not PREFIX.fullmatch(prefix):
        return False
    return NAME.fullmatch(name) is not None


def _expression(place: Place) -> Requirement:
    fields = place.fields("key", "operator", "values")
    key = _key(fields["key"].text(), fields["key"])
    values = tuple(_value(at) for at in fields["values"].items())
    name = fields["operator"].value
    if name not in tuple(Operator):
        fields["operator"].want(f"one of {OPERATORS}")
        return Requirement(key=key, operator=Operator.EXISTS)
    operator = Operator(name)
    if operator in VALUED and fields["values"].value in (None, []):
        fields["values"].refuse(f"is empty, operator {operator} wants a list of values")
    if operator not in VALUED and values:
        fields["values"].refuse(f"operator {operator} wants none")
    return Requirement(key=key, operator=operator, values=values)


def _key(key: str, place: Place) -> str:
    if not is_name(key):
        place.refuse(
            f"{key!r} is no name of a label, want one such as 'example.com/app'"
        )
    return key


def _value(place: Place) -> str:
    value = place.text("a label's value in quotes")
    if value and not NAME.fullmatch(value):
        place.refuse(f"{value!r} can be no label's value")
    return value
