locals {
  # The lines that the function writes itself: docs/log.md.
  lines = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.function.name}\" AND log_id(\"run.googleapis.com/stdout\")"

  metrics = {
    decisions = {
      description = "Pods that were decided about, by decision, rule and cluster"
      filter      = "jsonPayload.decision=(\"inject\" OR \"skip\" OR \"deny\" OR \"allow\" OR \"warn\")"
      labels = {
        cluster  = "jsonPayload.cluster"
        decision = "jsonPayload.decision"
        reason   = "jsonPayload.reason"
      }
    }
    faults = {
      description = "Faults of the function and of its configuration"
      filter      = "severity>=ERROR"
      labels      = { reason = "jsonPayload.reason" }
    }
    refused = {
      description = "Calls without a token that serves their cluster"
      filter      = "jsonPayload.reason=\"wrong_token\""
      labels      = {}
    }
  }
}

resource "google_logging_metric" "this" {
  for_each = local.metrics

  project     = var.project_id
  name        = "${var.function.name}/${each.key}"
  description = each.value.description
  filter      = "${local.lines} AND ${each.value.filter}"

  label_extractors = { for key, field in each.value.labels : key => "EXTRACT(${field})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    dynamic "labels" {
      for_each = each.value.labels
      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }
}

resource "google_logging_project_exclusion" "requests" {
  for_each = toset(var.exclude_request_logs ? ["this"] : [])

  project     = var.project_id
  name        = "${var.function.name}-requests"
  description = "The platform's request logs of the sidecar injector hold path tokens"
  filter      = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.function.name}\" AND log_id(\"run.googleapis.com/requests\")"
}
