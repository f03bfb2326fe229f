"""Small templates that were recorded with Istio's own template engine."""

import json
import re
from typing import Any

import istio_data
import pytest
from istio_doubles import REGISTRY
from shared_data import istio_folder

from injector.base.errors import TemplateError
from injector.istio.mesh.mesh_config import effective
from injector.templates.go import GoTemplate, Typed

# Ours is lower: Python's stack is not Go's.
DEPTH = re.compile(r"maximum template depth \(\d+\)")


def recorded() -> dict[str, Any]:
    """Return the snippets and the data that they were run on."""
    path = istio_folder() / "1.30" / "template_snippets.json"
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return recorded()


@pytest.fixture(scope="module")
def data(document: dict[str, Any]) -> Typed:
    mesh = effective([document["mesh"]], istio_data.RELEASE)
    return Typed(
        istio_data.TEMPLATE_DATA,
        {
            "pod": document["pod"],
            "mesh": mesh,
            "proxy": mesh["defaultConfig"],
            "values": istio_data.floats(document["values"]),
            **document["other"],
        },
    )


def outcome(template: str, data: Typed) -> dict[str, str]:
    """Return what is recorded of a snippet: its output, or where and how it fails."""
    try:
        parsed = GoTemplate("inject", template, REGISTRY)
    except TemplateError as e:
        return {"stage": "parse", "error": str(e)}
    try:
        text = parsed.execute(data)
    except TemplateError as e:
        return {"stage": "execute", "error": DEPTH.sub("depth", str(e))}
    return {"output": text}


def test_every_snippet_does_what_it_did_in_istio(
    document: dict[str, Any], data: Typed
) -> None:
    snippets = document["snippets"]

    differing = []
    for snippet in snippets:
        template = snippet.pop("template")
        if "error" in snippet:
            snippet["error"] = DEPTH.sub("depth", snippet["error"])
        got = outcome(template, data)
        if got != snippet:
            differing.append(f"{template}\n  want {snippet}\n  got  {got}")

    assert not differing, "\n".join(differing)
    assert len(snippets) > 100
