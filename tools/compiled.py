"""Write the bundled configuration as Python: injector/bundled/compiled."""

import sys
from pathlib import Path
from pprint import pformat

import jinja2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from injector.bundled.compiled import digest  # noqa: E402 - after the path is set
from injector.configuration.document import parts  # noqa: E402 - the same
from injector.templates.jinja.sandbox import ENVIRONMENT  # noqa: E402 - the same

FOLDER = ROOT / "injector" / "bundled" / "compiled"
HEAD = '"""Written by ``make compiled``."""\n\n'


def files() -> dict[Path, str]:
    """Return the texts of the generated files, by path."""
    made: dict[Path, str] = {}
    names: dict[str, str] = {}
    for template in sorted((ROOT / "injector" / "bundled").glob("*.j2")):
        name = template.name.partition(".")[0]
        source = template.read_text(encoding="utf-8")
        made[FOLDER / f"{name}.py"] = f"{ENVIRONMENT.compile(source, raw=True)}\n"
        names[digest(source.encode())] = name
    data = (ROOT / "injector" / "bundled" / "config.yaml").read_bytes()
    (document,) = parts(data)
    text = pformat(document, sort_dicts=False, width=88)
    made[FOLDER / "document.py"] = f"{HEAD}DOCUMENT = {text}\n"
    entries = "".join(f'    "{key}": "{name}",\n' for key, name in names.items())
    made[FOLDER / "index.py"] = (
        f'{HEAD}JINJA = "{jinja2.__version__}"\nDOCUMENT = "{digest(data)}"\n'
        f"NAMES = {{\n{entries}}}\n"
    )
    return made


def main() -> None:
    """Write the files."""
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
