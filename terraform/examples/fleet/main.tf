# One function for three clusters. Each has a token of its own, which serves no other
# cluster's path.

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

variable "kubeconfig" {
  description = "The path of a kubeconfig with a context for each cluster: prod-eu, prod-us and staging."
  type        = string
  default     = "~/.kube/config"
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

variable "token_generations" {
  description = "The clusters, each with the generation of its path token. To rotate a token, add one: the function takes the new token and the one before, and then the webhook calls with the new one."
  type        = object({ prod-eu = number, prod-us = number, staging = number })
  default     = { prod-eu = 1, prod-us = 1, staging = 1 }
}

provider "google" {
  project = var.project_id
  region  = var.region
}

# Providers cannot be repeated by for_each: an alias and a module call for each cluster.
provider "kubernetes" {
  alias          = "prod_eu"
  config_path    = var.kubeconfig
  config_context = "prod-eu"
}

provider "kubernetes" {
  alias          = "prod_us"
  config_path    = var.kubeconfig
  config_context = "prod-us"
}

provider "kubernetes" {
  alias          = "staging"
  config_path    = var.kubeconfig
  config_context = "staging"
}

module "function" {
  source = "../../modules/function"

  clusters   = var.token_generations
  function   = { max_instances = 30 }
  project_id = var.project_id
  region     = var.region
}

module "webhook_prod_eu" {
  source    = "../../modules/webhook"
  providers = { kubernetes = kubernetes.prod_eu }

  cluster = "prod-eu"
  network = "eu"
  token   = module.function.tokens["prod-eu"]
  url     = module.function.url
}

module "webhook_prod_us" {
  source    = "../../modules/webhook"
  providers = { kubernetes = kubernetes.prod_us }

  cluster = "prod-us"
  network = "us"
  token   = module.function.tokens["prod-us"]
  url     = module.function.url
}

# A staging cluster can try what the others do not have yet.
module "webhook_staging" {
  source    = "../../modules/webhook"
  providers = { kubernetes = kubernetes.staging }

  cluster = "staging"
  network = "eu"
  token   = module.function.tokens["staging"]
  url     = module.function.url
  webhook = { enable_namespaces_by_default = true, validating = true }
}

output "url" {
  description = "Where the function is, without a path."
  value       = module.function.url
}

output "tokens" {
  description = "The path tokens, for clusters that something else manages."
  value       = module.function.tokens
  sensitive   = true
}
