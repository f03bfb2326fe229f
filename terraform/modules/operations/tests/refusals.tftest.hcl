mock_provider "google" {}

variables {
  project_id              = "example-project"
  function                = { name = "sidecar-injector", max_instances = 10 }
  webhook_timeout_seconds = 5
}

run "refuses_a_channel_by_its_address" {
  command = plan

  variables {
    channels = ["oncall@example.com"]
  }
  expect_failures = [var.channels]
}

run "refuses_a_runbook_with_a_section" {
  command = plan

  variables {
    runbook = "https://example.com/operations.md#latency"
  }
  expect_failures = [var.runbook]
}

run "refuses_a_ratio_in_percent" {
  command = plan

  variables {
    thresholds = { error_ratio = 5 }
  }
  expect_failures = [var.thresholds]
}

run "refuses_a_ratio_of_nothing" {
  command = plan

  variables {
    thresholds = { latency_ratio = 0 }
  }
  expect_failures = [var.thresholds]
}

run "refuses_a_number_below_nothing" {
  command = plan

  variables {
    thresholds = { faults = -1 }
  }
  expect_failures = [var.thresholds]
}

run "refuses_a_host_with_its_scheme" {
  command = plan

  variables {
    uptime = { host = "https://injector.example.com" }
  }
  expect_failures = [var.uptime]
}

run "refuses_a_period_that_no_check_has" {
  command = plan

  variables {
    uptime = { host = "injector.example.com", period_seconds = 30 }
  }
  expect_failures = [var.uptime]
}

run "refuses_more_time_than_an_api_server_waits" {
  command = plan

  variables {
    webhook_timeout_seconds = 60
  }
  expect_failures = [var.webhook_timeout_seconds]
}

run "refuses_an_alert_that_is_not_there" {
  command = plan

  variables {
    without = ["error_ratio"]
  }
  expect_failures = [var.without]
}
