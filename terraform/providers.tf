provider "google" {
  project = var.project_id
  region  = var.region
}

data "google_container_cluster" "this" {
  for_each = { for key, gke in { this = var.cluster.gke } : key => gke if gke != null }

  project  = coalesce(each.value.project_id, var.project_id)
  name     = each.value.name
  location = each.value.location
}

locals {
  gke        = one(values(data.google_container_cluster.this))
  kubeconfig = var.cluster.kubeconfig
}

# A token of the caller's own that lives for an hour, fetched when it is needed: neither
# the plan nor the state holds one.
provider "kubernetes" {
  config_path    = one(local.kubeconfig[*].path)
  config_context = one(local.kubeconfig[*].context)

  host                   = one([for cluster in local.gke[*] : "https://${cluster.endpoint}"])
  cluster_ca_certificate = one([for cluster in local.gke[*] : base64decode(cluster.master_auth[0].cluster_ca_certificate)])

  dynamic "exec" {
    for_each = local.gke[*]
    content {
      api_version = "client.authentication.k8s.io/v1beta1"
      command     = "gke-gcloud-auth-plugin"
    }
  }
}
