import copy
from collections.abc import Mapping
from typing import Any

import pytest

from injector.base.errors import ManifestError
from injector.base.front import Front
from injector.formats import kubeyaml
from injector.injection.workload import workload as workload_of
from injector.kubernetes.kinds import KINDS, overlooked
from injector.kubernetes.manifests import HASH, Workload, find, rewrite
from injector.releases.release import Release

TEMPLATE = {
    "metadata": {"labels": {"app": "web"}, "annotations": {"a": "b"}},
    "spec": {"containers": [{"name": "app"}]},
}


def manifest(kind: str, api_version: str, **metadata: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {"replicas": 2, "template": copy.deepcopy(TEMPLATE)}
    if kind == "CronJob":
        spec = {"schedule": "* * * * *", "jobTemplate": {"spec": spec}}
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "web", **metadata},
        "spec": spec,
    }


def inject(workload: Workload) -> Mapping[str, Any]:
    """Do to a pod what injections do: to its labels, annotations and containers."""
    assert workload.pod is not None
    pod = copy.deepcopy(workload.pod)
    metadata = pod.setdefault("metadata", {})
    metadata.setdefault("labels", {})["injected"] = "yes"
    metadata.setdefault("annotations", {})["status"] = "done"
    pod["spec"]["containers"].append({"name": "sidecar"})
    return pod


INJECTED = {
    "metadata": {
        "labels": {"app": "web", "injected": "yes"},
        "annotations": {"a": "b", "status": "done"},
    },
    "spec": {"containers": [{"name": "app"}, {"name": "sidecar"}]},
}

WORKLOADS = [
    ("apps/v1", "Deployment"),
    ("extensions/v1beta1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("batch/v1beta1", "CronJob"),
    ("v1", "ReplicationController"),
    ("apps.openshift.io/v1", "DeploymentConfig"),
    ("v1", "DeploymentConfig"),
    ("argoproj.io/v1alpha1", "Rollout"),
]


@pytest.mark.parametrize(("api_version", "kind"), WORKLOADS)
def test_the_pod_template_of_each_workload_is_injected_and_nothing_else(
    api_version: str, kind: str
) -> None:
    document = manifest(kind, api_version, namespace="shop")
    before = copy.deepcopy(document)

    after = rewrite(document, "", inject)

    expected = manifest(kind, api_version, namespace="shop")
    place = expected["spec"]
    if kind == "CronJob":
        place = place["jobTemplate"]["spec"]
    place["template"] = INJECTED
    assert after == expected
    assert document == before


@pytest.mark.parametrize(("api_version", "kind"), WORKLOADS)
def test_a_workload_may_be_the_owner_of_its_pods_itself(
    api_version: str, kind: str
) -> None:
    document = manifest(kind, api_version)
    made: list[Any] = []

    def change(workload: Workload) -> Any:
        made.append(workload.pod)
        return inject(workload)

    after = rewrite(
        {"kind": "List", "items": [document]}, "", change, Front.KUBE_INJECT
    )

    [pod] = made
    owner = {"apiVersion": api_version, "kind": kind, "name": "web", "controller": True}
    assert pod["metadata"]["ownerReferences"] == [owner]
    assert "pod-template-hash" not in (pod["metadata"].get("labels") or {})
    assert after["items"] == [rewrite(document, "", inject)]


@pytest.mark.parametrize(("api_version", "kind"), WORKLOADS)
def test_templates_know_the_workload_by_its_pod(api_version: str, kind: str) -> None:
    document = manifest(kind, api_version, namespace="shop")
    expected = {
        "name": "web",
        "namespace": "shop",
        "kind": kind,
        "apiVersion": {"Deployment": "apps/v1", "CronJob": "batch/v1"}.get(
            kind, api_version.removeprefix("argoproj.io/")
        ),
    }

    [found] = find(document, "")

    assert str(found) == f"{kind}/web"
    assert found.namespace == "shop"
    assert found.pod is not None
    assert workload_of(found.pod, "shop", Release(1, 30)) == expected


def test_every_known_kind_is_tested() -> None:
    tested = {(api_version.rpartition("/")[0], kind) for api_version, kind in WORKLOADS}
    old = {("extensions", kind) for kind in ("ReplicaSet", "StatefulSet", "DaemonSet")}

    assert tested | old | {("", "Pod")} == set(KINDS)


def test_the_pod_of_a_deployment_is_as_its_controllers_make_it() -> None:
    document = manifest("Deployment", "apps/v1")
    document["spec"]["template"]["metadata"] |= {
        "name": "ignored",
        "namespace": "ignored",
        "finalizers": ["example.com/kept"],
    }

    [found] = find(document, "shop")

    assert found.pod == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "labels": {"app": "web", "pod-template-hash": HASH},
            "annotations": {"a": "b"},
            "finalizers": ["example.com/kept"],
            "generateName": f"web-{HASH}-",
            "namespace": "shop",
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": f"web-{HASH}",
                    "controller": True,
                }
            ],
        },
        "spec": {"containers": [{"name": "app"}]},
    }


def test_a_pod_is_injected_itself() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": []}}

    after = rewrite(pod, "shop", inject)

    assert after == {
        "apiVersion": "v1",
        "kind": "Pod",
        "spec": {"containers": [{"name": "sidecar"}]},
        "metadata": {
            "labels": {"injected": "yes"},
            "annotations": {"status": "done"},
        },
    }
    assert find(pod, "shop")[0].pod == pod
    assert find(pod, "shop")[0].namespace == "shop"


def test_what_the_template_says_of_its_metadata_comes_back() -> None:
    document = manifest("Deployment", "apps/v1")
    own: dict[str, Any] = {
        "creationTimestamp": None,
        "name": "n",
        "labels": {"pod-template-hash": "mine", "app": "web"},
        "generateName": "g-",
        "ownerReferences": [],
    }
    document["spec"]["template"]["metadata"] = own

    after = rewrite(document, "shop", inject)

    metadata = after["spec"]["template"]["metadata"]
    assert metadata == {
        **own,
        "labels": {"pod-template-hash": "mine", "app": "web", "injected": "yes"},
        "annotations": {"status": "done"},
    }
    assert list(metadata)[:5] == list(own)


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"metadata": None},
        {"metadata": {}},
        {"metadata": {"labels": {}}},
        {"metadata": {"labels": {"pod-template-hash": "x"}}},
    ],
)
def test_the_conversion_leaves_nothing_behind(metadata: dict[str, Any]) -> None:
    document = manifest("Deployment", "apps/v1")
    document["spec"]["template"] = {"spec": {}, **metadata}

    after = rewrite(document, "shop", lambda workload: workload.pod)

    left = after["spec"]["template"]
    assert left == {
        "spec": {},
        **({"metadata": {}} if metadata else {}),
        **metadata,
    } or (metadata == {"metadata": None} and left == {"spec": {}, "metadata": {}})


def test_a_skipped_workload_is_left_as_it_is() -> None:
    document = manifest("Deployment", "apps/v1")

    assert rewrite(document, "", lambda _workload: None) is document


@pytest.mark.parametrize(
    "document",
    [
        None,
        "text",
        [1],
        {"kind": "Service", "apiVersion": "v1", "spec": {"template": 5}},
        {"kind": "Job", "apiVersion": "batch.volcano.sh/v1alpha1", "spec": []},
        {"kind": "Deployment", "spec": []},
        {"kind": ["Pod"], "apiVersion": 1},
        {"kind": "List", "items": None},
        {"kind": "PodList", "items": "x"},
    ],
)
def test_what_is_no_workload_passes_as_it_is(document: Any) -> None:
    assert rewrite(document, "", inject) is document
    assert find(document, "") == []


def test_lists_are_looked_into_at_any_depth() -> None:
    service = {"kind": "Service", "apiVersion": "v1"}
    inner = {"kind": "List", "items": [manifest("Job", "batch/v1")]}
    document = {
        "apiVersion": "v1",
        "kind": "List",
        "metadata": {},
        "items": [service, inner, "x", manifest("Deployment", "apps/v1")],
    }

    after = rewrite(document, "", inject)

    assert [str(found) for found in find(document, "")] == ["Job/web", "Deployment/web"]
    assert after["items"][0] is service
    assert after["items"][1]["items"][0]["spec"]["template"] == INJECTED
    assert after["items"][3]["spec"]["template"] == INJECTED
    assert after["metadata"] == {}


@pytest.mark.parametrize(
    "spec",
    [None, {}, {"template": None}, {"template": {}}, {"workloadRef": {"name": "x"}}],
)
def test_a_workload_without_a_pod_template_is_found_without_a_pod(spec: Any) -> None:
    document = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {"name": "web"},
        "spec": spec,
    }
    [found] = find(document, "")

    assert found.pod is None
    assert rewrite(document, "", lambda _workload: {"spec": {}}) is document


def test_a_name_that_is_to_be_made_up_is_cut_to_what_is_known() -> None:
    document = manifest("Job", "batch/v1")
    document["metadata"] = {"generateName": "web-"}

    [found] = find(document, "")

    assert str(found) == "Job/web"
    assert found.pod is not None
    assert found.pod["metadata"]["generateName"] == "web-"
    assert "namespace" not in found.pod["metadata"]


def test_the_metadata_around_a_pods_own_are_told_by_their_paths() -> None:
    document = manifest("CronJob", "batch/v1", labels={"a": "1"})
    document["spec"]["jobTemplate"]["metadata"] = {"labels": {"b": "2"}}

    [found] = find(document, "")

    assert found.around == {
        "metadata": {"name": "web", "labels": {"a": "1"}},
        "spec.jobTemplate.metadata": {"labels": {"b": "2"}},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{kind: Pod, apiVersion: v1, metadata: [x]}",
            "Pod/: metadata: is a list, want a mapping",
        ),
        (
            "{kind: Pod, apiVersion: v1, metadata: {name: 5, labels: {a: true, b: c}}}",
            (
                "Pod/5: metadata.name: is 5, want a text in quotes; "
                "metadata.labels.a: is true, want a text in quotes"
            ),
        ),
        (
            "{kind: Job, apiVersion: batch/v1, metadata: {name: a}, spec: x}",
            "Job/a: spec: is 'x', want a mapping",
        ),
        (
            (
                "{kind: Job, apiVersion: batch/v1, metadata: {name: a}, "
                "spec: {template: {metadata: {annotations: [y]}, spec: 1}}}"
            ),
            (
                "Job/a: spec.template.metadata.annotations: is a list, want a mapping; "
                "spec.template.spec: is 1, want a mapping"
            ),
        ),
        (
            (
                "{kind: CronJob, apiVersion: batch/v1, metadata: {generateName: a-}, "
                "spec: {jobTemplate: {spec: {template: 7}}}}"
            ),
            "CronJob/a: spec.jobTemplate.spec.template: is 7, want a mapping",
        ),
        (
            (
                "{kind: Job, apiVersion: batch/v1, spec: "
                "{template: {metadata: {labels: {sidecar.istio.io/inject: true}}}}}"
            ),
            (
                "Job/: spec.template.metadata.labels['sidecar.istio.io/inject']: "
                "is true, want a text in quotes"
            ),
        ),
    ],
)
def test_a_workload_of_a_wrong_shape_is_refused_with_every_place(
    text: str, message: str
) -> None:
    [document] = kubeyaml.parse(text.encode(), "f.yaml")

    with pytest.raises(ManifestError) as raised:
        find(document, "")

    assert str(raised.value) == message


WANTED = "passed over: apiVersion is %s, want a version of %s"
CORE_OR_OPENSHIFT = "the core group or apps.openshift.io"


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (None, []),
        ({"kind": "Service", "apiVersion": "v1"}, []),
        ({"kind": "Pod"}, []),
        (manifest("Deployment", "apps/v1"), []),
        ({"kind": "AllowList", "spec": {}}, []),
        ("x", ["'x': passed over: it is no object"]),
        ({}, ["object '': passed over: kind is missing"]),
        (
            {"kind": [], "metadata": {"name": "a"}},
            ["object 'a': passed over: kind is missing"],
        ),
        ({"kind": 5}, ["object '': passed over: kind is 5"]),
        (
            {"kind": "Deployment", "metadata": {"name": "a"}},
            [
                f"Deployment/a: {WANTED % ('missing', 'apps or extensions')}",
            ],
        ),
        (
            {
                "kind": "List",
                "items": [
                    {"kind": "DeploymentConfig", "apiVersion": "apps/v1"},
                    {"kind": "Service"},
                    [],
                ],
            },
            [
                f"DeploymentConfig/: {WANTED % (repr('apps/v1'), CORE_OR_OPENSHIFT)}",
                "a list: passed over: it is no object",
            ],
        ),
    ],
)
def test_what_may_be_meant_as_a_workload_is_told(
    document: Any, told: list[str]
) -> None:
    assert list(overlooked(document)) == told
