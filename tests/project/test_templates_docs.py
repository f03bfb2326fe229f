import json
import re
from typing import Any

import pytest
import strategies
from folders import ROOT
from hypothesis import given

from injector.base.errors import TemplateError
from injector.istio.jinja_functions import JINJA
from injector.templates.jinja import operators, reading, slots
from injector.templates.jinja.filters import FILTERS
from injector.templates.jinja.rendering import MAX_SOURCE, JinjaTemplate
from injector.templates.jinja.sandbox import GLOBALS

TEXT = (ROOT / "docs" / "templates.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
EXAMPLES = [text for language, text in BLOCKS if language == "yaml"]
PROSE = re.sub(r"^```.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL)
NAMED = {
    name.partition("(")[0]
    for code in re.findall(r"`([^`]+)`", PROSE)
    for name in code.split()
}

CONTEXT: dict[str, Any] = {
    "metadata": {"labels": {}, "annotations": {}},
    "spec": {"containers": [{"name": "app"}, {"name": "web"}]},
    "workload": {"name": "web", "kind": "Deployment"},
    "cluster": "east",
    "values": {
        "image": "hub.example.com/shipper:2",
        "resources": {"limits": {"memory": "64Mi"}},
        "labels": {"team": "a"},
        "annotations": {"note": "b: c"},
        "prefix": "example.com",
        "port": 8080,
        "volumes": [{"name": "data"}],
    },
}
OVERLAYS: list[dict[str, Any]] = [
    json.loads(next(text for language, text in BLOCKS if language == "json")),
    {"spec": {"containers": [{"name": "proxy", "ports": [{"containerPort": 8080}]}]}},
    {
        "spec": {
            "containers": [
                {"name": name, "env": [{"name": "APP", "value": "web"}]}
                for name in ("app", "web")
            ]
        }
    },
    {"spec": {"volumes": [{"name": "data"}, {"name": "logs", "emptyDir": {}}]}},
    {"metadata": {"labels": {"app.kubernetes.io/part-of": "platform", "team": "a"}}},
    {"metadata": {"annotations": {"example.com/note": "b: c"}}},
    {
        "spec": {
            "containers": [
                {
                    "name": "proxy",
                    "env": [
                        {"name": "CLUSTER", "value": "east"},
                        {"name": "PORT", "value": "8080"},
                    ],
                }
            ]
        }
    },
    {
        "spec": {
            "containers": [
                {
                    "name": name,
                    "env": [{"name": "SSL_CERT_FILE", "value": "/etc/ca/ca.pem"}],
                    "volumeMounts": [{"name": "ca", "mountPath": "/etc/ca"}],
                }
                for name in ("app", "web")
            ],
            "volumes": [{"name": "ca", "configMap": {"name": "ca"}}],
        }
    },
    {},
]


@pytest.mark.parametrize(("source", "overlay"), [*zip(EXAMPLES, OVERLAYS, strict=True)])
def test_every_example_makes_what_it_is_said_to(
    source: str, overlay: dict[str, Any]
) -> None:
    assert JinjaTemplate("t", source).render(CONTEXT) == overlay


@given(labels=strategies.labels(), annotations=strategies.annotations())
def test_the_first_example_takes_any_labels_and_annotations(
    labels: dict[str, str], annotations: dict[str, str]
) -> None:
    metadata = {"labels": labels, "annotations": annotations}

    overlay = FIRST.render({**CONTEXT, "metadata": metadata})

    overlay["spec"]["containers"][0]["args"].pop()
    overlay["spec"]["containers"][0]["args"].append("--level=info")
    assert overlay == OVERLAYS[0]


FIRST = JinjaTemplate("t", EXAMPLES[0])


def test_the_example_of_an_error_is_the_error() -> None:
    told = next(text for language, text in BLOCKS if language == "")

    with pytest.raises(TemplateError) as caught:
        JinjaTemplate("sidecar", "a:\n  b:\n    {{ metadata.labels.app }}").render(
            CONTEXT
        )

    assert str(caught.value) == told.strip()


def test_the_example_of_a_refusal_refuses() -> None:
    metadata = {"annotations": {"logs.example.com/level": "loud"}}

    with pytest.raises(TemplateError) as caught:
        JinjaTemplate("t", EXAMPLES[-1]).render({"metadata": metadata})

    assert str(caught.value).endswith(
        ": annotation logs.example.com/level is 'loud', want info or debug"
    )


@pytest.mark.parametrize(
    "name",
    [
        *(name for name in FILTERS if not name.startswith("(")),
        *GLOBALS,
        *JINJA,
        *(name for _, methods in operators.METHODS for name in methods),
    ],
)
def test_every_name_that_templates_may_use_is_documented(name: str) -> None:
    assert name in NAMED


@pytest.mark.parametrize(
    "limit",
    [
        f"{slots.MAX_OUTPUT:,} characters",
        f"{slots.MAX_STEPS:,} steps",
        f"{slots.MAX_MADE >> 20} MiB of text",
        f"{reading.MAX_DEPTH} levels",
        f"{MAX_SOURCE >> 20} MiB",
    ],
)
def test_every_limit_is_documented(limit: str) -> None:
    assert limit in " ".join(TEXT.split())
