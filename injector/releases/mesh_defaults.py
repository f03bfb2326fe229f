"""The default mesh configuration of each release."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from injector.releases.release import Facts, Release, holding

PROXY: Facts = {
    "configPath": {"1.0": "/etc/istio/proxy", "1.6": "./etc/istio/proxy"},
    "binaryPath": {"1.0": "/usr/local/bin/envoy"},
    "serviceCluster": {"1.0": "istio-proxy"},
    "drainDuration": {"1.0": "2s", "1.1": "45s"},
    "parentShutdownDuration": {"1.0": "3s", "1.1": "60s", "1.17": None},
    "discoveryAddress": {
        "1.0": "istio-pilot:15007",
        "1.1": "istio-pilot:15010",
        "1.6": "istiod.istio-system.svc:15012",
    },
    "discoveryRefreshDelay": {"1.0": "1s", "1.1": None},
    "connectTimeout": {"1.0": "1s", "1.6": None},
    "proxyAdminPort": {"1.0": 15000},
    "controlPlaneAuthPolicy": {"1.7": "MUTUAL_TLS"},
    "statNameLength": {"1.1": 189},
    "concurrency": {"1.6": 2, "1.18": None},
    "tracing": {
        "1.6": {"zipkin": {"address": "zipkin.istio-system:9411"}},
        "1.22": None,
    },
    "envoyAccessLogService": {"1.3": {}, "1.9": None},
    "envoyMetricsService": {"1.3": {}, "1.9": None},
    "statusPort": {"1.6": 15020},
    "terminationDrainDuration": {"1.7": "5s"},
}

ENVOY = {"name": "envoy", "envoyFileAccessLog": {"path": "/dev/stdout"}}

MESH: Facts = {
    "proxyListenPort": {"1.0": 15001},
    "proxyInboundListenPort": {"1.18": 15006},
    "connectTimeout": {"1.0": "1s", "1.6": "10s"},
    "protocolDetectionTimeout": {"1.3": "0.100s", "1.6.5": "5s", "1.8": "0s"},
    "ingressClass": {"1.0": "istio"},
    "ingressService": {"1.1": "istio-ingressgateway"},
    "ingressControllerMode": {"1.0": "STRICT"},
    "enableTracing": {"1.0": True},
    "accessLogFile": {"1.0": "/dev/stdout", "1.6": None},
    "outboundTrafficPolicy": {"1.1": {"mode": "ALLOW_ANY"}},
    "inboundTrafficPolicy": {"1.22": {}},
    "enableAutoMtls": {"1.4": False, "1.6": True},
    "trustDomain": {"1.6": "cluster.local"},
    "defaultServiceExportTo": {"1.1": ["*"]},
    "defaultVirtualServiceExportTo": {"1.1": ["*"]},
    "defaultDestinationRuleExportTo": {"1.1": ["*"]},
    "rootNamespace": {"1.1": "istio-system"},
    "localityLbSetting": {"1.6": {"enabled": True}},
    "dnsRefreshRate": {"1.1": "5s", "1.14": "60s"},
    "enablePrometheusMerge": {"1.18": True},
    "extensionProviders": {
        "1.11": [ENVOY],
        "1.12": [
            {"name": "prometheus", "prometheus": {}},
            {"name": "stackdriver", "stackdriver": {}},
            ENVOY,
        ],
    },
    "defaultProviders": {"1.11": {"accessLogging": ["envoy"]}, "1.12": {}},
    "rdsRefreshDelay": {"1.0": "1s", "1.1": None},
    "sdsRefreshDelay": {"1.0": "15s", "1.1": None},
    "disablePolicyChecks": {"1.1": True, "1.8": None},
    "sdsUdsPath": {"1.6": "unix:./etc/istio/proxy/SDS", "1.8": None},
    "thriftConfig": {"1.6": {}, "1.17": None},
}


@lru_cache(maxsize=64)
def proxy(release: Release) -> Mapping[str, Any]:
    """Return the ProxyConfig of *release*; do not change it."""
    return holding(PROXY, release)


@lru_cache(maxsize=64)
def mesh(release: Release) -> Mapping[str, Any]:
    """Return the MeshConfig of *release*, with ProxyConfig; do not change it."""
    return {**holding(MESH, release), "defaultConfig": proxy(release)}
