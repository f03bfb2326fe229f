import copy
from typing import Any

import pytest

from injector.base.errors import (
    ConfigError,
    InjectorError,
    ManifestError,
    MergeError,
    PodError,
    TemplateError,
    UnprovedPatch,
)
from injector.configuration.config import Config
from injector.formats import kubeyaml
from injector.injection.decision import Reason
from injector.pipeline.interface import Injection
from injector.releases.release import Release
from injector.terminal.explaining import Cluster, Explanation, Subject, explain
from injector.terminal.explaining.report import text
from injector.terminal.explaining.webhook_matching import (
    Call,
    Rule,
    Webhook,
    find,
    read,
)
from injector.wire.registration import Registration, configuration

ENABLED = Config(policy="enabled")
YES, NO = Reason.POLICY_ENABLED.sentence, Reason.POLICY_DISABLED.sentence
DECLINED = Reason.DECLINED.sentence
INJECT = "sidecar.istio.io/inject"
ADDRESS = "https://injector.example.com/inject"

WEBHOOKS = read(
    [configuration(Registration(url=ADDRESS), validating=False)], "webhooks.yaml"
)


def pod(**metadata: Any) -> dict[str, Any]:
    return {"metadata": metadata, "spec": {"containers": [{"name": "app"}]}}


def inject(pod: dict[str, Any], namespace: str) -> Injection:
    """Stand for an injector: it puts a sidecar in, and knows the namespace."""
    after = copy.deepcopy(pod)
    after["spec"]["containers"].append({"name": "sidecar"})
    return Injection(
        inject=True,
        reason="policy_enabled",
        sentence="",
        pod=after,
        templates=("sidecar", "logs"),
        warnings=(f"namespace {namespace!r}",),
    )


def explained(
    subject: dict[str, Any] | None = None,
    config: Config = ENABLED,
    *,
    webhooks: list[Webhook] | None = None,
    labels: dict[str, str] | None = None,
    around: dict[str, Any] | None = None,
) -> Explanation:
    return explain(
        Subject(
            title="Deployment/web",
            namespace="shop",
            pod=pod() if subject is None else subject,
            around=around or {},
        ),
        config,
        inject,
        Cluster(webhooks=webhooks, namespace_labels=labels),
    )


def shown(explanation: Explanation, *, color: bool = False) -> list[str]:
    return text(explanation, color=color).splitlines()


def test_an_injected_pod_is_explained_by_its_rule_and_its_diff() -> None:
    assert (
        text(explained(), color=False)
        == f"""\
Deployment/web in namespace shop: injected
  {YES}
  templates: sidecar, logs
  warning: namespace 'shop'
rules
    mirror_pod         says nothing
    windows_pod        says nothing
    host_network       says nothing
    ignored_namespace  says nothing
    known_policy       says nothing
    pods_word          says nothing
    never_selector     says nothing
    always_selector    says nothing
  > policy             inject: {YES}
--- the pod
+++ injected
@@ -2,3 +2,4 @@
 spec:
   containers:
   - name: app
+  - name: sidecar
"""
    )


def test_a_skipped_pod_is_explained_by_the_rule_that_stopped_it() -> None:
    subject = pod(annotations={INJECT: "false"})

    lines = shown(explained(subject))

    assert lines[:2] == [
        "Deployment/web in namespace shop: skipped",
        f"  {DECLINED} (annotation {INJECT} is 'false')",
    ]
    assert (
        f"  > pods_word          skip: {DECLINED} (annotation {INJECT} is 'false')"
    ) in lines
    assert lines[-1].startswith("    policy             not asked any more, would say ")
    assert "+++ injected" not in lines


def test_an_unknown_value_is_reported_at_its_rule() -> None:
    lines = shown(explained(pod(labels={INJECT: "yes"})))

    assert (
        f"    pods_word          label {INJECT} is 'yes', want 'true' or 'false': "
        "as if not given"
    ) in lines


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (PodError("annotation a is 'b', want a port"), "refused"),
        (ManifestError("spec.containers: is 5, want a list"), "refused"),
        (TemplateError("template 'logs'"), "left to the webhook's failurePolicy"),
        (MergeError("spec: is 5"), "left to the webhook's failurePolicy"),
        (UnprovedPatch("spec: is 5"), "left to the webhook's failurePolicy"),
    ],
)
def test_an_error_explains_why_a_pod_is_not_injected(
    error: InjectorError, verdict: str
) -> None:
    def refuse(_pod: dict[str, Any], _namespace: str) -> Injection:
        raise error

    subject = Subject(title="Pod/web", namespace="", pod=pod())

    lines = shown(explain(subject, ENABLED, refuse, Cluster()))

    assert lines[:3] == [f"Pod/web: {verdict}", f"  {error}", "rules"]


def test_the_outcome_and_the_diff_are_coloured() -> None:
    lines = shown(explained(), color=True)

    assert lines[0] == "\033[1mDeployment/web in namespace shop: injected\033[0m"
    assert "\033[32m+  - name: sidecar\033[0m" in lines
    assert "\033[36m@@ -2,3 +2,4 @@\033[0m" in lines
    assert "   - name: app" in lines


def test_the_report_names_the_called_webhook() -> None:
    found = explained(webhooks=WEBHOOKS, labels={"istio-injection": "enabled"})

    lines = shown(found)

    assert lines[0] == "Deployment/web in namespace shop: injected"
    start = lines.index("webhooks")
    assert lines[start + 1 : lines.index("rules")] == [
        (
            "  - serverless-sidecar-injector/rev.namespace.sidecar-injector.internal: "
            "not called"
        ),
        (
            "      namespaceSelector: wants label istio.io/rev to be 'default', "
            "the namespace has none"
        ),
        (
            "      namespaceSelector: wants no label istio-injection, "
            "the namespace has 'enabled'"
        ),
        (
            "  - serverless-sidecar-injector/rev.object.sidecar-injector.internal: "
            "not called"
        ),
        (
            "      namespaceSelector: wants no label istio-injection, "
            "the namespace has 'enabled'"
        ),
        (
            "      objectSelector: wants label istio.io/rev to be 'default', "
            "the pod has none"
        ),
        "  + serverless-sidecar-injector/namespace.sidecar-injector.internal: called",
        "  - serverless-sidecar-injector/object.sidecar-injector.internal: not called",
        (
            "      namespaceSelector: wants no label istio-injection, "
            "the namespace has 'enabled'"
        ),
        f"      objectSelector: wants label {INJECT} to be 'true', the pod has none",
    ]


def test_a_pod_without_a_called_webhook_is_skipped() -> None:
    lines = shown(explained(webhooks=WEBHOOKS))

    assert lines[:2] == [
        "Deployment/web in namespace shop: skipped",
        (f"  no webhook is called; the function would inject it: {YES}"),
    ]
    assert "webhooks, by namespace labels taken to be none" in lines
    assert "+++ injected" not in lines
    assert not any(line.startswith("  templates") for line in lines)


def test_the_report_says_that_the_function_would_skip_the_pod_too() -> None:
    config = Config(policy="disabled")

    lines = shown(explained(config=config, webhooks=WEBHOOKS, labels={}))

    assert lines[1] == (f"  no webhook is called; the function would skip it: {NO}")


def test_match_conditions_make_the_outcome_unknown() -> None:
    registered = Registration(url=ADDRESS, conditions={"small": "true", "new": "true"})
    webhooks = read([configuration(registered, validating=False)], "w.yaml")

    lines = shown(explained(pod(labels={INJECT: "true"}), webhooks=webhooks, labels={}))

    assert lines[0] == (
        "Deployment/web in namespace shop: injected if the match conditions hold"
    )
    at = lines.index(
        "  ? serverless-sidecar-injector/object.sidecar-injector.internal: "
        "called if its match conditions hold"
    )
    assert lines[at + 1] == (
        "      matchConditions: small, new (CEL is not evaluated here)"
    )
    assert "+++ injected" in lines


def test_a_webhook_without_conditions_outweighs_one_with_them() -> None:
    sure, open_ = (
        Webhook(
            configuration="c",
            name="w",
            validating=False,
            rules=WEBHOOKS[0].rules,
            namespace_selector=read_selector(),
            object_selector=read_selector(),
            conditions=conditions,
            failure_policy="Fail",
            path="/inject",
        )
        for conditions in ((), ("x",))
    )

    found = explained(webhooks=[open_, sure])

    assert found.called is True


def read_selector() -> Any:
    empty = {"kind": "MutatingWebhookConfiguration", "webhooks": [{}]}
    return read([empty], "w.yaml")[0].object_selector


def test_webhooks_of_other_programs_are_ignored() -> None:
    others = configuration(
        Registration(url="https://injector.example.com/inject"), validating=True
    )
    webhooks = read([others], "w.yaml")

    lines = shown(explained(webhooks=webhooks, labels={}))

    assert lines[0] == "Deployment/web in namespace shop: skipped"
    assert (
        "  none of the webhooks is an injector's: no path has the part /inject"
    ) in lines


MISTAKES: list[tuple[dict[str, Any], dict[str, str], dict[str, Any], list[str]]] = [
    (
        {},
        {"istio-injection": "enabled"},
        {"metadata": {"annotations": {INJECT: "true"}, "labels": {"app": "web"}}},
        [
            (
                f"annotation {INJECT} stands in metadata of Deployment/web, where no "
                "pod gets it: move it to metadata.labels of the pod template"
            )
        ],
    ),
    (
        {"annotations": {"proxy.istio.io/config": "a: 1"}},
        {"istio-injection": "enabled"},
        {
            "metadata": {"annotations": {"proxy.istio.io/config": "a: 1"}},
            "spec.jobTemplate.metadata": {
                "labels": {"istio.io/rev": "default"},
                "annotations": {"proxy.istio.io/config": "a: 2"},
            },
        },
        [
            (
                "annotation proxy.istio.io/config stands in spec.jobTemplate.metadata "
                "of Deployment/web, where no pod gets it: move it to "
                "metadata.annotations of the pod template"
            ),
            (
                "label istio.io/rev stands in spec.jobTemplate.metadata of "
                "Deployment/web, where no pod gets it: move it to metadata.labels of "
                "the pod template"
            ),
        ],
    ),
    (
        {"annotations": {INJECT: "true"}},
        {},
        {},
        [
            (
                f"annotation {INJECT} is 'true', but an objectSelector sees labels "
                "only, so no webhook is called because of it: make it a label"
            )
        ],
    ),
    (
        {"annotations": {INJECT: "false"}},
        {"istio-injection": "enabled"},
        {},
        [
            (
                f"annotation {INJECT} is 'false', but an objectSelector sees labels "
                "only, so the webhook is called before the function reads it: "
                "make it a label"
            )
        ],
    ),
    (
        {"labels": {INJECT: "yes", "app": "web"}},
        {},
        {},
        [
            (
                f"no selector names the value 'yes' of pod label {INJECT}, "
                "they name 'false' and 'true'"
            )
        ],
    ),
    (
        {"labels": {"istio.io/rev": "canary"}},
        {},
        {},
        [
            (
                "no selector names the value 'canary' of pod label istio.io/rev, "
                "they name 'default'"
            )
        ],
    ),
    (
        {},
        {"istio-injection": "enable", "kubernetes.io/metadata.name": "shop"},
        {},
        [
            (
                "no selector names the value 'enable' of namespace label "
                "istio-injection, they name 'enabled'"
            )
        ],
    ),
    (
        {},
        {"Istio-Injection": "enabled", "team": "a"},
        {},
        [
            (
                "namespace label Istio-Injection is in no selector, "
                "did you mean istio-injection?"
            )
        ],
    ),
    (
        {"labels": {"sidecar.istio.io/injection": "true"}},
        {},
        {},
        [
            (
                "pod label sidecar.istio.io/injection is in no selector, "
                f"did you mean {INJECT}?"
            )
        ],
    ),
    ({"labels": {INJECT: "true"}}, {}, {}, []),
    ({}, {"istio-injection": "enabled"}, {}, []),
]


@pytest.mark.parametrize(("metadata", "labels", "around", "mistakes"), MISTAKES)
def test_likely_mistakes_are_found(
    metadata: dict[str, Any],
    labels: dict[str, str],
    around: dict[str, Any],
    mistakes: list[str],
) -> None:
    found = explained(pod(**metadata), webhooks=WEBHOOKS, labels=labels, around=around)

    assert list(found.mistakes) == mistakes


def test_likely_mistakes_are_in_the_report() -> None:
    found = explained(around={"metadata": {"labels": {INJECT: "true"}}})

    lines = shown(found)

    at = lines.index("likely mistakes")
    assert lines[at + 1].startswith(f"  ! label {INJECT} stands in metadata of ")


def test_an_old_release_does_not_read_the_label() -> None:
    config = Config(policy="enabled", release=Release(1, 10))

    found = explained(pod(labels={INJECT: "false"}), config)

    assert found.mistakes == (
        (
            f"label {INJECT} is not read: the configuration follows release 1.10, "
            "which reads the annotation of that name"
        ),
    )


CALL = Call(namespace="shop", namespace_labels={"team": "a"}, labels={"app": "web"})
POD_RULE = {
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "operations": ["CREATE"],
    "resources": ["pods"],
}


def webhook(**fields: Any) -> Webhook:
    document = {
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": "c"},
        "webhooks": [{"name": "w", "rules": [POD_RULE], **fields}],
    }
    return read([document], "w.yaml")[0]


@pytest.mark.parametrize(
    ("rule", "wants"),
    [
        ({}, True),
        ({"apiGroups": ["apps", "*"]}, True),
        ({"apiGroups": ["apps"]}, False),
        ({"apiVersions": ["*"]}, True),
        ({"apiVersions": ["v2"]}, False),
        ({"operations": ["UPDATE", "*"]}, True),
        ({"operations": ["UPDATE"]}, False),
        ({"resources": ["*"]}, True),
        ({"resources": ["*/*"]}, True),
        ({"resources": ["pods/*"]}, True),
        ({"resources": ["pods/ephemeralcontainers", "deployments"]}, False),
        ({"scope": "Namespaced"}, True),
        ({"scope": "Cluster"}, False),
        ({"resources": None}, False),
    ],
)
def test_a_rule_matches_new_pods_or_not(rule: dict[str, Any], wants: bool) -> None:  # noqa: FBT001 - a table
    found = find(webhook(rules=[{**POD_RULE, **rule}]), CALL)

    assert found.called is wants
    assert found.stopped_by == (
        () if wants else ("rules: none is for the creation of pods",)
    )


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ({"key": "team", "operator": "In", "values": ["a", "b"]}, ""),
        (
            {"key": "team", "operator": "In", "values": ["b", "c"]},
            "wants label team to be 'b' or 'c', the namespace has 'a'",
        ),
        (
            {"key": "team", "operator": "NotIn", "values": ["a"]},
            "wants label team not to be 'a', the namespace has 'a'",
        ),
        (
            {"key": "x", "operator": "Exists"},
            "wants a label x, the namespace has none",
        ),
        (
            {"key": "team", "operator": "DoesNotExist"},
            "wants no label team, the namespace has 'a'",
        ),
        (
            {
                "key": "kubernetes.io/metadata.name",
                "operator": "NotIn",
                "values": ["shop"],
            },
            (
                "wants label kubernetes.io/metadata.name not to be 'shop', "
                "the namespace has 'shop'"
            ),
        ),
    ],
)
def test_a_reason_names_the_wanted_and_the_actual_label(
    expression: dict[str, Any], sentence: str
) -> None:
    selector = {"matchExpressions": [expression]}

    found = find(webhook(namespaceSelector=selector), CALL)

    assert found.stopped_by == ((f"namespaceSelector: {sentence}",) if sentence else ())


def test_an_unknown_namespace_has_no_name_to_select_by() -> None:
    call = Call(namespace="", namespace_labels={}, labels={})
    selector = {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}

    found = find(webhook(namespaceSelector=selector), call)

    assert found.called is False


def test_configurations_are_read_from_lists_and_among_other_documents() -> None:
    text = f"""
apiVersion: v1
kind: List
items:
- kind: Service
- kind: ValidatingWebhookConfiguration
  metadata: {{name: v}}
  webhooks:
  - name: one
    clientConfig: {{url: '{ADDRESS}'}}
    future: field
- kind: MutatingWebhookConfiguration
  metadata: {{name: m}}
  webhooks:
  - name: two
    failurePolicy: Ignore
    clientConfig: {{service: {{name: istiod, path: /inject/net/n}}}}
  - name: three
    clientConfig: {{service: {{name: other}}}}
- text
---
kind: MutatingWebhookConfiguration
"""
    webhooks = read(kubeyaml.parse(text.encode(), "w.yaml"), "w.yaml")

    assert [
        (each.configuration, each.name, each.failure_policy, each.path, each.injects)
        for each in webhooks
    ] == [
        ("v", "one", "Fail", "/inject", False),
        ("m", "two", "Ignore", "/inject/net/n", True),
        ("m", "three", "Fail", "", False),
    ]


def test_every_problem_of_a_configuration_has_its_path() -> None:
    document = {
        "kind": "MutatingWebhookConfiguration",
        "webhooks": [
            {
                "name": 5,
                "rules": [{"operations": "CREATE"}],
                "objectSelector": {
                    "matchExpressions": [{"key": "a", "operator": "Is"}]
                },
            }
        ],
    }

    with pytest.raises(ConfigError) as raised:
        read([document], "w.yaml")

    assert str(raised.value).splitlines() == [
        "w.yaml: webhooks[0].name: is 5, want a text",
        "w.yaml: webhooks[0].rules[0].operations: is 'CREATE', want a list",
        (
            "w.yaml: webhooks[0].objectSelector.matchExpressions[0].operator: is 'Is', "
            "want one of In, NotIn, Exists, DoesNotExist"
        ),
    ]


@pytest.mark.parametrize("documents", [[], [None], [{"kind": "List"}], ["x"]])
def test_a_file_without_webhooks_is_refused(documents: list[Any]) -> None:
    with pytest.raises(ConfigError) as raised:
        read(documents, "w.yaml")

    assert str(raised.value) == (
        "w.yaml: holds no webhook, want one of MutatingWebhookConfiguration, "
        "ValidatingWebhookConfiguration"
    )


def test_rules_are_compared_by_value() -> None:
    rule = Rule(
        groups=("",),
        versions=("v1",),
        operations=("CREATE",),
        resources=("pods",),
        scope="Namespaced",
    )

    assert WEBHOOKS[0].rules == (rule,)
