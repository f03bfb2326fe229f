"""The report of an explanation: a text, in colour if wanted."""

from collections.abc import Iterator
from difflib import unified_diff

from injector.formats import kubeyaml
from injector.injection.decision import RuleResult
from injector.terminal.explaining import Explanation
from injector.terminal.explaining.webhook_matching import Finding

BOLD, RED, GREEN, CYAN = "1", "31", "32", "36"

COLORS = {"+": GREEN, "-": RED, "@": CYAN}
"""The colours of a diff's lines, by their first character."""


def text(explanation: Explanation, *, color: bool) -> str:
    """Return *explanation* as text, with a diff of the pod if it is injected."""
    lines = [
        *_head(explanation, color=color),
        *_webhooks(explanation),
        *_rules(explanation.rules),
        *_mistakes(explanation),
        *_diff(explanation, color=color),
    ]
    return "".join(f"{line}\n" for line in lines)


def _outcome(explanation: Explanation) -> tuple[str, str]:
    """Return the outcome for the pod and its reason, as texts."""
    decision = explanation.decision
    why = decision.reason.sentence
    if decision.detail:
        why += f" ({decision.detail})"
    if explanation.called is False:
        would = "inject" if decision.inject else "skip"
        return "skipped", f"no webhook is called; the function would {would} it: {why}"
    if explanation.refusal:
        return "refused", explanation.refusal
    if explanation.fault:
        return "left to the webhook's failurePolicy", explanation.fault
    if explanation.injection is None:
        return "skipped", why
    if explanation.called is None:
        return "injected if the match conditions hold", why
    return "injected", why


def _head(explanation: Explanation, *, color: bool) -> Iterator[str]:
    subject = explanation.subject
    where = f" in namespace {subject.namespace}" if subject.namespace else ""
    word, why = _outcome(explanation)
    yield _paint(f"{subject.title}{where}: {word}", BOLD if color else "")
    yield f"  {why}"
    if explanation.injection and explanation.called is not False:
        yield f"  templates: {', '.join(explanation.injection.templates)}"
        for warning in explanation.injection.warnings:
            yield f"  warning: {warning}"


def _webhooks(explanation: Explanation) -> Iterator[str]:
    if explanation.findings is None:
        return
    note = (
        ", by namespace labels taken to be none"
        if explanation.assumes_no_labels
        else ""
    )
    yield f"webhooks{note}"
    if not explanation.findings:
        yield "  none of the webhooks is an injector's: no path has the part /inject"
    for finding in explanation.findings:
        yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    webhook = finding.webhook
    name = f"{webhook.configuration}/{webhook.name}"
    if finding.called is False:
        yield f"  - {name}: not called"
        yield from (f"      {reason}" for reason in finding.stopped_by)
        return
    if finding.called:
        yield f"  + {name}: called"
        return
    yield f"  ? {name}: called if its match conditions hold"
    conditions = ", ".join(webhook.conditions)
    yield f"      matchConditions: {conditions} (CEL is not evaluated here)"


def _rules(rules: tuple[RuleResult, ...]) -> Iterator[str]:
    yield "rules"
    width = max(len(rule.rule) for rule in rules)
    decided = False
    for rule in rules:
        sentence = _sentence(rule)
        mark = " "
        if rule.reason and not decided:
            decided, mark = True, ">"
        elif rule.reason:
            sentence = f"not asked any more, would say {sentence}"
        yield f"  {mark} {rule.rule:{width}}  {sentence}"


def _sentence(rule: RuleResult) -> str:
    if rule.reason is None:
        return rule.warning or "says nothing"
    answer = "inject" if rule.inject else "skip"
    detail = f" ({rule.detail})" if rule.detail else ""
    return f"{answer}: {rule.reason.sentence}{detail}"


def _mistakes(explanation: Explanation) -> Iterator[str]:
    if explanation.mistakes:
        yield "likely mistakes"
        yield from (f"  ! {mistake}" for mistake in explanation.mistakes)


def _diff(explanation: Explanation, *, color: bool) -> Iterator[str]:
    if explanation.injection is None or explanation.called is False:
        return
    before, after = (
        kubeyaml.dump([pod]).splitlines()
        for pod in (explanation.subject.pod, explanation.injection.pod)
    )
    for line in unified_diff(before, after, "the pod", "injected", lineterm=""):
        yield _paint(line, COLORS.get(line[0], "") if color else "")


def _paint(line: str, code: str) -> str:
    return f"\033[{code}m{line}\033[0m" if code else line
