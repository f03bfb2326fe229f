"""The fields of Istio's mesh configuration that differ between releases.

A step gives the type of a field in the form of ``istio/mesh/mesh_types.json``, which
lists the newest release, with the group after ``oneof``. Fields that are not listed
exist in all releases, or their first release does not matter.
"""

from collections.abc import Mapping

from injector.releases.release import Facts

FIELDS: Mapping[str, Facts] = {
    "MeshConfig": {
        "proxyInboundListenPort": {"1.18": "int32"},
        "inboundTrafficPolicy": {"1.22": "message InboundTrafficPolicy"},
        "extensionProviders": {"1.11": "list message ExtensionProvider"},
        "defaultProviders": {"1.11": "message DefaultProviders"},
        "mixerCheckServer": {"1.0": "string", "1.8": None},
        "mixerReportServer": {"1.0": "string", "1.8": None},
        "disablePolicyChecks": {"1.0": "bool", "1.8": None},
        "policyCheckFailOpen": {"1.0": "bool", "1.8": None},
        "rdsRefreshDelay": {"1.0": "Duration", "1.8": None},
        "sdsRefreshDelay": {"1.0": "Duration", "1.8": None},
        "sdsUdsPath": {"1.0": "string", "1.8": None},
        "enableSdsTokenMount": {"1.0": "bool", "1.8": None},
        "authPolicy": {"1.0": "enum AuthPolicy", "1.8": None},
        "thriftConfig": {"1.0": "message ThriftConfig", "1.17": None},
    },
    "ProxyConfig": {
        "proxyMetadata": {"1.5": "map string"},
        "statusPort": {"1.6": "int32"},
        "extraStatTags": {"1.6": "list string"},
        "gatewayTopology": {"1.6": "message Topology"},
        "terminationDrainDuration": {"1.7": "Duration"},
        "meshId": {"1.7": "string"},
        "readinessProbe": {"1.8": "message ReadinessProbe"},
        "proxyStatsMatcher": {"1.8": "message ProxyStatsMatcher"},
        "holdApplicationUntilProxyStarts": {"1.8": "BoolValue"},
        "caCertificatesPem": {"1.9": "list string"},
        "tracingServiceName": {"1.13": "enum TracingServiceName oneof cluster_name"},
        "runtimeValues": {"1.13": "map string"},
        "image": {"1.12": "message ProxyImage"},
        "privateKeyProvider": {"1.14": "message PrivateKeyProvider"},
        "proxyHeaders": {"1.19": "message ProxyHeaders"},
        "fileFlushInterval": {"1.30": "Duration"},
        "fileFlushMinSizeKb": {"1.30": "uint32"},
        "statsCompression": {"1.30": "BoolValue"},
        "connectionSettings": {"1.31": "message ConnectionSettings"},
        "parentShutdownDuration": {"1.0": "Duration", "1.17": None},
        "connectTimeout": {"1.0": "Duration", "1.6": None},
        "concurrency": {"1.0": "int32", "1.7": "Int32Value"},
        "serviceCluster": {"1.0": "string", "1.13": "string oneof cluster_name"},
    },
    "ClientTLSSettings": {
        "credentialName": {"1.7": "string"},
        "insecureSkipVerify": {"1.9": "BoolValue"},
        "caCrl": {"1.9": "string"},
    },
    "Topology": {
        "proxyProtocol": {"1.9": "message Topology.ProxyProtocolConfiguration"},
    },
    "Tracing": {
        "customTags": {"1.6": "map message Tracing.CustomTag"},
        "maxPathTagLength": {"1.6": "uint32"},
        "sampling": {"1.6": "double"},
        "tlsSettings": {"1.6": "message ClientTLSSettings"},
        "openCensusAgent": {"1.7": "message Tracing.OpenCensusAgent oneof tracer"},
        "enableIstioTags": {"1.9": "BoolValue"},
    },
}

FOLLOWED: Mapping[str, str] = {
    "drainDuration": "parentShutdownDuration",
    "zipkinAddress": "connectTimeout",
}
"""Fields, each with the former one after it; others come last in their message."""
