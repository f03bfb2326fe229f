"""Measure the function beside a hello-world function, and write docs/performance.md.

    python tools/bench.py [--quick] [--only PART ...]

Parts are the names of cases, or ``start``, ``memory``, ``growth``, ``steps``, ``net``.
Only a run of all parts that is not quick writes the page; others print it.
"""

import argparse
import compileall
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support"), str(ROOT / "tools")]

from benchmark.cases import Case, cases, folder, threaded  # noqa: E402 - after the path is set
from benchmark.growth import growth  # noqa: E402 - the same
from benchmark.measure import (  # noqa: E402 - the same
    QUICK,
    Effort,
    Memory,
    Speed,
    Start,
    memory,
    speed,
    starts,
)
from benchmark.net import Net, net  # noqa: E402 - the same
from benchmark.plot import plot  # noqa: E402 - the same
from benchmark.report import Measured, report  # noqa: E402 - the same
from benchmark.server import Server  # noqa: E402 - the same
from benchmark.steps import steps  # noqa: E402 - the same

DOCS = ROOT / "docs"
PARTS = ("start", "memory", "growth", "steps", "net")
SMALL = 400
"""Pods of a quick run."""


@contextmanager
def secret() -> Iterator[dict[str, str]]:
    """Yield the environment for a secret in a stand-in of Secret Manager."""
    from secret_manager import (  # noqa: PLC0415 - its client takes long to import
        NUMBERED,
        FakeSecretManager,
        serving,
    )

    data = (ROOT / "injector" / "bundled" / "config.yaml").read_bytes()
    lines = data.decode().split("\n")
    own = "\n".join(line for line in lines if "file:" not in line)
    own = own.replace("templates:\n", "", 1)
    with serving(FakeSecretManager(data=own.encode())) as fake:
        yield {"CONFIG_SECRET": NUMBERED, **fake.environ}


def started(found: dict[str, Case], effort: Effort) -> dict[str, Start]:
    """Return the cold starts: hello world, bundled, Istio's, with a secret."""
    bundled = found["distinct pods, bundled"]
    wanted = {"hello world": found["hello world"], "bundled": bundled}
    if istio := found.get("distinct pods, Istio's"):
        wanted["Istio's"] = istio
    with secret() as environ:
        wanted["with a secret"] = Case(
            name="secret",
            source=bundled.source,
            messages=bundled.messages,
            environ=environ,
        )
        return starts(wanted, effort)


def speeds(found: dict[str, Case], names: list[str], effort: Effort) -> list[Speed]:
    """Return the speeds of the cases; print each when it is measured."""
    made = []
    hello = found["hello world"]
    beside = {case.environ.get("THREADS"): case for case in map(threaded, [hello])}
    beside[None] = hello
    with ExitStack() as stack:
        servers = {
            threads: stack.enter_context(
                Server(case.source, case.environ, case.messages[0])
            )
            for threads, case in beside.items()
        }
        for name in names:
            server = servers[found[name].environ.get("THREADS")]
            made.append(speed(found[name], server, effort))
            one = made[-1]
            print(
                f"{name}: {one.rate:.0f}/s, ratio {one.ratio:.2f}, "
                f"{one.cpu:.3f} ms of CPU, ratio {one.cpu_ratio:.2f}",
                flush=True,
            )
    return made


def memories(found: dict[str, Case], effort: Effort) -> list[Memory]:
    """Return the memory of the last mix of pods."""
    names = [n for n in found if n.startswith("mix") and "threads" not in n]
    # The last is enough: it has Istio's ConfigMaps if they are there.
    return [memory(found[names[-1]], effort)]


def nets(found: dict[str, Case], effort: Effort) -> list[Net]:
    """Return the costs of memory's checks, bundled and with Istio's ConfigMaps."""
    prefix = "distinct pods, "
    environs = {
        name.removeprefix(prefix): case.environ
        for name, case in found.items()
        if name.startswith(prefix)
    }
    return net(environs, effort.repeats)


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short, and less exact")
    parser.add_argument("--only", nargs="+", default=[], help="parts to measure")
    options = parser.parse_args()
    effort = QUICK if options.quick else Effort()
    # The cloud's build compiles modules too.
    compileall.compile_dir(str(ROOT / "injector"), quiet=1)
    compileall.compile_file(str(ROOT / "main.py"), quiet=1)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.sched_setaffinity(0, {(os.cpu_count() or 1) - 1})
    with folder() as path:
        made = cases(path, SMALL) if options.quick else cases(path)
        found = {case.name: case for case in made}
        wanted = options.only or [*found, *PARTS]
        if unknown := [n for n in wanted if n not in found and n not in PARTS]:
            parser.error(f"no part {unknown[0]!r}, have: {', '.join([*found, *PARTS])}")
        measured = Measured(
            effort=effort,
            steps=steps({}) if "steps" in wanted else {},
            nets=nets(found, effort) if "net" in wanted else [],
            growth=growth(effort.repeats) if "growth" in wanted else [],
            starts=started(found, effort) if "start" in wanted else {},
            speeds=speeds(found, [n for n in wanted if n in found], effort),
            memories=memories(found, effort) if "memory" in wanted else [],
        )
    text = report(measured)
    print(text)
    if not options.quick and not options.only:
        (DOCS / "performance.md").write_text(text, encoding="utf-8")
        (DOCS / "performance.svg").write_text(plot(measured.speeds), encoding="utf-8")


if __name__ == "__main__":
    main()
