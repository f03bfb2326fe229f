"""The webhook configurations that register the function with an API server.

The selectors are those of Istio's webhooks, so that the labels ``istio-injection``,
``istio.io/rev`` and ``sidecar.istio.io/inject`` keep their meaning.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from injector.base import annotations
from injector.wire.webhook_url import webhook_url

NAME = "serverless-sidecar-injector"

DOMAIN = "sidecar-injector.internal"
"""The end of webhooks' names, which must be domain names."""

REVISION_LABEL = f"{DOMAIN}/revision"
"""The label for the revision of a configuration.

By ``istio.io/rev`` istioctl and istiod find the configurations of control planes, and
``istioctl tag set`` replaces their selectors.
"""

DEFAULT_REVISION = "default"

NAMESPACE_LABEL = "istio-injection"
NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label that the API server gives every namespace."""

SYSTEM = "kube-system"
"""The namespace of the pods that the cluster itself needs."""

TIMEOUT = 5

_LABEL = re.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
"""A label of RFC 1123: the form of names of namespaces and revisions."""

_Expressions = list[dict[str, Any]]


class Registration(NamedTuple):
    """The settings of a webhook configuration."""

    url: str
    """The function's URL, with its path."""
    revision: str = DEFAULT_REVISION
    every_namespace: bool = False
    """Whether pods are sent if neither they nor their namespace have Istio's labels."""
    by_namespace: bool = False
    """Whether only the namespace's label counts, as in old releases of Istio."""
    excluded_namespaces: Sequence[str] = ()
    failure_policy: str = "Ignore"
    timeout: int = TIMEOUT
    reinvocation_policy: str = "Never"
    ca: bytes = b""
    """The trusted certificates, PEM; empty for those of public authorities."""
    conditions: Mapping[str, str] = MappingProxyType({})
    """Match conditions: CEL expressions by name; all must be true."""


def check(registration: Registration) -> None:
    """Check that an API server accepts *registration*.

    Raises:
        ValueError: the API server would refuse it; the message says why.
    """
    for kind, name in (
        ("revision", registration.revision),
        *(("namespace", each) for each in registration.excluded_namespaces),
    ):
        if not _LABEL.fullmatch(name):
            raise ValueError(
                f"{name!r} is no {kind}'s name, want small letters, digits and - only"
            )
    if registration.ca and b"-----BEGIN CERTIFICATE-----" not in registration.ca:
        raise ValueError("the file of certificates holds none in PEM")


def warning(registration: Registration) -> str:
    """Return a warning about a dangerous *registration*; empty for others."""
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
    client = {"url": webhook_url(registration.url, validating=validating)}
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
    """Yield the names and selectors of the webhooks.

    With `by_namespace` there is one webhook, for namespaces that are labelled
    ``enabled``, or with `every_namespace` not ``disabled``.
    """
    if registration.by_namespace:
        yield "namespace", _of_namespaces(registration)
        return
    for name, namespace, pod in _expressions(registration):
        expressions = namespace + _not_excluded(registration)
        selectors = {
            "namespaceSelector": {"matchExpressions": expressions},
            "objectSelector": {"matchExpressions": pod},
        }
        yield name, selectors


def _expressions(
    registration: Registration,
) -> Iterator[tuple[str, _Expressions, _Expressions]]:
    """Yield names and expressions of webhooks. A pod matches one webhook at most.

    =============  ======================  ===============================
    name           label of the namespace  label of the pod
    =============  ======================  ===============================
    rev.namespace  this revision           anything but ``false``
    rev.object     none                    this revision, and not ``false``
    namespace      ``enabled``             anything but ``false``
    object         none                    ``true``, and no revision
    auto           none                    none
    =============  ======================  ===============================

    Only the default revision has the last three, ``auto`` only with `every_namespace`.
    """
    label, revision = annotations.INJECT, annotations.REVISION
    of_revision = _expression(revision, "In", [registration.revision])
    no_revision = _expression(revision)
    no_injection = _expression(NAMESPACE_LABEL)
    enabled = _expression(NAMESPACE_LABEL, "In", ["enabled"])
    not_refused = _expression(label, "NotIn", ["false"])
    requested = _expression(label, "In", ["true"])
    unlabelled = [no_revision, no_injection]
    yield "rev.namespace", [of_revision, no_injection], [not_refused]
    yield "rev.object", unlabelled, [not_refused, of_revision]
    if registration.revision == DEFAULT_REVISION:
        yield "namespace", [enabled], [not_refused]
        yield "object", unlabelled, [requested, no_revision]
        if registration.every_namespace:
            yield "auto", unlabelled, [_expression(label), no_revision]


def _of_namespaces(registration: Registration) -> dict[str, Any]:
    selector: dict[str, Any] = {"matchLabels": {NAMESPACE_LABEL: "enabled"}}
    expressions = []
    if registration.every_namespace:
        del selector["matchLabels"]
        expressions = [_expression(NAMESPACE_LABEL, "NotIn", ["disabled"])]
    if expressions := expressions + _not_excluded(registration):
        selector["matchExpressions"] = expressions
    return {"namespaceSelector": selector}


def _not_excluded(registration: Registration) -> _Expressions:
    excluded = list(registration.excluded_namespaces)
    return [_expression(NAMESPACE_NAME, "NotIn", excluded)] if excluded else []


def _expression(
    key: str, operator: str = "DoesNotExist", values: list[str] | None = None
) -> dict[str, Any]:
    expression: dict[str, Any] = {"key": key, "operator": operator}
    return expression if values is None else {**expression, "values": values}
