"""The facts by release agree: with one another, with the code, and with the pages."""

import ast
import itertools
from collections.abc import Iterator

from folders import ROOT

from injector.istio.go import istio_functions
from injector.istio.mesh import mesh_types
from injector.istio.pod import annotations as istio_annotations
from injector.kubernetes.schema import table
from injector.releases import mesh_defaults, mesh_fields, pod_fields
from injector.releases.annotations import ANNOTATIONS
from injector.releases.functions import FUNCTIONS
from injector.releases.history import HISTORY
from injector.releases.release import (
    CURRENT,
    LAST_PATCH,
    MEASURED,
    NEWEST,
    OLDEST,
    Facts,
    Release,
    holding,
)
from injector.releases.tokens import ELSEWHERE, FORMS, TOKENS

TABLES: dict[str, Facts] = {
    "annotations": ANNOTATIONS,
    "pod_fields": {"API": pod_fields.API},
    "elsewhere": ELSEWHERE,
    "forms": FORMS,
    "functions": FUNCTIONS,
    "history": HISTORY,
    "mesh": mesh_defaults.MESH,
    "proxy": mesh_defaults.PROXY,
    "tokens": TOKENS,
    **mesh_fields.FIELDS,
}
FACTS = {
    f"{table}: {name}": steps
    for table, facts in TABLES.items()
    for name, steps in facts.items()
}
EVERY = [Release(1, minor) for minor in range(OLDEST.minor, NEWEST.minor + 1)]


def releases(step: str) -> list[Release]:
    """Return the releases that a step names."""
    return [Release.parse(each) for each in step.split("/")]


def first(release: Release) -> Release:
    """Return the first release that a start means: a minor means all of its patches."""
    return release._replace(patch=release.patch % LAST_PATCH)


# The form


def test_facts_name_releases_that_are_known() -> None:
    named = [
        (name, release)
        for name, steps in FACTS.items()
        for step in steps
        for release in releases(step)
    ]

    assert [one for one in named if not OLDEST <= one[1] <= NEWEST] == []
    assert OLDEST <= CURRENT <= NEWEST
    assert {release[:2] for release in MEASURED} <= {each[:2] for each in EVERY}


def test_the_steps_of_a_fact_are_in_order() -> None:
    disordered = [
        name
        for name, steps in FACTS.items()
        for starts in [[first(releases(step)[0]) for step in steps]]
        if starts != sorted(set(starts))
    ]

    assert disordered == []


def test_a_step_names_each_minor_once_and_in_order() -> None:
    wrong = [
        (name, step)
        for name, steps in FACTS.items()
        for step in steps
        for minors in [[release.minor for release in releases(step)]]
        if minors != sorted(set(minors)) or "/".join(map(str, releases(step))) != step
    ]

    assert wrong == []


def test_no_step_repeats_what_holds_already() -> None:
    repeated = [
        (name, before)
        for name, steps in FACTS.items()
        for before, after in itertools.pairwise([None, *steps.values()])
        if before == after and type(before) is type(after)
    ]

    assert repeated == []


# The code that asks


def asked() -> Iterator[tuple[set[str], set[str]]]:
    """Yield the rules that a module asks for, and what else may be the name of one.

    The latter are all texts of a module that asks for a rule by a variable.
    """
    for path in (ROOT / "injector").rglob("*.py"):
        nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
        names = [
            node.args[1]
            for node in nodes
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "rule"
        ]
        plain = {str(name.value) for name in names if isinstance(name, ast.Constant)}
        texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
        by_name = len(plain) < len(set(map(ast.dump, names)))
        yield plain, {text for text in texts if by_name and isinstance(text, str)}


def test_every_rule_is_asked_for_and_no_other() -> None:
    plain, possible = (set().union(*found) for found in zip(*asked(), strict=True))

    assert sorted(plain - {*HISTORY}) == []
    assert sorted({*HISTORY} - plain - possible) == []


def test_every_function_has_code_and_a_type() -> None:
    made = {name for each in EVERY for name in istio_functions.functions(each)}

    # It needs the language of templates, and is made there.
    assert {*FUNCTIONS} - made == {"render"}
    assert {*istio_functions.TABLE} <= {*FUNCTIONS}


def test_every_kind_of_annotation_has_a_rule() -> None:
    kinds = {kind for steps in ANNOTATIONS.values() for kind in steps.values() if kind}

    assert kinds == {*istio_annotations.RULES, "anything"}


# Tables that say the same


def test_the_newest_mesh_fields_are_those_of_the_table() -> None:
    newest = {
        (message, name): kind
        for message, facts in mesh_fields.FIELDS.items()
        for name, kind in holding(facts, NEWEST).items()
    }
    listed = {
        (message, name): " oneof ".join(typed)
        for message, rows in mesh_types.MESSAGES.items()
        for name, _, *typed in rows
    }

    assert newest.items() <= listed.items()


def test_former_mesh_fields_are_not_in_the_table() -> None:
    former = {
        (message, name)
        for message, facts in mesh_fields.FIELDS.items()
        for name in {*facts} - {*holding(facts, NEWEST)}
    }
    listed = {
        (message, row[0])
        for message, rows in mesh_types.MESSAGES.items()
        for row in rows
    }

    assert former & listed == set()
    assert {*mesh_fields.FOLLOWED.values()} <= {name for _, name in former}
    assert {*mesh_fields.FOLLOWED} <= {name for _, name in listed}


def test_fields_of_pods_are_those_of_the_table() -> None:
    unknown = [
        (struct, name)
        for struct, name in pod_fields.FIELDS
        if name not in table.struct(struct).fields
    ]

    assert unknown == []
    assert {*pod_fields.FIELDS.values()} <= {*pod_fields.API.values()}


def test_functions_by_which_a_release_is_inferred_begin_with_it() -> None:
    tokens = {**TOKENS, **ELSEWHERE}
    both = sorted({*tokens} & {*FUNCTIONS})

    assert both == [
        *("appendMultusNetwork", "excludeInterfaces", "omitNil"),
        *("otelResourceAttributes", "protoToJSON", "strdict", "structToJSON"),
    ]
    assert [[*tokens[name]] for name in both] == [[*FUNCTIONS[name]] for name in both]


def test_data_by_which_a_release_is_inferred_begins_with_it() -> None:
    shown = {
        ".DeploymentMeta": "workload",
        ".InboundTrafficPolicyMode": "shows_inbound_policy",
        ".NativeSidecars": "shows_native_sidecars",
        ".ProxyImage": "shows_proxy_image",
        ".ProxyInitImage": "shows_init_image",
        ".ProxyUID": "shows_proxy_ids",
        ".TypeMeta": "shows_type",
        "sidecar.istio.io/nativeSidecar": "native_annotation",
    }

    starts = {token: next(iter(TOKENS[token])) for token in shown}

    assert starts == {token: next(iter(HISTORY[name])) for token, name in shown.items()}


def test_a_proxy_configuration_is_checked_in_the_annotation_that_is_read() -> None:
    read = HISTORY["proxy_config_annotation"]
    kinds = {
        name: steps for name, steps in ANNOTATIONS.items() if name in read.values()
    }

    assert {*map(str, kinds)} == {*read.values()}
    for start, name in read.items():
        assert holding(kinds, Release.parse(start)) == {name: "proxy configuration"}
