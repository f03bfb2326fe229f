"""The annotations of pods that a release checks, and the kind of value of each."""

from injector.releases.release import Facts

ANNOTATIONS: Facts = {
    "sidecar.istio.io/interceptionMode": {"1.0": "way to intercept"},
    "status.sidecar.istio.io/port": {"1.0.3": "port"},
    "readiness.status.sidecar.istio.io/initialDelaySeconds": {"1.0.3": "number"},
    "readiness.status.sidecar.istio.io/periodSeconds": {"1.0.3": "number"},
    "readiness.status.sidecar.istio.io/failureThreshold": {"1.0.3": "number"},
    "readiness.status.sidecar.istio.io/applicationPorts": {
        "1.0.3": "ports or all",
        "1.5": None,
    },
    "traffic.sidecar.istio.io/includeOutboundIPRanges": {"1.0": "ranges or all"},
    "traffic.sidecar.istio.io/excludeOutboundIPRanges": {"1.0": "ranges"},
    "traffic.sidecar.istio.io/includeInboundPorts": {"1.0": "ports or all"},
    "traffic.sidecar.istio.io/excludeInboundPorts": {"1.0": "ports"},
    "traffic.sidecar.istio.io/excludeOutboundPorts": {"1.2": "ports"},
    "sidecar.istio.io/enableCoreDump": {"1.5": "boolean", "1.25": None},
    "prometheus.istio.io/merge-metrics": {"1.6": "boolean"},
    "istio.io/proxyConfig": {"1.6.0": "proxy configuration", "1.6.1": None},
    "proxy.istio.io/config": {"1.6.1": "proxy configuration"},
    "sidecar.istio.io/proxyCPU": {
        "1.3": "anything",
        "1.8": None,
        "1.27.6/1.28.4": "quantity",
    },
    "sidecar.istio.io/proxyMemory": {
        "1.3": "anything",
        "1.8": None,
        "1.27.6/1.28.4": "quantity",
    },
    "sidecar.istio.io/proxyCPULimit": {"1.27.6/1.28.4": "quantity"},
    "sidecar.istio.io/proxyMemoryLimit": {"1.27.6/1.28.4": "quantity"},
    "traffic.sidecar.istio.io/excludeInterfaces": {"1.30": "interfaces"},
    "traffic.sidecar.istio.io/kubevirtInterfaces": {
        "1.3": "anything",
        "1.8": None,
        "1.30": "interfaces",
    },
    "istio.io/reroute-virtual-interfaces": {"1.30": "interfaces"},
    "k8s.v1.cni.cncf.io/networks": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/bootstrapOverride": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/controlPlaneAuthPolicy": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/discoveryAddress": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/inject": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/proxyImage": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/rewriteAppHTTPProbers": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/statsInclusionPrefixes": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/statsInclusionRegexps": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/statsInclusionSuffixes": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/userVolume": {"1.3": "anything", "1.8": None},
    "sidecar.istio.io/userVolumeMount": {"1.3": "anything", "1.8": None},
}
"""In the order in which denials list them; ``anything`` is not checked."""
