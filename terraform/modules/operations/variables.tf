variable "channels" {
  description = "Notification channels of the alerts, projects/PROJECT/notificationChannels/ID. Without one alerts are shown and nobody is told."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for channel in var.channels : can(regex("^projects/[^/]+/notificationChannels/[^/]+$", channel))])
    error_message = "channels has one that is none, want projects/PROJECT/notificationChannels/ID."
  }
}

variable "exclude_request_logs" {
  description = "Whether the platform's request logs are dropped. They hold the path, and with it the token; the function's own lines tell more and hold no token."
  type        = bool
  default     = true
  nullable    = false
}

variable "function" {
  description = "The function's name, and the most instances that it may have."
  type = object({
    max_instances = number
    name          = string
  })
}

variable "labels" {
  description = "Labels of the alert policies and of the uptime check."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "project_id" {
  description = "The project that holds the function."
  type        = string
}

variable "runbook" {
  description = "Where your people read docs/operations.md; alerts link to its sections."
  type        = string
  default     = "docs/operations.md"
  nullable    = false

  validation {
    condition     = !can(regex("[#\\s]", var.runbook)) && var.runbook != ""
    error_message = "runbook is not a page that a section can be named in, want an address without # and spaces."
  }
}

variable "thresholds" {
  description = "From where on an alert fires."
  type = object({
    # The share of requests that are answered with 5xx.
    error_ratio = optional(number, 0.01)
    # Lines of severity ERROR in ten minutes.
    faults = optional(number, 0)
    # The share of the instances that there may be.
    instance_ratio = optional(number, 0.9)
    # The share of the webhook's timeout that the slowest hundredth takes.
    latency_ratio = optional(number, 0.5)
    # Calls with a wrong token in ten minutes.
    refused = optional(number, 10)
    # The share of the pods that are sent and skipped.
    skipped_ratio = optional(number, 0.9)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for name in ["error_ratio", "instance_ratio", "latency_ratio", "skipped_ratio"] :
      var.thresholds[name] > 0 && var.thresholds[name] <= 1
    ])
    error_message = "thresholds has a ratio that is not above 0 and at most 1."
  }
  validation {
    condition     = var.thresholds.faults >= 0 && var.thresholds.refused >= 0
    error_message = "thresholds has a number below 0."
  }
}

variable "uptime" {
  description = "A check that asks the function whether it is there, from several places of the world, and keeps an instance warm by that. Needs a function that all may invoke, or a load balancer's host."
  type = object({
    # Without https://.
    host           = string
    period_seconds = optional(number, 300)
  })
  default = null

  validation {
    condition     = var.uptime == null || can(regex("^[A-Za-z0-9.-]+$", var.uptime.host))
    error_message = "uptime.host is not the name of a host, want such as NAME-HASH-REGION.a.run.app without https://."
  }
  validation {
    condition     = var.uptime == null || contains([60, 300, 600, 900], try(var.uptime.period_seconds, 0))
    error_message = "uptime.period_seconds is not 60, 300, 600 or 900."
  }
}

variable "webhook_timeout_seconds" {
  description = "How long API servers wait for an answer, as the webhooks say."
  type        = number

  validation {
    condition     = contains(range(1, 31), var.webhook_timeout_seconds)
    error_message = "webhook_timeout_seconds is not a whole number from 1 to 30."
  }
}

variable "without" {
  description = "Alerts that are not wanted, by their names in docs/operations.md."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(setsubtract(var.without, ["error-ratio", "faults", "instances", "latency", "memory-differs", "refused", "skipped"])) == 0
    error_message = "without has a name that no alert has, want error-ratio, faults, instances, latency, memory-differs, refused or skipped."
  }
}
