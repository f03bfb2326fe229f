"""Why a pod is injected or not: the webhooks, the rules, and likely mistakes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from injector.base.errors import AuthorFault, InjectorError
from injector.configuration.config import NOTHING, Config
from injector.injection.decision import Decision, RuleResult, decide, trace
from injector.kubernetes import pods
from injector.pipeline.interface import Injection
from injector.terminal.explaining import mistakes
from injector.terminal.explaining.webhook_matching import Call, Finding, Webhook, find

Inject = Callable[[dict[str, Any], str], Injection]


class Subject(NamedTuple):
    """The pod to explain, and its manifest."""

    title: str
    namespace: str
    pod: dict[str, Any]
    around: Mapping[str, Mapping[str, Any]] = NOTHING
    """The workload's other metadata by their paths; the pod does not get them."""


class Cluster(NamedTuple):
    """The part of a cluster that decides whether the function is called."""

    webhooks: Sequence[Webhook] | None = None
    """None if unknown: then the function is called for every pod."""
    namespace_labels: Mapping[str, str] | None = None


class Explanation(NamedTuple):
    """The explanation of one pod."""

    subject: Subject
    decision: Decision
    rules: tuple[RuleResult, ...]
    findings: tuple[Finding, ...] | None
    """None if the webhooks are unknown."""
    assumes_no_labels: bool
    """Whether the labels of the namespace are unknown, and taken to be none."""
    injection: Injection | None
    """None if the pod is skipped, or the injection fails."""
    refusal: str
    """The message for the author if the pod is refused, else empty."""
    fault: str
    """The message if the injection fails by another's fault, else empty."""
    mistakes: tuple[str, ...]

    @property
    def called(self) -> bool | None:
        """Whether a webhook is called; None if match conditions decide."""
        return _called(self.findings)


def explain(
    subject: Subject, config: Config, inject: Inject, cluster: Cluster
) -> Explanation:
    """Return why *inject* injects *subject* in *cluster*, or why not."""
    decision = decide(subject.pod, subject.namespace, config)
    findings = _findings(subject, cluster)
    injection, refusal, fault = None, "", ""
    if decision.inject:
        try:
            injection = inject(subject.pod, subject.namespace)
        except AuthorFault as e:
            refusal = str(e)
        except InjectorError as e:
            fault = str(e)
    return Explanation(
        subject=subject,
        decision=decision,
        rules=trace(subject.pod, subject.namespace, config),
        findings=findings,
        assumes_no_labels=cluster.namespace_labels is None,
        injection=injection,
        refusal=refusal,
        fault=fault,
        mistakes=tuple(_mistakes(subject, config, cluster, findings)),
    )


def _called(findings: tuple[Finding, ...] | None) -> bool | None:
    if findings is None:
        return True
    answers = [finding.called for finding in findings]
    return True if True in answers else None if None in answers else False


def _call(subject: Subject, cluster: Cluster) -> Call:
    return Call(
        namespace=subject.namespace,
        namespace_labels=cluster.namespace_labels or {},
        labels=pods.labels(subject.pod),
    )


def _findings(subject: Subject, cluster: Cluster) -> tuple[Finding, ...] | None:
    if cluster.webhooks is None:
        return None
    call = _call(subject, cluster)
    return tuple(find(webhook, call) for webhook in cluster.webhooks if webhook.injects)


def _mistakes(
    subject: Subject,
    config: Config,
    cluster: Cluster,
    findings: tuple[Finding, ...] | None,
) -> list[str]:
    called = _called(findings)
    found = [
        *mistakes.misplaced(subject.title, subject.around, subject.pod),
        *mistakes.unread(subject.pod, config.release),
        *mistakes.unseen(subject.pod, findings or (), called=called is not False),
    ]
    if called is False:
        found += mistakes.unmatched(findings or (), _call(subject, cluster))
    return found
