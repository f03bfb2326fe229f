module "function" {
  source = "./modules/function"

  archive     = var.archive
  clusters    = { (var.cluster.name) = var.token_generation }
  config_file = var.config_file
  environment = var.environment
  function    = var.function
  invokers    = var.invokers
  kms_key     = var.kms_key
  labels      = var.labels
  name        = var.name
  project_id  = var.project_id
  region      = var.region
  validation  = var.validation
}

# It is made after the function, and goes before it.
module "webhook" {
  source = "./modules/webhook"

  cluster = var.cluster.name
  network = var.cluster.network
  token   = module.function.tokens[var.cluster.name]
  url     = module.function.url
  webhook = var.webhook
}

module "operations" {
  source   = "./modules/operations"
  for_each = { for key, operations in { this = var.operations } : key => operations if operations != null }

  channels             = each.value.channels
  exclude_request_logs = each.value.exclude_request_logs
  function             = { name = module.function.name, max_instances = module.function.max_instances }
  labels               = var.labels
  project_id           = var.project_id
  runbook              = each.value.runbook
  thresholds           = each.value.thresholds
  uptime = one([
    for seconds in each.value.uptime_period_seconds[*] :
    { host = trimprefix(module.function.url, "https://"), period_seconds = seconds }
  ])
  webhook_timeout_seconds = module.webhook.timeout_seconds
  without                 = each.value.without
}
