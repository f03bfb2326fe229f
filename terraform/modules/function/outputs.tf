output "config_version" {
  description = "The version of the configuration's secret that is served; null for the bundled configuration."
  value       = one(values(google_secret_manager_secret_version.configuration)[*].name)
}

output "max_instances" {
  description = "How many instances there may be."
  value       = var.function.max_instances
}

output "name" {
  description = "The function's name, and that of the Cloud Run service behind it."
  value       = google_cloudfunctions2_function.this.name
}

output "service_account" {
  description = "The account that the function runs as."
  value       = google_service_account.function.email
}

output "tokens" {
  description = "Each cluster's path token, of its current generation."
  value       = { for cluster, generations in local.generations : cluster => random_password.token["${cluster}/${generations[0]}"].result }
  sensitive   = true
}

output "url" {
  description = "Where the function is, https://HOST. Who uses it waits until the function may be invoked."
  value       = google_cloudfunctions2_function.this.service_config[0].uri

  depends_on = [google_cloud_run_service_iam_member.invoker]
}
