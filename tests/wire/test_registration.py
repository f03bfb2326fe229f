from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
import yaml
from shared_data import release_folders

from injector.terminal.explaining.webhook_matching import Call, find, read
from injector.wire.registration import NAMESPACE_NAME, Registration, configuration
from injector.wire.webhook_url import webhook_url

ADDRESS = "https://injector.example.com/inject"
SYSTEM = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"]
SELECTORS = ("namespaceSelector", "objectSelector")

VARIANTS: dict[str, Registration] = {
    "default": Registration(url=ADDRESS),
    "injection-path": Registration(url=f"{ADDRESS}/cluster/cluster1/net/network1"),
    "injection-url": Registration(url=f"{ADDRESS}/cluster/cluster1/net/network1"),
    "object-selector": Registration(url=ADDRESS),
    "reinvocation-if-needed": Registration(url=ADDRESS, reinvocation_policy="IfNeeded"),
    "enable-namespaces-by-default": Registration(url=ADDRESS, every_namespace=True),
    "revision-canary": Registration(url=ADDRESS, revision="canary"),
    "revision-canary-enable-namespaces-by-default": Registration(
        url=ADDRESS, revision="canary", every_namespace=True
    ),
}
"""What we print for each variant of Istio's charts that was recorded."""

FIRST = (1, 10)
"""The first release whose configurations choose pods as today's do."""


def recorded() -> list[tuple[Path, dict[str, Any]]]:
    return [
        (file, document)
        for folder in release_folders()
        if tuple(map(int, folder.name.split("."))) >= FIRST
        for file in sorted((folder / "webhooks").glob("*.yaml"))
        for document in yaml.safe_load_all(file.read_text())
        if document
    ]


def selectors(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the webhooks' selectors, without the namespaces that are never sent."""
    found = []
    for webhook in document["webhooks"]:
        both = {
            name: sorted(webhook[name]["matchExpressions"], key=itemgetter("key"))
            for name in SELECTORS
        }
        both["namespaceSelector"] = [
            expression
            for expression in both["namespaceSelector"]
            if expression["key"] != NAMESPACE_NAME
        ]
        found.append({"name": ".".join(webhook["name"].split(".")[:-3]), **both})
    return found


def ours(document: dict[str, Any], file: Path) -> Registration:
    """Return what we would be told to print for a recorded configuration."""
    if tag := document["metadata"]["labels"].get("istio.io/tag"):
        return Registration(url=ADDRESS, revision=tag)
    return VARIANTS[file.stem.replace("revision-tags-prod-default", "revision-canary")]


def test_pods_are_chosen_as_by_the_configurations_of_istios_charts() -> None:
    compared = 0
    for file, document in recorded():
        printed = configuration(ours(document, file), validating=False)
        for webhook in printed["webhooks"]:
            webhook["name"] = webhook["name"].replace(".internal", ".istio.io")

        assert selectors(printed) == selectors(document), file
        policies = [
            webhook.get("reinvocationPolicy") for webhook in document["webhooks"]
        ]
        if any(policies):
            assert policies == [
                webhook["reinvocationPolicy"] for webhook in printed["webhooks"]
            ]
        compared += 1

    assert compared > len(VARIANTS)


def test_the_oldest_releases_ask_only_the_namespace() -> None:
    [old] = [folder for folder in release_folders() if folder.name == "1.0"]
    chart = yaml.safe_load((old / "webhooks" / "default.yaml").read_text())

    printed = configuration(
        Registration(url=ADDRESS, by_namespace=True), validating=False
    )

    assert [webhook["namespaceSelector"] for webhook in printed["webhooks"]] == [
        webhook["namespaceSelector"] for webhook in chart["webhooks"]
    ]
    assert "objectSelector" not in printed["webhooks"][0]


def test_where_only_the_namespace_is_asked_every_namespace_may_be_sent() -> None:
    registered = Registration(
        url=ADDRESS,
        by_namespace=True,
        every_namespace=True,
        excluded_namespaces=["kube-system"],
    )

    [webhook] = configuration(registered, validating=False)["webhooks"]

    assert webhook["namespaceSelector"] == {
        "matchExpressions": [
            {"key": "istio-injection", "operator": "NotIn", "values": ["disabled"]},
            {
                "key": "kubernetes.io/metadata.name",
                "operator": "NotIn",
                "values": ["kube-system"],
            },
        ]
    }


def test_a_namespace_that_says_enabled_is_the_only_one_sent_by_default() -> None:
    registered = Registration(url=ADDRESS, by_namespace=True)

    [webhook] = configuration(registered, validating=False)["webhooks"]

    assert webhook["namespaceSelector"] == {
        "matchLabels": {"istio-injection": "enabled"}
    }


def test_the_namespaces_that_are_never_sent_are_those_of_istios_auto_webhook() -> None:
    [expected] = [
        expression["values"]
        for file, document in recorded()
        if (file.parent.parent.name, file.stem)
        == ("1.30", "enable-namespaces-by-default")
        for webhook in document["webhooks"]
        for expression in webhook["namespaceSelector"]["matchExpressions"]
        if expression["key"] == NAMESPACE_NAME
    ]

    printed = configuration(
        Registration(url=ADDRESS, excluded_namespaces=SYSTEM), validating=False
    )

    for webhook in printed["webhooks"]:
        assert webhook["namespaceSelector"]["matchExpressions"][-1] == {
            "key": NAMESPACE_NAME,
            "operator": "NotIn",
            "values": expected,
        }


def test_no_pod_is_sent_twice() -> None:
    registered = Registration(url=ADDRESS, every_namespace=True)
    canary = Registration(url=ADDRESS, revision="canary")
    documents = [configuration(each, validating=False) for each in (registered, canary)]
    webhooks = read(documents, "printed")
    words = (None, "true", "false", "other")
    revisions = (None, "default", "canary", "other")
    pods = [
        {"sidecar.istio.io/inject": word, "istio.io/rev": revision}
        for word in words
        for revision in revisions
    ]
    namespaces = [
        {"istio-injection": word, "istio.io/rev": revision}
        for word in (None, "enabled", "disabled", "other")
        for revision in revisions
    ]

    for pod in pods:
        for namespace in namespaces:
            call = Call(
                namespace="shop",
                namespace_labels={k: v for k, v in namespace.items() if v},
                labels={k: v for k, v in pod.items() if v},
            )
            called = [webhook for webhook in webhooks if find(webhook, call).called]
            assert len(called) <= 1


def test_everything_that_can_be_chosen_is_printed() -> None:
    registered = Registration(
        url=f"{ADDRESS}/cluster/c",
        revision="canary",
        excluded_namespaces=["kube-system"],
        failure_policy="Fail",
        timeout=3,
        reinvocation_policy="IfNeeded",
        ca=b"certificate",
        conditions={"small": "size(object.spec.containers) < 9"},
    )

    printed = configuration(registered, validating=False)

    first = printed["webhooks"][0]
    assert printed["apiVersion"] == "admissionregistration.k8s.io/v1"
    assert printed["kind"] == "MutatingWebhookConfiguration"
    assert printed["metadata"] == {
        "name": "serverless-sidecar-injector-canary",
        "labels": {
            "app.kubernetes.io/name": "serverless-sidecar-injector",
            "sidecar-injector.internal/revision": "canary",
        },
    }
    assert first == {
        "name": "rev.namespace.sidecar-injector.internal",
        "admissionReviewVersions": ["v1"],
        "clientConfig": {
            "url": "https://injector.example.com/inject/cluster/c",
            "caBundle": "Y2VydGlmaWNhdGU=",
        },
        "rules": [
            {
                "apiGroups": [""],
                "apiVersions": ["v1"],
                "operations": ["CREATE"],
                "resources": ["pods"],
                "scope": "Namespaced",
            }
        ],
        "namespaceSelector": {
            "matchExpressions": [
                {"key": "istio.io/rev", "operator": "In", "values": ["canary"]},
                {"key": "istio-injection", "operator": "DoesNotExist"},
                {
                    "key": "kubernetes.io/metadata.name",
                    "operator": "NotIn",
                    "values": ["kube-system"],
                },
            ]
        },
        "objectSelector": {
            "matchExpressions": [
                {
                    "key": "sidecar.istio.io/inject",
                    "operator": "NotIn",
                    "values": ["false"],
                }
            ]
        },
        "failurePolicy": "Fail",
        "sideEffects": "None",
        "timeoutSeconds": 3,
        "reinvocationPolicy": "IfNeeded",
        "matchConditions": [
            {"name": "small", "expression": "size(object.spec.containers) < 9"}
        ],
    }


@pytest.mark.parametrize("validating", [False, True])
@pytest.mark.parametrize("revision", ["default", "canary"])
def test_nothing_marks_a_configuration_as_that_of_a_control_plane(
    revision: str, *, validating: bool
) -> None:
    printed = configuration(
        Registration(url="https://injector.example.com", revision=revision),
        validating=validating,
    )

    labels = printed["metadata"]["labels"]
    names = [webhook["name"] for webhook in printed["webhooks"]]
    # Of these istioctl and istiod think that they are a control plane's.
    assert not [label for label in labels if "istio.io/" in label]
    assert labels.get("app") is None
    assert not [name for name in names if name.endswith("istio.io")]


def test_the_validating_webhook_sees_the_same_pods_at_another_path() -> None:
    registered = Registration(url=ADDRESS)

    mutating = configuration(registered, validating=False)
    validating = configuration(registered, validating=True)

    assert validating["kind"] == "ValidatingWebhookConfiguration"
    assert selectors(validating) == selectors(mutating)
    for webhook in validating["webhooks"]:
        assert webhook["clientConfig"] == {
            "url": "https://injector.example.com/validate"
        }
        assert "reinvocationPolicy" not in webhook


TOKEN = "t" * 22


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("https://a.example", "", "https://a.example/inject"),
        ("https://a.example/", "", "https://a.example/inject"),
        ("https://a.example:8443", "/inject/cluster/c", None),
        ("https://a.example/inject/net/n", "", "https://a.example/inject/net/n"),
        (f"https://a.example/t/{TOKEN}", "", f"https://a.example/t/{TOKEN}/inject"),
        (
            f"https://a.example/t/{TOKEN}",
            "/inject/cluster/c",
            f"https://a.example/t/{TOKEN}/inject/cluster/c",
        ),
    ],
)
def test_the_url_is_where_the_function_answers(
    base: str, path: str, expected: str | None
) -> None:
    assert webhook_url(base, path) == (expected or f"{base}{path}")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/inject", "/validate"),
        (f"/t/{TOKEN}/inject/cluster/inject", f"/t/{TOKEN}/validate/cluster/inject"),
        ("/validate/net/n", "/validate/net/n"),
    ],
)
def test_the_validating_url_differs_in_its_endpoint_alone(
    path: str, expected: str
) -> None:
    assert webhook_url(f"https://a.example{path}", validating=True) == (
        f"https://a.example{expected}"
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: webhook_url("http://a.example"),
            "'http://a.example' is no URL of a webhook, want https://HOST",
        ),
        (
            lambda: webhook_url("https:///inject"),
            "'https:///inject' is no URL of a webhook, want https://HOST",
        ),
        (
            lambda: webhook_url("https://me@a.example"),
            "'https://me@a.example' is no URL of a webhook, want none with @, ? or #",
        ),
        (
            lambda: webhook_url("https://a.example/inject?x=1"),
            (
                "'https://a.example/inject?x=1' is no URL of a webhook, "
                "want none with @, ? or #"
            ),
        ),
        (
            lambda: webhook_url("https://a.example/other"),
            "'/other/inject' is no path of the function, want /t/TOKEN/inject",
        ),
        (
            lambda: webhook_url("https://a.example/validate/net/n"),
            "'/validate/net/n' is where the function validates, and injects nothing",
        ),
    ],
)
def test_a_url_that_no_api_server_would_call_is_refused(
    call: Callable[[], str], message: str
) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the text is compared
        call()

    assert str(raised.value) == message
