locals {
  root = "${path.module}/../../.."

  patterns = [
    for line in split("\n", file("${path.module}/package.txt")) : trimspace(line)
    if trimspace(line) != "" && !startswith(line, "#")
  ]
  files = var.archive != null ? [] : sort(distinct(flatten([
    for pattern in local.patterns : tolist(fileset(local.root, pattern))
  ])))

  # By what goes in, so that another version of the archive's maker is no new source.
  source_digest = var.archive != null ? filesha256(var.archive) : sha256(join("\n", [
    for name in local.files : "${filesha256("${local.root}/${name}")}  ${name}"
  ]))
}

# File by file and not a folder with exceptions: what lies about in a checkout, such as
# a kubeconfig, never gets into the archive.
data "archive_file" "source" {
  for_each = toset(var.archive == null ? ["this"] : [])

  type             = "zip"
  output_path      = "${path.root}/.build/${var.name}.zip"
  output_file_mode = "0644"

  dynamic "source" {
    for_each = local.files
    content {
      filename = source.value
      content  = file("${local.root}/${source.value}")
    }
  }
}

resource "google_storage_bucket" "source" {
  #checkov:skip=CKV_GCP_62:only builds read it, once each; Cloud Build keeps a log of them
  #checkov:skip=CKV_GCP_78:objects are named by their content and never overwritten
  project                     = var.project_id
  name                        = "${var.project_id}-${var.name}-source"
  location                    = var.region
  labels                      = var.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  # All that is in it can be made again.
  force_destroy = true

  dynamic "encryption" {
    for_each = var.kms_key[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_storage_bucket_object" "source" {
  bucket = google_storage_bucket.source.name
  name   = "${var.name}-${substr(local.source_digest, 0, 16)}.zip"
  source = var.archive != null ? var.archive : data.archive_file.source["this"].output_path

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_artifact_registry_repository" "images" {
  #checkov:skip=CKV_GCP_84:kms_key encrypts it with a key of the customer's where one is asked for
  project       = var.project_id
  location      = var.region
  repository_id = var.name
  description   = "Images of the sidecar injector ${var.name}"
  format        = "DOCKER"
  kms_key_name  = var.kms_key
  labels        = var.labels

  # The last ones stay, for the way back.
  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 10
    }
  }
  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      older_than = "2592000s"
    }
  }

  depends_on = [google_project_service.this]
}
