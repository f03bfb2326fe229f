"""Decides whether a pod is injected, and can tell why."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from injector.base import annotations
from injector.base.places import shown
from injector.configuration.config import Config, Policy
from injector.kubernetes import pods
from injector.kubernetes.selectors import Selector
from injector.releases.history import rule


class Reason(StrEnum):
    """Why a pod is injected or skipped: a slug for machines."""

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
    # In manifests only
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
    """What one rule says of a pod. A rule without a reason is silent."""

    rule: str
    inject: bool = False
    reason: Reason | None = None
    detail: str = ""
    warning: str = ""


class Decision(NamedTuple):
    """Whether a pod is injected, why, and what its author should know."""

    inject: bool
    reason: Reason
    detail: str = ""
    warnings: tuple[str, ...] = ()


class Question(NamedTuple):
    """What the rules look at. What is absent, null or ill typed is empty."""

    spec: Mapping[str, Any]
    labels: Mapping[str, Any]
    annotations: Mapping[str, Any]
    namespace: str
    config: Config


def decide(pod: Mapping[str, Any], namespace: str, config: Config) -> Decision:
    """Decide whether *pod* is injected. The first rule that speaks wins.

    ==================  ==================================  ========  =================
    rule                the pod                             inject?   reason
    ==================  ==================================  ========  =================
    mirror_pod          mirrors a static pod                no        mirror_pod
    windows_pod         runs on Windows                     no        windows_pod
    host_network        uses the host network               no        host_network
    ignored_namespace   lives in an ignored namespace       no        ignored_namespace
    known_policy        any, if the policy is unknown       no        unknown_policy
    pods_word           says ``true``                       yes       requested
    pods_word           says ``false``                      no        declined
    never_selector      has labels that one matches         no        never_selector
    always_selector     has labels that one matches         yes       always_selector
    policy              any, policy ``enabled``             yes       policy_enabled
    policy              any, policy ``disabled``            no        policy_disabled
    ==================  ==================================  ========  =================

    The pod's word is the label ``sidecar.istio.io/inject`` or, without the label, the
    annotation of that name. What other texts mean, and whether the label counts,
    depends on the release that the configuration follows; a word without a meaning
    is as if it were not given, and a warning.

    *namespace* is the request's; where it is empty the pod's own counts.
    """
    question = _question(pod, namespace, config)
    warnings: list[str] = []
    for speak in RULES:
        result = speak(question)
        if result.warning:
            warnings.append(result.warning)
        if result.reason:
            return Decision(
                inject=result.inject,
                reason=result.reason,
                detail=result.detail,
                warnings=tuple(warnings),
            )
    reason = _by_policy(config)
    inject = reason is Reason.POLICY_ENABLED
    return Decision(inject=inject, reason=reason, warnings=tuple(warnings))


def trace(
    pod: Mapping[str, Any], namespace: str, config: Config
) -> tuple[RuleResult, ...]:
    """Return what every rule says of *pod*, in order, also those after the first.

    The first result that has a reason is the one that decides.
    """
    question = _question(pod, namespace, config)
    reason = _by_policy(config)
    inject = reason is Reason.POLICY_ENABLED
    return (
        *(speak(question) for speak in RULES),
        RuleResult(rule="policy", inject=inject, reason=reason),
    )


def _mirror_pod(question: Question) -> RuleResult:
    """Departs from Istio: the API server refuses any change of a mirror pod."""
    mirror = annotations.MIRROR in question.annotations
    return _stop("mirror_pod", Reason.MIRROR_POD) if mirror else _SILENT["mirror_pod"]


def _windows_pod(question: Question) -> RuleResult:
    """Departs from Istio: its images are Linux's."""
    if pods.runs_on_windows(question.spec):
        return _stop("windows_pod", Reason.WINDOWS_POD)
    return _SILENT["windows_pod"]


def _host_network(question: Question) -> RuleResult:
    if question.spec.get("hostNetwork") is True:
        return _stop("host_network", Reason.HOST_NETWORK)
    return _SILENT["host_network"]


def _ignored_namespace(question: Question) -> RuleResult:
    if question.namespace in question.config.ignored_namespaces:
        detail = f"namespace {question.namespace!r}"
        return _stop("ignored_namespace", Reason.IGNORED_NAMESPACE, detail)
    return _SILENT["ignored_namespace"]


def _known_policy(question: Question) -> RuleResult:
    policy = question.config.policy
    if policy in _POLICIES:
        return _SILENT["known_policy"]
    return _stop("known_policy", Reason.UNKNOWN_POLICY, f"policy {policy!r}")


def _pods_word(question: Question) -> RuleResult:
    name, release = annotations.INJECT, question.config.release
    kind, words = "annotation", question.annotations
    if name in question.labels and rule(release, "inject_label"):
        # The label counts even where it is empty.
        kind, words = "label", question.labels
    word = words.get(name)
    if word in (None, ""):
        return _SILENT["pods_word"]
    detail = f"{kind} {name} is {shown(word)}"
    inject = _meaning(word, rule(release, "inject_words"))
    if inject is None:
        warning = f"{detail}, want 'true' or 'false': as if not given"
        return RuleResult(rule="pods_word", warning=warning)
    reason = Reason.REQUESTED if inject else Reason.DECLINED
    return RuleResult(rule="pods_word", inject=inject, reason=reason, detail=detail)


def _meaning(word: Any, words_for_yes: str | None) -> bool | None:
    """Return what the pod's *word* asks for, None if nobody knows."""
    if not isinstance(word, str):
        return None
    if words_for_yes is None:
        return {"true": True, "false": False}.get(word)
    return word.lower() in words_for_yes.split()


def _never_selector(question: Question) -> RuleResult:
    found = _matching("never", question.config.never_inject_selectors, question)
    if found:
        return _stop("never_selector", Reason.NEVER_SELECTOR, found)
    return _SILENT["never_selector"]


def _always_selector(question: Question) -> RuleResult:
    found = _matching("always", question.config.always_inject_selectors, question)
    if not found:
        return _SILENT["always_selector"]
    reason = Reason.ALWAYS_SELECTOR
    return RuleResult(rule="always_selector", inject=True, reason=reason, detail=found)


def _by_policy(config: Config) -> Reason:
    enabled = config.policy == Policy.ENABLED
    return Reason.POLICY_ENABLED if enabled else Reason.POLICY_DISABLED


RULES: tuple[Callable[[Question], RuleResult], ...] = (
    _mirror_pod,
    _windows_pod,
    _host_network,
    _ignored_namespace,
    _known_policy,
    _pods_word,
    _never_selector,
    _always_selector,
)
"""All but the last rule, the policy, which speaks for every pod."""

_SILENT = {
    name: RuleResult(rule=name)
    for name in (speak.__name__.removeprefix("_") for speak in RULES)
}
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


def _stop(name: str, reason: Reason, detail: str = "") -> RuleResult:
    return RuleResult(rule=name, reason=reason, detail=detail)


def _matching(kind: str, selectors: tuple[Selector, ...], question: Question) -> str:
    """Return which of *selectors* matches, as a text; empty if none does."""
    if not selectors or not rule(question.config.release, "selectors"):
        return ""
    for index, selector in enumerate(selectors):
        # Elsewhere an empty selector matches everything, here nothing, as in Istio.
        if selector.requirements and selector.matches(question.labels):
            return f"{kind}InjectSelector[{index}] is {selector}"
    return ""
