"""That remembering changes no answer: recorded pods, and twenty thousand like them."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from istio_cases import exchanges
from parity import Documents, bundled, is_bundled, istios
from remembered import Trusting, asked, recalls, variants
from shared_data import istio_folder

from injector.loading import loader, products
from injector.memory.memory import Remembering
from injector.pipeline.injector import Injector

RELEASES = ("1.0", "1.10", "1.20", "1.26", "1.30")
VARIANTS = 12


def recorded(
    release: str, made: Documents
) -> Iterator[tuple[Injector, Remembering, Any, str]]:
    """Yield each recorded pod and its namespace, with injectors of its setting."""
    known: dict[str, tuple[Injector, Remembering]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for exchange in exchanges(release):
            if made is bundled and not is_bundled(exchange):
                continue
            parts = made(exchange.setting)
            text = "\n---\n".join(json.dumps(part) for part in parts)
            if text not in known:
                file = Path(folder) / f"{len(known)}.yaml"
                file.write_text(text, encoding="utf-8")
                plain = products.injector(loader.load({"CONFIG_FILE": str(file)}))
                known[text] = plain, Trusting(plain)
            request = exchange.request["request"]
            if isinstance(request.get("object"), dict):
                namespace = request.get("namespace") or ""
                yield (*known[text], request["object"], namespace)


def compared(release: str, made: Documents, count: int) -> tuple[int, int]:
    """Compare each pod and so many like it; return how many, and how many by memory."""
    pods = recalled = 0
    for plain, remembering, pod, namespace in recorded(release, made):
        for like in (pod, pod, pod, *variants(pod, count, pods)):
            pods += 1
            wanted = asked(plain, like, namespace)
            recalled += recalls(remembering, like, namespace)
            assert asked(remembering, like, namespace) == wanted, json.dumps(like)
    return pods, recalled


@pytest.mark.parametrize("made", [bundled, istios])
def test_recorded_pods_are_the_same_from_memory(made: Documents) -> None:
    istio_folder()

    pods, recalled = compared("1.30", made, 1)

    assert recalled > pods // 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("release", "made"),
    [("1.30", bundled), *((release, istios) for release in RELEASES)],
)
def test_thousands_of_pods_are_the_same_from_memory(
    release: str, made: Documents
) -> None:
    istio_folder()

    pods, recalled = compared(release, made, VARIANTS)

    print(f"{release}, {made.__name__}: {pods} pods, {recalled} from memory")  # noqa: T201 - told by -rP
    assert recalled > pods // 5
