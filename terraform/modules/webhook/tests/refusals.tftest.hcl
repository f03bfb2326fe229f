mock_provider "kubernetes" {}

variables {
  url = "https://injector.example.com"
}

run "refuses_certificates_that_are_none" {
  command = plan

  variables {
    ca_certificate = "ca.pem"
  }
  expect_failures = [var.ca_certificate]
}

run "refuses_a_cluster_that_no_path_can_hold" {
  command = plan

  variables {
    cluster = "prod/eu"
  }
  expect_failures = [var.cluster]
}

run "refuses_a_network_that_no_path_can_hold" {
  command = plan

  variables {
    network = ".."
  }
  expect_failures = [var.network]
}

run "refuses_a_token_that_can_be_guessed" {
  command = plan

  variables {
    token = "secret"
  }
  expect_failures = [var.token]
}

run "refuses_an_address_without_tls" {
  command = plan

  variables {
    url = "http://injector.example.com"
  }
  expect_failures = [var.url]
}

run "refuses_an_address_with_a_path" {
  command = plan

  variables {
    url = "https://injector.example.com/inject"
  }
  expect_failures = [var.url]
}

run "refuses_an_address_with_a_query" {
  command = plan

  variables {
    url = "https://injector.example.com?a=b"
  }
  expect_failures = [var.url]
}

run "refuses_a_namespace_that_can_be_none" {
  command = plan

  variables {
    webhook = { excluded_namespaces = ["kube-system", "Kube System"] }
  }
  expect_failures = [var.webhook]
}

run "refuses_a_word_that_is_no_failure_policy" {
  command = plan

  variables {
    webhook = { failure_policy = "Ignored" }
  }
  expect_failures = [var.webhook]
}

run "refuses_to_stand_before_the_clusters_own_pods" {
  command = plan

  variables {
    webhook = { failure_policy = "Fail", excluded_namespaces = ["kube-public"] }
  }
  expect_failures = [var.webhook]
}

run "refuses_more_conditions_than_an_api_server_takes" {
  command = plan

  variables {
    webhook = { match_conditions = [for n in range(65) : { name = "n${n}", expression = "true" }] }
  }
  expect_failures = [var.webhook]
}

run "refuses_a_condition_without_a_name" {
  command = plan

  variables {
    webhook = { match_conditions = [{ name = "", expression = "true" }] }
  }
  expect_failures = [var.webhook]
}

run "refuses_a_condition_without_an_expression" {
  command = plan

  variables {
    webhook = { match_conditions = [{ name = "empty", expression = " " }] }
  }
  expect_failures = [var.webhook]
}

run "refuses_two_conditions_of_one_name" {
  command = plan

  variables {
    webhook = { match_conditions = [{ name = "a", expression = "true" }, { name = "a", expression = "false" }] }
  }
  expect_failures = [var.webhook]
}

run "refuses_a_word_that_is_no_reinvocation_policy" {
  command = plan

  variables {
    webhook = { reinvocation_policy = "Always" }
  }
  expect_failures = [var.webhook]
}

run "refuses_a_revision_in_capitals" {
  command = plan

  variables {
    webhook = { revision = "Canary" }
  }
  expect_failures = [var.webhook]
}

run "refuses_no_time_at_all" {
  command = plan

  variables {
    webhook = { timeout_seconds = 0 }
  }
  expect_failures = [var.webhook]
}

run "refuses_more_time_than_an_api_server_waits" {
  command = plan

  variables {
    webhook = { timeout_seconds = 31 }
  }
  expect_failures = [var.webhook]
}

run "refuses_half_a_second" {
  command = plan

  variables {
    webhook = { timeout_seconds = 2.5 }
  }
  expect_failures = [var.webhook]
}
