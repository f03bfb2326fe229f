"""The decision whether a pod is injected, and the reason."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from injector.base import annotations
from injector.base.messages import shown
from injector.configuration.config import Config, Policy
from injector.kubernetes import pods
from injector.kubernetes.selectors import Selector
from injector.releases.history import rule


class Reason(StrEnum):
    """The reason why a pod is injected or skipped: a slug for machines."""

    MIRROR_POD = "mirror_pod"
    WINDOWS_POD = "windows_pod"
    HOST_NETWORK = "host_network"
    IGNORED_NAMESPACE = "ignored_namespace"
    UNKNOWN_POLICY = "unknown_policy"
    REQUESTED = "requested"
    DECLINED = "declined"
    NEVER_SELECTOR = "never_selector"
    ALWAYS_SELECTOR = "always_selector"
    POLICY_ENABLED = "policy_enabled"
    POLICY_DISABLED = "policy_disabled"
    # Only from kube-inject
    BY_HAND = "by_hand"
    HAS_SIDECAR = "has_sidecar"

    @property
    def sentence(self) -> str:
        """The reason for people."""
        return SENTENCES[self]


SENTENCES: Mapping[Reason, str] = {
    Reason.MIRROR_POD: "the API server refuses any change of a static pod's mirror",
    Reason.WINDOWS_POD: "the pod runs on Windows, and the sidecars run on Linux",
    Reason.HOST_NETWORK: "the pod uses the host network, and so would its sidecars",
    Reason.IGNORED_NAMESPACE: "the configuration ignores the pod's namespace",
    Reason.UNKNOWN_POLICY: "the policy is neither 'enabled' nor 'disabled'",
    Reason.REQUESTED: "the pod asks for sidecars",
    Reason.DECLINED: "the pod asks for no sidecars",
    Reason.NEVER_SELECTOR: "a neverInjectSelector matches the pod's labels",
    Reason.ALWAYS_SELECTOR: "an alwaysInjectSelector matches the pod's labels",
    Reason.POLICY_ENABLED: "the policy injects pods unless they decline",
    Reason.POLICY_DISABLED: "the policy injects only pods that ask for it",
    Reason.BY_HAND: "by hand every pod is injected that can be",
    Reason.HAS_SIDECAR: "the pod was injected already, and by hand it is so once",
}


class RuleResult(NamedTuple):
    """The result of one rule for a pod; without a reason the next rule decides."""

    inject: bool = False
    reason: Reason | None = None
    detail: str = ""
    warning: str = ""
    rule: str = ""
    """The rule's name, in a trace."""


_SILENT = RuleResult()


class Decision(NamedTuple):
    """Whether a pod is injected, the reason, and warnings for the author."""

    inject: bool
    reason: Reason
    detail: str = ""
    warnings: tuple[str, ...] = ()


class Question(NamedTuple):
    """What the rules read. Fields that are absent, null or ill typed are empty."""

    spec: Mapping[str, Any]
    labels: Mapping[str, Any]
    annotations: Mapping[str, Any]
    namespace: str
    config: Config


def decide(pod: Mapping[str, Any], namespace: str, config: Config) -> Decision:
    """Decide whether *pod* is injected. The first rule with a reason wins.

    ==================  ==================================  ========  =================
    rule                the pod                             inject?   reason
    ==================  ==================================  ========  =================
    mirror_pod          mirrors a static pod                no        mirror_pod
    windows_pod         runs on Windows                     no        windows_pod
    host_network        uses the host network               no        host_network
    ignored_namespace   lives in an ignored namespace       no        ignored_namespace
    known_policy        any, if the policy is unknown       no        unknown_policy
    pods_word           asks for it by ``true``             yes       requested
    pods_word           declines by ``false``               no        declined
    never_selector      has labels that one matches         no        never_selector
    always_selector     has labels that one matches         yes       always_selector
    policy              any, policy ``enabled``             yes       policy_enabled
    policy              any, policy ``disabled``            no        policy_disabled
    ==================  ==================================  ========  =================

    The pod's word is the label ``sidecar.istio.io/inject``, else the annotation. The
    release decides whether the label counts, and what other texts mean; one without a
    meaning is ignored with a warning. *namespace* is the request's.
    """
    question = _question(pod, namespace, config)
    warnings: list[str] = []
    for ask in RULES.values():
        result = ask(question)
        if result.warning:
            warnings.append(result.warning)
        if result.reason:
            return Decision(
                result.inject, result.reason, result.detail, tuple(warnings)
            )
    reason = _by_policy(config)
    inject = reason is Reason.POLICY_ENABLED
    return Decision(inject=inject, reason=reason, warnings=tuple(warnings))


def trace(
    pod: Mapping[str, Any], namespace: str, config: Config
) -> tuple[RuleResult, ...]:
    """Return the results of all rules for *pod*; the first with a reason decides."""
    question = _question(pod, namespace, config)
    reason = _by_policy(config)
    last = RuleResult(reason is Reason.POLICY_ENABLED, reason, rule="policy")
    return (*(ask(question)._replace(rule=name) for name, ask in RULES.items()), last)


def _mirror_pod(question: Question) -> RuleResult:
    """Departs from Istio: the API server refuses any change of a mirror pod."""
    mirror = annotations.MIRROR in question.annotations
    return _skip(Reason.MIRROR_POD) if mirror else _SILENT


def _windows_pod(question: Question) -> RuleResult:
    """Departs from Istio: its images run on Linux only."""
    windows = pods.runs_on_windows(question.spec)
    return _skip(Reason.WINDOWS_POD) if windows else _SILENT


def _host_network(question: Question) -> RuleResult:
    host = question.spec.get("hostNetwork") is True
    return _skip(Reason.HOST_NETWORK) if host else _SILENT


def _ignored_namespace(question: Question) -> RuleResult:
    if question.namespace in question.config.ignored_namespaces:
        return _skip(Reason.IGNORED_NAMESPACE, f"namespace {question.namespace!r}")
    return _SILENT


def _known_policy(question: Question) -> RuleResult:
    if question.config.policy in _POLICIES:
        return _SILENT
    return _skip(Reason.UNKNOWN_POLICY, f"policy {question.config.policy!r}")


def _pods_word(question: Question) -> RuleResult:
    name, release = annotations.INJECT, question.config.release
    kind, word = "annotation", question.annotations.get(name)
    if name in question.labels and rule(release, "inject_label"):
        # An empty label hides the annotation, too.
        kind, word = "label", question.labels[name]
    if word in (None, ""):
        return _SILENT
    detail = f"{kind} {name} is {shown(word)}"
    inject = _meaning(word, rule(release, "inject_words"))
    if inject is None:
        warning = f"{detail}, want 'true' or 'false': as if not given"
        return RuleResult(warning=warning)
    reason = Reason.REQUESTED if inject else Reason.DECLINED
    return RuleResult(inject=inject, reason=reason, detail=detail)


def _meaning(word: Any, words_for_yes: str | None) -> bool | None:
    """Return whether the pod's *word* asks for injection; None if it has no meaning."""
    if not isinstance(word, str):
        return None
    if words_for_yes is None:
        return {"true": True, "false": False}.get(word)
    return word.lower() in words_for_yes.split()


def _never_selector(question: Question) -> RuleResult:
    found = _matching("never", question.config.never_inject_selectors, question)
    return _skip(Reason.NEVER_SELECTOR, found) if found else _SILENT


def _always_selector(question: Question) -> RuleResult:
    found = _matching("always", question.config.always_inject_selectors, question)
    reason = Reason.ALWAYS_SELECTOR if found else None
    return RuleResult(inject=bool(found), reason=reason, detail=found)


def _by_policy(config: Config) -> Reason:
    enabled = config.policy == Policy.ENABLED
    return Reason.POLICY_ENABLED if enabled else Reason.POLICY_DISABLED


RULES: Mapping[str, Callable[[Question], RuleResult]] = {
    "mirror_pod": _mirror_pod,
    "windows_pod": _windows_pod,
    "host_network": _host_network,
    "ignored_namespace": _ignored_namespace,
    "known_policy": _known_policy,
    "pods_word": _pods_word,
    "never_selector": _never_selector,
    "always_selector": _always_selector,
}
"""All rules but the last, ``policy``, which has a reason for every pod."""

_POLICIES = frozenset(Policy)


def _question(pod: Mapping[str, Any], namespace: str, config: Config) -> Question:
    metadata = pods.mapping(pod.get("metadata"))
    own = metadata.get("namespace") or ""
    fills = rule(config.release, "fills_namespace")
    return Question(
        spec=pods.mapping(pod.get("spec")),
        labels=pods.mapping(metadata.get("labels")),
        annotations=pods.mapping(metadata.get("annotations")),
        namespace=namespace or own if fills else own,
        config=config,
    )


def _skip(reason: Reason, detail: str = "") -> RuleResult:
    return RuleResult(reason=reason, detail=detail)


def _matching(kind: str, selectors: tuple[Selector, ...], question: Question) -> str:
    """Return a text for the first of *selectors* that matches; empty if none does."""
    if not selectors or not rule(question.config.release, "selectors"):
        return ""
    for index, selector in enumerate(selectors):
        # In Istio an empty selector matches nothing, elsewhere everything.
        if selector.requirements and selector.matches(question.labels):
            return f"{kind}InjectSelector[{index}] is {selector}"
    return ""
