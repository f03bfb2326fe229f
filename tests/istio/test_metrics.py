import json
from typing import Any

import pytest

from injector.base.errors import PodError
from injector.istio.pod import metrics
from injector.releases.release import Release

MESH = {"defaultConfig": {"statusPort": 15020}}
MERGED = {
    "prometheus.io/scrape": "true",
    "prometheus.io/path": "/stats/prometheus",
    "prometheus.io/port": "15020",
}
TARGETS = "prometheus.istio.io/scrape-targets"


def merged(
    annotations: dict[str, str],
    release: str = "1.30",
    mesh: Any = MESH,
    env: Any = None,
) -> tuple[dict[str, str], Any]:
    """Return the annotations after the merge, and the sidecar's variables."""
    proxy: dict[str, Any] = {"name": "istio-proxy", "env": env}
    pod: dict[str, Any] = {
        "metadata": {"annotations": dict(annotations)},
        "spec": {"containers": [{"name": "app"}, proxy]},
    }

    metrics.merge_metrics(pod, mesh, Release.parse(release))

    return pod["metadata"]["annotations"], proxy["env"]


def test_prometheus_is_led_to_the_sidecar() -> None:
    assert merged({}) == (MERGED, None)


def test_the_sidecar_is_told_where_the_application_s_metrics_are() -> None:
    annotations = {"prometheus.io/path": "/m?a&b", "prometheus.io/port": "90"}

    after, env = merged(annotations)

    assert after == MERGED
    assert env == [
        {
            "name": "ISTIO_PROMETHEUS_ANNOTATIONS",
            "value": '{"scrape":"","path":"/m?a\\u0026b","port":"90"}',
        }
    ]


def test_a_pod_without_sidecar_and_metadata_is_annotated_all_the_same() -> None:
    pod: dict[str, Any] = {"metadata": None, "spec": None}

    metrics.merge_metrics(pod, {}, Release.parse("1.31"))

    assert pod["metadata"] == {"annotations": MERGED}


def test_every_spelling_counts_and_goes_since_1_13() -> None:
    annotations = {"prometheus-io/port": "90"}

    after, env = merged(annotations)
    before, nothing = merged(annotations, "1.12")

    assert after == MERGED
    assert '"port":"90"' in env[0]["value"]
    assert before == {**annotations, **MERGED}
    assert nothing is None


def test_pods_that_refuse_to_be_asked_are_left_alone_since_1_13() -> None:
    annotations = {"prometheus.io/scrape": "false"}

    assert merged(annotations) == (annotations, None)
    assert merged(annotations, "1.12")[0] == MERGED


def test_an_unclear_refusal_is_none() -> None:
    assert merged({"prometheus.io/scrape": "no"})[0] == MERGED


@pytest.mark.parametrize("says", ["false", "0"])
def test_the_pod_s_word_on_merging_is_above_the_mesh_s(says: str) -> None:
    annotations = {"prometheus.istio.io/merge-metrics": says}

    assert merged(annotations) == (annotations, None)
    assert merged({}, mesh={**MESH, "enablePrometheusMerge": False}) == ({}, None)
    word = {"prometheus.istio.io/merge-metrics": "true"}
    assert merged(word, mesh={"enablePrometheusMerge": False})[0] == {**word, **MERGED}


def test_a_pod_that_names_the_sidecar_s_port_is_left_alone() -> None:
    annotations = {"prometheus.io/port": "15020", "prometheus.io/path": "/own"}

    assert merged(annotations) == (annotations, None)


def test_the_port_is_the_mesh_s() -> None:
    after, _ = merged({}, mesh={"defaultConfig": {"statusPort": 15099}})

    assert after["prometheus.io/port"] == "15099"


def test_what_an_injection_left_behind_is_known_and_cleared() -> None:
    annotations = {**MERGED, "other": "1"}
    release = Release.parse("1.30")

    assert metrics.is_merged(annotations, MESH, release)
    metrics.clear(annotations, release)

    assert annotations == {"other": "1"}
    assert not metrics.is_merged(annotations, MESH, release)


def test_several_targets_are_told_since_1_31() -> None:
    annotations = {TARGETS: " 90:/a, 91 ,", "prometheus.io/scrape": "true"}

    after, env = merged(annotations, "1.31")

    assert after == MERGED
    assert env[0]["value"] == (
        '{"scrape":"true","path":"/a","port":"90","targets":'
        '[{"port":"90","path":"/a"},{"port":"91","path":"/metrics"}]}'
    )
    assert "targets" not in str(merged(annotations)[1])
    assert merged(annotations)[0] == {**MERGED, TARGETS: annotations[TARGETS]}


@pytest.mark.parametrize(
    ("annotations", "told"),
    [
        ({"prometheus_istio_io_scrape_targets": "81"}, ["81", "/metrics"]),
        ({TARGETS: "\u300081\u3000: /a\t"}, ["81", "/a"]),
        ({TARGETS: "000080:a"}, ["000080", "a"]),
        ({TARGETS: "80:/a", "prometheus.io/port": "abc"}, ["80", "/a"]),
        ({TARGETS: ":/a", "prometheus.io/port": "+81"}, ["+81", ""]),
        ({TARGETS: "80,:/a", "prometheus.io/path": "/b"}, ["", "/b"]),
        ({"prometheus.io/port": "", "prometheus.io/path": "/b"}, ["", "/b"]),
        ({TARGETS: ":/a"}, []),
        ({TARGETS: ","}, []),
    ],
)
def test_targets_are_read_as_istio_reads_them(
    annotations: dict[str, str], told: list[str]
) -> None:
    after, env = merged(annotations, "1.31")

    assert after == MERGED
    found = json.loads(env[0]["value"]) if env else {}
    assert [found[key] for key in ("port", "path") if found] == told


@pytest.mark.parametrize(
    ("annotations", "message"),
    [
        ({TARGETS: "x"}, f"annotation {TARGETS}: want a port from 1 to 65535, not 'x'"),
        (
            {TARGETS: "0:/a"},
            f"annotation {TARGETS}: want a port from 1 to 65535, not '0'",
        ),
        (
            {TARGETS: "-1"},
            f"annotation {TARGETS}: want a port from 1 to 65535, not '-1'",
        ),
        (
            {"prometheus.io/port": "\uff18\uff10"},
            (
                "annotation prometheus.io/port: want a port from 1 to 65535, not "
                "'\uff18\uff10'"
            ),
        ),
        (
            {"prometheus.io/port": "015090"},
            "annotation prometheus.io/port: port 015090 is the sidecar's",
        ),
        (
            {TARGETS: "90,15090"},
            f"annotation {TARGETS}: port 15090 is the sidecar's",
        ),
        (
            {"prometheus.io/port": "65536"},
            "annotation prometheus.io/port: want a port from 1 to 65535, not '65536'",
        ),
        (
            {"prometheus-io/port": "15020"},
            "annotation prometheus-io/port: port 15020 is the sidecar's",
        ),
    ],
)
def test_ports_that_no_application_has_are_refused_since_1_31(
    annotations: dict[str, str], message: str
) -> None:
    mesh = {"defaultConfig": {"statusPort": 15098}}

    with pytest.raises(PodError) as raised:
        merged(annotations, "1.31", mesh)

    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("port", "said", "expected"),
    [
        ("15091", {}, "15091"),
        ("0", {}, None),
        ("", {}, None),
        ("15091", {"prometheus.istio.io/secure-port": "1"}, "1"),
        ("15091", {"prometheus_istio_io_secure_port": "1"}, None),
    ],
)
def test_the_port_for_metrics_over_tls_is_announced_since_1_31(
    port: str, said: dict[str, str], expected: str | None
) -> None:
    env = [{"name": "ENVOY_SECURE_MERGED_METRICS_PORT", "value": port}]

    after, _ = merged(said, "1.31", env=env)
    before, _ = merged(said, "1.30", env=env)

    assert after.get("prometheus.istio.io/secure-port") == expected
    assert before == {**said, **MERGED}


@pytest.mark.parametrize(
    "said",
    [{"prometheus.io/port": "15020"}, {"prometheus.istio.io/merge-metrics": "0"}],
)
def test_the_port_over_tls_is_announced_where_metrics_are_not_merged(
    said: dict[str, str],
) -> None:
    env = [{"name": "ENVOY_SECURE_MERGED_METRICS_PORT", "value": "15092"}]

    after, _ = merged(said, "1.31", env=env)

    assert after == {**said, "prometheus.istio.io/secure-port": "15092"}
