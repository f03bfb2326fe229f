"""The webhook configurations that register the function with an API server.

Which pods of which namespaces are sent is Istio's rule, so that the labels
``istio-injection``, ``istio.io/rev`` and ``sidecar.istio.io/inject`` mean what its
users know.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from injector.base import annotations
from injector.wire import address

NAME = "serverless-sidecar-injector"

DOMAIN = "sidecar-injector.internal"
"""Ends the names of webhooks, which must look like those of hosts."""

REVISION_LABEL = f"{DOMAIN}/revision"
"""Names the revision on our configurations.

By Istio's label ``istio.io/rev`` istioctl and istiod would take them for those of a
control plane: ``istioctl tag set`` then replaces their selectors.
"""

DEFAULT_REVISION = "default"

NAMESPACE_LABEL = "istio-injection"
NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label that the API server itself gives every namespace."""

SYSTEM = "kube-system"
"""The namespace without whose pods there is no cluster."""

TIMEOUT = 5

_LABEL = re.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
"""RFC 1123: names of namespaces, and what ends the name of a revision's webhooks."""

_ENDPOINT = re.compile(r"^((?:/t/[^/]+)?)/inject(?=/|$)")


class Registration(NamedTuple):
    """What can be chosen of a webhook configuration."""

    url: str
    """Where the function is called, with its path."""
    revision: str = DEFAULT_REVISION
    every_namespace: bool = False
    """Whether pods are sent that neither they nor their namespace say a word of."""
    by_namespace: bool = False
    """Whether only the namespace is asked, as before pods and revisions had labels."""
    excluded_namespaces: Sequence[str] = ()
    failure_policy: str = "Ignore"
    timeout: int = TIMEOUT
    reinvocation_policy: str = "Never"
    ca: bytes = b""
    """The certificates to trust, PEM; empty for those of public authorities."""
    conditions: Mapping[str, str] = MappingProxyType({})
    """Match conditions: CEL expressions by name, all of which must be true."""


def check(registration: Registration) -> None:
    """Return if an API server can take *registration*.

    Raises:
        ValueError: it cannot; says why.
    """
    for what, name in (
        ("revision", registration.revision),
        *(("namespace", each) for each in registration.excluded_namespaces),
    ):
        if not _LABEL.fullmatch(name):
            raise ValueError(
                f"{name!r} is no {what}'s name, want small letters, digits and - only"
            )
    if registration.ca and b"-----BEGIN CERTIFICATE-----" not in registration.ca:
        raise ValueError("the file of certificates holds none in PEM")


def warning(registration: Registration) -> str:
    """Return what is dangerous about *registration*; empty if nothing is."""
    excluded = registration.excluded_namespaces
    if registration.failure_policy == "Ignore" or SYSTEM in excluded:
        return ""
    return (
        f"the failure policy is Fail and {SYSTEM} is not excluded: while the function "
        "is away the cluster cannot start its own pods"
    )


def configuration(registration: Registration, *, validating: bool) -> dict[str, Any]:
    """Return the configuration of the webhook that injects, or that validates."""
    name = NAME
    if registration.revision != DEFAULT_REVISION:
        name += f"-{registration.revision}"
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": f"{'Validating' if validating else 'Mutating'}WebhookConfiguration",
        "metadata": {
            "name": name,
            "labels": {
                "app.kubernetes.io/name": NAME,
                REVISION_LABEL: registration.revision,
            },
        },
        "webhooks": [
            _webhook(registration, name, selectors, validating=validating)
            for name, selectors in _selectors(registration)
        ],
    }


def _webhook(
    registration: Registration,
    name: str,
    selectors: dict[str, Any],
    *,
    validating: bool,
) -> dict[str, Any]:
    client = {"url": url(registration.url, validating=validating)}
    if registration.ca:
        client["caBundle"] = b64encode(registration.ca).decode()
    webhook = {
        "name": f"{name}.{DOMAIN}",
        "admissionReviewVersions": ["v1"],
        "clientConfig": client,
        "rules": [
            {
                "apiGroups": [""],
                "apiVersions": ["v1"],
                "operations": ["CREATE"],
                "resources": ["pods"],
                "scope": "Namespaced",
            }
        ],
        **selectors,
        "failurePolicy": registration.failure_policy,
        "sideEffects": "None",
        "timeoutSeconds": registration.timeout,
    }
    if not validating:
        webhook["reinvocationPolicy"] = registration.reinvocation_policy
    if registration.conditions:
        webhook["matchConditions"] = [
            {"name": name, "expression": expression}
            for name, expression in registration.conditions.items()
        ]
    return webhook


def _selectors(registration: Registration) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the webhooks' names and selectors. No pod can match two of them.

    =============  ======================  ==============================
    name           the namespace says      the pod says
    =============  ======================  ==============================
    rev.namespace  this revision           anything but ``false``
    rev.object     nothing                 this revision, and not ``false``
    namespace      ``enabled``             anything but ``false``
    object         nothing                 ``true``, and no revision
    auto           nothing                 nothing
    =============  ======================  ==============================

    The last three are the default revision's, ``auto`` if it has every namespace. Where
    only the namespace is asked there is but one webhook, for namespaces that say
    ``enabled``, or that do not say ``disabled``.
    """
    if registration.by_namespace:
        yield "namespace", _of_namespaces(registration)
        return
    injection, revision = NAMESPACE_LABEL, annotations.REVISION
    word = annotations.INJECT
    ours = [registration.revision]
    silent = [_expression(revision), _expression(injection)]
    not_refused = _expression(word, "NotIn", ["false"])

    def selectors(
        namespace: list[dict[str, Any]], pod: list[dict[str, Any]]
    ) -> dict[str, Any]:
        excluded = list(registration.excluded_namespaces)
        if excluded:
            namespace = [*namespace, _expression(NAMESPACE_NAME, "NotIn", excluded)]
        return {
            "namespaceSelector": {"matchExpressions": namespace},
            "objectSelector": {"matchExpressions": pod},
        }

    namespaced = [_expression(revision, "In", ours), _expression(injection)]
    yield "rev.namespace", selectors(namespaced, [not_refused])
    named = [not_refused, _expression(revision, "In", ours)]
    yield "rev.object", selectors(silent, named)
    if registration.revision != DEFAULT_REVISION:
        return
    enabled = [_expression(injection, "In", ["enabled"])]
    yield "namespace", selectors(enabled, [not_refused])
    asked = [_expression(word, "In", ["true"]), _expression(revision)]
    yield "object", selectors(silent, asked)
    if registration.every_namespace:
        yield "auto", selectors(silent, [_expression(word), _expression(revision)])


def _of_namespaces(registration: Registration) -> dict[str, Any]:
    selector: dict[str, Any] = {"matchLabels": {NAMESPACE_LABEL: "enabled"}}
    expressions = []
    if registration.every_namespace:
        del selector["matchLabels"]
        expressions = [_expression(NAMESPACE_LABEL, "NotIn", ["disabled"])]
    if excluded := list(registration.excluded_namespaces):
        expressions.append(_expression(NAMESPACE_NAME, "NotIn", excluded))
    if expressions:
        selector["matchExpressions"] = expressions
    return {"namespaceSelector": selector}


def _expression(
    key: str, operator: str = "DoesNotExist", values: list[str] | None = None
) -> dict[str, Any]:
    expression: dict[str, Any] = {"key": key, "operator": operator}
    return expression if values is None else {**expression, "values": values}


def url(base: str, path: str = "", *, validating: bool = False) -> str:
    """Return the URL to register: *base*, which may hold a path, and then *path*.

    Raises:
        ValueError: an API server would not call it, or the function not answer there.

    """
    parts = urlsplit(base)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(f"{base!r} is no URL of a webhook, want https://HOST")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"{base!r} is no URL of a webhook, want none with @, ? or #")
    own = parts.path.rstrip("/")
    if path and address.parse(own) and address.parse(path):
        raise ValueError(f"{base!r} has a path, and {path!r} is another: want one")
    own += path
    if address.parse(own) is None:
        own += "/inject"
    called = address.parse(own)
    if called is None:
        raise ValueError(f"{own!r} is no path of the function, want /t/TOKEN/inject")
    if called.endpoint == "validate" and not validating:
        raise ValueError(
            f"{own!r} is where the function validates, and injects nothing"
        )
    if validating:
        own = _ENDPOINT.sub(r"\1/validate", own, count=1)
    return urlunsplit((parts.scheme, parts.netloc, own, "", ""))
