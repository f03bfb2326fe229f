"""The rules in the code of Istio's injector, and the values of each by release."""

from functools import lru_cache
from typing import Any

from injector.releases.release import Facts, Release, value_in

HISTORY: Facts = {
    # The configuration's form
    "has_template_map": {"1.9": True},
    "delimiters": {"1.0": ("[[", "]]"), "1.2": ("{{", "}}")},
    "has_values": {"1.2": True},
    # Decision
    "ignored_namespaces": {
        "1.0": ("kube-system", "kube-public"),
        "1.9": ("kube-system", "kube-public", "kube-node-lease", "local-path-storage"),
    },
    "fills_namespace": {"1.1": True},
    "inject_label": {"1.12": True},
    # Words for yes, in any case, all others mean no; later only "true" and "false"
    "inject_words": {"1.0": "y yes true on", "1.27": None},
    "selectors": {"1.1": True},
    # Workload: .DeploymentMeta is absent, the pod's metadata, or its workload's
    "workload": {"1.1": "pod", "1.3": "owner"},
    "workload_needs_template_hash": {"1.8": True},
    "cron_job_digits": {"1.6.10/1.7.2": (10, 10), "1.10": (8, 10)},
    "cron_job_api_version": {"1.0": "batch/v1beta1", "1.22": "batch/v1"},
    "deployment_config_label": {"1.12.1": True},
    "hides_deployment_config_label": {"1.12.1": True, "1.19": None},
    "rollout_label": {"1.22": True},
    "workload_metadata": {
        "1.0": "whole",
        "1.11": "without owners",
        "1.22": "name and namespace",
    },
    "workload_namespace": {"1.0": "request", "1.8": "pod"},
    # Checks of annotations; releases/annotations.py lists the annotations
    "interception_modes": {
        "1.0": ("REDIRECT", "TPROXY"),
        "1.1": ("REDIRECT", "TPROXY", "NONE"),
    },
    "strict_cidr_length": {"1.16": True},
    "checks_parent_shutdown": {"1.0": True, "1.17": None},
    "checks_status_port": {"1.11": True},
    "checks_custom_tags": {"1.13": True},
    "checks_private_key_provider": {"1.14": True},
    # Mesh configuration
    "mesh_zero_wins": {"1.7": True},
    "merges_proxy_metadata": {"1.10.3": True},
    "merges_proxy_headers": {"1.19.1": True},
    "merges_providers": {"1.11": True},
    "unites_trust_domain_aliases": {"1.12": True},
    "proxy_config_annotation": {
        "1.6.0": "istio.io/proxyConfig",
        "1.6.1": "proxy.istio.io/config",
    },
    "proxy_config_merge": {"1.0": "mesh", "1.13": "messages", "1.16.4/1.17.2": "json"},
    "mesh_shows_annotation": {"1.6.1": True, "1.13": None},
    # PROXY_CONFIG
    "hides_proxy_defaults": {"1.6": True},
    "hides_auth_and_termination_defaults": {"1.7": True},
    "hides_empty_proxy_metadata": {"1.9": True},
    "prints_empty_lists": {"1.0": True, "1.13": None},
    # Template data
    "shows_type": {"1.3": True},
    "shows_revision": {"1.9": True},
    "shows_estimated_concurrency": {"1.10.1": True, "1.18": None},
    "shows_proxy_image": {"1.13": True},
    "shows_init_image": {"1.31": True},
    "image_variant": {"1.22": True},
    "empty_image_type_hides_variant": {"1.0": True, "1.31": None},
    "shows_compliance_policy": {"1.19.8/1.20.4": True},
    "shows_proxy_ids": {"1.20": True},
    "shows_inbound_policy": {"1.22": True},
    "shows_native_sidecars": {"1.27": True},
    # Template functions
    "has_sprig": {"1.8": True},
    "no_duration": {"1.0": "1s", "1.14": "0s"},
    "ports_are_tcp": {"1.4": True},
    "multus_tolerates": {"1.9": True},
    "multus_splits_namespace": {"1.23.6/1.24.4/1.25.1": True},
    # Merging, to 1.8: the template renders a flat spec that is appended (istio/flat).
    # Other changes in 1.9 are in the code, not in rules: istio/flat, istio/pod/finish
    "merge": {"1.0": "append", "1.9": "strategic"},
    "rendered_dns_config": {"1.1": True},
    "renders_redirection": {"1.3": True, "1.8": None},
    "fills_api_defaults": {"1.0": True, "1.1": None},
    "fs_group": {
        "1.1": "token mount and path",
        "1.3": "path",
        "1.8": "unless switched off",
        "1.9": None,
    },
    "fs_group_replaces_context": {"1.0": True, "1.4.5": None},
    "concurrency_argument": {"1.1": True, "1.9": None},
    "mounts_service_account": {"1.1": True, "1.9": None},
    # Merging, from 1.9 on: the merge of Kubernetes' library in elements new to the pod
    "drops_new_nulls": {"1.14": True},
    "drops_new_directives": {"1.19": True},
    "injected_is_override": {"1.0": True, "1.17": None},
    "init_override_among_containers": {"1.19": True},
    "moves_native_override": {"1.19": True},
    "native_annotation": {"1.24": True},
    "user_ids": {"1.0": "kept", "1.20.1": "dropped", "1.20.7/1.21.3/1.22.1": "adopted"},
    # Path, cluster, network
    "path_form": {"1.6.1": "ends", "1.8": "pairs"},
    "path_env_form": {"1.10": True},
    "path_slashes": {"1.15": True},
    "sidecar_among_init_containers": {"1.19": True},
    # Registration
    "registers_by_namespace": {"1.0": True, "1.9": None},
    # Prometheus merge
    "merges_metrics": {"1.6": True},
    "metrics_pass_status_port": {"1.9": True},
    "metrics_spellings": {"1.13": True},
    "scrape_targets": {"1.31": True},
    "secure_metrics_port": {"1.31": True},
    # Probe rewriting
    "rewrites_probes": {"1.1": "template", "1.9": "values"},
    "rewrite_annotation": {"1.2": True},
    "rewrites_startup": {"1.7": True},
    "rewrites_lifecycle": {"1.25": True},
    "rewrites_tcp": {"1.12": True},
    "tcp_switch": {"1.12": True, "1.19": None},
    "rewrites_grpc": {"1.13": True},
    "rewrites_init_containers": {"1.19": True},
    "rewrites_scheme": {"1.2": True},
    "probe_port": {"1.0": "args", "1.6": "mesh"},
    "prober_form": {"1.0": "http_get", "1.5": "prober"},
    "empty_prober_env": {"1.0": True, "1.8": None},
    "probers_again": {"1.0": "append", "1.17": "merge", "1.27": "merge or append"},
    # Order, native sidecars
    "validation_first": {"1.6": True},
    "hold_from": {
        "1.0": (),
        "1.7": ("values",),
        "1.8": ("values", "mesh"),
        "1.9.0": ("values",),
        "1.9.1": ("values", "mesh"),
    },
    "native_sidecars": {"1.19": "bool", "1.27": "auto"},
    "native_sidecars_default": {"1.0": "false", "1.27": "auto"},
    # Metadata
    "status_revision": {"1.11": True},
    "injected_annotations": {"1.4": True},
    "tls_mode_label": {"1.4": True, "1.9": None},
    "canonical_labels": {"1.5": True, "1.9": None},
    "revision_label": {"1.6": True, "1.9": None},
    "network_label": {"1.8": "env", "1.9": "network"},
    # OpenShift
    "openshift": {"1.20": True},
    "openshift_cluster": {"1.0": "own", "1.22": "request"},
    "openshift_drops_ids": {"1.23.1": True},
    "openshift_init_containers": {"1.27": True},
    # kube-inject
    "kube_inject_is_webhook": {"1.8": True},
    "kube_inject_merges_metrics": {"1.7": True},
    "kube_inject_pull_secrets": {"1.6.3": True},
    "kube_inject_skips": {"1.2": "sidecar", "1.9": "status", "1.17": None},
}


@lru_cache(maxsize=512)
def rule(release: Release, name: str) -> Any:
    """Return the value of the rule *name* in *release*; None before its first step."""
    return value_in(HISTORY[name], release)
