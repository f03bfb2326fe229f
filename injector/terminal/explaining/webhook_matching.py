"""Which webhooks an API server calls for a pod, and the reasons if it does not.

Every problem of a webhook configuration is an error. CEL is not evaluated: with match
conditions the result is unknown.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from injector.base.errors import ConfigError, Problem
from injector.base.places import Place
from injector.formats import kubeyaml
from injector.kubernetes import selectors
from injector.kubernetes.selectors import Operator, Requirement, Selector
from injector.wire.registration import NAMESPACE_NAME

KINDS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")

PODS = frozenset(("pods", "pods/*", "*", "*/*"))
"""The resources in a rule that include pods: `pods/*` matches `pods` too."""


class Call(NamedTuple):
    """The properties of a pod's creation that webhook configurations match."""

    namespace: str
    namespace_labels: Mapping[str, str]
    labels: Mapping[str, str]

    @property
    def all_namespace_labels(self) -> dict[str, str]:
        """The namespace's labels, with the label that API servers add."""
        name = {NAMESPACE_NAME: self.namespace} if self.namespace else {}
        return {**name, **self.namespace_labels}


class Rule(NamedTuple):
    """The parts of a webhook's rule that decide about pods."""

    groups: tuple[str, ...]
    versions: tuple[str, ...]
    operations: tuple[str, ...]
    resources: tuple[str, ...]
    scope: str

    @property
    def matches_new_pods(self) -> bool:
        """Whether the rule matches the creation of a pod."""
        return (
            not {"", "*"}.isdisjoint(self.groups)
            and not {"v1", "*"}.isdisjoint(self.versions)
            and not {"CREATE", "*"}.isdisjoint(self.operations)
            and not PODS.isdisjoint(self.resources)
            and self.scope in ("*", "Namespaced")
        )


class Webhook(NamedTuple):
    """A webhook of a configuration, and what it matches."""

    configuration: str
    name: str
    validating: bool
    rules: tuple[Rule, ...]
    namespace_selector: Selector
    object_selector: Selector
    conditions: tuple[str, ...]
    """The names of its match conditions."""
    failure_policy: str
    path: str
    """The path of its URL or service; empty without one."""

    @property
    def injects(self) -> bool:
        """Whether it may be an injector's, by its path."""
        return not self.validating and "inject" in self.path.split("/")


class Finding(NamedTuple):
    """Whether a webhook is called for a pod, and why not."""

    webhook: Webhook
    stopped_by: tuple[str, ...]
    """All reasons why it is not called."""

    @property
    def called(self) -> bool | None:
        """Whether it is called; None if match conditions decide."""
        if self.stopped_by:
            return False
        return None if self.webhook.conditions else True


def read(documents: list[Any], source: str) -> list[Webhook]:
    """Return the webhooks of all webhook configurations among *documents*.

    Raises:
        ConfigError: the configurations have problems, or no webhook is there.
    """
    problems: list[Problem] = []
    webhooks = [
        webhook
        for document in documents
        for webhook in _configuration(Place(document, "", problems))
    ]
    if not (webhooks or problems):
        problems.append(
            Problem("", f"holds no webhook, want one of {', '.join(KINDS)}")
        )
    if problems:
        raise ConfigError(
            Problem(f"{source}: {problem.path}".removesuffix(": "), problem.message)
            for problem in problems
        )
    return webhooks


def find(webhook: Webhook, call: Call) -> Finding:
    """Return whether *webhook* is called for *call*, and all reasons if not."""
    stopped = []
    if not any(rule.matches_new_pods for rule in webhook.rules):
        stopped.append("rules: none is for the creation of pods")
    for title, selector, what, labels in (
        (
            "namespaceSelector",
            webhook.namespace_selector,
            "the namespace",
            call.all_namespace_labels,
        ),
        ("objectSelector", webhook.object_selector, "the pod", call.labels),
    ):
        stopped += [
            f"{title}: wants {wanted(requirement)}, {what} {has(requirement, labels)}"
            for requirement in selector.requirements
            if not requirement.matches(labels)
        ]
    return Finding(webhook=webhook, stopped_by=tuple(stopped))


def wanted(requirement: Requirement) -> str:
    """Return *requirement* as text."""
    if requirement.operator is Operator.EXISTS:
        return f"a label {requirement.key}"
    if requirement.operator is Operator.DOES_NOT_EXIST:
        return f"no label {requirement.key}"
    be = "to be" if requirement.operator is Operator.IN else "not to be"
    return f"label {requirement.key} {be} {' or '.join(map(repr, requirement.values))}"


def has(requirement: Requirement, labels: Mapping[str, str]) -> str:
    """Return the value of the required label in *labels* as text."""
    if requirement.key in labels:
        return f"has {labels[requirement.key]!r}"
    return "has none"


def _configuration(place: Place) -> Iterator[Webhook]:
    """Yield the webhooks of the configuration or the list of them at *place*."""
    if not isinstance(place.value, dict):
        return
    kind = place.value.get("kind")
    if kubeyaml.items(place.value) is not None:
        for item in place.at("items").items():
            yield from _configuration(item)
    if kind in KINDS:
        name = _parts(place.at("metadata"), "name")["name"].text()
        for at in place.at("webhooks").items():
            yield _webhook(at, name, validating=kind == KINDS[1])


def _webhook(place: Place, configuration: str, *, validating: bool) -> Webhook:
    parts = _parts(
        place,
        "name",
        "rules",
        "namespaceSelector",
        "objectSelector",
        "matchConditions",
        "failurePolicy",
        "clientConfig",
    )
    client = _parts(parts["clientConfig"], "url", "service")
    return Webhook(
        configuration=configuration,
        name=parts["name"].text(),
        validating=validating,
        rules=tuple(_rule(at) for at in parts["rules"].items()),
        namespace_selector=selectors.read(parts["namespaceSelector"]),
        object_selector=selectors.read(parts["objectSelector"]),
        conditions=tuple(
            _parts(at, "name")["name"].text() for at in parts["matchConditions"].items()
        ),
        failure_policy=parts["failurePolicy"].text() or "Fail",
        path=urlsplit(client["url"].text()).path
        or _parts(client["service"], "path")["path"].text(),
    )


def _rule(place: Place) -> Rule:
    parts = _parts(
        place, "apiGroups", "apiVersions", "operations", "resources", "scope"
    )
    texts = {
        key: tuple(at.text() for at in parts[key].items())
        for key in ("apiGroups", "apiVersions", "operations", "resources")
    }
    return Rule(
        groups=texts["apiGroups"],
        versions=texts["apiVersions"],
        operations=texts["operations"],
        resources=texts["resources"],
        scope=parts["scope"].text() or "*",
    )


def _parts(place: Place, *names: str) -> dict[str, Place]:
    """Return the entries with these *names*; a missing one is null."""
    entries = place.entries()
    nothing = Place({}, place.path, place.problems)
    return {name: entries.get(name) or nothing.at(name) for name in names}
