# The function runs as this account, which may read its own secrets and nothing else.
resource "google_service_account" "function" {
  project      = var.project_id
  account_id   = var.name
  display_name = "Sidecar injector ${var.name}: runs the function"

  depends_on = [google_project_service.this]
}

resource "google_service_account" "build" {
  project      = var.project_id
  account_id   = "${var.name}-build"
  display_name = "Sidecar injector ${var.name}: builds the function"

  depends_on = [google_project_service.this]
}

# What Cloud Build asks of an account of one's own. The platform copies the source into
# a bucket of its own first, so that a right to our bucket alone would not do.
resource "google_project_iam_member" "build" {
  for_each = toset(["roles/logging.logWriter", "roles/storage.objectViewer"])

  project = var.project_id
  role    = each.key
  member  = google_service_account.build.member
}

resource "google_artifact_registry_repository_iam_member" "build" {
  project    = var.project_id
  location   = var.region
  repository = google_artifact_registry_repository.images.repository_id
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}
