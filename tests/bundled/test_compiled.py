"""The compiled bundled templates equal those of the current Jinja."""

import runpy

from folders import ROOT

from injector.bundled import compiled
from injector.configuration import document
from injector.templates.jinja.rendering import JinjaTemplate

BUNDLED = ROOT / "injector" / "bundled"


def sources() -> dict[str, str]:
    return {
        path.name.partition(".")[0]: path.read_text(encoding="utf-8")
        for path in sorted(BUNDLED.glob("*.j2"))
    }


def test_the_compiled_files_are_up_to_date() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "compiled.py"))

    stale = [
        path.name
        for path, text in tool["files"]().items()
        if path.read_text(encoding="utf-8") != text
    ]

    assert stale == [], "run 'make compiled'"


def test_the_bundled_document_is_found() -> None:
    data = (BUNDLED / "config.yaml").read_bytes()

    found = compiled.document_of(data)

    assert [found] == document.parts(data)
    assert compiled.document_of(data) is not found
    assert compiled.document_of(data + b"\n") is None


def test_the_code_of_a_bundled_template_is_found() -> None:
    assert sources().keys() == {"gateway", "sidecar"}
    for name, source in sources().items():
        code = compiled.code_of(source)
        assert code is not None
        assert code.co_filename.endswith(f"{name}.py")


def test_other_templates_are_compiled() -> None:
    source = sources()["sidecar"]

    assert compiled.code_of(f"{source} ") is None
    assert compiled.code_of(source, version="3.0.0") is None


def test_errors_of_compiled_templates_have_their_line() -> None:
    source = sources()["gateway"]
    messages = []
    for code in (compiled.code_of(source), None):
        template = JinjaTemplate("gateway", source, code=code)
        try:
            template.render({})
        except Exception as error:  # noqa: BLE001 - whatever it is
            messages.append(str(error))

    assert len(messages) == 2
    assert messages[0] == messages[1]
