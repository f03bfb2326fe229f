variable "archive" {
  description = "A zip that `make package` made. Without it Terraform makes one of the same files."
  type        = string
  default     = null
}

variable "cluster" {
  description = "The cluster whose pods are injected: a GKE cluster by name, or any cluster that a kubeconfig knows. Its name and network are those that Istio calls it by."
  type = object({
    name    = string
    network = optional(string)
    gke = optional(object({
      name       = string
      location   = string
      project_id = optional(string)
    }))
    kubeconfig = optional(object({
      path    = string
      context = optional(string)
    }))
  })

  validation {
    condition     = (var.cluster.gke == null) != (var.cluster.kubeconfig == null)
    error_message = "cluster has both gke and kubeconfig, or neither: want one of them."
  }
  validation {
    condition     = var.cluster.kubeconfig == null || try(fileexists(pathexpand(var.cluster.kubeconfig.path)), false)
    error_message = "cluster.kubeconfig.path is not the path of a file."
  }
}

variable "config_file" {
  description = "The injector's configuration: YAML, or what `injector pack` made of it (.gz). Without it the bundled one is served, Istio's data plane."
  type        = string
  default     = null
}

variable "environment" {
  description = "More environment variables of the function: features such as ENABLE_NATIVE_SIDECARS."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "function" {
  description = "The size of an instance, and how many there may be; defaults are those of modules/function."
  type = object({
    concurrency     = optional(number)
    cpu             = optional(number)
    max_instances   = optional(number)
    memory          = optional(string)
    min_instances   = optional(number)
    runtime         = optional(string)
    timeout_seconds = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = coalesce(var.function.timeout_seconds, 30) >= coalesce(var.webhook.timeout_seconds, 5)
    error_message = "function.timeout_seconds is below webhook.timeout_seconds: requests would be cut off that an API server still waits for."
  }
}

variable "invokers" {
  description = "Who may invoke the function as far as the platform asks: [\"allUsers\"], since API servers present no credentials, or [] for nobody until an operator says otherwise: docs/deploy.md. Path tokens are asked for in any case."
  type        = list(string)
  default     = ["allUsers"]
  nullable    = false
}

variable "kms_key" {
  description = "A key of your own, of the same region, for source, images and secrets: docs/deploy.md."
  type        = string
  default     = null
}

variable "labels" {
  description = "Labels of all that can have some."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "name" {
  description = "The function's name; the names of all else begin with it."
  type        = string
  default     = "sidecar-injector"
  nullable    = false
}

variable "operations" {
  description = "Dashboard, alerts, metrics of the log, and no request logs; null for none of it. With uptime_period_seconds the function is asked from outside whether it is there, which keeps an instance warm."
  type = object({
    channels              = optional(list(string), [])
    exclude_request_logs  = optional(bool, true)
    runbook               = optional(string)
    uptime_period_seconds = optional(number)
    without               = optional(list(string), [])
    thresholds = optional(object({
      error_ratio    = optional(number)
      faults         = optional(number)
      instance_ratio = optional(number)
      latency_ratio  = optional(number)
      refused        = optional(number)
      skipped_ratio  = optional(number)
    }), {})
  })
  default = {}

  validation {
    condition     = try(var.operations.uptime_period_seconds, null) == null || contains(var.invokers, "allUsers")
    error_message = "operations.uptime_period_seconds asks for a check from outside, and invokers does not let everybody in."
  }
}

variable "project_id" {
  description = "The project that holds the function."
  type        = string
}

variable "region" {
  description = "The function's region. Near to the cluster: each new pod waits for the answer."
  type        = string
}

variable "token_generation" {
  description = "One more makes a new path token; the one before stays valid until the next."
  type        = number
  default     = 1
  nullable    = false
}

variable "validation" {
  description = "What the validating webhook does with a pod that lacks its sidecars: warn or deny."
  type        = string
  default     = "warn"
  nullable    = false

  validation {
    condition     = var.validation != "deny" || coalesce(var.webhook.validating, false)
    error_message = "validation is deny and webhook.validating is not true: nobody would ask."
  }
}

variable "webhook" {
  description = "Which pods are sent and what becomes of them if the function does not answer, in Istio's words; defaults are those of modules/webhook."
  type = object({
    by_namespace                 = optional(bool)
    enable_namespaces_by_default = optional(bool)
    excluded_namespaces          = optional(list(string))
    failure_policy               = optional(string)
    match_conditions             = optional(list(object({ name = string, expression = string })))
    platform_edits_selectors     = optional(bool)
    reinvocation_policy          = optional(string)
    revision                     = optional(string)
    timeout_seconds              = optional(number)
    validating                   = optional(bool)
  })
  default  = {}
  nullable = false
}
