"""The tests lie in the rooms of what they test, and each module has a test."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from folders import ROOT

PACKAGE = ROOT / "injector"
TESTS = ROOT / "tests"
SUPPORT = TESTS / "support"
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
CROSSING = {"e2e", "laws", "project", "referees", "soak", "terraform"}
"""The folders of tests that cross rooms, or need more than Python."""

SMALL = 40
"""The lines of a module that is tested with those that use it."""

TESTED_IN = {
    "admission/answers": ("admission/test_mutating.py", ""),
    "admission/validating": ("admission/test_mutating.py", ""),
    "base/places": ("configuration/test_config.py", "by `config.parse`"),
    "base/plans": ("base/test_tracing.py", ""),
    "base/sealed_text": ("base/test_tracing.py", ""),
    "configuration/keys": ("configuration/test_config.py", "by `config.parse`"),
    "formats/json_documents": ("formats/test_kubeyaml.py", "by `kubeyaml.load`"),
    "formats/yaml_documents": ("formats/test_kubeyaml.py", ""),
    "formats/yaml_events": ("templates/test_reading.py", ""),
    "formats/yaml_scalars": ("formats/test_kubeyaml.py", "by `kubeyaml.load`"),
    "injection/additions": ("injection/test_additions.py", "by the webhook"),
    "injection/arrangement": ("pipeline/test_sidecars.py", ""),
    "injection/rendering": ("pipeline/test_injector.py", "by `Injector`"),
    "istio/dataplane": ("istio/test_documents.py", "by `Injector`"),
    "istio/flat": ("istio/test_flat.py", ""),
    "istio/go": ("istio/test_template.py", ""),
    "istio/maps": ("istio/test_documents.py", ""),
    "istio/mesh": ("istio/test_mesh_config.py", ""),
    "istio/mesh/proxy_rules": ("istio/test_annotations.py", ""),
    "istio/pod/multus": ("istio/test_istio_functions.py", ""),
    "istio/pod/telemetry": ("istio/test_istio_functions.py", ""),
    "istio/samples": ("terminal/test_istio.py", "by `injector validate`"),
    "kubernetes/kinds": ("kubernetes/test_manifests.py", ""),
    "kubernetes/merge": ("kubernetes/test_merge.py", ""),
    "kubernetes/patch": ("kubernetes/test_patch.py", ""),
    "kubernetes/schema": ("kubernetes/test_schema.py", ""),
    "memory/recipe": ("memory/test_recipe_cache.py", ""),
    "pipeline/interface": ("pipeline/test_injector.py", "by `Injector`"),
    "pipeline/product": ("pipeline/test_injector.py", "by `Injector`"),
    "releases": ("releases/test_facts.py", ""),
    "templates/go": ("templates/test_go_templates.py", ""),
    "templates/go/sprig": ("templates/test_sprig.py", ""),
    "templates/jinja": ("templates/test_rendering.py", ""),
    "templates/jinja/filters": ("templates/test_filters.py", "by `JinjaTemplate`"),
    "templates/jinja/positions": ("templates/test_slots.py", ""),
    "templates/jinja/sandbox": ("templates/test_sandbox.py", "by `JinjaTemplate`"),
    "templates/jinja/shapes": ("templates/test_reading.py", ""),
    "templates/jinja/tracing": ("memory/test_memory.py", "by `JinjaTemplate`"),
    "terminal/commands": ("terminal/test_cli.py", "by `cli.main`"),
    "terminal/configuration": ("terminal/test_cli.py", "by `cli.main`"),
    "terminal/explaining": ("terminal/test_explain.py", ""),
    "terminal/options": ("terminal/test_cli.py", "by `cli.main`"),
    "terminal/streams": ("terminal/test_cli.py", ""),
    "web/replies": ("web/test_function.py", ""),
    "web/start": ("web/test_start.py", ""),
    "web/wsgi": ("web/test_wsgi.py", "by `main.py`"),
}
"""The tests of modules that have none of their name, and of whole folders.

Each has the reason why the test does not import what it tests, if it does not.
"""


def large() -> Iterator[str]:
    """Yield the modules that are not small, by their place in the package."""
    for path in sorted(PACKAGE.glob("*/**/*.py")):
        place = path.relative_to(PACKAGE).with_suffix("").as_posix()
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > SMALL and not place.startswith("bundled/compiled/"):
            yield place.removesuffix("/__init__")


MODULES = [*large()]


@cache
def imports(path: Path) -> frozenset[str]:
    """Return what a test imports, itself or by its helpers: modules and their names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module)}
            found |= {f"{node.module}.{each.name}" for each in node.names}
    helpers = [SUPPORT / f"{name}.py" for name in found]
    return frozenset(found).union(*(imports(each) for each in helpers if each.exists()))


def around(place: str) -> list[str]:
    """Return *place* and the folders around it, the innermost first."""
    path = Path(place)
    return [path.as_posix(), *(each.as_posix() for each in path.parents)][:-1]


def imported(place: str, test: Path) -> bool:
    """Tell whether a test imports a module or a folder around it, below its room."""
    wanted = {f"injector.{each}".replace("/", ".") for each in around(place)[:-1]}
    return not wanted.isdisjoint(imports(test))


@pytest.mark.parametrize("place", MODULES)
def test_a_module_has_a_test_of_its_name_or_a_line_in_the_table(place: str) -> None:
    room, name = Path(place).parts[0], Path(place).name
    own = TESTS / room / f"test_{name}.py"

    listed = [each for each in around(place) if each in TESTED_IN]

    assert listed or (own.exists() and imported(place, own))


@pytest.mark.parametrize("place", TESTED_IN)
def test_a_line_of_the_table_names_a_test_of_what_there_is(place: str) -> None:
    file, reason = TESTED_IN[place]
    inside = [each for each in MODULES if place in around(each)]

    imports_it = any(imported(each, TESTS / file) for each in inside)

    assert inside
    assert imports_it or reason
    assert not (imports_it and reason)


def test_each_test_lies_in_a_room() -> None:
    rooms = {path.relative_to(TESTS).parts[0] for path in TESTS.glob("**/test_*.py")}

    assert rooms == {*ROOMS, *CROSSING}


def test_helpers_and_tests_lie_apart() -> None:
    rooms = [TESTS / name for name in ROOMS | CROSSING - {"e2e", "soak"}]

    assert not list(SUPPORT.glob("**/test_*.py"))
    assert {
        path.name
        for room in rooms
        for path in room.glob("**/*.py")
        if not path.name.startswith("test_")
    } == set()


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_says_what_happens_in_it_and_who_may_come_in(room: str) -> None:
    source = (PACKAGE / room / "__init__.py").read_text(encoding="utf-8")

    says = ast.get_docstring(ast.parse(source)) or ""

    assert len(re.findall(r"[^\s.][.:](?=\s|$)", says)) >= 2


def test_the_files_that_are_named_in_prose_are_there() -> None:
    pages = [ROOT / "CONTRIBUTING.md", ROOT / "Makefile", *ROOT.glob("docs/*.md")]
    texts = [page.read_text(encoding="utf-8") for page in pages]

    named = set(re.findall(r"\b(?:injector|tests|tools)/[\w/]+\.py\b", " ".join(texts)))

    assert {name for name in named if not (ROOT / name).is_file()} == set()
