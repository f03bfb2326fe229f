locals {
  charts = [
    {
      title = "Pods by decision"
      query = "sum by (decision) (rate(${local.series.decisions}{${local.of_service}}[5m]))"
      limit = null
    },
    {
      title = "Skipped pods by rule"
      query = "sum by (reason) (rate(${local.series.decisions}{${local.of_service},decision=\"skip\"}[5m]))"
      limit = null
    },
    {
      title = "Injected pods by cluster"
      query = "sum by (cluster) (rate(${local.series.decisions}{${local.of_service},decision=\"inject\"}[5m]))"
      limit = null
    },
    {
      title = "Faults by reason"
      query = "sum by (reason) (rate(${local.series.faults}{${local.of_service}}[5m]))"
      limit = null
    },
    {
      title = "Requests by class of status"
      query = "sum by (response_code_class) (rate(${local.series.requests}{${local.of_service}}[5m]))"
      limit = null
    },
    {
      title = "The slowest hundredth, and the webhook's timeout (ms)"
      query = "histogram_quantile(0.99, sum by (le) (rate(${local.series.latencies}{${local.of_service}}[5m])))"
      limit = var.webhook_timeout_seconds * 1000
    },
    {
      title = "Instances by state, and their cap"
      query = "sum by (state) (max_over_time(${local.series.instances}{${local.of_service}}[2m]))"
      limit = var.function.max_instances
    },
    {
      title = "Cold starts: the slowest hundredth (ms)"
      query = "histogram_quantile(0.99, sum by (le) (rate(${local.series.starts}{${local.of_service}}[1h])))"
      limit = null
    },
  ]
}

resource "google_monitoring_dashboard" "this" {
  project = var.project_id

  dashboard_json = jsonencode({
    displayName = "Sidecar injector ${var.function.name}"
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, chart in local.charts : merge(
          # The API gives back no zeros and no empty lists, and the next plan would add them.
          {
            for key, position in { xPos = index % 2 * 24, yPos = floor(index / 2) * 16 } :
            key => position if position > 0
          },
          {
            width  = 24
            height = 16
            widget = {
              title = chart.title
              xyChart = merge(
                { dataSets = [{ plotType = "LINE", timeSeriesQuery = { prometheusQuery = chart.query } }] },
                { for limit in chart.limit[*] : "thresholds" => [{ value = limit }] },
              )
            }
          },
        )
      ]
    }
  })
}
