from typing import Any

import istio_cases
import pytest
import yaml
from istio_cases import Exchange, Setting

SETTING = Setting(release="1.30", config="", texts={}, env={}, cluster={})


def exchange(pod: dict[str, Any], *, by_value: bool = False) -> Exchange:
    return Exchange(
        name="",
        setting=SETTING,
        path="/inject",
        request={},
        response={},
        patched=pod,
        by_value=by_value,
    )


def pod(**container: Any) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": "app", **container}], "volumes": []}}


def test_a_pod_equals_itself() -> None:
    assert istio_cases.pod_differences(pod(env=[]), exchange(pod(env=[]))) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "difference"),
    [
        ({"env": []}, {}, '/env: [] instead of "(absent)"'),
        ({"stdin": 1}, {"stdin": True}, "/stdin: 1 instead of true"),
        ({"args": ["a"]}, {"args": []}, '/args/0: "a" instead of "(absent)"'),
    ],
)
def test_a_pod_differs_by_anything(
    ours: dict[str, Any], theirs: dict[str, Any], difference: str
) -> None:
    found = istio_cases.pod_differences(pod(**ours), exchange(pod(**theirs)))

    assert found == [f"/spec/containers/0{difference}"]


def test_a_field_that_no_release_knows_may_be_anywhere() -> None:
    ours = pod(futureContainerField=1)

    assert istio_cases.pod_differences(ours, exchange(pod())) == []


@pytest.mark.parametrize("by_value", [True, False])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("0.5", "500m"), ("1.5Gi", "1536Mi"), ("1", "1000m"), ("1e3", "1k")],
)
def test_quantities_are_compared_by_value_where_no_api_server_writes_them(
    ours: str, theirs: str, *, by_value: bool
) -> None:
    mine = pod(resources={"limits": {"cpu": ours}})
    other = pod(resources={"limits": {"cpu": theirs}})

    found = istio_cases.pod_differences(mine, exchange(other, by_value=by_value))

    assert (found == []) is by_value


def test_other_quantities_differ_by_value_too() -> None:
    mine = pod(resources={"limits": {"cpu": "abc", "memory": "1Gi"}})
    other = pod(resources={"limits": {"cpu": "abc", "memory": "1G"}})

    found = istio_cases.pod_differences(mine, exchange(other, by_value=True))

    assert len(found) == 1


def deployment(**metadata: Any) -> dict[str, Any]:
    return {
        "kind": "Deployment",
        "spec": {"template": {"metadata": metadata, "spec": {"containers": []}}},
    }


def compared(ours: Any, expected: Any) -> list[str]:
    return istio_cases.manifest_differences(yaml.dump(ours), yaml.dump(expected))


def test_zeros_count_inside_a_pod_template_and_not_around_it() -> None:
    ours = deployment(labels={"a": "b"})
    expected = deployment(labels={"a": "b"}) | {"status": {"replicas": 1}}
    expected["spec"] = expected["spec"] | {"strategy": {}, "replicas": 0}
    inside = deployment(labels={"a": "b"}, generation=0)

    assert compared(ours, expected) == []
    assert compared({"kind": "List", "items": [ours]}, {"kind": "List"}) != []
    assert compared(ours, inside) == [
        '/0/spec/template/metadata/generation: "(absent)" instead of 0'
    ]


def test_the_status_annotation_does_not_count_in_manifests() -> None:
    ours = deployment(annotations={istio_cases.STATUS: "{}"}, name="a")

    assert compared(ours, deployment(name="a")) == []


def test_the_metadata_of_a_cron_job_count_where_kube_inject_writes_them() -> None:
    def cron(**job: Any) -> dict[str, Any]:
        return {"kind": "CronJob", "spec": {"jobTemplate": job}}

    spec = {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"nodeName": "n"}}}
    bare = {"template": {"spec": {"nodeName": "n"}}}

    found = compared(
        {"kind": "List", "items": [cron(spec=spec)]},
        {"kind": "List", "items": [cron(metadata={"labels": {"a": "b"}}, spec=bare)]},
    )

    assert found == []
    assert compared(cron(spec=spec), cron(spec=bare)) != []


def test_dates_are_texts() -> None:
    assert istio_cases.documents("a: 2020-01-02\n---\n---\nb: 1") == [
        {"a": "2020-01-02"},
        {"b": 1},
    ]


def test_a_manifest_names_the_templates_of_all_its_pods() -> None:
    found = istio_cases.pods_of(
        {
            "kind": "List",
            "items": [
                {"kind": "Service"},
                {"kind": "Pod", "metadata": {"annotations": {}}},
                deployment(annotations={istio_cases.TEMPLATES: "a, b"}),
            ],
        }
    )

    assert [istio_cases.named_templates(one) for one in found] == [
        frozenset(),
        frozenset({"a", "b"}),
    ]
