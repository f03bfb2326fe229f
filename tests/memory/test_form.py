import copy
from typing import Any

import pytest
from hypothesis import given
from remembered import filled
from strategies import json_values, pods

from injector.base.sealed_text import LONGEST
from injector.memory.form import MANY, form_of

TOKEN = "kube-api-access-"  # noqa: S105 - the beginning of a name


def mounted(suffix: str, **more: Any) -> dict[str, Any]:
    """Return a pod with a service account's token, as its controller makes it."""
    name = TOKEN + suffix
    return {
        "metadata": {"labels": {"app": "web"}, **more},
        "spec": {
            "containers": [
                {"name": "web", "image": "i", "volumeMounts": [{"name": name}, 7]},
                "odd",
            ],
            "volumes": [{"name": "data"}, {"name": name}, {"name": None}, None],
        },
    }


@given(pods())
def test_a_form_and_its_texts_are_the_pod(pod: dict[str, Any]) -> None:
    before = copy.deepcopy(pod)

    form = form_of(pod)

    assert filled(form.pod, form.texts) == pod == before


@given(json_values(), json_values())
def test_equal_values_alone_have_equal_keys(one: Any, other: Any) -> None:
    same = repr(one) == repr(other)

    assert (form_of({"x": one}).key == form_of({"x": other}).key) is same


def test_texts_are_taken_out() -> None:
    pod = {
        "metadata": {
            "name": "n",
            "generateName": "g",
            "uid": "u",
            "labels": {"app": "web", "sidecar.istio.io/inject": "true"},
            "annotations": {"note": "x", "prometheus.io/port": "80"},
            "ownerReferences": [{"kind": "Job", "name": "o", "uid": "v"}, 1],
            "managedFields": [{"time": "2026-01-01T00:00:00Z"}],
        },
        "spec": {
            "serviceAccountName": "s",
            "initContainers": [{"args": ["a", 1], "command": ["c"]}],
            "containers": [{"image": "i", "env": [{"name": "A", "value": "b"}, {}]}],
        },
    }

    form = form_of(pod)

    assert form.texts == [
        *("n", "g", "u", "web", "x", "o", "v", "2026-01-01T00:00:00Z", "s"),
        *("i", "b", "c", "a"),
    ]
    assert form.pod["metadata"]["labels"]["sidecar.istio.io/inject"] == "true"
    assert form.pod["metadata"]["annotations"]["prometheus.io/port"] == "80"


def test_long_texts_stay() -> None:
    pod = {"metadata": {"labels": {"a": "x" * LONGEST, "b": "x" * (LONGEST + 1)}}}

    form = form_of(pod)

    assert len(form.texts) == 1
    assert form.pod["metadata"]["labels"]["b"] == "x" * (LONGEST + 1)


def test_names_of_token_volumes_are_one_text() -> None:
    one, other = form_of(mounted("abcde")), form_of(mounted("fghij"))

    assert one.key == other.key
    assert one.texts.count(f"{TOKEN}abcde") == 1
    assert set(one.names) == {f"{TOKEN}abcde"}


@pytest.mark.parametrize(
    "pod",
    [
        mounted("abcde", labels={"app": f"{TOKEN}fghij"}),
        mounted("abcde", name=f"x-{TOKEN}fghij"),
        mounted("abcde", namespace=f"{TOKEN}fghij"),
        mounted("abcde", annotations={"istio.io/x": f'["{TOKEN}abcde"]'}),
        mounted("abcdef"),
        {"spec": {"volumes": [{"name": f"{TOKEN}abcde"}] * 2}},
    ],
)
def test_no_name_is_taken_out_if_another_text_holds_its_prefix(
    pod: dict[str, Any],
) -> None:
    form = form_of(pod)

    assert form.names == {}
    assert TOKEN.encode() in form.key


@pytest.mark.parametrize("odd", [None, 7, "x", [1], {"metadata": 1, "spec": []}])
def test_odd_pods_have_a_form(odd: Any) -> None:
    pod = {
        "metadata": {"labels": odd, "ownerReferences": odd, "name": odd},
        "spec": {"volumes": odd, "containers": [{"env": odd, "volumeMounts": odd}]},
    }

    form = form_of(pod)

    assert filled(form.pod, form.texts) == pod
    assert form_of({"metadata": odd, "spec": odd}).pod == {
        "metadata": odd,
        "spec": odd,
    }


@pytest.mark.parametrize("kind", ["env", "args", "volumeMounts"])
def test_texts_of_long_lists_stay(kind: str) -> None:
    items = [{"name": "a", "value": "b"} for _ in range(MANY + 1)]
    container = {"name": "app", kind: items}

    form = form_of({"spec": {"containers": [container]}})

    assert form.texts == []
    assert form.pod["spec"]["containers"][0][kind] is items
