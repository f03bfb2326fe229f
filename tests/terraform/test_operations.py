"""The alerts, the dashboard and the metrics that Terraform makes."""

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import promql_tool
import pytest
import terraforming
from folders import ROOT
from promql_parser import BinaryExpr
from terraforming import Module

pytestmark = pytest.mark.terraform

DOCS = ROOT / "docs"
ALERTS = 'google_monitoring_alert_policy.this["'
SECTION = re.compile(r"^### Alert: (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return the planned values of all that the module makes, by address."""
    folder = terraforming.copy(tmp_path_factory.mktemp("operations"))
    module = Module.initialized(folder / "terraform" / "modules" / "operations")
    plan = module.plan(
        project_id="example-project",
        function={"name": "sidecar-injector", "max_instances": 20},
        webhook_timeout_seconds=5,
        uptime={"host": "injector.example.com"},
    )
    return terraforming.resources(plan)


def alerts(planned: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the alert policies by the names of their sections in the runbook."""
    found = {
        address.removeprefix(ALERTS).removesuffix('"]'): values
        for address, values in planned.items()
        if address.startswith(ALERTS)
    }
    return {**found, "uptime": planned['google_monitoring_alert_policy.uptime["this"]']}


def query(policy: dict[str, Any]) -> str:
    condition = policy["conditions"][0]["condition_prometheus_query_language"][0]
    text: str = condition["query"]
    return text


def queries(planned: dict[str, dict[str, Any]]) -> list[str]:
    dashboard = json.loads(
        planned["google_monitoring_dashboard.this"]["dashboard_json"]
    )
    charts = [
        tile["widget"]["xyChart"]["dataSets"][0]["timeSeriesQuery"]["prometheusQuery"]
        for tile in dashboard["mosaicLayout"]["tiles"]
    ]
    return charts + [query(v) for k, v in alerts(planned).items() if k != "uptime"]


def test_every_alert_has_its_section_in_the_runbook(
    planned: dict[str, dict[str, Any]],
) -> None:
    page = (DOCS / "operations.md").read_text(encoding="utf-8")

    assert sorted(SECTION.findall(page)) == sorted(alerts(planned))


def test_every_alert_links_to_its_section(planned: dict[str, dict[str, Any]]) -> None:
    for name, policy in alerts(planned).items():
        content = policy["documentation"][0]["content"]

        assert content.endswith(f"](docs/operations.md#alert-{name})")


def test_every_alert_compares_with_a_threshold(
    planned: dict[str, dict[str, Any]],
) -> None:
    thresholds = {}
    for name, policy in alerts(planned).items():
        if name != "uptime":
            parsed = promql_parser.parse(query(policy))
            assert isinstance(parsed, BinaryExpr)
            assert str(parsed.op) == ">"
            thresholds[name] = parsed.rhs.prettify()

    assert thresholds == {
        "error-ratio": "0.01",
        "faults": "0",
        "instances": "18",
        "latency": "2500",
        "memory-differs": "0",
        "refused": "10",
        "skipped": "0.9",
    }


def test_every_query_asks_for_this_function_alone(
    planned: dict[str, dict[str, Any]],
) -> None:
    for text in queries(planned):
        promql_parser.parse(text)
        selectors = re.findall(r"[a-z_]+:[a-z_]+\{(.*?)\}", text)
        assert selectors, text
        for selector in selectors:
            assert 'service_name="sidecar-injector"' in selector


def test_queries_name_the_metrics_of_the_log_as_the_cloud_does(
    planned: dict[str, dict[str, Any]],
) -> None:
    made = {
        "logging_googleapis_com:user_" + re.sub(r"[^A-Za-z0-9]", "_", values["name"])
        for address, values in planned.items()
        if address.startswith("google_logging_metric.")
    }

    asked = set(re.findall(r"logging_googleapis_com:\w+", " ".join(queries(planned))))

    assert asked == made


def test_metrics_count_fields_that_the_log_has(
    planned: dict[str, dict[str, Any]],
) -> None:
    page = (DOCS / "log.md").read_text(encoding="utf-8")
    metrics = [v for k, v in planned.items() if k.startswith("google_logging_metric.")]

    filters = " ".join(values["filter"] for values in metrics)
    labels = [text for v in metrics for text in (v["label_extractors"] or {}).values()]
    fields = set(re.findall(r"jsonPayload\.(\w+)", " ".join([filters, *labels])))
    words = set(re.findall(r'"([a-z_]+)"', filters)) - {"cloud_run_revision"}

    assert fields == {"cluster", "decision", "reason"}
    assert words == {"inject", "skip", "deny", "allow", "warn", "wrong_token"}
    for word in fields | words:
        assert f"| `{word}` |" in page, word


def test_labels_of_metrics_are_what_the_extractors_give(
    planned: dict[str, dict[str, Any]],
) -> None:
    for address, values in planned.items():
        if address.startswith("google_logging_metric."):
            labels = values["metric_descriptor"][0]["labels"]
            declared = {label["key"] for label in labels}

            assert declared == set(values["label_extractors"] or {}), address


OURS = 'monitored_resource="cloud_run_revision",service_name="sidecar-injector"'
OTHERS = 'monitored_resource="cloud_run_revision",service_name="another"'
REQUESTS = "run_googleapis_com:request_count"
INSTANCES = "run_googleapis_com:container_instance_count"
LATENCIES = "run_googleapis_com:request_latencies_bucket"
DECISIONS = "logging_googleapis_com:user_sidecar_injector_decisions"
FAULTS = "logging_googleapis_com:user_sidecar_injector_faults"
DIFFERS = "memory_differs"
REFUSED = "logging_googleapis_com:user_sidecar_injector_refused"


def classes(failed: str, served: str, whose: str = OURS) -> list[str]:
    return [
        f'{REQUESTS}{{{whose},response_code_class="5xx"}} {failed}',
        f'{REQUESTS}{{{whose},response_code_class="2xx"}} {served}',
    ]


def buckets(*counts: int) -> list[str]:
    bounds = ("1000", "2500", "5000", "+Inf")
    return [
        f'{LATENCIES}{{{OURS},le="{bound}"}} 0+{count}x40'
        for bound, count in zip(bounds, counts, strict=True)
    ]


def decisions(**counts: int) -> list[str]:
    return [
        f'{DECISIONS}{{{OURS},decision="{name}",reason="r",cluster="c"}} 0+{count}x40'
        for name, count in counts.items()
    ]


def faults(reason: str, counts: str) -> str:
    return f'{FAULTS}{{{OURS},reason="{reason}"}} {counts}'


def instances(state: str, revision: str, count: int) -> str:
    labels = f'{OURS},state="{state}",revision_name="{revision}"'
    return f"{INSTANCES}{{{labels}}} {count}x40"


# What there is, and whether an alert fires.
SITUATIONS = {
    "nobody calls": ("error-ratio", False, classes("0x40", "0x40")),
    "one of two hundred fails": ("error-ratio", False, classes("0+1x40", "0+199x40")),
    "one of fifty fails": ("error-ratio", True, classes("0+2x40", "0+98x40")),
    "another service fails": (
        "error-ratio",
        False,
        classes("0x40", "0+9x40") + classes("0+9x40", "0x40", OTHERS),
    ),
    "an old fault": ("faults", False, [faults("crashed", "0 1x39")]),
    "a fault": ("faults", True, [faults("crashed", "0x35 1x5")]),
    "a fault of memory alone": ("faults", False, [faults(DIFFERS, "0x35 1x5")]),
    "memory was wrong": ("memory-differs", True, [faults(DIFFERS, "0x35 1x5")]),
    "memory was wrong long ago": ("memory-differs", False, [faults(DIFFERS, "0 1x39")]),
    "another fault": ("memory-differs", False, [faults("crashed", "0x35 1x5")]),
    "most instances are used": (
        "instances",
        False,
        [instances("active", "a", 18), instances("idle", "a", 2)],
    ),
    "instances of two revisions reach the cap": (
        "instances",
        True,
        [instances("active", "a", 10), instances("active", "b", 9)],
    ),
    "all are quick": ("latency", False, buckets(100, 100, 100, 100)),
    "one of two hundred is slow": ("latency", False, buckets(199, 199, 200, 200)),
    "one of ten is slow": ("latency", True, buckets(90, 90, 100, 100)),
    "a few strangers": ("refused", False, [f"{REFUSED}{{{OURS}}} 0+0.5x40"]),
    "many strangers": ("refused", True, [f"{REFUSED}{{{OURS}}} 0+2x40"]),
    "half are skipped": ("skipped", False, decisions(skip=5, inject=5)),
    "nearly all are skipped": ("skipped", True, decisions(skip=95, inject=5)),
    "denials and checks do not count": (
        "skipped",
        False,
        decisions(skip=5, inject=5, deny=90, allow=90),
    ),
}


def test_alerts_fire_when_they_have_to_and_only_then(
    planned: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    script = []
    for name, (alert, fires, series) in SITUATIONS.items():
        text = query(alerts(planned)[alert])
        script += [f"# {name}", "clear", "load 1m", *(f"  {each}" for each in series)]
        script += ["", f"eval instant at 40m count({text})"]
        script += ["  {} 1"] * fires + [""]
    (tmp_path / "script").write_text("\n".join(script), encoding="utf-8")

    assert promql_tool.run(tmp_path / "script") == ""


def test_every_alert_is_seen_to_fire_and_to_be_quiet(
    planned: dict[str, dict[str, Any]],
) -> None:
    seen = {(alert, fires) for alert, fires, _ in SITUATIONS.values()}
    names = alerts(planned).keys() - {"uptime"}

    assert seen == {(name, fires) for name in names for fires in (True, False)}
