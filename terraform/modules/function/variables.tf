variable "archive" {
  description = "A zip that `make package` made. Without it Terraform makes one of the same files."
  type        = string
  default     = null

  validation {
    condition     = var.archive == null || try(fileexists(var.archive) && endswith(var.archive, ".zip"), false)
    error_message = "archive is not the path of a zip: run `make package`, or leave it out."
  }
}

variable "clusters" {
  description = "The clusters that may call, by the names that their paths have, each with the generation of its path token. One more makes a new token, and the one before stays valid until the next."
  type        = map(number)

  validation {
    condition     = length(var.clusters) > 0
    error_message = "clusters is empty: without a cluster there is no path token, and everybody could call."
  }
  validation {
    condition     = alltrue([for name in keys(var.clusters) : can(regex("^[A-Za-z0-9_-][A-Za-z0-9_.-]*$", name))])
    error_message = "clusters has a name that a path cannot hold, want letters, digits and _ . - only."
  }
  validation {
    condition     = alltrue([for generation in values(var.clusters) : generation >= 1 && floor(generation) == generation])
    error_message = "clusters has a generation that is not a whole number from 1 on."
  }
}

variable "config_file" {
  description = "The injector's configuration: YAML, or what `injector pack` made of it (.gz). Without it the bundled one is served, Istio's data plane."
  type        = string
  default     = null

  validation {
    condition     = var.config_file == null || try(fileexists(var.config_file), false)
    error_message = "config_file is not the path of a file."
  }
  validation {
    condition = alltrue([
      for template in try(values(yamldecode(file(var.config_file)).templates), []) : !can(template.file)
    ])
    error_message = "config_file has templates in files of their own, and nothing lies beside a secret: name what `python -m injector pack --config FILE -o FILE.gz` makes of it."
  }
}

variable "environment" {
  description = "More environment variables of the function: features such as ENABLE_NATIVE_SIDECARS, and those of functions-framework."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = length(setintersection(keys(var.environment), [
      "CONFIG_FILE", "CONFIG_SECRET", "FUNCTION_TARGET", "GOOGLE_CLOUD_PROJECT", "LOG_EXECUTION_ID",
      "PATH_TOKENS", "PORT", "THREADED_TIMEOUT_ENABLED", "THREADS", "VALIDATION",
    ])) == 0
    error_message = "environment has a variable that the module sets itself or that must not be set, see its README."
  }
}

variable "function" {
  description = "The size of an instance, and how many there may be."
  type = object({
    # Requests that an instance works on at once, each with a thread of its own.
    concurrency = optional(number, 40)
    cpu         = optional(number, 1)
    # The ceiling of what can be served and of what it can cost.
    max_instances = optional(number, 10)
    memory        = optional(string, "512Mi")
    # One that is always there spares the first pod after a pause a cold start.
    min_instances   = optional(number, 1)
    runtime         = optional(string, "python314")
    timeout_seconds = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.function.concurrency >= 1 && var.function.concurrency <= 1000 && floor(var.function.concurrency) == var.function.concurrency
    error_message = "function.concurrency is not a whole number from 1 to 1000."
  }
  validation {
    condition     = contains([1, 2, 4, 6, 8], var.function.cpu) || (var.function.cpu >= 0.08 && var.function.cpu < 1)
    error_message = "function.cpu is not 1, 2, 4, 6 or 8, or from 0.08 to below 1."
  }
  validation {
    condition     = var.function.cpu >= 1 || var.function.concurrency == 1
    error_message = "function.concurrency is above 1 with function.cpu below 1, which the platform refuses: raise the CPU to 1, or set the concurrency to 1."
  }
  validation {
    condition     = var.function.max_instances >= 1 && var.function.max_instances <= 1000 && floor(var.function.max_instances) == var.function.max_instances
    error_message = "function.max_instances is not a whole number from 1 to 1000."
  }
  validation {
    condition     = can(regex("^[1-9][0-9]*(Mi|Gi|M|G)$", var.function.memory))
    error_message = "function.memory is not a quantity such as 512Mi or 1Gi."
  }
  validation {
    condition     = var.function.min_instances >= 0 && floor(var.function.min_instances) == var.function.min_instances && var.function.min_instances <= var.function.max_instances
    error_message = "function.min_instances is not a whole number from 0 to function.max_instances."
  }
  validation {
    condition     = contains(["python311", "python312", "python313", "python314"], var.function.runtime)
    error_message = "function.runtime is not one that the injector runs on: python311, python312, python313 or python314."
  }
  validation {
    condition     = contains(range(1, 61), var.function.timeout_seconds)
    error_message = "function.timeout_seconds is not a whole number from 1 to 60; no API server waits for longer than 30."
  }
}

variable "ingress" {
  description = "Where requests may come from: all, or load-balancer (one of the project's, with an address allow-list before it)."
  type        = string
  default     = "all"
  nullable    = false

  validation {
    condition     = contains(["all", "load-balancer"], var.ingress)
    error_message = "ingress is neither all nor load-balancer; internal is none: to the platform an API server is not internal."
  }
}

variable "invokers" {
  description = "Who may invoke the function as far as the platform asks: [\"allUsers\"], since API servers present no credentials, or [] for nobody until an operator says otherwise. Path tokens are asked for in any case."
  type        = list(string)
  default     = ["allUsers"]
  nullable    = false

  validation {
    condition = alltrue([
      for member in var.invokers : can(regex("^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group|domain|principal|principalSet):.+)$", member))
    ])
    error_message = "invokers has one that is no member of a policy, want allUsers, or such as serviceAccount:NAME@PROJECT.iam.gserviceaccount.com."
  }
}

variable "kms_key" {
  description = "A key of your own, of the same region, for source, images and secrets. The service agents need its use before: docs/deploy.md."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key == null || can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "kms_key is not a key of the function's region, want projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY."
  }
}

variable "labels" {
  description = "Labels of all that can have some."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for key, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))
    ])
    error_message = "labels has a key or a value that the cloud refuses, want small letters, digits, _ and -, at most 63."
  }
}

variable "name" {
  description = "The function's name; the names of all else begin with it."
  type        = string
  default     = "sidecar-injector"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{4,22})[a-z0-9]$", var.name))
    error_message = "name is not 6 to 24 small letters, digits and -, beginning with a letter: service accounts take no other."
  }
}

variable "project_id" {
  description = "The project that holds the function."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id is not the id of a project, want 6 to 30 small letters, digits and -."
  }
}

variable "region" {
  description = "The function's region. Near to the clusters: each new pod waits for the answer."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "region is not one, want such as europe-west1."
  }
}

variable "validation" {
  description = "What the validating webhook does with a pod that lacks its sidecars: warn or deny."
  type        = string
  default     = "warn"
  nullable    = false

  validation {
    condition     = contains(["deny", "warn"], var.validation)
    error_message = "validation is neither warn nor deny."
  }
}
