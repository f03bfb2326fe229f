# The configuration and the path tokens. A revision of the function names their versions by
# number: a new version is a new revision. Old versions are left in place, so that an
# earlier revision can still be started; see "The way back" in docs/deploy.md.

locals {
  # An optional part: "this" where there is one.
  configuration = { for key, file in { this = var.config_file } : key => file if file != null }
  payload = var.config_file == null ? "" : (
    endswith(var.config_file, ".gz") ? filebase64(var.config_file) : base64gzip(file(var.config_file))
  )
  payload_size = floor(length(trim(local.payload, "=")) * 3 / 4)

  # Two generations are valid at a time: the cluster's own and the one before.
  generations = {
    for cluster, generation in var.clusters :
    cluster => reverse(range(max(1, generation - 1), generation + 1))
  }
  tokens = merge([
    for cluster, generations in local.generations : {
      for generation in generations : "${cluster}/${generation}" => {
        cluster    = cluster
        generation = generation
      }
    }
  ]...)

  secrets = {
    for key, secret in {
      configuration = { id = "${var.name}-configuration", exists = var.config_file != null }
      path-tokens   = { id = "${var.name}-path-tokens", exists = true }
    } : key => secret.id if secret.exists
  }
}

resource "google_secret_manager_secret" "this" {
  for_each = local.secrets

  project   = var.project_id
  secret_id = each.value
  labels    = var.labels

  replication {
    dynamic "auto" {
      for_each = var.kms_key == null ? [1] : []
      content {}
    }
    # Keys are regional, so a secret that has one is too.
    dynamic "user_managed" {
      for_each = var.kms_key[*]
      content {
        replicas {
          location = var.region
          customer_managed_encryption {
            kms_key_name = user_managed.value
          }
        }
      }
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_secret_manager_secret_iam_member" "function" {
  for_each = google_secret_manager_secret.this

  project   = each.value.project
  secret_id = each.value.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function.member
}

# Write-only values have no changes that could be seen; what these hold has.
resource "terraform_data" "configuration" {
  for_each = local.configuration

  input = filesha256(each.value)
}

resource "terraform_data" "clusters" {
  input = var.clusters
}

resource "google_secret_manager_secret_version" "configuration" {
  for_each = local.configuration

  secret                 = google_secret_manager_secret.this["configuration"].id
  secret_data_wo         = local.payload
  secret_data_wo_version = "1"
  is_secret_data_base64  = true
  deletion_policy        = "ABANDON"

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.configuration[each.key]]

    precondition {
      condition     = local.payload_size <= 65536
      error_message = "config_file makes a payload of ${local.payload_size} bytes, and a version of a secret holds 65536: shorten the configuration."
    }
  }
}

resource "random_password" "token" {
  for_each = local.tokens

  # 256 bits of letters and digits.
  length  = 43
  special = false
  keepers = each.value
}

resource "google_secret_manager_secret_version" "path_tokens" {
  secret = google_secret_manager_secret.this["path-tokens"].id
  secret_data_wo = jsonencode({
    for cluster, generations in local.generations : cluster => [
      for generation in generations : random_password.token["${cluster}/${generation}"].result
    ]
  })
  secret_data_wo_version = "1"
  deletion_policy        = "ABANDON"

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.clusters, random_password.token]
  }
}
