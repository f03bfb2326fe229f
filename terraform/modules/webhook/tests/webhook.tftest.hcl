mock_provider "kubernetes" {}

variables {
  cluster = "prod-eu"
  network = "eu"
  token   = "0123456789abcdefghijklmnopqrstuv"
  url     = "https://injector.example.com"
}

run "the_function_is_called_by_its_token_and_the_clusters_names" {
  command = apply

  assert {
    condition = alltrue([
      for webhook in kubernetes_manifest.webhook["mutating"].manifest.webhooks :
      webhook.clientConfig.url == "https://injector.example.com/t/0123456789abcdefghijklmnopqrstuv/inject/cluster/prod-eu/net/eu"
    ])
    error_message = "another address is called"
  }
  assert {
    condition     = issensitive(output.url) && issensitive(output.manifests)
    error_message = "the token is shown"
  }
  assert {
    condition     = keys(kubernetes_manifest.webhook) == ["mutating"]
    error_message = "the validating webhook was not asked for"
  }
}

run "by_default_a_pod_starts_without_the_function" {
  command = plan

  assert {
    condition = alltrue([
      for webhook in kubernetes_manifest.webhook["mutating"].manifest.webhooks :
      webhook.failurePolicy == "Ignore" && webhook.timeoutSeconds == 5 && webhook.sideEffects == "None" && webhook.reinvocationPolicy == "Never"
    ])
    error_message = "failure policy, timeout, side effects or reinvocation policy"
  }
  assert {
    condition = alltrue([
      for webhook in kubernetes_manifest.webhook["mutating"].manifest.webhooks :
      contains(one([for each in webhook.namespaceSelector.matchExpressions : each.values if each.key == "kubernetes.io/metadata.name"]), "kube-system")
    ])
    error_message = "kube-system is not excluded"
  }
  assert {
    condition     = !can(kubernetes_manifest.webhook["mutating"].manifest.webhooks[0].matchConditions) && !can(kubernetes_manifest.webhook["mutating"].manifest.webhooks[0].clientConfig.caBundle)
    error_message = "conditions or certificates that nobody asked for"
  }
}

run "what_was_changed_by_hand_is_drift" {
  command = plan

  assert {
    condition     = kubernetes_manifest.webhook["mutating"].computed_fields == tolist(["metadata.annotations", "metadata.labels"])
    error_message = "drift of other fields is not seen"
  }
  assert {
    condition     = kubernetes_manifest.webhook["mutating"].field_manager[0].force_conflicts
    error_message = "what was changed by hand stays"
  }
}

run "what_the_platform_adds_to_selectors_is_no_drift" {
  command = plan

  variables {
    webhook = { platform_edits_selectors = true }
  }

  assert {
    condition     = length([for field in kubernetes_manifest.webhook["mutating"].computed_fields : field if can(regex("^webhooks\\[[0-3]\\]\\.namespaceSelector$", field))]) == 4
    error_message = "not every webhook's selector"
  }
}

run "match_conditions_are_in_every_webhook" {
  command = plan

  variables {
    webhook = { match_conditions = [{ name = "b", expression = "true" }, { name = "a", expression = "1 == 1" }] }
  }

  assert {
    condition = alltrue([
      for webhook in kubernetes_manifest.webhook["mutating"].manifest.webhooks :
      jsonencode(webhook.matchConditions) == jsonencode(var.webhook.match_conditions)
    ])
    error_message = "other conditions, or in another order"
  }
}

run "the_validating_webhook_calls_another_endpoint" {
  command = apply

  variables {
    webhook = { validating = true, failure_policy = "Fail" }
  }

  assert {
    condition = alltrue([
      for webhook in kubernetes_manifest.webhook["validating"].manifest.webhooks :
      endswith(webhook.clientConfig.url, "/validate/cluster/prod-eu/net/eu") && !can(webhook.reinvocationPolicy) && webhook.failurePolicy == "Fail"
    ])
    error_message = "the validating webhooks"
  }
}

run "clusters_that_something_else_manages_get_the_manifests" {
  command = apply

  variables {
    register = false
    webhook  = { validating = true }
  }

  assert {
    condition     = length(kubernetes_manifest.webhook) == 0
    error_message = "something is registered"
  }
  assert {
    condition     = [for text in split("---\n", output.manifests) : yamldecode(text).kind] == ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]
    error_message = "the manifests are not there"
  }
}

run "a_private_authority_is_trusted" {
  command = plan

  variables {
    ca_certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
  }

  assert {
    condition     = kubernetes_manifest.webhook["mutating"].manifest.webhooks[0].clientConfig.caBundle == base64encode(var.ca_certificate)
    error_message = "caBundle"
  }
}
