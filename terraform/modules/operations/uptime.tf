resource "google_monitoring_uptime_check_config" "this" {
  for_each = { for key, check in { this = var.uptime } : key => check if check != null }

  project      = var.project_id
  display_name = "${var.function.name}: is there"
  period       = "${each.value.period_seconds}s"
  timeout      = "10s"
  user_labels  = var.labels

  http_check {
    path           = "/"
    port           = 443
    request_method = "GET"
    use_ssl        = true
    validate_ssl   = true
  }

  monitored_resource {
    type = "uptime_url"
    labels = {
      host       = each.value.host
      project_id = var.project_id
    }
  }

  content_matchers {
    content = "ok"
    matcher = "CONTAINS_STRING"
  }
}
