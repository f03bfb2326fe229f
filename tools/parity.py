"""Count the recorded cases of Istio that the bundled templates equal.

Prints the counts and every difference, and writes docs/parity.md. Exits 1 where
something differs.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from istio_cases import DEFAULT, RECORDED, read  # noqa: E402 - after the path is set
from parity import FRONTS, Outcome  # noqa: E402 - after the path is set

RELEASE = "1.30"
PAGE = ROOT / "docs" / "parity.md"
DIFFERENCES_SHOWN = 5
NAMES = {
    "webhook": "reviews posted to the function",
    "terminal": "the same pods in the terminal",
    "kube-inject": "manifests in the terminal",
}

INTRODUCTION = """\
# Parity with Istio

What the bundled configuration injects, compared with what Istio {tag} answered. The
answers are recorded: reviews of golden cases and of pseudo-random pods (a part of them
a second time, after injection), and what `kube-inject` makes of manifests. Each case
runs as one plain document of ours: the recorded values, mesh configuration, switches
and cluster, on the bundled templates. Counted are the cases that name no template but
`sidecar` and `gateway`, of the configurations without templates of their own.

`make parity` counts anew and writes this page.
"""

RULES = """\
## How they are compared

The pod that the answer's patch gives must equal the pod that Istio's patch gave, as
JSON. Where Istio denies a pod, we must deny it. Nothing is left out, except:

- a container field that no release knows (`futureContainerField`): Istio moves it to a
  neighbour or loses it, we keep it in its place;
- in every seventh group of random pods, which hold quantities that no API server sends
  (`0.5`, `1.5Gi`), quantities are compared by value;
- for manifests, as `kube-inject` prints them through Go's types: the status annotation,
  the `apiVersion` of an environment variable's `fieldRef`, empty values, and, outside
  pod templates, `status`, zero and false. Of a CronJob `kube-inject` writes the pod's
  metadata to where no pod gets it; it is compared with our pod template's.

## Where we differ on purpose

- Values from labels and annotations are never read as YAML. An annotation that breaks
  Istio's text, or adds to it, is a plain value here.
- The sentences of our denials are our own.
- Mirror pods and Windows pods are never injected.
"""


def main() -> int:
    """Count, print and write; return the exit status."""
    outcomes = [outcome for front in FRONTS for outcome in front(RELEASE)]
    if not outcomes:
        print(f"no recorded cases in {RECORDED}", file=sys.stderr)
        return 2
    different = [outcome for outcome in outcomes if outcome.differences]
    for outcome in different:
        print(f"{outcome.front}: {outcome.case} ({outcome.config})")
        for difference in outcome.differences[:DIFFERENCES_SHOWN]:
            print(f"    {difference}")
    tag = read(RECORDED / RELEASE / "release.json")["tag"]
    counted = table(outcomes)
    print(counted)
    page = f"{INTRODUCTION.format(tag=tag)}\n{counted}\n{listed(different)}{RULES}"
    PAGE.write_text(page, encoding="utf-8")
    return 1 if different else 0


def table(outcomes: Iterable[Outcome]) -> str:
    """Return the counts of each front as a table."""
    total: Counter[tuple[str, bool]] = Counter()
    equal: Counter[tuple[str, bool]] = Counter()
    configs: dict[str, set[str]] = {}
    for outcome in outcomes:
        key = outcome.front, outcome.config == DEFAULT
        total[key] += 1
        equal[key] += not outcome.differences
        configs.setdefault(outcome.front, set()).add(outcome.config)
    lines = [
        "| | default configuration | other configurations |",
        "|---|---|---|",
    ]
    for front, name in NAMES.items():
        cells = [share(equal, total, (front, default)) for default in (True, False)]
        others = len(configs.get(front, set()) - {DEFAULT})
        lines.append(f"| {name} | {cells[0]} | {cells[1]} ({others} of them) |")
    return "\n".join(lines)


def share(
    equal: Mapping[tuple[str, bool], int],
    total: Mapping[tuple[str, bool], int],
    key: tuple[str, bool],
) -> str:
    """Return how many of how many are equal."""
    return f"{equal[key]} of {total[key]} equal"


def listed(different: Sequence[Outcome]) -> str:
    """Return the cases that differ, as a chapter; nothing if there are none."""
    if not different:
        return "\n"
    lines = [
        f"- {outcome.front}, {outcome.case}: `{outcome.differences[0]}`"
        for outcome in different
    ]
    return "\n".join(["\n## What differs\n", *lines, "\n"])


if __name__ == "__main__":
    sys.exit(main())
