"""The alerts, the dashboard and the metrics that Terraform makes."""

import json
import re
from typing import Any

import promql_parser
import pytest
import terraforming
from console import ROOT
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
