locals {
  # Where an instance finds its configuration: a version of the secret, mounted as a file.
  mount = "/etc/sidecar-injector"

  # Every value must be known in a plan that updates the function: with one that is not, the
  # provider refuses its own plan in the middle of the apply.
  environment = merge(
    var.environment,
    {
      GOOGLE_CLOUD_PROJECT = var.project_id
      # Each is written by one system call of its own; the framework's ids go through another stream.
      LOG_EXECUTION_ID = "false"
      # A client that stalls holds a thread, and no other request.
      THREADS    = tostring(var.function.concurrency)
      VALIDATION = var.validation
    },
    { for key, file in local.configuration : "CONFIG_FILE" => "${local.mount}/configuration" },
  )

  ingress = {
    all           = "ALLOW_ALL"
    load-balancer = "ALLOW_INTERNAL_AND_GCLB"
  }
}

# Makes nothing. Terraform has no condition that sees whether a value is known, but it
# refuses such keys, and quotes the name of this resource.
resource "terraform_data" "environment_has_a_value_that_is_unknown_until_apply" {
  for_each = toset([for value in values(var.environment) : "" if nonsensitive(sha256(value)) == ""])
}

resource "google_cloudfunctions2_function" "this" {
  #checkov:skip=CKV_GCP_124:an API server of a managed cluster comes from the internet; ingress narrows it to a load balancer
  project      = var.project_id
  name         = var.name
  location     = var.region
  description  = "Injects sidecars into new pods, for API servers"
  kms_key_name = var.kms_key
  labels       = var.labels

  build_config {
    runtime           = var.function.runtime
    entry_point       = "inject"
    service_account   = google_service_account.build.id
    docker_repository = google_artifact_registry_repository.images.id

    source {
      storage_source {
        bucket = google_storage_bucket_object.source.bucket
        object = google_storage_bucket_object.source.name
      }
    }
  }

  service_config {
    available_cpu                    = tostring(var.function.cpu)
    available_memory                 = var.function.memory
    environment_variables            = local.environment
    ingress_settings                 = local.ingress[var.ingress]
    max_instance_count               = var.function.max_instances
    max_instance_request_concurrency = var.function.concurrency
    min_instance_count               = var.function.min_instances
    service_account_email            = google_service_account.function.email
    timeout_seconds                  = var.function.timeout_seconds
    all_traffic_on_latest_revision   = true

    secret_environment_variables {
      key        = "PATH_TOKENS"
      project_id = var.project_id
      secret     = google_secret_manager_secret.this["path-tokens"].secret_id
      version    = google_secret_manager_secret_version.path_tokens.version
    }

    dynamic "secret_volumes" {
      for_each = google_secret_manager_secret_version.configuration

      content {
        mount_path = local.mount
        project_id = var.project_id
        secret     = google_secret_manager_secret.this["configuration"].secret_id

        # By its number: another configuration is another revision of the function.
        versions {
          path    = "configuration"
          version = secret_volumes.value.version
        }
      }
    }
  }

  # An instance that may not read its secrets does not start, and a build needs its rights.
  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build,
    google_secret_manager_secret_iam_member.function,
  ]

  lifecycle {
    # Under another name or in another region it has another address: the webhooks move
    # there before this one goes.
    create_before_destroy = true
  }
}

# Only a role on the Cloud Run service behind the function counts.
resource "google_cloud_run_service_iam_member" "invoker" {
  #checkov:skip=CKV_GCP_102:API servers of managed clusters present no credentials; path tokens fence the function
  for_each = toset(var.invokers)

  project  = var.project_id
  location = var.region
  service  = google_cloudfunctions2_function.this.name
  role     = "roles/run.invoker"
  member   = each.key
}
