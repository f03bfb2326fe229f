"""Golden cases: their files, and the answers of both fronts."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apiserver
from flask.testing import FlaskClient
from folders import TESTDATA

from injector.formats import kubeyaml
from injector.kubernetes import manifests

FOLDER = TESTDATA / "inject"
OPTION = re.compile(r"# (\w+): (.*)\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A manifest, and its expected result: ``.injected`` or ``.error``."""

    manifest: Path

    @property
    def name(self) -> str:
        return f"{self.manifest.parent.name}/{self.manifest.stem}"

    @property
    def config(self) -> Path:
        return self.manifest.parent / "config.yaml"

    @property
    def injected(self) -> Path:
        return self.manifest.with_suffix(".yaml.injected")

    @property
    def error(self) -> Path:
        return self.manifest.with_suffix(".yaml.error")

    @property
    def options(self) -> dict[str, str]:
        """The options in the manifest's first comments: ``# path: /inject/...``."""
        text = self.manifest.read_text(encoding="utf-8")
        return dict(OPTION.findall(text))

    @property
    def namespace(self) -> str:
        return self.options.get("namespace", "shop").strip("'")

    @property
    def path(self) -> str:
        return self.options.get("path", "/inject")


def cases() -> list[Case]:
    """Return all cases in the folder."""
    manifests = sorted(FOLDER.glob("*/*.yaml"))
    return [Case(manifest=m) for m in manifests if m.name != "config.yaml"]


def left_over() -> list[Path]:
    """Return the golden files without a manifest."""
    golden = [*FOLDER.glob("*/*.injected"), *FOLDER.glob("*/*.error")]
    return [path for path in golden if not path.with_suffix("").exists()]


def documents(text: str) -> list[Any]:
    """Return the documents of a manifest."""
    return kubeyaml.parse(text.encode(), "golden")


def automatic(
    case: Case, client: FlaskClient, review: Callable[..., dict[str, Any]]
) -> Iterator[tuple[Any, apiserver.Admission]]:
    """Yield each pod of the manifest's controllers, and the answer for it."""
    text = case.manifest.read_text(encoding="utf-8")
    for document in documents(text):
        for workload in manifests.find(document, case.namespace):
            asked = review(workload.pod, namespace=workload.namespace)
            answer = client.post(
                case.path,
                data=json.dumps(asked),
                content_type="application/json",
            )
            yield (
                workload.pod,
                apiserver.admit(asked, answer.status_code, answer.get_data()),
            )
