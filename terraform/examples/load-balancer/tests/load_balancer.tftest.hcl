# What is in the archive is the function module's business, and takes seconds to make.
mock_provider "archive" {}
mock_provider "google" {
  mock_data "google_container_cluster" {
    defaults = {
      endpoint    = "192.0.2.10"
      master_auth = [{ cluster_ca_certificate = "bW9ja2Vk" }]
    }
  }
  mock_resource "google_cloudfunctions2_function" {
    defaults = {
      service_config = { uri = "https://sidecar-injector-abc-ew.a.run.app" }
    }
  }
}

mock_provider "kubernetes" {}

variables {
  allowed_ranges = ["192.0.2.0/28"]
  cluster_name   = "prod-eks"
  domain         = "injector.example.com"
  project_id     = "example-project"
}

run "the_cluster_calls_the_load_balancer" {
  command = apply

  variables {
    dns_zone = "example-com"
  }

  assert {
    condition     = startswith(module.webhook.url, "https://injector.example.com/t/") && endswith(module.webhook.url, "/inject/cluster/prod-eks")
    error_message = "the webhook calls the function past the load balancer"
  }
  assert {
    condition     = google_dns_record_set.this["example-com"].rrdatas[0] == google_compute_global_address.this.address
    error_message = "the domain leads elsewhere"
  }
}

run "strangers_are_refused" {
  command = plan

  assert {
    condition = [
      for rule in google_compute_security_policy.this.rule : rule.action
      if contains(rule.match[0].config[0].src_ip_ranges, "*")
    ] == ["deny(403)"]
    error_message = "the last rule lets everybody in"
  }
  assert {
    condition = [
      for rule in google_compute_security_policy.this.rule : rule.match[0].config[0].src_ip_ranges
      if rule.priority < 2147483647
    ] == [toset(["192.0.2.0/28"])]
    error_message = "others than the API servers are let in"
  }
  assert {
    condition     = google_compute_backend_service.function.log_config[0].enable == false
    error_message = "path tokens sit in the load balancer's logs"
  }
}

run "refuses_no_addresses" {
  command = plan

  variables {
    allowed_ranges = []
  }
  expect_failures = [var.allowed_ranges]
}

run "refuses_an_address_without_its_mask" {
  command = plan

  variables {
    allowed_ranges = ["192.0.2.1"]
  }
  expect_failures = [var.allowed_ranges]
}

run "refuses_all_addresses" {
  command = plan

  variables {
    allowed_ranges = ["0.0.0.0/0"]
  }
  expect_failures = [var.allowed_ranges]
}

run "refuses_a_domain_with_a_scheme" {
  command = plan

  variables {
    domain = "https://injector.example.com"
  }
  expect_failures = [var.domain]
}

run "refuses_no_requests" {
  command = plan

  variables {
    requests_per_minute = 0
  }
  expect_failures = [var.requests_per_minute]
}
