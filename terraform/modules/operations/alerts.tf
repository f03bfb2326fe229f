# Queries are PromQL: a log-based metric that was made just now is not known to the alert
# policies' own filters for minutes, and the first apply would fail.

locals {
  of_service = "monitored_resource=\"cloud_run_revision\",service_name=\"${var.function.name}\""

  series = merge(
    # As Cloud Monitoring writes its metrics in PromQL.
    {
      requests  = "run_googleapis_com:request_count"
      latencies = "run_googleapis_com:request_latencies_bucket"
      starts    = "run_googleapis_com:container_startup_latencies_bucket"
      instances = "run_googleapis_com:container_instance_count"
    },
    {
      for key, metric in google_logging_metric.this :
      key => "logging_googleapis_com:user_${replace(metric.name, "/[^A-Za-z0-9]/", "_")}"
    },
  )

  at = var.thresholds

  # Each has a section of its name in docs/operations.md.
  alerts = {
    error-ratio = {
      title    = "answers with 5xx"
      says     = "The function answers requests with 5xx. What becomes of the pods is the webhooks' failurePolicy: under Ignore they start without sidecars."
      query    = "sum(rate(${local.series.requests}{${local.of_service},response_code_class=\"5xx\"}[5m])) / sum(rate(${local.series.requests}{${local.of_service}}[5m])) > ${local.at.error_ratio}"
      lasts    = "300s"
      severity = "CRITICAL"
    }
    faults = {
      title    = "tells of faults"
      says     = "The function's log has lines of severity ERROR: a template, the configuration or the function itself is at fault."
      query    = "sum(increase(${local.series.faults}{${local.of_service},reason!=\"memory_differs\"}[10m])) > ${local.at.faults}"
      lasts    = "0s"
      severity = "ERROR"
    }
    instances = {
      title    = "is at its cap of instances"
      says     = "Nearly all of the ${var.function.max_instances} instances that there may be are in use. Beyond the cap requests wait, and then fail."
      query    = "sum(max_over_time(${local.series.instances}{${local.of_service},state=\"active\"}[2m])) > ${local.at.instance_ratio * var.function.max_instances}"
      lasts    = "300s"
      severity = "WARNING"
    }
    latency = {
      title    = "is slow against the webhook's timeout"
      says     = "One request of a hundred takes a large part of the ${var.webhook_timeout_seconds} seconds that API servers wait. Beyond them the webhooks' failurePolicy decides."
      query    = "histogram_quantile(0.99, sum by (le) (rate(${local.series.latencies}{${local.of_service}}[5m]))) > ${local.at.latency_ratio * var.webhook_timeout_seconds * 1000}"
      lasts    = "600s"
      severity = "WARNING"
    }
    memory-differs = {
      title    = "remembered something wrong"
      says     = "The function answered a pod from memory otherwise than its own pipeline does. Pods of that form may have been injected wrongly before."
      query    = "sum(increase(${local.series.faults}{${local.of_service},reason=\"memory_differs\"}[10m])) > 0"
      lasts    = "0s"
      severity = "ERROR"
    }
    refused = {
      title    = "refuses callers"
      says     = "Somebody calls with a token that does not serve the cluster: a stranger, or a cluster whose webhook was not changed with its token."
      query    = "sum(increase(${local.series.refused}{${local.of_service}}[10m])) > ${local.at.refused}"
      lasts    = "0s"
      severity = "WARNING"
    }
    skipped = {
      title    = "skips most pods"
      says     = "Nearly all pods that are sent are skipped. The dashboard shows by which rule."
      query    = "sum(rate(${local.series.decisions}{${local.of_service},decision=\"skip\"}[30m])) / sum(rate(${local.series.decisions}{${local.of_service},decision=~\"inject|skip\"}[30m])) > ${local.at.skipped_ratio}"
      lasts    = "1800s"
      severity = "WARNING"
    }
  }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = { for key, alert in local.alerts : key => alert if !contains(var.without, key) }

  project               = var.project_id
  display_name          = "${var.function.name} ${each.value.title}"
  combiner              = "OR"
  notification_channels = var.channels
  severity              = each.value.severity
  user_labels           = var.labels

  conditions {
    display_name = each.value.title

    condition_prometheus_query_language {
      query                     = each.value.query
      duration                  = each.value.lasts
      evaluation_interval       = "60s"
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value.says}\n\nWhat to do: [${var.runbook}#alert-${each.key}](${var.runbook}#alert-${each.key})"
  }
}

resource "google_monitoring_alert_policy" "uptime" {
  for_each = google_monitoring_uptime_check_config.this

  project               = var.project_id
  display_name          = "${var.function.name} is not there"
  combiner              = "OR"
  notification_channels = var.channels
  severity              = "CRITICAL"
  user_labels           = var.labels

  conditions {
    display_name = "is not there"

    # Seen from more than one place of the world.
    condition_threshold {
      comparison      = "COMPARISON_GT"
      duration        = "60s"
      threshold_value = 1
      filter          = "resource.type=\"uptime_url\" AND metric.type=\"monitoring.googleapis.com/uptime_check/check_passed\" AND metric.label.check_id=\"${each.value.uptime_check_id}\""

      aggregations {
        alignment_period     = "1200s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.label.host"]
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "The function does not answer on its address. What becomes of new pods is the webhooks' failurePolicy.\n\nWhat to do: [${var.runbook}#alert-uptime](${var.runbook}#alert-uptime)"
  }
}
