import json
from pathlib import Path
from typing import Any

import pytest
from shared_data import release_folders

from injector.configuration.config import Config
from injector.injection.decision import Decision, Reason, decide, trace
from injector.kubernetes.selectors import Selector
from injector.releases.release import Release

LABEL = "sidecar.istio.io/inject"
JOB = Selector.from_json({"matchLabels": {"job": "yes"}})
WEB = Selector.from_json({"matchExpressions": [{"key": "web", "operator": "Exists"}]})


def on(operator: str, *values: str, key: str = "kubernetes.io/os") -> dict[str, Any]:
    """Return an expression about a node's label."""
    return {"key": key, "operator": operator, "values": list(values)}


def affinity(*terms: Any) -> dict[str, Any]:
    """Return the spec of a pod that runs only on nodes that match one of the terms."""
    listed = [{"matchExpressions": term} for term in terms]
    required = {"nodeSelectorTerms": listed}
    name = "requiredDuringSchedulingIgnoredDuringExecution"
    return {"affinity": {"nodeAffinity": {name: required}}}


def recorded_rows(file: Path) -> Any:
    """Return the rows of a recorded table; none where the release has no such file."""
    return json.loads(file.read_text()) if file.exists() else []


def pod(
    *,
    labels: dict[str, Any] | None = None,
    annotations: dict[str, Any] | None = None,
    **spec: Any,
) -> dict[str, Any]:
    return {
        "metadata": {"labels": labels or {}, "annotations": annotations or {}},
        "spec": {"containers": [{"name": "app"}], **spec},
    }


def decided(
    asked: dict[str, Any], namespace: str = "shop", **keys: Any
) -> tuple[bool, str]:
    decision = decide(asked, namespace, Config(**{"policy": "enabled", **keys}))
    return decision.inject, decision.reason


def test_every_recorded_row_is_decided_as_istio_does() -> None:
    rows = 0
    for folder in release_folders():
        for row in recorded_rows(folder / "inject_required.json"):
            config = Config(
                policy=row["policy"],
                release=Release.parse(folder.name),
                never_inject_selectors=selectors(row["neverInjectSelector"]),
                always_inject_selectors=selectors(row["alwaysInjectSelector"]),
                ignored_namespaces=frozenset({"kube-system", "kube-public"}),
            )
            asked = {"metadata": row["metadata"], "spec": row["spec"]}

            decision = decide(asked, row["namespace"], config)

            assert decision.inject is row["want"], (folder.name, row, decision)
            rows += 1
    assert rows >= 140


def selectors(rows: list[Any] | None) -> tuple[Selector, ...]:
    return tuple(Selector.from_json(row) for row in rows or [])


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"metadata": None, "spec": None},
        {"metadata": {}, "spec": {}},
        {"metadata": {"labels": None, "annotations": None}, "spec": {"os": None}},
        {"metadata": [], "spec": "x"},
        {"metadata": {"labels": [], "annotations": 3}, "spec": {"nodeSelector": 1}},
    ],
)
@pytest.mark.parametrize("policy", ["enabled", "disabled"])
def test_a_pod_that_says_nothing_is_decided_by_the_policy(
    asked: dict[str, Any], policy: str
) -> None:
    expected = (policy == "enabled", f"policy_{policy}")

    assert decided(asked, policy=policy) == expected
    assert decided(asked, "", policy=policy) == expected


@pytest.mark.parametrize("policy", ["", "wrong", "Enabled"])
def test_an_unknown_policy_means_no_whatever_the_pod_says(policy: str) -> None:
    asked = pod(labels={LABEL: "true", "web": ""})

    found = decided(asked, policy=policy, always_inject_selectors=(WEB,))

    assert found == (False, "unknown_policy")


def test_a_mirror_pod_is_skipped_whatever_it_says() -> None:
    asked = pod(labels={LABEL: "true"}, annotations={"kubernetes.io/config.mirror": ""})

    assert decided(asked) == (False, "mirror_pod")


@pytest.mark.parametrize(
    "spec",
    [
        {"os": {"name": "windows"}},
        {"nodeSelector": {"kubernetes.io/os": "windows"}},
        {"os": {"name": "windows"}, "hostNetwork": True},
        {"nodeSelector": {"beta.kubernetes.io/os": "windows"}},
        affinity([on("In", "windows")]),
        affinity([on("In", "windows", key="beta.kubernetes.io/os")]),
        affinity([on("In", "windows"), {"key": "zone", "operator": "Exists"}]),
        affinity([on("In", "windows")], [on("In", "windows")]),
        affinity([on("In", "windows")], []),
    ],
)
def test_a_windows_pod_is_skipped_whatever_it_says(spec: dict[str, Any]) -> None:
    assert decided(pod(labels={LABEL: "true"}, **spec)) == (False, "windows_pod")


@pytest.mark.parametrize(
    "spec",
    [
        {"os": {"name": "linux"}},
        {"nodeSelector": {"kubernetes.io/os": "linux"}},
        affinity([on("In", "linux")]),
        affinity([on("In", "windows", "linux")]),
        affinity([on("NotIn", "windows")]),
        affinity([on("NotIn", "linux")]),
        affinity([on("In")]),
        affinity([on("In", "windows", key="example.com/os")]),
        affinity([on("In", "windows")], [on("In", "linux")]),
        affinity([on("In", "windows")], [{"key": "zone", "operator": "Exists"}]),
        affinity([]),
        affinity(),
        affinity(None),
        {"affinity": {"nodeAffinity": {"preferred": [on("In", "windows")]}}},
        {"affinity": None, "nodeSelector": None, "os": None},
    ],
)
def test_a_linux_pod_is_no_windows_pod(spec: dict[str, Any]) -> None:
    assert decided(pod(**spec)) == (True, "policy_enabled")


def test_a_pod_on_the_host_network_is_skipped_whatever_it_says() -> None:
    asked = pod(labels={LABEL: "true"}, hostNetwork=True)

    assert decided(asked) == (False, "host_network")


@pytest.mark.parametrize("host", [False, None])
def test_a_pod_that_says_it_has_its_own_network_is_no_host_pod(host: Any) -> None:
    assert decided(pod(hostNetwork=host)) == (True, "policy_enabled")


def test_an_ignored_namespace_is_skipped_whatever_the_pod_says() -> None:
    asked = pod(labels={LABEL: "true"})
    ignored = frozenset({"kube-system"})

    found = decided(asked, "kube-system", ignored_namespaces=ignored)

    assert found == (False, "ignored_namespace")
    assert decided(asked, "shop", ignored_namespaces=ignored)[0]


def test_the_pods_own_namespace_counts_where_the_request_names_none() -> None:
    asked = pod()
    asked["metadata"]["namespace"] = "kube-system"
    ignored = frozenset({"kube-system"})

    assert decided(asked, "", ignored_namespaces=ignored)[1] == "ignored_namespace"
    assert decided(asked, "shop", ignored_namespaces=ignored)[0]


def test_the_oldest_release_sees_the_pods_own_namespace_only() -> None:
    ignored = frozenset({"kube-system"})

    found = decided(
        pod(), "kube-system", ignored_namespaces=ignored, release=Release(1, 0)
    )

    assert found == (True, "policy_enabled")


NEW, LABELLED, OLD = "1.27", "1.26", "1.11"


@pytest.mark.parametrize(
    ("release", "labels", "annotations", "policy", "inject", "reason"),
    [
        # From 1.27 on only two words count.
        (NEW, {LABEL: "true"}, {}, "disabled", True, "requested"),
        (NEW, {LABEL: "false"}, {}, "enabled", False, "declined"),
        (NEW, {}, {LABEL: "true"}, "disabled", True, "requested"),
        (NEW, {}, {LABEL: "false"}, "enabled", False, "declined"),
        (NEW, {LABEL: "true"}, {LABEL: "false"}, "disabled", True, "requested"),
        (NEW, {LABEL: "false"}, {LABEL: "true"}, "enabled", False, "declined"),
        (NEW, {LABEL: ""}, {LABEL: "true"}, "disabled", False, "policy_disabled"),
        (NEW, {LABEL: "yes"}, {}, "disabled", False, "policy_disabled"),
        (NEW, {LABEL: "TRUE"}, {}, "disabled", False, "policy_disabled"),
        (NEW, {LABEL: "no"}, {}, "enabled", True, "policy_enabled"),
        (NEW, {LABEL: True}, {}, "disabled", False, "policy_disabled"),
        # From 1.12 on the label goes before the annotation.
        (LABELLED, {LABEL: "On"}, {}, "disabled", True, "requested"),
        (LABELLED, {LABEL: "y"}, {LABEL: "no"}, "disabled", True, "requested"),
        (LABELLED, {LABEL: "random"}, {}, "enabled", False, "declined"),
        (LABELLED, {LABEL: ""}, {LABEL: "true"}, "disabled", False, "policy_disabled"),
        (LABELLED, {LABEL: False}, {}, "enabled", True, "policy_enabled"),
        # Before, there is no label.
        (OLD, {LABEL: "true"}, {}, "disabled", False, "policy_disabled"),
        (OLD, {LABEL: "true"}, {LABEL: "off"}, "enabled", False, "declined"),
        (OLD, {}, {LABEL: "YES"}, "disabled", True, "requested"),
        (OLD, {}, {LABEL: ""}, "enabled", True, "policy_enabled"),
    ],
)
def test_the_pods_word_is_read_as_its_release_reads_it(
    release: str,
    labels: dict[str, Any],
    annotations: dict[str, Any],
    policy: str,
    inject: bool,  # noqa: FBT001 - a column of the table
    reason: str,
) -> None:
    asked = pod(labels=labels, annotations=annotations)

    found = decided(asked, policy=policy, release=Release.parse(release))

    assert found == (inject, reason)


@pytest.mark.parametrize(
    ("labels", "annotations", "warning"),
    [
        (
            {LABEL: "yes"},
            {},
            (
                "label sidecar.istio.io/inject is 'yes', "
                "want 'true' or 'false': as if not given"
            ),
        ),
        (
            {},
            {LABEL: True},
            (
                "annotation sidecar.istio.io/inject is true, "
                "want 'true' or 'false': as if not given"
            ),
        ),
    ],
)
def test_a_word_that_means_nothing_is_a_warning(
    labels: dict[str, Any], annotations: dict[str, Any], warning: str
) -> None:
    asked = pod(labels=labels, annotations=annotations)

    decision = decide(asked, "shop", Config(policy="enabled"))

    assert decision == Decision(
        inject=True, reason=Reason.POLICY_ENABLED, warnings=(warning,)
    )


def test_a_word_that_means_nothing_leaves_the_selectors_to_decide() -> None:
    asked = pod(labels={LABEL: "perhaps", "job": "yes"})

    decision = decide(
        asked, "shop", Config(policy="enabled", never_inject_selectors=(JOB,))
    )

    assert decision.reason is Reason.NEVER_SELECTOR
    assert len(decision.warnings) == 1


def test_a_never_selector_skips_what_the_policy_would_inject() -> None:
    found = decide(
        pod(labels={"job": "yes"}),
        "shop",
        Config(policy="enabled", never_inject_selectors=(WEB, JOB)),
    )

    assert found == Decision(
        inject=False,
        reason=Reason.NEVER_SELECTOR,
        detail="neverInjectSelector[1] is job=yes",
    )


def test_an_always_selector_injects_what_the_policy_would_skip() -> None:
    found = decide(
        pod(labels={"web": ""}),
        "shop",
        Config(policy="disabled", always_inject_selectors=(WEB,)),
    )

    assert found == Decision(
        inject=True,
        reason=Reason.ALWAYS_SELECTOR,
        detail="alwaysInjectSelector[0] is web",
    )


def test_never_goes_before_always() -> None:
    found = decided(
        pod(labels={"web": "", "job": "yes"}),
        never_inject_selectors=(JOB,),
        always_inject_selectors=(WEB,),
    )

    assert found == (False, "never_selector")


@pytest.mark.parametrize(("word", "inject"), [("true", True), ("false", False)])
def test_the_pods_word_goes_before_the_selectors(word: str, *, inject: bool) -> None:
    asked = pod(labels={LABEL: word, "web": "", "job": "yes"})

    found = decided(
        asked, never_inject_selectors=(JOB,), always_inject_selectors=(WEB,)
    )

    assert found == (inject, "requested" if inject else "declined")


def test_an_empty_selector_matches_no_pod() -> None:
    found = decided(
        pod(), never_inject_selectors=(Selector(),), always_inject_selectors=()
    )

    assert found == (True, "policy_enabled")


def test_the_oldest_release_has_no_selectors() -> None:
    asked = pod(labels={"job": "yes"})

    found = decided(asked, never_inject_selectors=(JOB,), release=Release(1, 0))

    assert found == (True, "policy_enabled")


def test_every_reason_has_a_slug_and_a_sentence_of_its_own() -> None:
    sentences = {reason.sentence for reason in Reason}

    assert len(sentences) == len(Reason)
    assert all(reason == reason.name.lower() for reason in Reason)


def test_a_trace_shows_what_every_rule_says_in_order() -> None:
    asked = pod(labels={LABEL: "false", "job": "yes"}, hostNetwork=True)
    config = Config(
        policy="enabled",
        never_inject_selectors=(JOB,),
        ignored_namespaces=frozenset({"kube-system"}),
    )

    found = trace(asked, "kube-system", config)

    assert [(result.rule, result.reason, result.detail) for result in found] == [
        ("mirror_pod", None, ""),
        ("windows_pod", None, ""),
        ("host_network", Reason.HOST_NETWORK, ""),
        ("ignored_namespace", Reason.IGNORED_NAMESPACE, "namespace 'kube-system'"),
        ("known_policy", None, ""),
        ("pods_word", Reason.DECLINED, f"label {LABEL} is 'false'"),
        ("never_selector", Reason.NEVER_SELECTOR, "neverInjectSelector[0] is job=yes"),
        ("always_selector", None, ""),
        ("policy", Reason.POLICY_ENABLED, ""),
    ]


def test_a_trace_and_the_decision_agree() -> None:
    asked = pod(labels={"web": ""})
    config = Config(policy="disabled", always_inject_selectors=(WEB,))

    spoken = [result for result in trace(asked, "", config) if result.reason]

    decision = decide(asked, "", config)
    assert (spoken[0].reason, spoken[0].inject) == (decision.reason, decision.inject)
