mock_provider "google" {}
mock_provider "kubernetes" {}

variables {
  archive    = "tests/archive.zip"
  project_id = "example-project"
  region     = "europe-west1"
  cluster    = { name = "prod-eu", kubeconfig = { path = "tests/kubeconfig" } }
}

run "refuses_no_way_to_the_cluster" {
  command = plan

  variables {
    cluster = { name = "prod-eu" }
  }
  expect_failures = [var.cluster]
}

run "refuses_two_ways_to_the_cluster" {
  command = plan

  variables {
    cluster = { name = "prod-eu", kubeconfig = { path = "tests/kubeconfig" }, gke = { name = "prod-eu", location = "europe-west1" } }
  }
  expect_failures = [var.cluster]
}

run "refuses_a_kubeconfig_that_is_not_there" {
  command = plan

  variables {
    cluster = { name = "prod-eu", kubeconfig = { path = "missing" } }
  }
  expect_failures = [var.cluster]
}

run "refuses_a_check_of_what_strangers_may_not_call" {
  command = plan

  variables {
    operations = { uptime_period_seconds = 300 }
    invokers   = []
  }
  expect_failures = [var.operations]
}

run "refuses_to_cut_off_requests_that_are_waited_for" {
  command = plan

  variables {
    function = { timeout_seconds = 10 }
    webhook  = { timeout_seconds = 11 }
  }
  expect_failures = [var.function]
}

run "refuses_to_deny_pods_that_nobody_asks_about" {
  command = plan

  variables {
    validation = "deny"
  }
  expect_failures = [var.validation]
}
