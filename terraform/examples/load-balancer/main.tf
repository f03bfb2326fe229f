# Before the function a load balancer with an address allow-list and a limit of requests:
# for clusters whose API servers come from addresses that are known, as on EKS with
# egress of your own.

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

variable "allowed_ranges" {
  description = "Where the API servers come from, as CIDR blocks, at most ten."
  type        = list(string)

  validation {
    condition     = length(var.allowed_ranges) >= 1 && length(var.allowed_ranges) <= 10
    error_message = "allowed_ranges are not 1 to 10 blocks: a rule of Cloud Armor takes no more."
  }
  validation {
    condition     = alltrue([for block in var.allowed_ranges : can(cidrhost(block, 0))])
    error_message = "allowed_ranges has one that is no CIDR block, want such as 192.0.2.0/28."
  }
  validation {
    condition     = !contains(var.allowed_ranges, "0.0.0.0/0")
    error_message = "allowed_ranges lets everybody in: without an allow-list use examples/existing-cluster."
  }
}

variable "cluster_name" {
  description = "The cluster's name, as Istio calls it."
  type        = string
}

variable "dns_zone" {
  description = "The Cloud DNS zone that holds the domain. Without it set the record yourself, to the output address."
  type        = string
  default     = null
}

variable "domain" {
  description = "The name that the load balancer is called by, such as injector.example.com."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain is not the name of a host, want such as injector.example.com."
  }
}

variable "kubeconfig" {
  description = "The kubeconfig's path, and which of its contexts; without one the current."
  type        = object({ path = string, context = optional(string) })
  default     = { path = "~/.kube/config" }
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

variable "requests_per_minute" {
  description = "How many requests one address may send in a minute."
  type        = number
  default     = 6000

  validation {
    condition     = var.requests_per_minute >= 1 && floor(var.requests_per_minute) == var.requests_per_minute
    error_message = "requests_per_minute is not a whole number from 1 on."
  }
}

locals {
  name = "sidecar-injector"
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
  ingress    = "load-balancer"
  name       = local.name
  project_id = var.project_id
  region     = var.region
}

resource "google_project_service" "compute" {
  project            = var.project_id
  service            = "compute.googleapis.com"
  disable_on_destroy = false
}

resource "google_compute_region_network_endpoint_group" "function" {
  name                  = local.name
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = module.function.name
  }

  depends_on = [google_project_service.compute]
}

resource "google_compute_security_policy" "this" {
  #checkov:skip=CKV_GCP_73:Log4j is Java's, and behind this is Python alone
  name        = local.name
  description = "API servers alone, and no more than they need"

  rule {
    action      = "throttle"
    priority    = 1000
    description = "The API servers' addresses"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = var.allowed_ranges
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = var.requests_per_minute
        interval_sec = 60
      }
    }
  }

  rule {
    action      = "deny(403)"
    priority    = 2147483647
    description = "Everybody else"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [google_project_service.compute]
}

resource "google_compute_backend_service" "function" {
  name                  = local.name
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.this.id

  backend {
    group = google_compute_region_network_endpoint_group.function.id
  }

  # Its request logs would hold the path, and with it the token.
  log_config {
    enable = false
  }
}

resource "google_compute_url_map" "this" {
  name            = local.name
  default_service = google_compute_backend_service.function.id
}

resource "google_compute_managed_ssl_certificate" "this" {
  name = local.name

  managed {
    domains = [var.domain]
  }

  depends_on = [google_project_service.compute]
}

resource "google_compute_ssl_policy" "this" {
  name            = local.name
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"

  depends_on = [google_project_service.compute]
}

resource "google_compute_target_https_proxy" "this" {
  name             = local.name
  url_map          = google_compute_url_map.this.id
  ssl_certificates = [google_compute_managed_ssl_certificate.this.id]
  ssl_policy       = google_compute_ssl_policy.this.id
}

resource "google_compute_global_address" "this" {
  name = local.name

  depends_on = [google_project_service.compute]
}

resource "google_compute_global_forwarding_rule" "this" {
  name                  = local.name
  ip_address            = google_compute_global_address.this.id
  load_balancing_scheme = "EXTERNAL_MANAGED"
  port_range            = "443"
  target                = google_compute_target_https_proxy.this.id
}

resource "google_dns_record_set" "this" {
  for_each = toset(var.dns_zone[*])

  managed_zone = each.key
  name         = "${var.domain}."
  type         = "A"
  ttl          = 300
  rrdatas      = [google_compute_global_address.this.address]
}

module "webhook" {
  source = "../../modules/webhook"

  cluster = var.cluster_name
  token   = module.function.tokens[var.cluster_name]
  url     = "https://${var.domain}"

  # Its url says nothing of what has to be there before it, and until after it.
  depends_on = [
    google_compute_global_forwarding_rule.this,
    google_dns_record_set.this,
    module.function,
  ]
}

output "address" {
  description = "The load balancer's address, for the domain's A record."
  value       = google_compute_global_address.this.address
}
