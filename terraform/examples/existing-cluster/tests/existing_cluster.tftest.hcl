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
  cluster_name = "prod-eks"
  network      = "aws"
  project_id   = "example-project"
}

run "the_cluster_calls_the_function" {
  command = apply

  assert {
    condition     = startswith(module.webhook.url, "https://sidecar-injector-abc-ew.a.run.app/t/") && endswith(module.webhook.url, "/inject/cluster/prod-eks/net/aws")
    error_message = "the webhook calls another address"
  }
}
