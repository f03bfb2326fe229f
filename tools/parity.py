"""Count the recorded cases of Istio with equal results, release by release.

Prints the counts and every difference, and writes docs/parity.md. Exits 1 if a
difference has no known reason.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from istio_cases import (  # noqa: E402 - after the path is set
    CHART,
    DEFAULT,
    RECORDED,
    folder_of,
    read,
)
from parity import (  # noqa: E402 - after the path is set
    FRONTS,
    ISTIOS_FRONTS,
    Outcome,
    istios,
)

RELEASE = "1.30"
PAGE = ROOT / "docs" / "parity.md"
DIFFERENCES_SHOWN = 5
NAMES = {
    "webhook": "reviews posted to the function",
    "terminal": "the same pods in the terminal",
    "kube-inject": "manifests in the terminal",
}

RELEASES = ("1.0", "1.4", "1.6", "1.10", "1.20", "1.26", "1.30", "1.32")
KINDS = {
    "reviews": "reviews of golden cases",
    "generated": "reviews of random pods",
    "again": "the same pods again, injected",
    "manifests": "manifests in the terminal",
}
# Cases that the recorded data cannot decide, and the reasons.
UNEQUAL = {
    ("1.10", "27-hello-no-seccontext.yaml"): "recorded with a switch (no legacy "
    "fsGroup) that the record does not name: case 52 has the same manifest, "
    "configuration and environment, and the usual outcome",
}
WHERE_CONTAINERS_STOOD = (
    "the pod has a container `istio-proxy`, which is removed, and the release's patch "
    "changes the probes of containers by where they stood before: it changes those of "
    "other containers, or does not apply"
)
STANDING = "webhook-TestWebhookInject_"
UNEQUAL |= {
    (release, f"{STANDING}{case}"): WHERE_CONTAINERS_STOOD
    for release, cases in {
        "1.4": (
            "http_probe_rewrite",
            "http_probe_rewrite_enabled_via_annotation",
            "https_probe_rewrite",
        ),
        "1.6": (
            "http_probe_rewrite",
            "http_probe_rewrite_enabled_via_annotation",
            "https_probe_rewrite",
            "probe_rewrite_timeout_retention",
        ),
    }.items()
    for case in cases
}
OF_ANOTHER_CONFIGURATION = (
    "the golden manifest is not of the configuration that is recorded: it names images "
    "(`proxyv2:unittest`) that stand nowhere in it, and lacks variables that it sets. "
    "The reviews of these cases are of it, and equal; what `inject` makes of the "
    "manifests equals those, but for defaults of the API"
)

OPENING = """\
# Parity with Istio

The recorded behaviour of Istio's own injector is the referee: reviews of golden cases
and of pseudo-random pods (a part of them a second time, after injection), and what
`kube-inject` makes of manifests.

`make parity` counts anew and writes this page.

## Istio's own ConfigMaps

Each case runs on the two ConfigMaps with the recorded texts, and a further document
with the release, the switches and the cluster. Reviews are posted to the function as
they were recorded; manifests go through `injector inject`. Equal cases of all:

"""

INTRODUCTION = """\
## The bundled templates

What the bundled configuration injects, compared with what Istio {tag} answered. The
answers are recorded: reviews of golden cases and of pseudo-random pods (a part of them
a second time, after injection), and what `kube-inject` makes of manifests. Each case
runs as one plain document of ours: the recorded values, mesh configuration, switches
and cluster, on the bundled templates. Counted are the cases that name no template but
`sidecar` and `gateway`, of the configurations without templates of their own.
"""

RULES = """\
## How they are compared

The pod that the answer's patch gives must equal the pod that Istio's patch gave, as
JSON. Where Istio denies a pod, we must deny it. Nothing is left out, except:

- a container field that no release knows (`futureContainerField`): Istio moves it to a
  neighbour or loses it, we keep it in its place;
- in every seventh group of random pods, which hold quantities that no API server sends
  (`0.5`, `1.5Gi`), quantities are compared by value;
- most cases of 1.6 were recorded while the release's own tests ran, where its code has
  other defaults of the mesh configuration: they run with what gives the same here;
- for manifests, as `kube-inject` prints them through Go's types: the status annotation,
  the `apiVersion` of an environment variable's `fieldRef`, empty values, and, outside
  pod templates, `status`, zero and false. Of a CronJob `kube-inject` writes the pod's
  metadata to where no pod gets it; it is compared with our pod template's.

## What stays by position

Istio's patches address items of lists by index, and say nothing of fields that its
types lack. So what newer types of Kubernetes brought (a `grpc` probe in 1.10, a volume
of kind `image` in 1.20) stays at its index when containers and volumes move, and can
come to stand at a neighbour. Where Istio's rules apply, so it does here: the table
`injector/releases/pod_fields.py` says what a release lacks, and 1.30 lacks nothing of
it.

## Manifests

`inject` follows the `kube-inject` of the release on Istio's own ConfigMaps: whatever
their policy, selectors and default templates say, a pod gets the template `sidecar`
unless it says otherwise, and the owner that templates see is the workload as written.
[istio.md](istio.md#kube-inject) has all that differed, release by release.

## Where we differ on purpose

- With our own templates, values from labels and annotations are never read as YAML. An
  annotation that breaks Istio's text, or adds to it, is a plain value here.
- The sentences of our denials are our own.
- Mirror pods and Windows pods are never injected.
"""


def main() -> int:
    """Count, print and write; return the exit status."""
    outcomes = [outcome for front in FRONTS for outcome in front(RELEASE)]
    if not outcomes:
        print(f"no recorded cases in {RECORDED}", file=sys.stderr)
        return 2
    theirs = {
        release: [one for front in ISTIOS_FRONTS for one in front(release, istios)]
        for release in RELEASES
    }
    different = [outcome for outcome in outcomes if outcome.differences]
    odd = [
        (release, outcome)
        for release, found in theirs.items()
        for outcome in found
        if outcome.differences
    ]
    for release, outcome in [*odd, *((RELEASE, one) for one in different)]:
        print(f"{release} {outcome.front}: {outcome.case} ({outcome.config})")
        for difference in outcome.differences[:DIFFERENCES_SHOWN]:
            print(f"    {difference}")
    tag = tag_of(RELEASE)
    counted, summed = table(outcomes), matrix(theirs)
    print(f"{summed}\n\n{counted}")
    page = (
        f"{OPENING}{summed}\n{unequal(odd)}\n"
        f"{INTRODUCTION.format(tag=tag)}\n{counted}\n{listed(different)}{RULES}"
    )
    PAGE.write_text(page, encoding="utf-8")
    return 1 if different or not all(reason(*one) for one in odd) else 0


def matrix(theirs: Mapping[str, Sequence[Outcome]]) -> str:
    """Return the counts of each release as a table."""
    lines = [
        f"| release | {' | '.join(KINDS.values())} |",
        "|---|---|---|---|---|",
    ]
    for release, found in theirs.items():
        total = Counter(map(kind, found))
        equal = Counter(kind(one) for one in found if not one.differences)
        cells = [
            f"{equal[each]} of {total[each]}" if total[each] else "none recorded"
            for each in KINDS
        ]
        lines.append(f"| {tag_of(release)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def tag_of(release: str) -> str:
    """Return the tag at which *release* was recorded."""
    tag = str(read(folder_of(release) / "release.json")["tag"])
    return tag if tag.startswith(release) else f"{release} ({tag})"


def kind(outcome: Outcome) -> str:
    """Return the kind of the case."""
    if outcome.front == "kube-inject":
        return "manifests"
    if not outcome.case.startswith("generated"):
        return "reviews"
    return "again" if outcome.case.endswith("again") else "generated"


def reason(release: str, outcome: Outcome) -> str:
    """Return why a case cannot be equal, or an empty text."""
    if release == "1.0" and outcome.case.startswith(CHART):
        return OF_ANOTHER_CONFIGURATION if outcome.front == "kube-inject" else ""
    return UNEQUAL.get((release, outcome.case.partition(" ")[0]), "")


def unequal(odd: Sequence[tuple[str, Outcome]]) -> str:
    """Return the cases that differ on Istio's ConfigMaps, with the reasons."""
    if not odd:
        return ""
    cases: dict[tuple[str, str, str], list[str]] = {}
    for release, outcome in odd:
        why = reason(release, outcome) or outcome.differences[0]
        cases.setdefault((release, outcome.front, why), []).append(outcome.case)
    lines = [
        f"- {release} {front}, {', '.join(names)}: {why}"
        for (release, front, why), names in cases.items()
    ]
    return "\n".join(["", "Not equal:", "", *lines, ""])


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
    """Return the counts of equal and all cases, as text."""
    return f"{equal[key]} of {total[key]} equal"


def listed(different: Sequence[Outcome]) -> str:
    """Return the cases that differ, as a section, or a blank line."""
    if not different:
        return "\n"
    lines = [
        f"- {outcome.front}, {outcome.case}: `{outcome.differences[0]}`"
        for outcome in different
    ]
    return "\n".join(["\n## What differs\n", *lines, "\n"])


if __name__ == "__main__":
    sys.exit(main())
