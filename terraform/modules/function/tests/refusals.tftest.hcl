mock_provider "google" {}

variables {
  archive    = "tests/archive.zip"
  project_id = "example-project"
  region     = "europe-west1"
  clusters   = { prod-eu = 1 }
}

run "refuses_an_archive_that_is_not_there" {
  command = plan

  variables {
    archive = "missing.zip"
  }
  expect_failures = [var.archive]
}

run "refuses_an_archive_that_is_no_zip" {
  command = plan

  variables {
    archive = "tests/config.yaml"
  }
  expect_failures = [var.archive]
}

run "refuses_no_cluster" {
  command = plan

  variables {
    clusters = {}
  }
  expect_failures = [var.clusters]
}

run "refuses_a_cluster_that_no_path_can_hold" {
  command = plan

  variables {
    clusters = { "prod/eu" = 1 }
  }
  expect_failures = [var.clusters]
}

run "refuses_a_token_of_no_generation" {
  command = plan

  variables {
    clusters = { prod-eu = 0 }
  }
  expect_failures = [var.clusters]
}

run "refuses_a_token_of_half_a_generation" {
  command = plan

  variables {
    clusters = { prod-eu = 1.5 }
  }
  expect_failures = [var.clusters]
}

run "refuses_a_configuration_that_is_not_there" {
  command = plan

  variables {
    config_file = "missing.yaml"
  }
  expect_failures = [var.config_file]
}

run "refuses_a_configuration_with_files_beside_it" {
  command = plan

  variables {
    config_file = "tests/with_files.yaml"
  }
  expect_failures = [var.config_file]
}

run "refuses_a_variable_that_the_module_sets" {
  command = plan

  variables {
    environment = { PATH_TOKENS = "[]" }
  }
  expect_failures = [var.environment]
}

run "refuses_a_variable_that_breaks_threads" {
  command = plan

  variables {
    environment = { THREADED_TIMEOUT_ENABLED = "1" }
  }
  expect_failures = [var.environment]
}

run "refuses_no_concurrency" {
  command = plan

  variables {
    function = { concurrency = 0 }
  }
  expect_failures = [var.function]
}

run "refuses_too_much_concurrency" {
  command = plan

  variables {
    function = { concurrency = 1001 }
  }
  expect_failures = [var.function]
}

run "refuses_three_cpus" {
  command = plan

  variables {
    function = { cpu = 3 }
  }
  expect_failures = [var.function]
}

run "refuses_concurrency_with_half_a_cpu" {
  command = plan

  variables {
    function = { cpu = 0.5 }
  }
  expect_failures = [var.function]
}

run "refuses_no_instances" {
  command = plan

  variables {
    function = { max_instances = 0, min_instances = 0 }
  }
  expect_failures = [var.function]
}

run "refuses_memory_without_a_unit" {
  command = plan

  variables {
    function = { memory = "512" }
  }
  expect_failures = [var.function]
}

run "refuses_more_instances_at_rest_than_there_may_be" {
  command = plan

  variables {
    function = { min_instances = 11 }
  }
  expect_failures = [var.function]
}

run "refuses_an_old_python" {
  command = plan

  variables {
    function = { runtime = "python310" }
  }
  expect_failures = [var.function]
}

run "refuses_a_timeout_that_nobody_waits_for" {
  command = plan

  variables {
    function = { timeout_seconds = 3600 }
  }
  expect_failures = [var.function]
}

run "refuses_ingress_from_within" {
  command = plan

  variables {
    ingress = "internal"
  }
  expect_failures = [var.ingress]
}

run "refuses_an_invoker_that_is_no_member" {
  command = plan

  variables {
    invokers = ["everybody"]
  }
  expect_failures = [var.invokers]
}

run "refuses_a_key_of_another_region" {
  command = plan

  variables {
    kms_key = "projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k"
  }
  expect_failures = [var.kms_key]
}

run "refuses_a_label_in_capitals" {
  command = plan

  variables {
    labels = { Team = "platform" }
  }
  expect_failures = [var.labels]
}

run "refuses_a_label_with_spaces_in_its_value" {
  command = plan

  variables {
    labels = { team = "the platform" }
  }
  expect_failures = [var.labels]
}

run "refuses_a_name_that_is_too_short" {
  command = plan

  variables {
    name = "short"
  }
  expect_failures = [var.name]
}

run "refuses_a_name_that_is_too_long_for_an_account" {
  command = plan

  variables {
    name = "sidecar-injector-of-the-fleet"
  }
  expect_failures = [var.name]
}

run "refuses_a_project_by_its_name" {
  command = plan

  variables {
    project_id = "My project"
  }
  expect_failures = [var.project_id]
}

run "refuses_a_zone_for_a_region" {
  command = plan

  variables {
    region = "europe-west1-b"
  }
  expect_failures = [var.region]
}

run "refuses_a_word_that_is_no_validation" {
  command = plan

  variables {
    validation = "off"
  }
  expect_failures = [var.validation]
}
