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
  archive    = "tests/archive.zip"
  project_id = "example-project"
  region     = "europe-west1"
  cluster = {
    name    = "prod-eu"
    network = "eu"
    gke     = { name = "cluster-1", location = "europe-west1" }
  }
}

run "one_apply_registers_the_function_with_the_cluster" {
  command = apply

  assert {
    condition     = output.url == "https://sidecar-injector-abc-ew.a.run.app"
    error_message = "the function's address"
  }
  assert {
    condition     = can(regex("^https://sidecar-injector-abc-ew\\.a\\.run\\.app/t/[A-Za-z0-9]{43}/inject/cluster/prod-eu/net/eu$", module.webhook.url))
    error_message = "the webhook calls another address"
  }
  assert {
    condition     = module.webhook.url == "${module.function.url}/t/${module.function.tokens["prod-eu"]}/inject/cluster/prod-eu/net/eu"
    error_message = "the webhook has another token than the function"
  }
  assert {
    condition     = issensitive(output.manifests) && !issensitive(output.url)
    error_message = "the token is shown"
  }
  assert {
    condition     = keys(module.operations["this"].alerts) == ["error-ratio", "faults", "instances", "latency", "memory-differs", "refused", "skipped"]
    error_message = "there are no alerts"
  }
}

run "a_new_token_is_the_webhooks" {
  command = apply

  variables {
    token_generation = 2
  }

  assert {
    condition     = module.webhook.url == "${module.function.url}/t/${module.function.tokens["prod-eu"]}/inject/cluster/prod-eu/net/eu"
    error_message = "the webhook has another token than the function"
  }
}

run "settings_of_parts_reach_them" {
  command = plan

  variables {
    function   = { max_instances = 3 }
    operations = { uptime_period_seconds = 300, without = ["skipped"], thresholds = { refused = 1 } }
    webhook    = { revision = "canary", timeout_seconds = 2 }
  }

  assert {
    condition     = module.function.max_instances == 3 && module.webhook.timeout_seconds == 2
    error_message = "function or webhook"
  }
}

run "any_cluster_that_a_kubeconfig_knows" {
  command = plan

  variables {
    cluster = { name = "prod-eks", kubeconfig = { path = "tests/kubeconfig", context = "eks" } }
  }

  assert {
    condition     = length(data.google_container_cluster.this) == 0
    error_message = "a GKE cluster is asked for"
  }
}

run "without_operations" {
  command = plan

  variables {
    operations = null
  }

  assert {
    condition     = length(module.operations) == 0
    error_message = "they are there"
  }
}
