mock_provider "google" {
  mock_resource "google_cloudfunctions2_function" {
    defaults = {
      service_config = { uri = "https://sidecar-injector-abc-ew.a.run.app" }
    }
  }
  mock_resource "google_secret_manager_secret" {
    defaults = { id = "projects/example-project/secrets/mocked" }
  }
  mock_resource "google_secret_manager_secret_version" {
    defaults = {
      name    = "projects/100/secrets/mocked/versions/7"
      version = "7"
    }
  }
}

variables {
  archive    = "tests/archive.zip"
  project_id = "example-project"
  region     = "europe-west1"
  clusters   = { prod-eu = 1, prod-us = 1 }
}

run "an_instance_works_on_many_requests_at_once" {
  command = plan

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].max_instance_request_concurrency > 1 && tonumber(google_cloudfunctions2_function.this.service_config[0].available_cpu) >= 1
    error_message = "concurrency is not real: it needs a whole CPU"
  }
  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].environment_variables.THREADS == tostring(google_cloudfunctions2_function.this.service_config[0].max_instance_request_concurrency)
    error_message = "a client that stalls would hold up others"
  }
  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].max_instance_count == 10
    error_message = "there is no ceiling"
  }
  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].environment_variables.LOG_EXECUTION_ID == "false"
    error_message = "log lines of threads would mix"
  }
  assert {
    condition     = google_cloudfunctions2_function.this.build_config[0].entry_point == "inject"
    error_message = "the entry point is not main.inject"
  }
}

run "without_a_configuration_the_bundled_one_is_served" {
  command = plan

  assert {
    condition     = !contains(keys(google_cloudfunctions2_function.this.service_config[0].environment_variables), "CONFIG_FILE")
    error_message = "CONFIG_FILE is set"
  }
  assert {
    condition     = keys(google_secret_manager_secret.this) == ["path-tokens"]
    error_message = "there are other secrets than the tokens"
  }
  assert {
    condition     = output.config_version == null
    error_message = "there is a version of no configuration"
  }
}

run "the_configuration_is_a_numbered_secret_version_that_no_state_holds" {
  command = apply

  variables {
    config_file = "tests/config.yaml"
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].environment_variables.CONFIG_FILE == "/etc/sidecar-injector/configuration"
    error_message = "CONFIG_FILE is not the file that is mounted"
  }
  assert {
    condition = one(google_cloudfunctions2_function.this.service_config[0].secret_volumes[*]) == {
      mount_path = "/etc/sidecar-injector"
      project_id = "example-project"
      secret     = "sidecar-injector-configuration"
      versions   = tolist([{ path = "configuration", version = "7" }])
    }
    error_message = "the version is not mounted by its number"
  }
  assert {
    condition     = google_secret_manager_secret_version.configuration["this"].secret_data_wo == null && google_secret_manager_secret_version.configuration["this"].secret_data == null
    error_message = "the configuration is in the state"
  }
  assert {
    condition     = google_secret_manager_secret_version.configuration["this"].is_secret_data_base64
    error_message = "the payload would be its base64 text"
  }
  assert {
    condition     = google_secret_manager_secret_version.configuration["this"].deletion_policy == "ABANDON"
    error_message = "an earlier revision could not be started again"
  }
}

run "the_tokens_are_a_secret_in_the_environment" {
  command = apply

  assert {
    condition = one([
      for variable in google_cloudfunctions2_function.this.service_config[0].secret_environment_variables :
      variable if variable.key == "PATH_TOKENS"
    ]).version == "7"
    error_message = "PATH_TOKENS is not the secret's version by its number"
  }
  assert {
    condition     = google_secret_manager_secret_version.path_tokens.secret_data_wo == null && google_secret_manager_secret_version.path_tokens.secret_data == null
    error_message = "the secret's payload is in the state"
  }
  assert {
    condition     = keys(output.tokens) == ["prod-eu", "prod-us"] && output.tokens["prod-eu"] != output.tokens["prod-us"]
    error_message = "not every cluster has a token of its own"
  }
  assert {
    condition     = alltrue([for token in output.tokens : can(regex("^[A-Za-z0-9]{43}$", token))])
    error_message = "a token that the function refuses"
  }
  assert {
    condition     = issensitive(output.tokens)
    error_message = "the tokens are shown"
  }
  assert {
    condition     = output.url == "https://sidecar-injector-abc-ew.a.run.app"
    error_message = "the address is not the function's"
  }
}

run "a_new_token_leaves_the_one_before_valid" {
  command = apply

  variables {
    clusters = { prod-eu = 2, prod-us = 1 }
  }

  assert {
    condition     = keys(random_password.token) == ["prod-eu/1", "prod-eu/2", "prod-us/1"]
    error_message = "other tokens are valid"
  }
  assert {
    condition     = random_password.token["prod-eu/1"].result == run.the_tokens_are_a_secret_in_the_environment.tokens["prod-eu"]
    error_message = "the token before is another now"
  }
  assert {
    condition     = output.tokens["prod-eu"] == random_password.token["prod-eu/2"].result && output.tokens["prod-eu"] != random_password.token["prod-eu/1"].result
    error_message = "the cluster does not get the new token"
  }
  assert {
    condition     = output.tokens["prod-us"] == run.the_tokens_are_a_secret_in_the_environment.tokens["prod-us"]
    error_message = "the other cluster's token is another now"
  }
}

run "the_next_token_takes_the_oldest_away" {
  command = apply

  variables {
    clusters = { prod-eu = 3, prod-us = 1 }
  }

  assert {
    condition     = keys(random_password.token) == ["prod-eu/2", "prod-eu/3", "prod-us/1"]
    error_message = "other tokens are valid"
  }
  assert {
    condition     = random_password.token["prod-eu/2"].result == run.a_new_token_leaves_the_one_before_valid.tokens["prod-eu"]
    error_message = "the token before is another now"
  }
}

run "the_account_may_read_its_own_secrets_and_nothing_else" {
  command = apply

  variables {
    config_file = "tests/config.yaml"
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].service_account_email == google_service_account.function.email
    error_message = "the function runs as somebody else"
  }
  assert {
    condition     = keys(google_secret_manager_secret_iam_member.function) == ["configuration", "path-tokens"]
    error_message = "the account may read other secrets than its own"
  }
  assert {
    condition     = alltrue([for grant in google_secret_manager_secret_iam_member.function : grant.role == "roles/secretmanager.secretAccessor" && grant.member == google_service_account.function.member])
    error_message = "the account may do other things than read"
  }
  assert {
    condition     = alltrue([for grant in google_project_iam_member.build : grant.member != google_service_account.function.member])
    error_message = "the account has a role in the project"
  }
}

run "everybody_may_invoke_it" {
  command = plan

  assert {
    condition     = keys(google_cloud_run_service_iam_member.invoker) == ["allUsers"] && google_cloud_run_service_iam_member.invoker["allUsers"].role == "roles/run.invoker"
    error_message = "API servers could not call"
  }
  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].ingress_settings == "ALLOW_ALL"
    error_message = "ingress"
  }
}

run "nobody_may_invoke_it_until_an_operator_says" {
  command = plan

  variables {
    invokers = []
  }

  assert {
    condition     = length(google_cloud_run_service_iam_member.invoker) == 0
    error_message = "somebody may"
  }
}

run "only_a_load_balancer_reaches_it" {
  command = plan

  variables {
    ingress = "load-balancer"
  }

  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].ingress_settings == "ALLOW_INTERNAL_AND_GCLB"
    error_message = "ingress"
  }
}

run "a_key_of_ones_own_encrypts_all_that_is_kept" {
  command = plan

  variables {
    config_file = "tests/config.yaml"
    kms_key     = "projects/keys/locations/europe-west1/keyRings/ring/cryptoKeys/key"
  }

  assert {
    condition     = google_cloudfunctions2_function.this.kms_key_name == var.kms_key && google_artifact_registry_repository.images.kms_key_name == var.kms_key
    error_message = "function or images"
  }
  assert {
    condition     = google_storage_bucket.source.encryption[0].default_kms_key_name == var.kms_key
    error_message = "source"
  }
  assert {
    condition = alltrue([
      for secret in google_secret_manager_secret.this :
      one(secret.replication[0].user_managed[0].replicas).customer_managed_encryption[0].kms_key_name == var.kms_key && length(secret.replication[0].auto) == 0
    ])
    error_message = "secrets"
  }
}

run "labels_are_everywhere" {
  command = plan

  variables {
    labels = { team = "platform" }
  }

  assert {
    condition = alltrue([
      for labels in concat(
        [google_cloudfunctions2_function.this.labels, google_artifact_registry_repository.images.labels, google_storage_bucket.source.labels],
        values(google_secret_manager_secret.this)[*].labels,
      ) : labels.team == "platform"
    ])
    error_message = "something has no labels"
  }
}

run "an_archive_that_was_made_before_is_taken" {
  command = plan

  assert {
    condition     = google_storage_bucket_object.source.source == "tests/archive.zip" && length(data.archive_file.source) == 0
    error_message = "another archive is taken"
  }
}
