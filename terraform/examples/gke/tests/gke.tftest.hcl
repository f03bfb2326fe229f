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
  cluster_name = "prod-eu"
  project_id   = "example-project"
}

run "pods_are_injected_and_checked" {
  command = apply

  assert {
    condition     = startswith(module.webhook.url, "https://sidecar-injector-abc-ew.a.run.app/t/") && endswith(module.webhook.url, "/inject/cluster/prod-eu")
    error_message = "the webhook calls another address"
  }
  assert {
    condition     = can(regex("kind\": \"ValidatingWebhookConfiguration", module.webhook.manifests))
    error_message = "pods are not checked"
  }
  assert {
    condition     = module.function.config_version != null
    error_message = "the configuration is not served"
  }
  assert {
    condition     = contains(keys(module.operations.alerts), "uptime")
    error_message = "nobody asks whether the function is there"
  }
}
