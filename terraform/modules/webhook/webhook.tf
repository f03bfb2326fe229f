# The same webhooks as `python -m injector webhook` prints; a test compares the two.

locals {
  name   = "serverless-sidecar-injector"
  domain = "sidecar-injector.internal"

  is_default = var.webhook.revision == "default"

  base  = "${trimsuffix(var.url, "/")}${var.token == null ? "" : "/t/${var.token}"}"
  where = "${var.cluster == null ? "" : "/cluster/${var.cluster}"}${var.network == null ? "" : "/net/${var.network}"}"
  urls = {
    mutating   = "${local.base}/inject${local.where}"
    validating = "${local.base}/validate${local.where}"
  }

  # What a namespace or a pod may say.
  enabled       = { key = "istio-injection", operator = "In", values = ["enabled"] }
  no_injection  = { key = "istio-injection", operator = "DoesNotExist" }
  not_disabled  = { key = "istio-injection", operator = "NotIn", values = ["disabled"] }
  this_revision = { key = "istio.io/rev", operator = "In", values = [var.webhook.revision] }
  no_revision   = { key = "istio.io/rev", operator = "DoesNotExist" }
  no_word       = { key = "sidecar.istio.io/inject", operator = "DoesNotExist" }
  not_refused   = { key = "sidecar.istio.io/inject", operator = "NotIn", values = ["false"] }
  requested     = { key = "sidecar.istio.io/inject", operator = "In", values = ["true"] }

  not_excluded = [
    for names in [var.webhook.excluded_namespaces] :
    { key = "kubernetes.io/metadata.name", operator = "NotIn", values = names }
    if length(names) > 0
  ]

  # No pod can match two of these.
  by_label = [
    {
      name      = "rev.namespace"
      exists    = true
      namespace = [local.this_revision, local.no_injection]
      pod       = [local.not_refused]
    },
    {
      name      = "rev.object"
      exists    = true
      namespace = [local.no_revision, local.no_injection]
      pod       = [local.not_refused, local.this_revision]
    },
    {
      name      = "namespace"
      exists    = local.is_default
      namespace = [local.enabled]
      pod       = [local.not_refused]
    },
    {
      name      = "object"
      exists    = local.is_default
      namespace = [local.no_revision, local.no_injection]
      pod       = [local.requested, local.no_revision]
    },
    {
      name      = "auto"
      exists    = local.is_default && var.webhook.enable_namespaces_by_default
      namespace = [local.no_revision, local.no_injection]
      pod       = [local.no_word, local.no_revision]
    },
  ]

  by_namespace = {
    labels      = { for key in ["istio-injection"] : key => "enabled" if !var.webhook.enable_namespaces_by_default }
    expressions = concat([for each in [local.not_disabled] : each if var.webhook.enable_namespaces_by_default], local.not_excluded)
  }

  selectors = concat(
    [
      for each in local.by_label : {
        name = each.name
        selectors = {
          namespaceSelector = { matchExpressions = concat(each.namespace, local.not_excluded) }
          objectSelector    = { matchExpressions = each.pod }
        }
      } if each.exists && !var.webhook.by_namespace
    ],
    [
      for each in [local.by_namespace] : {
        name = "namespace"
        selectors = {
          namespaceSelector = merge(
            { for key, value in { matchLabels = each.labels } : key => value if length(value) > 0 },
            { for key, value in { matchExpressions = each.expressions } : key => value if length(value) > 0 },
          )
        }
      } if var.webhook.by_namespace
    ],
  )

  manifests = {
    for type, url in local.urls : type => {
      apiVersion = "admissionregistration.k8s.io/v1"
      kind       = "${title(type)}WebhookConfiguration"
      metadata = {
        name = local.is_default ? local.name : "${local.name}-${var.webhook.revision}"
        labels = {
          "app.kubernetes.io/name" = local.name
          # Istio's own label, istio.io/rev, would make istioctl change the selectors.
          "${local.domain}/revision" = var.webhook.revision
        }
      }
      webhooks = [
        for each in local.selectors : merge(
          {
            name                    = "${each.name}.${local.domain}"
            admissionReviewVersions = ["v1"]
            clientConfig = merge(
              { url = url },
              { for key, pem in { caBundle = var.ca_certificate } : key => base64encode(pem) if pem != null },
            )
            rules = [{
              apiGroups   = [""]
              apiVersions = ["v1"]
              operations  = ["CREATE"]
              resources   = ["pods"]
              scope       = "Namespaced"
            }]
            failurePolicy  = var.webhook.failure_policy
            sideEffects    = "None"
            timeoutSeconds = var.webhook.timeout_seconds
          },
          each.selectors,
          { for key, policy in { reinvocationPolicy = var.webhook.reinvocation_policy } : key => policy if type == "mutating" },
          { for key, conditions in { matchConditions = var.webhook.match_conditions } : key => conditions if length(conditions) > 0 },
        )
      ]
    } if type == "mutating" || var.webhook.validating
  }
}

# The typed resources lack match conditions, so it is the manifest itself that is planned.
resource "kubernetes_manifest" "webhook" {
  for_each = toset(var.register ? (var.webhook.validating ? ["mutating", "validating"] : ["mutating"]) : [])

  manifest = local.manifests[each.key]

  computed_fields = concat(
    ["metadata.annotations", "metadata.labels"],
    var.webhook.platform_edits_selectors ? [for index, _ in local.selectors : "webhooks[${index}].namespaceSelector"] : [],
  )

  field_manager {
    name = "terraform-sidecar-injector"
    # What was changed by hand is changed back.
    force_conflicts = true
  }

  lifecycle {
    # Of another revision the new webhooks are there before the old ones go.
    create_before_destroy = true
  }
}
