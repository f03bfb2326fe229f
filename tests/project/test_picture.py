import runpy
from xml.etree import ElementTree as ET

from folders import ROOT

TOOL = runpy.run_path(str(ROOT / "tools" / "picture.py"))


def test_the_picture_of_the_rooms_is_up_to_date() -> None:
    assert TOOL["PICTURE"].read_text(encoding="utf-8") == TOOL["picture"](), (
        "run 'make picture'"
    )


def test_the_picture_has_every_room() -> None:
    texts = {each.text for each in ET.fromstring(TOOL["picture"]()).iter()}  # noqa: S314 - our own

    rooms = {path.parent.name for path in (ROOT / "injector").glob("*/__init__.py")}

    assert rooms <= texts


def test_a_line_that_two_others_stand_for_is_left_out() -> None:
    edges = {
        "a": frozenset({"b", "c"}),
        "b": frozenset({"c"}),
        "c": frozenset[str](),
    }

    assert TOOL["reduced"](edges) == {"a": ["b"], "b": ["c"], "c": []}
