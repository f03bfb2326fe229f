output "alerts" {
  description = "The names of the alert policies, by what they watch."
  value = merge(
    { for key, policy in google_monitoring_alert_policy.this : key => policy.name },
    { for policy in google_monitoring_alert_policy.uptime : "uptime" => policy.name },
  )
}

output "dashboard" {
  description = "The dashboard's id."
  value       = google_monitoring_dashboard.this.id
}
