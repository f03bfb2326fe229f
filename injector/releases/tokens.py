"""Texts in Istio's templates by which the release is inferred."""

from injector.releases.release import Facts

FORMS: Facts = {
    "[[": {"1.0": True, "1.2": None},
    "{{": {"1.2": True, "1.9": None},
    "templates": {"1.9": True},
}
"""The form: delimiters of the only template, or the map of templates."""

TOKENS: Facts = {
    ".DeploymentMeta": {"1.1": True},
    "rewriteAppHTTPProbe:": {"1.1": True, "1.9": None},
    "structToJSON": {"1.3": True},
    ".TypeMeta": {"1.3": True},
    "protoToJSON": {"1.4": True},
    "PROXY_CONFIG": {"1.6": True},
    "holdApplicationUntilProxyStarts": {"1.7": True},
    "appendMultusNetwork": {"1.8": True},
    'ENABLE_LEGACY_FSGROUP_INJECTION" "true"': {"1.9": True, "1.15": None},
    'ENABLE_LEGACY_FSGROUP_INJECTION" "false"': {"1.15": True, "1.19": None},
    ".EstimatedConcurrency": {"1.11": True, "1.18": None},
    ".ProxyImage": {"1.13": True},
    "excludeInterfaces": {"1.15": True},
    "ENABLE_NATIVE_SIDECARS": {"1.19": True, "1.27": None},
    ".ProxyUID": {"1.20": True},
    ".InboundTrafficPolicyMode": {"1.22": True},
    "sidecar.istio.io/nativeSidecar": {"1.24": True},
    ".NativeSidecars": {"1.27": True},
    "omitNil": {"1.28.6/1.29.1": True},
    "otelResourceAttributes": {"1.30": True},
    ".ProxyInitImage": {"1.31": True},
}
"""Texts in the only template, or in the template ``sidecar``."""

ELSEWHERE: Facts = {
    "strdict": {"1.18": True},
}
"""Texts in other templates: only their presence counts, since a template may lack."""
