"""What templates of our own add to containers that authors wrote."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from remembered import jinja

from injector.admission import answers, validating
from injector.memory.memory import Remembering
from injector.wire.address import Address
from injector.wire.review import parse

Json = dict[str, Any]
MakeReview = Callable[..., dict[str, Any]]
STATUS = "sidecar.istio.io/status"
OVERRIDES = "proxy.istio.io/overrides"
EACH = """\
spec:
  containers:
  {% for each in spec.containers %}
  - name: {{ each.name }}
    env:
    - {name: LEVEL, value: debug}
    - {name: PASSWORD, value: ours}
    volumeMounts:
    - {name: ca, mountPath: /etc/ca}
  {% endfor %}
  - name: logs
    image: registry.example/logs:1
  volumes:
  - {name: ca, emptyDir: {}}
"""


def injected(source: str, pod: Json) -> Json:
    return dict(jinja(source).inject(pod, "shop").pod)


def pod_of(*containers: Json, **spec: Any) -> Json:
    return {"metadata": {"name": "a"}, "spec": {"containers": [*containers], **spec}}


def app(**more: Any) -> Json:
    return {"name": "app", "image": "registry.example/app:1", **more}


def edits(container: str) -> str:
    """Return a template that has that for the container ``app``."""
    return f"spec: {{containers: [{{name: app, {container}}}]}}"


def found(source: str, **container: Any) -> Json:
    """Return what becomes of the author's container, without its name and image."""
    (result,) = injected(source, pod_of(app(**container)))["spec"]["containers"]
    return {key: result[key] for key in result if key not in ("name", "image")}


def told(pod: Json) -> Json:
    status: Json = json.loads(pod["metadata"]["annotations"][STATUS])
    return status


def test_what_was_added_is_remembered_by_name() -> None:
    pod = pod_of(
        app(env=[{"name": "PASSWORD", "value": "secret"}]),
        {"name": "worker", "image": "registry.example/w:1"},
    )

    result = injected(EACH, pod)

    first, second, logs = result["spec"]["containers"]
    assert first["env"] == [
        {"name": "LEVEL", "value": "debug"},
        {"name": "PASSWORD", "value": "secret"},
    ]
    assert [each["name"] for each in second["env"]] == ["LEVEL", "PASSWORD"]
    assert logs["name"] == "logs"
    assert OVERRIDES not in result["metadata"]["annotations"]
    assert told(result)["containers"] == ["logs"]
    assert told(result)["added"] == {
        "containers": [
            {"names": ["app"], "paths": ["env/LEVEL", "volumeMounts/~1etc~1ca"]},
            {
                "names": ["worker"],
                "paths": ["env/LEVEL", "env/PASSWORD", "volumeMounts/~1etc~1ca"],
            },
        ]
    }


def test_nothing_of_what_the_author_wrote_is_in_an_annotation() -> None:
    env = [{"name": f"V{n}", "value": f"secret-{n}" * 8} for n in range(5000)]
    pod = pod_of(*(app(name=f"app-{n}", env=env) for n in range(3)))

    annotations = injected(EACH, pod)["metadata"]["annotations"]

    assert "secret" not in str(annotations)
    assert len(str(annotations)) < 400


def test_injecting_twice_is_injecting_once() -> None:
    pod = pod_of(app(env=[]), initContainers=[app(name="first")])
    source = EACH + "  initContainers:\n  - {name: first, tty: true}\n"

    once = injected(source, pod)

    assert injected(source, once) == once


def test_a_later_version_replaces_what_an_earlier_one_added() -> None:
    pod = pod_of(app(env=[{"name": "MINE", "value": "1"}], tty=True))
    old = edits(
        "env: [{name: A, value: '1'}, {name: B, value: '1'}], command: [x], "
        "securityContext: {runAsNonRoot: true}, resources: {limits: {cpu: 1}}"
    )
    new = edits("env: [{name: B, value: '2'}], resources: {limits: {memory: 1Gi}}")

    upgraded = injected(new, injected(old, pod))
    dropped = injected("spec: {hostname: x}", injected(old, pod))

    assert upgraded["spec"] == injected(new, pod)["spec"]
    # As Go prints what was there and is no more.
    assert (
        dropped["spec"]
        == pod_of(pod["spec"]["containers"][0] | {"resources": {}}, hostname="x")[
            "spec"
        ]
    )
    assert "added" not in told(dropped)


def test_what_others_did_since_stays() -> None:
    once = injected(EACH, pod_of(app()))
    (container, *_) = once["spec"]["containers"]
    container["image"] = "registry.example/app@sha256:1"
    container["env"].append({"name": "THEIRS", "value": "1"})

    again = injected(EACH, once)

    assert again == once


@pytest.mark.parametrize(
    ("template", "author", "result"),
    [
        ("tty: true", {"tty": False}, {"tty": False}),
        ("tty: true", {"tty": None}, {"tty": True}),
        ("tty: null", {"tty": True}, {"tty": True}),
        ("args: [x]", {"args": []}, {"args": []}),
        (
            "env: [{name: A, value: x}]",
            {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "f"}}}]},
            {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "f"}}}]},
        ),
        (
            "volumeMounts: [{name: a, mountPath: /x, readOnly: true}]",
            {"volumeMounts": [{"name": "b", "mountPath": "/x"}]},
            {"volumeMounts": [{"name": "b", "mountPath": "/x"}]},
        ),
        (
            "ports: [{containerPort: 80, name: ours}, {containerPort: 81}]",
            {"ports": [{"containerPort": 80}]},
            {"ports": [{"containerPort": 81}, {"containerPort": 80}]},
        ),
        (
            "livenessProbe: {httpGet: {port: 1}}",
            {"livenessProbe": {"exec": {"command": ["x"]}}},
            {"livenessProbe": {"exec": {"command": ["x"]}}},
        ),
        (
            "resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 1}}",
            {"resources": {"limits": {"cpu": "2"}}},
            {
                "resources": {
                    "limits": {"cpu": "2", "memory": "1Gi"},
                    "requests": {"cpu": "1"},
                }
            },
        ),
        (
            "securityContext: {runAsUser: 1, capabilities: {drop: [ALL], add: [A]}}",
            {"securityContext": {"runAsUser": 2, "capabilities": {"add": ["B"]}}},
            {
                "securityContext": {
                    "runAsUser": 2,
                    "capabilities": {"add": ["B"], "drop": ["ALL"]},
                }
            },
        ),
        ("future: {a: 1}", {"future": {"b": 1}}, {"future": {"b": 1}}),
        # Of a wrong type: it is still the author's.
        ("env: [{name: A}]", {"env": {}}, {"env": {}}),
    ],
)
def test_where_the_author_has_the_same_name_the_authors_stays(
    template: str, author: Json, result: Json
) -> None:
    assert found(edits(template), **author) == result


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ("env: [{name: A, $patch: delete}]", {"env": [{"name": "B"}]}),
        (
            "env: [{name: A, $patch: delete}, {name: A, value: x}]",
            {"env": [{"name": "A", "value": "x"}, {"name": "B"}]},
        ),
        (
            "env: [{$patch: replace}, {name: A, value: x}]",
            {"env": [{"name": "A", "value": "x"}]},
        ),
        (
            "env: [{name: A, value: x, $retainKeys: [name, value]}]",
            {"env": [{"name": "A", "value": "x"}, {"name": "B"}]},
        ),
    ],
)
def test_a_directive_says_otherwise_and_is_not_undone(
    template: str, result: Json
) -> None:
    env = [{"name": "A", "value": "y"}, {"name": "B"}]
    source = edits(template)

    once = injected(source, pod_of(app(env=env)))

    (container,) = once["spec"]["containers"]
    assert container == app(**result)
    assert injected(source, once) == once
    assert injected("spec: {}", once)["spec"] == once["spec"]


def test_a_field_may_be_replaced_too() -> None:
    source = edits("livenessProbe: {$patch: replace, exec: {command: [z]}}")

    result = found(source, livenessProbe={"httpGet": {"port": 1}})

    assert result == {"livenessProbe": {"exec": {"command": ["z"]}}}


def test_an_authors_container_may_be_taken_away() -> None:
    source = "spec: {containers: [{name: debug, $patch: delete}]}"

    result = injected(source, pod_of(app(), app(name="debug")))

    assert result["spec"]["containers"] == [app()]


@pytest.mark.parametrize("image", [{"image": "auto"}, {"image": ""}, {}])
def test_a_container_without_an_image_of_its_own_gets_the_templates(
    image: Json,
) -> None:
    seen = "{{ spec.containers[0].image | default('none') }}"
    source = f"spec: {{containers: [{{name: logs, image: l:1, args: ['{seen}']}}]}}"

    once = injected(source, pod_of({"name": "logs", "tty": True, **image}))

    (container,) = once["spec"]["containers"]
    assert container["image"] == "l:1"
    assert container["args"] == [image.get("image", "none")]
    assert container["tty"]
    assert injected(source, once) == once


def test_a_container_whose_template_has_no_image_keeps_the_automatic_one() -> None:
    assert injected(edits("tty: true"), pod_of({"name": "app", "image": "auto"}))[
        "spec"
    ] == {"containers": [{"name": "app", "image": "auto", "tty": True}]}


OLD = {
    STATUS: json.dumps({"containers": ["app", "logs"], "revision": "default"}),
    OVERRIDES: json.dumps({"containers": [app(env=[{"name": "MINE"}])]}),
}


def test_what_an_older_version_wrote_is_still_read() -> None:
    was = app(env=[{"name": "LEVEL", "value": "debug"}, {"name": "MINE"}])
    pod = pod_of(was, {"name": "logs", "image": "registry.example/logs:0"})
    pod["metadata"]["annotations"] = OLD

    result = injected(EACH, pod)

    first, logs = result["spec"]["containers"]
    assert first["env"][-2:] == was["env"]
    assert logs["image"] == "registry.example/logs:1"
    assert injected(EACH, result) == result


@pytest.mark.parametrize(
    "added",
    [{"containers": {}}, {"containers": [1]}, {"containers": [{"names": [1]}]}],
)
def test_a_status_that_cannot_be_read_is_none(added: Any) -> None:
    pod = pod_of(app(env=[{"name": "LEVEL", "value": "mine"}]))
    pod["metadata"]["annotations"] = {STATUS: json.dumps({"added": added})}

    first = injected(EACH, pod)["spec"]["containers"][0]

    assert {"name": "LEVEL", "value": "mine"} in first["env"]


@pytest.mark.parametrize(
    "path", ["env/x/y", "tty/x", "image/x", "env", "", "//", "resources/limits/cpu"]
)
def test_a_status_that_lies_spoils_its_own_pod_at_most(path: str) -> None:
    groups = [{"names": ["app", "none"], "paths": [path]}]
    pod = pod_of(app(env=["odd", {"name": "x"}], tty=True, resources={"limits": 1}))
    annotations = {STATUS: json.dumps({"added": {"containers": groups, "x": []}})}
    pod["metadata"]["annotations"] = annotations
    source = "spec: {containers: [{name: logs, image: l:1}]}"

    assert injected(source, pod)["spec"]["containers"][1]["name"] == "logs"


def lacking(pod: Json, review: MakeReview) -> str:
    """Return what the second webhook misses of the template ``EACH``."""
    question = answers.Question(
        review=parse(json.dumps(review(pod)).encode()),
        address=Address(),
        injector=Remembering(jinja(EACH)),
        checkpoint=lambda: None,
    )
    return str(validating.validate(question).review["response"].get("warnings", ""))


def test_what_was_added_must_be_there(review: MakeReview) -> None:
    own = [{"name": "PASSWORD", "value": "mine"}]
    once = injected(EACH, pod_of(app(env=own)))
    (container, _) = once["spec"]["containers"]

    assert lacking(once, review) == ""
    container["env"] = own
    assert "spec.containers[app].env[LEVEL]" in lacking(once, review)
    container["env"] = [*own, {"name": "LEVEL", "value": "theirs"}]
    assert "spec.containers[app].env[LEVEL].value" in lacking(once, review)


NAMES = st.sampled_from(["a", "b", "c"])
ITEMS = st.lists(
    st.fixed_dictionaries({"name": NAMES, "value": st.sampled_from("12")}),
    unique_by=lambda item: str(item["name"]),
    # An empty list is not told from none.
    min_size=1,
    max_size=3,
)
QUANTITIES = st.dictionaries(st.sampled_from("ab"), st.just("1"), min_size=1)
CONTAINERS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES},
        optional={
            "image": st.sampled_from(["auto", "x:1"]),
            "env": ITEMS,
            "tty": st.booleans(),
            "resources": st.fixed_dictionaries(
                {},
                optional={
                    "limits": QUANTITIES,
                    "requests": QUANTITIES,
                },
            ),
        },
    ),
    unique_by=lambda container: str(container["name"]),
    min_size=1,
    max_size=3,
)


@given(pod=CONTAINERS, old=CONTAINERS, new=CONTAINERS)
def test_of_an_earlier_version_nothing_is_left(
    pod: list[Json], old: list[Json], new: list[Json]
) -> None:
    before, after = (
        "spec: {containers: " + json.dumps(overlay) + "}" for overlay in (old, new)
    )
    whole = pod_of(*copy.deepcopy(pod))

    once = injected(before, whole)
    then = injected(after, once)

    assert injected(before, once) == once
    kept = {each["name"] for each in pod} | {each["name"] for each in new}
    left = [c for c in then["spec"]["containers"] if c["name"] in kept]
    assert printed(left) == printed(injected(after, whole)["spec"]["containers"])


def printed(containers: list[Json]) -> list[Json]:
    """Return containers with what Go prints of those that were changed."""
    return [{"resources": {}} | each for each in containers]
