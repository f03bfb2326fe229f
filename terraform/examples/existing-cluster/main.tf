# Any cluster that a kubeconfig knows: EKS, self-managed, GKE by its DNS endpoint.

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

variable "cluster_name" {
  description = "The cluster's name, as Istio calls it."
  type        = string
}

variable "kubeconfig" {
  description = "The kubeconfig's path, and which of its contexts; without one the current."
  type        = object({ path = string, context = optional(string) })
  default     = { path = "~/.kube/config" }
}

variable "network" {
  description = "The cluster's network, as Istio calls it."
  type        = string
  default     = null
}

variable "project_id" {
  description = "The project of the function."
  type        = string
}

variable "region" {
  description = "The function's region."
  type        = string
  default     = "europe-west1"
}

provider "google" {
  project = var.project_id
  region  = var.region
}

provider "kubernetes" {
  config_path    = var.kubeconfig.path
  config_context = var.kubeconfig.context
}

module "function" {
  source = "../../modules/function"

  clusters   = { (var.cluster_name) = 1 }
  project_id = var.project_id
  region     = var.region
}

module "webhook" {
  source = "../../modules/webhook"

  cluster = var.cluster_name
  network = var.network
  token   = module.function.tokens[var.cluster_name]
  url     = module.function.url
}

output "url" {
  description = "Where the function is, without a path."
  value       = module.function.url
}
