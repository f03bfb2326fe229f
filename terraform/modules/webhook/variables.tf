variable "ca_certificate" {
  description = "Certificates that the API server trusts in place of those of public authorities, PEM. Leave it out for the function's own address: the cloud renews its certificate."
  type        = string
  default     = null

  validation {
    condition     = var.ca_certificate == null || can(regex("-----BEGIN CERTIFICATE-----", var.ca_certificate))
    error_message = "ca_certificate is no PEM certificate, want text that holds -----BEGIN CERTIFICATE-----."
  }
}

variable "cluster" {
  description = "The name of the cluster that calls, as Istio calls it. The token must be this cluster's."
  type        = string
  default     = null

  validation {
    condition     = var.cluster == null || can(regex("^[A-Za-z0-9_-][A-Za-z0-9_.-]*$", var.cluster))
    error_message = "cluster is not a name that a path can hold, want letters, digits and _ . - only."
  }
}

variable "network" {
  description = "The name of the cluster's network, as Istio calls it."
  type        = string
  default     = null

  validation {
    condition     = var.network == null || can(regex("^[A-Za-z0-9_-][A-Za-z0-9_.-]*$", var.network))
    error_message = "network is not a name that a path can hold, want letters, digits and _ . - only."
  }
}

variable "register" {
  description = "Whether the webhooks are put into the cluster. Without it they are an output only, for clusters that something else manages."
  type        = bool
  default     = true
  nullable    = false
}

variable "token" {
  description = "The token in the path, one of those that the function knows for this cluster. Without it the function must be open to everybody."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.token == null || can(regex("^[A-Za-z0-9_-]{22,}$", var.token))
    error_message = "token is none, want 22 or more of the characters A-Z a-z 0-9 _ -."
  }
}

variable "url" {
  description = "Where the function is, https://HOST."
  type        = string

  validation {
    condition     = can(regex("^https://[^/?#@]+/?$", var.url))
    error_message = "url is not where a function is, want https://HOST without a path, @, ? or #."
  }
}

variable "webhook" {
  description = "Which pods are sent and what becomes of them if the function does not answer, in Istio's words."
  type = object({
    # Only the namespace is asked, as Istio's releases before 1.9 did.
    by_namespace = optional(bool, false)
    # Pods are sent too that neither they nor their namespace say a word of.
    enable_namespaces_by_default = optional(bool, false)
    excluded_namespaces = optional(list(string), [
      "kube-node-lease", "kube-public", "kube-system", "local-path-storage",
    ])
    failure_policy   = optional(string, "Ignore")
    match_conditions = optional(list(object({ name = string, expression = string })), [])
    # The platform adds to the namespace selectors, and that is no drift.
    platform_edits_selectors = optional(bool, false)
    reinvocation_policy      = optional(string, "Never")
    revision                 = optional(string, "default")
    timeout_seconds          = optional(number, 5)
    # The webhook that checks pods after all mutations is registered too.
    validating = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for name in var.webhook.excluded_namespaces : can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", name))
    ])
    error_message = "webhook.excluded_namespaces are not all names of namespaces, want small letters, digits and - only."
  }
  validation {
    condition     = contains(["Fail", "Ignore"], var.webhook.failure_policy)
    error_message = "webhook.failure_policy is neither Ignore nor Fail."
  }
  validation {
    condition     = var.webhook.failure_policy != "Fail" || contains(var.webhook.excluded_namespaces, "kube-system")
    error_message = "webhook.failure_policy is Fail and webhook.excluded_namespaces lacks kube-system: while the function is away the cluster could not start its own pods."
  }
  validation {
    condition     = length(var.webhook.match_conditions) <= 64
    error_message = "webhook.match_conditions are more than the 64 that an API server takes."
  }
  validation {
    condition = alltrue([
      for condition in var.webhook.match_conditions :
      can(regex("^([a-z0-9.-]+/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", condition.name)) && trimspace(condition.expression) != ""
    ])
    error_message = "webhook.match_conditions have one without a name of letters, digits and - _ . or without an expression."
  }
  validation {
    condition     = length(distinct(var.webhook.match_conditions[*].name)) == length(var.webhook.match_conditions)
    error_message = "webhook.match_conditions have two of the same name."
  }
  validation {
    condition     = contains(["IfNeeded", "Never"], var.webhook.reinvocation_policy)
    error_message = "webhook.reinvocation_policy is neither Never nor IfNeeded."
  }
  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.webhook.revision))
    error_message = "webhook.revision is not the name of a revision, want small letters, digits and - only."
  }
  validation {
    condition     = contains(range(1, 31), var.webhook.timeout_seconds)
    error_message = "webhook.timeout_seconds is not a whole number from 1 to 30."
  }
}
