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

mock_provider "kubernetes" {
  alias = "prod_eu"
}
mock_provider "kubernetes" {
  alias = "prod_us"
}
mock_provider "kubernetes" {
  alias = "staging"
}

variables {
  project_id = "example-project"
}

run "each_cluster_has_its_own_token_and_path" {
  command = apply

  assert {
    condition = alltrue([
      for cluster, url in {
        prod-eu = module.webhook_prod_eu.url
        prod-us = module.webhook_prod_us.url
        staging = module.webhook_staging.url
      } : startswith(url, "${module.function.url}/t/${module.function.tokens[cluster]}/inject/cluster/${cluster}/net/")
    ])
    error_message = "a cluster calls by another's token or path"
  }
  assert {
    condition     = length(distinct(values(module.function.tokens))) == 3
    error_message = "clusters share a token"
  }
}

run "one_clusters_token_is_rotated" {
  command = apply

  variables {
    token_generations = { prod-eu = 2, prod-us = 1, staging = 1 }
  }

  assert {
    condition     = module.function.tokens["prod-eu"] != run.each_cluster_has_its_own_token_and_path.tokens["prod-eu"] && strcontains(module.webhook_prod_eu.url, module.function.tokens["prod-eu"])
    error_message = "the token is not another, or the webhook has not got it"
  }
  assert {
    condition     = module.function.tokens["prod-us"] == run.each_cluster_has_its_own_token_and_path.tokens["prod-us"]
    error_message = "another cluster's token was rotated"
  }
}
