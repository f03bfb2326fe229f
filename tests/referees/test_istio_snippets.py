"""Small templates, and what the recorded release made of them."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from istio_cases import RECORDED, read
from shared_data import istio_folder

from injector.base.errors import TemplateError
from injector.istio.go.data import data_type
from injector.istio.go.template import Library
from injector.istio.mesh import mesh_config as meshes
from injector.releases.release import Release
from injector.templates.go.values.values import Typed

RELEASE = Release(1, 30)
SNIPPETS = RECORDED / "1.30" / "template_snippets.json"
PLACE = re.compile(
    r"template: [^:]*:\d+(:\d+)?:( executing \"[^\"]*\" at <.*?>:)?", re.DOTALL
)


@pytest.fixture(scope="module")
def recorded() -> Mapping[str, Any]:
    istio_folder()
    found: Mapping[str, Any] = read(SNIPPETS)
    return found


@pytest.fixture(scope="module")
def dot(recorded: Mapping[str, Any]) -> Typed:
    mesh = meshes.effective([recorded["mesh"]], RELEASE)
    pod, other = recorded["pod"], recorded["other"]
    held = {
        "ObjectMeta": pod["metadata"],
        "Spec": pod["spec"],
        "MeshConfig": mesh,
        "ProxyConfig": mesh["defaultConfig"],
        **other,
    }
    values = Library(RELEASE, recorded["values"], {}).values
    return Typed(data_type(RELEASE), {**held, "Values": values})


def test_every_snippet_makes_the_same_text_or_fails_at_the_same_place(
    recorded: Mapping[str, Any], dot: Typed
) -> None:
    library = Library(RELEASE, recorded["values"], {})
    different = []
    for snippet in recorded["snippets"]:
        made = outcome(library, snippet["template"], dot)
        if "output" in snippet:
            expected = snippet["output"]
        else:
            expected = place(snippet["error"])
            made = place(made)
        if made != expected:
            different.append((snippet["template"], made, expected))

    assert different == []


def outcome(library: Library, source: str, dot: Typed) -> str:
    try:
        return library.compiled("inject", source).execute(dot)
    except TemplateError as e:
        return str(e)


def place(error: str) -> str:
    """Return the place that an error names; of Go's depth limit only the template."""
    match = PLACE.match(error)
    assert match is not None, error
    return match[0]
