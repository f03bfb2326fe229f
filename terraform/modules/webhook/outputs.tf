output "manifests" {
  description = "The webhook configurations as YAML, for clusters that something else manages. They hold the token."
  value       = join("---\n", [for manifest in local.manifests : yamlencode(manifest)])
  sensitive   = true
}

output "timeout_seconds" {
  description = "How long the API server waits for an answer."
  value       = var.webhook.timeout_seconds
}

output "url" {
  description = "What the API server calls, with the token."
  value       = local.urls.mutating
  sensitive   = true
}
