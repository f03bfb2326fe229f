# One GKE cluster, the way it is run in production: an instance that is always there,
# a configuration of your own, alerts that reach people, bare pods that are refused.

terraform {
  required_version = ">= 1.11"

  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
    google = {
      source  = "hashicorp/google"
      version = ">= 7.0, < 9.0"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 2.30, < 4.0"
    }
  }
}

variable "channels" {
  description = "Notification channels of the alerts."
  type        = list(string)
  default     = []
}

variable "cluster_name" {
  description = "The GKE cluster's name."
  type        = string
}

variable "project_id" {
  description = "The project of the function and of the cluster."
  type        = string
}

variable "region" {
  description = "The region of both."
  type        = string
  default     = "europe-west1"
}

provider "google" {
  project = var.project_id
  region  = var.region
}

data "google_container_cluster" "this" {
  name     = var.cluster_name
  location = var.region
}

provider "kubernetes" {
  host                   = "https://${data.google_container_cluster.this.endpoint}"
  cluster_ca_certificate = base64decode(data.google_container_cluster.this.master_auth[0].cluster_ca_certificate)

  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "gke-gcloud-auth-plugin"
  }
}

module "function" {
  source = "../../modules/function"

  clusters    = { (var.cluster_name) = 1 }
  config_file = "${path.module}/config.yaml"
  function    = { min_instances = 1, max_instances = 20 }
  labels      = { team = "platform" }
  project_id  = var.project_id
  region      = var.region
  validation  = "deny"
}

module "webhook" {
  source = "../../modules/webhook"

  cluster = var.cluster_name
  token   = module.function.tokens[var.cluster_name]
  url     = module.function.url
  webhook = {
    timeout_seconds = 5
    validating      = true
    match_conditions = [{
      name       = "not-the-platforms-own"
      expression = "!request.userInfo.username.startsWith('system:node:')"
    }]
  }
}

module "operations" {
  source = "../../modules/operations"

  channels                = var.channels
  function                = { name = module.function.name, max_instances = module.function.max_instances }
  labels                  = { team = "platform" }
  project_id              = var.project_id
  uptime                  = { host = trimprefix(module.function.url, "https://") }
  webhook_timeout_seconds = module.webhook.timeout_seconds
}

output "url" {
  description = "Where the function is, without a path."
  value       = module.function.url
}
