"""Fields of pods that the types of an old release lack."""

from functools import cache
from typing import Final

from injector.releases.release import Release

# The first release that was built with a version of Kubernetes' API, by its minor.
_RELEASES: Final = {
    17: "1.5",
    18: "1.6",
    19: "1.8",
    20: "1.9",
    21: "1.11",
    22: "1.12",
    23: "1.13",
    24: "1.14",
    25: "1.16",
    26: "1.17",
    27: "1.18",
    28: "1.19",
    29: "1.21",
    30: "1.23",
    31: "1.24",
    32: "1.25",
    33: "1.27",
    34: "1.28",
    35: "1.30",
}

# The minor of Kubernetes whose API first had a field.
_FIELDS: Final[dict[tuple[str, str], int]] = {
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


@cache
def lacking(release: Release) -> frozenset[tuple[str, str]]:
    """Return the fields, each with its struct, that the types of *release* lack."""
    return frozenset(
        field
        for field, minor in _FIELDS.items()
        if minor in _RELEASES and not release.reached(_RELEASES[minor])
    )
