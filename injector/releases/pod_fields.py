"""Fields of pods that the Kubernetes types of an old release lack."""

from collections.abc import Mapping
from functools import cache

from injector.releases.release import Release, Steps, value_in

API: Steps = {
    "1.5": 17,
    "1.6": 18,
    "1.8": 19,
    "1.9": 20,
    "1.11": 21,
    "1.12": 22,
    "1.13": 23,
    "1.14": 24,
    "1.16": 25,
    "1.17": 26,
    "1.18": 27,
    "1.19": 28,
    "1.21": 29,
    "1.23": 30,
    "1.24": 31,
    "1.25": 32,
    "1.27": 33,
    "1.28": 34,
    "1.30": 35,
}
"""The minor of the Kubernetes API that a release was built with."""

FIELDS: Mapping[tuple[str, str], int] = {
    ("Container", "resizePolicy"): 27,
    ("Container", "restartPolicy"): 28,
    ("Container", "restartPolicyRules"): 34,
    ("EnvVarSource", "fileKeyRef"): 34,
    ("Lifecycle", "stopSignal"): 33,
    ("LifecycleHandler", "sleep"): 29,
    ("PodAffinityTerm", "matchLabelKeys"): 29,
    ("PodAffinityTerm", "mismatchLabelKeys"): 29,
    ("PodAffinityTerm", "namespaceSelector"): 21,
    ("PodSecurityContext", "appArmorProfile"): 30,
    ("PodSecurityContext", "fsGroupChangePolicy"): 18,
    ("PodSecurityContext", "seLinuxChangePolicy"): 32,
    ("PodSecurityContext", "seccompProfile"): 19,
    ("PodSecurityContext", "supplementalGroupsPolicy"): 31,
    ("PodSpec", "hostUsers"): 25,
    ("PodSpec", "hostnameOverride"): 34,
    ("PodSpec", "os"): 22,
    ("PodSpec", "resourceClaims"): 26,
    ("PodSpec", "resources"): 32,
    ("PodSpec", "schedulingGates"): 26,
    ("PodSpec", "setHostnameAsFQDN"): 19,
    ("Probe", "grpc"): 23,
    ("Probe", "terminationGracePeriodSeconds"): 21,
    ("ResourceClaim", "request"): 31,
    ("ResourceRequirements", "claims"): 26,
    ("SecurityContext", "appArmorProfile"): 30,
    ("SecurityContext", "seccompProfile"): 19,
    ("TopologySpreadConstraint", "matchLabelKeys"): 25,
    ("TopologySpreadConstraint", "minDomains"): 24,
    ("TopologySpreadConstraint", "nodeAffinityPolicy"): 25,
    ("TopologySpreadConstraint", "nodeTaintsPolicy"): 25,
    ("Volume", "ephemeral"): 19,
    ("Volume", "image"): 31,
    ("VolumeMount", "recursiveReadOnly"): 30,
    ("VolumeProjection", "clusterTrustBundle"): 29,
    ("VolumeProjection", "podCertificate"): 34,
    ("WindowsSecurityContextOptions", "hostProcess"): 22,
}
"""The first minor of the Kubernetes API with a field, by struct and name."""


@cache
def lacking(release: Release) -> frozenset[tuple[str, str]]:
    """Return the fields, each with its struct, that the types of *release* lack."""
    api = value_in(API, release) or 0
    return frozenset(field for field, first in FIELDS.items() if first > api)
