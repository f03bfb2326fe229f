output "config_version" {
  description = "The version of the configuration's secret that is served; null for the bundled configuration."
  value       = module.function.config_version
}

output "manifests" {
  description = "The webhook configurations as YAML. They hold the path token."
  value       = module.webhook.manifests
  sensitive   = true
}

output "name" {
  description = "The function's name, and that of the Cloud Run service behind it."
  value       = module.function.name
}

output "service_account" {
  description = "The account that the function runs as."
  value       = module.function.service_account
}

output "url" {
  description = "Where the function is, without a path."
  value       = module.function.url
}
