mock_provider "google" {}

variables {
  project_id              = "example-project"
  function                = { name = "sidecar-injector", max_instances = 20 }
  webhook_timeout_seconds = 4
}

run "alerts_know_the_webhooks_timeout_and_the_cap" {
  command = apply

  assert {
    condition     = endswith(google_monitoring_alert_policy.this["latency"].conditions[0].condition_prometheus_query_language[0].query, " > 2000")
    error_message = "half of four seconds is 2000 milliseconds"
  }
  assert {
    condition     = endswith(google_monitoring_alert_policy.this["instances"].conditions[0].condition_prometheus_query_language[0].query, " > 18")
    error_message = "nine tenths of 20 instances are 18"
  }
  assert {
    condition     = keys(output.alerts) == ["error-ratio", "faults", "instances", "latency", "memory-differs", "refused", "skipped"]
    error_message = "other alerts"
  }
  assert {
    condition     = length(google_monitoring_uptime_check_config.this) == 0
    error_message = "a check that nobody asked for"
  }
}

run "alerts_lead_to_the_runbook" {
  command = apply

  variables {
    channels = ["projects/example-project/notificationChannels/1"]
    runbook  = "https://wiki.example.com/injector"
  }

  assert {
    condition = alltrue([
      for key, policy in google_monitoring_alert_policy.this :
      strcontains(policy.documentation[0].content, "(https://wiki.example.com/injector#alert-${key})") && policy.notification_channels == var.channels
    ])
    error_message = "an alert without a way on, or that nobody is told of"
  }
}

run "metrics_are_taken_from_the_functions_own_lines" {
  command = plan

  assert {
    condition     = google_logging_metric.this["decisions"].label_extractors == tomap({ cluster = "EXTRACT(jsonPayload.cluster)", decision = "EXTRACT(jsonPayload.decision)", reason = "EXTRACT(jsonPayload.reason)" })
    error_message = "the labels of decisions"
  }
  assert {
    condition     = alltrue([for metric in google_logging_metric.this : strcontains(metric.filter, "resource.labels.service_name=\"sidecar-injector\"") && strcontains(metric.filter, "log_id(\"run.googleapis.com/stdout\")")])
    error_message = "lines of somebody else"
  }
}

run "request_logs_are_dropped" {
  command = plan

  assert {
    condition     = google_logging_project_exclusion.requests["this"].filter == "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"sidecar-injector\" AND log_id(\"run.googleapis.com/requests\")"
    error_message = "path tokens sit in the logs, or other logs are lost"
  }
}

run "request_logs_can_be_kept" {
  command = plan

  variables {
    exclude_request_logs = false
  }

  assert {
    condition     = length(google_logging_project_exclusion.requests) == 0
    error_message = "they are dropped"
  }
}

run "a_check_from_outside_keeps_an_instance_warm" {
  command = apply

  variables {
    uptime = { host = "injector.example.com", period_seconds = 60 }
  }

  assert {
    condition     = google_monitoring_uptime_check_config.this["this"].monitored_resource[0].labels.host == "injector.example.com" && google_monitoring_uptime_check_config.this["this"].http_check[0].path == "/" && google_monitoring_uptime_check_config.this["this"].period == "60s"
    error_message = "the check"
  }
  assert {
    condition     = strcontains(google_monitoring_alert_policy.uptime["this"].conditions[0].condition_threshold[0].filter, google_monitoring_uptime_check_config.this["this"].uptime_check_id)
    error_message = "the alert watches another check"
  }
}

run "an_alert_that_is_not_wanted_is_not_there" {
  command = plan

  variables {
    without = ["skipped"]
  }

  assert {
    condition     = !contains(keys(google_monitoring_alert_policy.this), "skipped") && length(google_monitoring_alert_policy.this) == 6
    error_message = "it is there, or another is not"
  }
}

run "the_dashboard_shows_the_limits" {
  command = plan

  assert {
    condition     = !can(regex(":(0|\\[\\])[,}]", google_monitoring_dashboard.this.dashboard_json))
    error_message = "the API gives back no zeros and no empty lists"
  }

  assert {
    condition = [
      for tile in jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles :
      tile.widget.xyChart.thresholds[0].value if can(tile.widget.xyChart.thresholds)
    ] == [4000, 20]
    error_message = "the webhook's timeout or the cap of instances is not shown"
  }
}
