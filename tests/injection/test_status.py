from typing import Any

import pytest

from injector.injection import status
from injector.injection.status import Status


def stamped(text: Any) -> dict[str, Any]:
    return {"metadata": {"annotations": {"sidecar.istio.io/status": text}}}


def test_the_text_lists_names_by_kind_and_nothing_as_null() -> None:
    template_pod = {
        "spec": {
            "containers": [{"name": "a"}, {"image": "nameless"}],
            "volumes": [{"name": "<v>"}],
            "imagePullSecrets": None,
        }
    }

    text = Status.from_template_pod(template_pod).text(revision="")

    assert text == (
        '{"initContainers":null,"containers":["a",""],"volumes":["\\u003cv\\u003e"],'
        '"imagePullSecrets":null,"revision":""}'
    )


def test_what_was_written_is_read_again() -> None:
    written = Status.from_template_pod({"spec": {"initContainers": [{"name": "i"}]}})

    read = status.parse(stamped(written.text(revision="r")))

    assert read == written


def test_names_are_known_by_kind() -> None:
    found = status.parse(stamped('{"containers":["a"]}'))

    assert found is not None
    assert found.of("containers") == {"a"}
    assert found.of("initContainers") == frozenset()


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", '{"containers":"a"}', '{"volumes":[1]}', "[" * 99999, 7],
)
def test_an_ill_status_is_none_but_was_written(text: Any) -> None:
    pod = stamped(text)

    assert status.parse(pod) is None
    assert status.has_status(pod)


def test_a_pod_without_metadata_has_no_status() -> None:
    assert status.parse({"metadata": None}) is None
    assert not status.has_status({})


def test_names_of_another_injection_follow() -> None:
    ours = Status.from_template_pod({"spec": {"containers": [{"name": "log"}]}})
    theirs = status.parse(stamped('{"containers":["istio-proxy","log"]}'))

    both = ours.with_names_of(theirs)

    assert both.names["containers"] == ("log", "istio-proxy")
    assert ours.with_names_of(None) == ours


def test_the_fields_of_a_status_are_known_in_any_spelling() -> None:
    text = '{"Containers":["a"],"containers":["b"],"INITCONTAINERS":["i"],"x":1}'

    found = status.parse(stamped(text))

    assert found is not None
    assert found.names["containers"] == ("b",)
    assert found.names["initContainers"] == ("i",)
