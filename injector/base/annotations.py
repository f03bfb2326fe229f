"""The names that pod authors write and read: annotations and labels."""

INJECT = "sidecar.istio.io/inject"
TEMPLATES = "inject.istio.io/templates"
STATUS = "sidecar.istio.io/status"
OVERRIDES = "proxy.istio.io/overrides"
NATIVE_SIDECAR = "sidecar.istio.io/nativeSidecar"
REVISION = "istio.io/rev"
NETWORK = "topology.istio.io/network"

# A static pod's mirror: the API server refuses any change of it.
MIRROR = "kubernetes.io/config.mirror"
